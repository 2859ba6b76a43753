import { expect, it } from "vitest";
import type { ScenarioResult } from "../../src/model/scenarios.ts";
import { toExitCode } from "../../src/scenarios/results.ts";

it.each<[ScenarioResult["status"][], number]>([
  [[], 0],
  [["passed", "flaky", "skipped"], 0],
  [["passed", "infrastructure"], 6],
  [["infrastructure", "failed", "skipped"], 3],
])("scenarios that are %j end with %i", (statuses, exitCode) => {
  expect(toExitCode(statuses.map((status) => ({ status })))).toBe(exitCode);
});
