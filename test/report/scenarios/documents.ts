import type { ScenarioResult, ScenariosDocument } from "../../../src/model/scenarios.ts";

/** Made-up documents of runs of scenarios, in the shape of real ones. */

export function scenario(name: string, more: Partial<ScenarioResult> = {}): ScenarioResult {
  return {
    name,
    script: `smoke/${name}.sh`,
    status: "passed",
    reason: null,
    exitCode: 0,
    attempts: 1,
    namespace: `spark-test-${name}-0a1b2c3d`,
    release: `spark-${name}-0a1b2c3d`,
    startedAt: "2026-05-12T10:03:20.000Z",
    finishedAt: "2026-05-12T10:04:02.500Z",
    scriptMs: 42_100,
    log: `logs/${name}.log`,
    ...more,
  };
}

export function failed(name: string, reason = "Exit code 7. It printed last: the last line"): ScenarioResult {
  return scenario(name, { status: "failed", exitCode: 7, reason });
}

export function flaky(name: string): ScenarioResult {
  const reason = "Passed in attempt 2. Attempt 1: Exit code 1. It printed nothing.";
  return scenario(name, { status: "flaky", attempts: 2, reason });
}

export function infrastructure(name: string): ScenarioResult {
  return scenario(name, {
    status: "infrastructure",
    exitCode: null,
    reason: "Could not create the namespace: HTTP 503: starting",
    ...{ namespace: null, release: null, scriptMs: null, log: null },
  });
}

export function skipped(name: string, after: string): ScenarioResult {
  return scenario(name, {
    status: "skipped",
    exitCode: null,
    attempts: 0,
    reason: `Not started, since ${after} had failed (--fail-fast).`,
    ...{ namespace: null, release: null, startedAt: null, finishedAt: null, scriptMs: null, log: null },
  });
}

export function document(
  scenarios: readonly ScenarioResult[],
  run: Partial<ScenariosDocument["run"]> = {},
): ScenariosDocument {
  return {
    schema: "spark-loadtest/scenarios/v1",
    run: {
      id: "scenarios-20260512-100320",
      startedAt: "2026-05-12T10:03:20.000Z",
      finishedAt: "2026-05-12T10:08:20.000Z",
      ending: "complete",
      planned: scenarios.length,
      cluster: "kind-load",
      commit: "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
      ref: "refs/heads/main",
      toolVersion: "1.2.3",
      host: { cpus: 8, memoryBytes: 34_359_738_368, os: "Linux 6.8", cpuModel: "Some CPU" },
      ...run,
    },
    scenarios: [...scenarios],
  };
}

export const MIXED = document([
  scenario("history-server"),
  failed("thrift-server"),
  flaky("iceberg"),
  infrastructure("rapids"),
  skipped("upgrade", "thrift-server"),
]);
