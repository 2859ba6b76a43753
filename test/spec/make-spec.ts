import type { RunTrace } from "../../src/lib/trace-context.ts";
import type { Case, Plan, Run } from "../../src/model/documents.ts";
import type { ClusterRunSettings, ClusterRunSpec, RunSettings, RunSpec, RunState } from "../../src/spec/spec.ts";
import { makeTier } from "../plan/make-tier.ts";

/** Of every run that makeSpec() gives. */
export const RUN_TRACE: RunTrace = {
  ...{ traceId: "0af7651916cd43dd8448eb211c80319c", sampled: true, runSpanId: "b7ad6b7169203331" },
};

export const RUN: Run = {
  ...{ id: "t-20260101t000000-ab12", tier: "t", engine: "local", startedAt: "2026-01-01T00:00:00.000Z" },
  ...{ finishedAt: null, commit: null, ref: null, toolVersion: "0" },
  host: { cpus: 1, memoryBytes: 1, os: "Linux", cpuModel: "x" },
};

/** What is kept of a run on this machine; what a test is about is given. */
export function makeState(given: Partial<RunState> = {}): RunState {
  return {
    run: RUN,
    tier: makeTier({ name: "t" }),
    settings: makeSettings(),
    trace: { traceId: RUN_TRACE.traceId, parentId: null, sampled: RUN_TRACE.sampled },
    ...given,
  };
}

export function makePlan(cases: readonly Case[] = []): Plan {
  return { schema: "spark-loadtest/plan/v1", tier: "t", cases: [...cases] };
}

/** The spec of a run on this machine. */
export function makeSpec(given: Partial<RunSpec> = {}): RunSpec {
  return {
    ...makeState(),
    plan: makePlan(),
    limits: { maxParallel: 2, caseTimeoutSeconds: 600, timeoutSeconds: 3600, retries: 2 },
    runTrace: RUN_TRACE,
    ...{ directory: "/run", assetsDirectory: "/assets", cacheDirectory: "/cache", environment: {} },
    ...given,
  };
}

export function makeSettings(given: Partial<RunSettings> = {}): RunSettings {
  return { samples: 3, warmups: 1, dataDirectory: null, conf: {}, workloadArgs: [], partner: null, ...given };
}

/** The spec of a run on a cluster. */
export function makeClusterSpec(
  given: Partial<RunSpec> = {},
  onCluster: Partial<ClusterRunSettings> = {},
): ClusterRunSpec {
  const spec = makeSpec(given);
  return {
    ...spec,
    run: { ...spec.run, engine: "argo" },
    onCluster: {
      ...{
        namespace: "load",
        argoChart: null,
        operatorChart: null,
        valuesFile: null,
        owner: "me",
        image: "apache/spark:{sparkVersion}",
      },
      ...{ keepCluster: false, keepOnFailure: false, installCli: false },
      ...onCluster,
    },
  };
}
