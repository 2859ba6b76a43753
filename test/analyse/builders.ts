import type { CaseResult, Evidence, Results, Sample, Stage, Workload } from "../../src/model/documents.ts";
import { METRICS, type Metrics } from "../../src/model/metrics.ts";
import { makeCase } from "../plan/make-case.ts";

/** Documents with the figures of a window case on 8 partitions; a test names only what it changes. */

export const NO_WORK = Object.fromEntries(METRICS.map(({ name }) => [name, 0])) as Metrics;

export function buildMetrics(overrides: Partial<Metrics> = {}): Metrics {
  return {
    ...NO_WORK,
    wallMs: 4200,
    cpuMs: 3100,
    runMs: 6000,
    gcMs: 200,
    stages: 2,
    tasks: 12,
    inputRecords: 600_000,
    inputBytes: 9_000_000,
    outputRecords: 25_000,
    shuffleWriteRecords: 600_000,
    shuffleReadRecords: 600_000,
    shuffleWriteBytes: 51_700_000,
    shuffleReadBytes: 51_700_000,
    peakExecutionMemoryBytes: 21_000_000,
    taskMsP50: 400,
    taskMsP95: 700,
    taskMsP99: 800,
    ...overrides,
  };
}

export const SCAN: Stage = {
  key: "window/0/Scan parquet+Exchange",
  jobGroup: "window",
  ordinal: 0,
  planNodes: ["Scan parquet", "Exchange"],
  name: "save at NativeMethodAccessorImpl.java:0",
  metrics: buildMetrics({
    stages: 1,
    tasks: 4,
    shuffleReadRecords: 0,
    shuffleReadBytes: 0,
    outputRecords: 0,
    cpuMs: 1000,
  }),
  shuffleRecordsSkew: null,
  shuffleBytesSkew: null,
  taskMsSkew: 1.2,
};

export const WINDOW: Stage = {
  key: "window/1/Exchange+Sort+Window",
  jobGroup: "window",
  ordinal: 1,
  planNodes: ["Exchange", "Sort", "Window"],
  name: "save at NativeMethodAccessorImpl.java:0",
  metrics: buildMetrics({
    stages: 1,
    tasks: 8,
    inputRecords: 0,
    inputBytes: 0,
    shuffleWriteRecords: 0,
    shuffleWriteBytes: 0,
    cpuMs: 2100,
  }),
  shuffleRecordsSkew: 1.5,
  shuffleBytesSkew: 1.5,
  taskMsSkew: 1.6,
};

/** A stage with some of its figures changed. */
export function buildStage(base: Stage, metrics: Partial<Metrics> = {}, overrides: Partial<Stage> = {}): Stage {
  return { ...base, ...overrides, metrics: { ...base.metrics, ...metrics } };
}

export function buildSample(metrics: Partial<Metrics> = {}, stages: Stage[] = [SCAN, WINDOW]): Sample {
  return { metrics: buildMetrics(metrics), stages };
}

export function buildEvidence(overrides: Partial<Evidence> = {}): Evidence {
  return {
    applicationId: "local-1",
    sparkVersion: "4.1.4",
    javaVersion: "17.0.9",
    completed: true,
    partial: false,
    failures: [],
    lostExecutors: [],
    ...overrides,
    properties: {
      "spark.app.id": "local-1",
      "spark.master": "local[2]",
      "spark.driver.memory": "1g",
      "spark.sql.shuffle.partitions": "8",
      ...overrides.properties,
    },
  };
}

export function buildCase(operation = "window", overrides: Partial<CaseResult> = {}): CaseResult {
  return {
    ...makeCase({ operation }, "quick"),
    status: "passed",
    reason: null,
    attempts: 1,
    namespace: null,
    startedAt: "2026-11-23T06:00:00.000Z",
    finishedAt: "2026-11-23T06:00:30.000Z",
    checksum: "600000-619b9e5f76096283-495a0881f769f",
    samples: [buildSample(), buildSample(), buildSample()],
    evidence: buildEvidence(),
    ...overrides,
  };
}

export function buildResults(cases: CaseResult[] = [buildCase()], run: Partial<Results["run"]> = {}): Results {
  return {
    schema: "spark-loadtest/results/v1",
    run: {
      id: "run-2",
      tier: "quick",
      engine: "local",
      startedAt: "2026-11-23T06:00:00.000Z",
      finishedAt: "2026-11-23T06:02:00.000Z",
      commit: "1111111",
      ref: "refs/heads/main",
      toolVersion: "0.1.0",
      host: { cpus: 2, memoryBytes: 8_000_000_000, os: "linux", cpuModel: "CPU A" },
      ...run,
    },
    cases,
  };
}

/** The workload of a service of a repository, such as `services/a`. */
export function buildWorkload(service: string, digests: Partial<Workload["digests"]> = {}): Workload {
  return {
    tiersFile: `${service}/tiers.yaml`,
    script: `${service}/jobs/job.sh`,
    digests: {
      ...{ script: "a".repeat(16), arguments: "b".repeat(16), data: "c".repeat(16), settings: "d".repeat(16) },
      ...digests,
    },
  };
}

/** Runs one day apart, as a baseline has them: run-0, run-1, ... */
export function buildBaseline(runs: CaseResult[][]): { runs: Results[]; notes: string[] } {
  return {
    runs: runs.map((cases, index) =>
      buildResults(cases, { id: `base-${index}`, startedAt: new Date(Date.UTC(2026, 10, 1 + index)).toISOString() }),
    ),
    notes: [],
  };
}
