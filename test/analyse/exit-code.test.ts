import { expect, it } from "vitest";
import { exitCodeOf } from "../../src/analyse/exit-code.ts";
import { ExitCode } from "../../src/lib/errors.ts";
import type { CaseResult, CaseStatus, Verdict } from "../../src/model/documents.ts";

const PLANNED = { plannedCases: 10, endCause: null };

it.each<[CaseStatus[], Verdict["verdict"], ExitCode, ofEndedRun: ExitCode]>([
  [["passed", "skipped"], "no-change", ExitCode.pass, ExitCode.timeout],
  [["passed"], "no-baseline", ExitCode.pass, ExitCode.timeout],
  [["passed"], "improvement", ExitCode.pass, ExitCode.timeout],
  [["passed"], "inconclusive", ExitCode.pass, ExitCode.timeout],
  [["passed"], "regression", ExitCode.regression, ExitCode.regression],
  [["passed", "infrastructure"], "failed", ExitCode.infrastructure, ExitCode.infrastructure],
  [["infrastructure", "failed"], "failed", ExitCode.casesFailed, ExitCode.casesFailed],
])("cases %j with the verdict %s end with %i, of a run that timed out with %i", (statuses, verdict, ...exitCodes) => {
  const cases = statuses.map((status) => ({ status }) as CaseResult);
  const endings = ["complete", "timeout"] as const;
  expect(endings.map((ending) => exitCodeOf({ cases }, { verdict, ending, ...PLANNED }))).toEqual(exitCodes);
});

it.each([
  ["interrupted", ExitCode.interrupted],
  ["infrastructure", ExitCode.infrastructure],
  ["crashed", ExitCode.internal],
] as const)("the results of a run that was %s end with %i", (ending, exitCode) => {
  expect(exitCodeOf({ cases: [] }, { verdict: "inconclusive", ending, ...PLANNED })).toBe(exitCode);
});

it("the results of a run of which nobody knows what ended it do not say that it was interrupted", () => {
  const unknown = { ending: "interrupted", plannedCases: null, endCause: null } as const;
  expect(exitCodeOf({ cases: [] }, { verdict: "inconclusive", ...unknown })).toBe(ExitCode.infrastructure);
  expect(exitCodeOf({ cases: [] }, { verdict: "regression", ...unknown })).toBe(ExitCode.regression);
});
