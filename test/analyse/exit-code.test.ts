import { expect, it } from "vitest";
import { exitCodeOf } from "../../src/analyse/exit-code.ts";
import { ExitCode } from "../../src/lib/errors.ts";
import type { CaseResult, CaseStatus, Verdict } from "../../src/model/documents.ts";

it.each<[CaseStatus[], Verdict["verdict"], ExitCode]>([
  [["passed", "skipped"], "no-change", ExitCode.pass],
  [["passed"], "no-baseline", ExitCode.pass],
  [["passed"], "improvement", ExitCode.pass],
  [["passed"], "inconclusive", ExitCode.pass],
  [["passed"], "regression", ExitCode.regression],
  [["passed", "infrastructure"], "failed", ExitCode.infrastructure],
  [["infrastructure", "failed"], "failed", ExitCode.casesFailed],
])("cases %j with the verdict %s end with %i", (statuses, verdict, exitCode) => {
  const cases = statuses.map((status) => ({ status }) as CaseResult);
  expect(exitCodeOf({ cases }, { verdict })).toBe(exitCode);
});
