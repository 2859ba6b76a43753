import type {
  CaseResult,
  Cause,
  Dimensions,
  Evidence,
  Finding,
  Results,
  Sample,
  Stage,
  Verdict,
} from "../../src/model/documents.ts";
import type { Metrics } from "../../src/model/metrics.ts";
import { buildCase, buildResults, NO_WORK } from "../analyse/builders.ts";
import { makeCase, nameOf } from "../plan/make-case.ts";

/** What made-up runs are made of, in the shape of real ones; every number follows from the arguments, so that snapshots stay. */

export const OPERATIONS = ["read", "aggregate", "join", "window", "write"];

/** A number in 0..1 that follows from its arguments (FNV-1a). */
export function noise(...parts: readonly (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const character of parts.join("|")) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32;
}

const NODES: Readonly<Record<string, readonly (readonly string[])[]>> = {
  read: [["Scan parquet", "ColumnarToRow", "HashAggregate"], ["HashAggregate"]],
  aggregate: [
    ["Scan parquet", "HashAggregate", "Exchange"],
    ["AQEShuffleRead", "HashAggregate"],
  ],
  join: [
    ["Scan parquet", "Filter", "Exchange"],
    ["Scan parquet", "Exchange"],
    ["AQEShuffleRead", "Sort", "SortMergeJoin", "HashAggregate"],
    ["HashAggregate"],
  ],
  window: [["Scan parquet", "Exchange"], ["Sort", "Window", "HashAggregate"], ["HashAggregate"]],
  write: [
    ["Scan parquet", "Exchange"],
    ["Execute InsertIntoHadoopFsRelationCommand", "WriteFiles"],
  ],
};

export function stage(operation: string, ordinal: number, values: Partial<Metrics>, more: Partial<Stage> = {}): Stage {
  const planNodes = [...(NODES[operation]?.[ordinal] ?? ["Scan parquet"])];
  return {
    key: `${operation}#${ordinal} ${planNodes.join(",")}`,
    jobGroup: operation,
    ordinal,
    planNodes,
    name: "collect at workload.py:40",
    metrics: { ...NO_WORK, ...values },
    shuffleRecordsSkew: 1.2,
    shuffleBytesSkew: 1.2,
    taskMsSkew: 1.5,
    ...more,
  };
}

/** A sample whose stages share `cpuMs`; `slow` multiplies the third stage (or the last). */
export function sample(operation: string, cpuMs: number, slow = 1, skewed = false): Sample {
  const nodes = NODES[operation] ?? [[]];
  const target = Math.min(2, nodes.length - 1);
  const stages = nodes.map((_, ordinal) => {
    const own = Math.round((cpuMs / nodes.length) * (ordinal === target ? slow : 1));
    const values = {
      cpuMs: own,
      runMs: Math.round(own * 1.3),
      gcMs: Math.round(own * 0.03),
      tasks: 8,
      stages: 1,
      shuffleReadRecords: ordinal === 0 ? 0 : 200_000,
      shuffleReadBytes: ordinal === 0 ? 0 : 4_200_000,
      diskSpilledBytes: skewed && ordinal === target ? 190_000_000 : 0,
    };
    return stage(operation, ordinal, values, skewed && ordinal === target ? { shuffleRecordsSkew: 38.4 } : {});
  });
  const total = stages.reduce((sum, { metrics: { cpuMs: own } }) => sum + (own ?? 0), 0);
  return {
    stages,
    metrics: {
      ...NO_WORK,
      cpuMs: total,
      wallMs: Math.round(total * 0.8 + 900),
      runMs: Math.round(total * 1.3),
      gcMs: Math.round(total * 0.03),
      stages: stages.length,
      tasks: 8 * stages.length,
      inputBytes: 41_943_040,
      inputRecords: 1_000_000,
      shuffleReadBytes: 4_200_000 * (stages.length - 1),
      shuffleReadRecords: 200_000 * (stages.length - 1),
      shuffleWriteBytes: 4_200_000 * (stages.length - 1),
      shuffleWriteRecords: 200_000 * (stages.length - 1),
      diskSpilledBytes: skewed ? 190_000_000 : 0,
      peakExecutionMemoryBytes: 67_108_864,
      taskMsP50: 210,
      taskMsP95: 480,
      taskMsP99: 700,
    },
  };
}

export function evidence(more: Partial<Evidence> = {}): Evidence {
  return {
    applicationId: "local-1700000000000",
    sparkVersion: "4.1.4",
    javaVersion: "17.0.15",
    completed: true,
    partial: false,
    properties: {
      "spark.master": "local[2]",
      "spark.sql.adaptive.enabled": "true",
      "spark.sql.shuffle.partitions": "8",
      "spark.driver.memory": "1g",
    },
    failures: [],
    lostExecutors: [],
    ...more,
  };
}

export function dimensions(more: Partial<Dimensions> = {}): Dimensions {
  return makeCase({ mode: "standalone", operation: "read", ...more }).dimensions;
}

/** A case of run number `runNumber`, with a few per cent of noise in its times. */
export function passed(tier: string, d: Dimensions, runNumber = 0, slow = 1, skewed = false): CaseResult {
  const name = nameOf(tier, d);
  const base = 2000 + OPERATIONS.indexOf(d.operation) * 1500 + (d.dataSize === "11gb" ? 60_000 : 0);
  const samples = [0, 1, 2].map((repetition) => {
    const wobble = 1 + (noise(name, runNumber) - 0.5) * 0.1 + (noise(name, runNumber, repetition) - 0.5) * 0.05;
    return sample(d.operation, base * wobble, slow, skewed);
  });
  return buildCase(d.operation, {
    name,
    dimensions: d,
    startedAt: "2026-01-05T03:00:05.000Z",
    finishedAt: "2026-01-05T03:00:25.500Z",
    checksum: "8f14e45fceea167a",
    samples,
    evidence: evidence({ sparkVersion: d.sparkVersion }),
  });
}

export function notPassed(
  tier: string,
  d: Dimensions,
  status: "failed" | "explained" | "skipped" | "infrastructure",
  reason: string,
): CaseResult {
  const none = { samples: [], evidence: null, checksum: null };
  const skipped = { attempts: 0, startedAt: null, finishedAt: null };
  return { ...passed(tier, d), ...none, status, reason, ...(status === "skipped" ? skipped : {}) };
}

export function results(tier: string, cases: CaseResult[], runNumber = 0, more: Partial<Results["run"]> = {}): Results {
  const day = String(5 - runNumber + 20).padStart(2, "0");
  return buildResults(cases, {
    id: `${tier}-202601${day}-030000`,
    tier,
    startedAt: `2026-01-${day}T03:00:00.000Z`,
    finishedAt: `2026-01-${day}T03:04:12.000Z`,
    commit: "0123456789abcdef0123456789abcdef01234567",
    host: { cpus: 2, memoryBytes: 8_589_934_592, os: "linux 6.1", cpuModel: "Example CPU 3000" },
    ...more,
  });
}

export const QUICK: readonly Dimensions[] = ["3.5.9", "4.1.4"].flatMap((sparkVersion) =>
  OPERATIONS.map((operation) => dimensions({ sparkVersion, operation })),
);

export function quickRun(runNumber: number): Results {
  return results(
    "quick",
    QUICK.map((d) => passed("quick", d, runNumber)),
    runNumber,
  );
}

export function verdict(more: Partial<Verdict> = {}, baseline: readonly Results[] = []): Verdict {
  return {
    schema: "spark-loadtest/verdict/v1",
    verdict: "no-change",
    headline: "Nothing got worse in 10 cases against 3 earlier runs.",
    failOn: ["hard", "soft"],
    ...{ ending: "complete", plannedCases: 10, finishedCases: 10, endCause: null, cutOffCases: [] },
    maxDetectableChange: 0.5,
    findings: [],
    baseline: {
      runs: baseline.map(({ run: { id, startedAt, commit } }) => ({ id, startedAt, commit })),
      notes: [],
    },
    noise: {
      cpuCoefficientOfVariation: 0.043,
      sharedShift: 0.012,
      smallestDetectableChange: 0.16,
      degreesOfFreedom: 18,
    },
    ...more,
  };
}

export const NO_NOISE: Verdict["noise"] = {
  cpuCoefficientOfVariation: null,
  sharedShift: null,
  smallestDetectableChange: null,
  degreesOfFreedom: null,
};

export function finding(more: Partial<Finding>): Finding {
  return {
    scope: "case",
    subject: "",
    metric: "cpuMs",
    gate: "hard",
    gates: more.gate !== "advisory",
    direction: "worse",
    baseline: 100,
    current: 200,
    change: 1,
    pValue: null,
    cause: null,
    ...more,
  };
}

export const SKEW_CAUSE: Cause = {
  kind: "skew",
  stage: "join#2 AQEShuffleRead,Sort,SortMergeJoin,HashAggregate",
  sentence:
    "One task of the join read 38.4 times the records of the median task (1.2 times before), and spilled 181 MiB to disk while the others waited.",
  evidence: [
    { what: "shuffle records, largest to median task", baseline: "1.2x", current: "38.4x" },
    { what: "spilled to disk", baseline: "0 B", current: "181 MiB" },
  ],
};
