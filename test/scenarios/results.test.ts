import { expect, it } from "vitest";
import type { CaseStatus } from "../../src/model/documents.ts";
import { toExitCode } from "../../src/scenarios/results.ts";

it.each<[CaseStatus[], number]>([
  [[], 0],
  [["passed", "flaky", "skipped"], 0],
  [["passed", "infrastructure"], 6],
  [["infrastructure", "failed", "skipped"], 3],
])("scenarios that are %j end with %i", (statuses, exitCode) => {
  expect(toExitCode(statuses.map((status) => ({ status })))).toBe(exitCode);
});
