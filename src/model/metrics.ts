/** Unit of a metric's number. */
export type Unit = "ms" | "bytes" | "records" | "count";

/**
 * How a difference in a metric is judged.
 * - hard: stability and work, repeatable to the last record; compared exactly, with a tolerance learned from the baseline
 * - soft: noisy but informative; needs a statistical test and an effect above the noise floor
 * - advisory: shown, never failing a run unless the user asks for it
 */
export const GATES = ["hard", "soft", "advisory"] as const;
export type Gate = (typeof GATES)[number];

/** Gates whose findings make a regression unless the user names others. */
export const DEFAULT_FAIL_ON: readonly Gate[] = ["hard", "soft"];

/** Relative change of a case's CPU time that may go unseen before a comparison of CPU times decides nothing. */
export const DEFAULT_MAX_DETECTABLE_CHANGE = 0.5;

export interface MetricDefinition {
  readonly name: string;
  readonly title: string;
  readonly unit: Unit;
  readonly gate: Gate;
}

/** Every metric of a sample and of a stage. More is worse in all of them. */
export const METRICS = [
  { name: "wallMs", title: "Wall time", unit: "ms", gate: "advisory" },
  { name: "cpuMs", title: "Executor CPU time", unit: "ms", gate: "soft" },
  { name: "runMs", title: "Executor run time", unit: "ms", gate: "advisory" },
  { name: "gcMs", title: "JVM GC time", unit: "ms", gate: "advisory" },
  { name: "stages", title: "Stages", unit: "count", gate: "hard" },
  { name: "tasks", title: "Tasks", unit: "count", gate: "hard" },
  { name: "failedTasks", title: "Failed tasks", unit: "count", gate: "hard" },
  { name: "retriedStages", title: "Retried stages", unit: "count", gate: "hard" },
  { name: "lostExecutors", title: "Lost executors", unit: "count", gate: "hard" },
  { name: "oomKills", title: "Out-of-memory failures", unit: "count", gate: "hard" },
  { name: "inputBytes", title: "Input", unit: "bytes", gate: "advisory" },
  { name: "inputRecords", title: "Input records", unit: "records", gate: "hard" },
  { name: "outputBytes", title: "Output", unit: "bytes", gate: "advisory" },
  { name: "outputRecords", title: "Output records", unit: "records", gate: "hard" },
  { name: "shuffleReadBytes", title: "Shuffle read", unit: "bytes", gate: "hard" },
  { name: "shuffleReadRecords", title: "Shuffle read records", unit: "records", gate: "hard" },
  { name: "shuffleWriteBytes", title: "Shuffle write", unit: "bytes", gate: "hard" },
  { name: "shuffleWriteRecords", title: "Shuffle write records", unit: "records", gate: "hard" },
  { name: "memorySpilledBytes", title: "Spilled (memory)", unit: "bytes", gate: "hard" },
  { name: "diskSpilledBytes", title: "Spilled (disk)", unit: "bytes", gate: "hard" },
  { name: "peakExecutionMemoryBytes", title: "Peak execution memory of a task", unit: "bytes", gate: "advisory" },
  { name: "taskMsP50", title: "Task duration, median", unit: "ms", gate: "advisory" },
  { name: "taskMsP95", title: "Task duration, 95th percentile", unit: "ms", gate: "advisory" },
  { name: "taskMsP99", title: "Task duration, 99th percentile", unit: "ms", gate: "advisory" },
] as const satisfies readonly MetricDefinition[];

export type MetricName = (typeof METRICS)[number]["name"];

/** The metrics of a sample or a stage; null where nothing was measured, which is not the same as 0. */
export type Metrics = Record<MetricName, number | null>;

/** What makes up the work of a stage. */
export const WORK_METRICS = [
  "cpuMs",
  "runMs",
  "gcMs",
  "tasks",
  "inputBytes",
  "inputRecords",
  "outputBytes",
  "outputRecords",
  "shuffleReadBytes",
  "shuffleReadRecords",
  "shuffleWriteBytes",
  "shuffleWriteRecords",
  "memorySpilledBytes",
  "diskSpilledBytes",
] as const satisfies readonly MetricName[];
export type WorkMetric = (typeof WORK_METRICS)[number];

const byName: ReadonlyMap<string, MetricDefinition> = new Map(METRICS.map((metric) => [metric.name, metric]));

/** Definition of a metric; undefined for a name that is none. */
export function findMetric(name: string): MetricDefinition | undefined {
  return byName.get(name);
}
