import type { CauseKind, Finding } from "../model/documents.ts";
import { GATES } from "../model/metrics.ts";

/** Metrics in the order in which findings of a case are listed: those of a case that stopped first, those of its costs last. */
const METRICS_BY_WEIGHT = [
  "status",
  "lostExecutors",
  "oomKills",
  "failedTasks",
  "retriedStages",
  "checksum",
  "inputRecords",
  "outputRecords",
  "shuffleRecordsSkew",
  "largestTaskRecords",
  "diskSpilledBytes",
  "memorySpilledBytes",
  "tasks",
  "stages",
  "shuffleWriteRecords",
  "shuffleReadRecords",
  "shuffleWriteBytes",
  "shuffleReadBytes",
  "cpuMs",
];

/** The metric that shows a cause most directly: it leads the findings of its case. */
const METRIC_OF_CAUSE: Partial<Record<CauseKind, readonly string[]>> = {
  "memory-kill": ["oomKills"],
  "executor-loss": ["lostExecutors"],
  "input-changed": ["inputRecords", "shuffleWriteRecords"],
  "too-few-partitions": ["tasks"],
  "too-many-partitions": ["tasks"],
  skew: ["shuffleRecordsSkew", "largestTaskRecords"],
  spill: ["diskSpilledBytes", "memorySpilledBytes"],
  "plan-changed": ["stages"],
  cpu: ["cpuMs"],
};

/**
 * The worst first: worse before better, then by gate; what a whole family or run shares before its cases; of a case, what stops
 * it and what shows its cause before what follows from it; and then the larger change.
 */
export function orderFindings(findings: readonly Finding[]): Finding[] {
  return findings
    .map((finding) => ({ finding, rank: rankOf(finding) }))
    .sort((a, b) => {
      const first = a.rank.findIndex((value, index) => value !== b.rank[index]);
      return first === -1 ? 0 : a.rank[first]! - b.rank[first]!;
    })
    .map(({ finding }) => finding);
}

function rankOf({ scope, metric, gate, direction, change, cause }: Finding): number[] {
  const weight = METRICS_BY_WEIGHT.indexOf(metric);
  const leads = cause !== null && METRIC_OF_CAUSE[cause.kind]?.includes(metric) === true;
  const stops = weight >= 0 && weight < METRICS_BY_WEIGHT.indexOf("checksum");
  return [
    direction === "worse" ? 0 : 1,
    GATES.indexOf(gate),
    scope === "case" ? 1 : 0,
    stops ? 0 : leads ? 1 : 2,
    leads ? 0 : 1,
    weight === -1 ? METRICS_BY_WEIGHT.length : weight,
    change === null ? Number.NEGATIVE_INFINITY : -Math.abs(Math.log1p(Math.max(change, -0.999))),
  ];
}
