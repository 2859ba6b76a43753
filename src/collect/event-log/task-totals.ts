import type { Stage } from "../../model/documents.ts";
import type { Metrics } from "../../model/metrics.ts";
import { median, NumberList, quantile, skew } from "./numbers.ts";
import type { TaskEnd } from "./spark-events.ts";
import type { TaskOutcome } from "./task-failures.ts";

/** 24 days, the largest that four bytes hold. */
const LONGEST_MS = 2 ** 31 - 1;

/** Sums that a task adds to. */
const SUMS = [
  "cpuNs",
  "runMs",
  "gcMs",
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
] as const;
type Sums = Record<(typeof SUMS)[number], number>;

/**
 * Stands for a figure that no task reported: there were none, or their Spark version does not record it, which is not 0. Not null, with
 * which every addition would make an object of its own (5 % of the time that a log takes).
 */
const UNKNOWN = Number.NaN;

/**
 * What the tasks of a stage, or of several, come to.
 *
 * Sums take in the tasks that failed and the attempts that were repeated, as far as Spark reports their metrics: it is work that was
 * done. Durations and the shuffle figures by task are of successful tasks only: 20 bytes of memory a task, 6 MB for 300,000.
 */
export class TaskTotals {
  tasks = 0;
  failedTasks = 0;
  outOfMemoryTasks = 0;
  #peakExecutionMemoryBytes = UNKNOWN;
  readonly #sums = Object.fromEntries(SUMS.map((name) => [name, UNKNOWN])) as Sums;
  readonly #durationsMs = NumberList.ofIntegers();
  readonly #shuffleReadBytes = NumberList.ofFloats();
  readonly #shuffleReadRecords = NumberList.ofFloats();

  addTask({ "Task Info": info, "Task Metrics": metrics }: TaskEnd, outcome: TaskOutcome): void {
    this.tasks += 1;
    if (outcome === "failed") this.failedTasks += 1;
    if (outcome === "out of memory") {
      this.failedTasks += 1;
      this.outOfMemoryTasks += 1;
    }
    const succeeded = outcome === "succeeded";
    const launched = numberOf(info?.["Launch Time"]);
    const finished = numberOf(info?.["Finish Time"]);
    if (succeeded && launched > 0 && finished > 0) {
      this.#durationsMs.push(Math.min(Math.max(0, finished - launched), LONGEST_MS));
    }
    if (metrics == null) return;

    const sums = this.#sums;
    const read = metrics["Shuffle Read Metrics"];
    const write = metrics["Shuffle Write Metrics"];
    const input = metrics["Input Metrics"];
    const output = metrics["Output Metrics"];
    const readBytes = plus(plus(UNKNOWN, read?.["Remote Bytes Read"]), read?.["Local Bytes Read"]);
    const readRecords = read?.["Total Records Read"];
    sums.cpuNs = plus(sums.cpuNs, metrics["Executor CPU Time"]);
    sums.runMs = plus(sums.runMs, metrics["Executor Run Time"], -LARGEST);
    sums.gcMs = plus(sums.gcMs, metrics["JVM GC Time"], -LARGEST);
    sums.inputBytes = plus(sums.inputBytes, input?.["Bytes Read"]);
    sums.inputRecords = plus(sums.inputRecords, input?.["Records Read"]);
    sums.outputBytes = plus(sums.outputBytes, output?.["Bytes Written"]);
    sums.outputRecords = plus(sums.outputRecords, output?.["Records Written"]);
    sums.shuffleReadBytes = plus(sums.shuffleReadBytes, readBytes);
    sums.shuffleReadRecords = plus(sums.shuffleReadRecords, readRecords);
    sums.shuffleWriteBytes = plus(sums.shuffleWriteBytes, write?.["Shuffle Bytes Written"]);
    sums.shuffleWriteRecords = plus(sums.shuffleWriteRecords, write?.["Shuffle Records Written"]);
    sums.memorySpilledBytes = plus(sums.memorySpilledBytes, metrics["Memory Bytes Spilled"]);
    sums.diskSpilledBytes = plus(sums.diskSpilledBytes, metrics["Disk Bytes Spilled"]);
    this.#peakExecutionMemoryBytes = largest(this.#peakExecutionMemoryBytes, metrics["Peak Execution Memory"]);
    if (succeeded) {
      this.#shuffleReadBytes.push(numberOf(readBytes));
      this.#shuffleReadRecords.push(numberOf(readRecords));
    }
  }

  add(other: TaskTotals): void {
    this.tasks += other.tasks;
    this.failedTasks += other.failedTasks;
    this.outOfMemoryTasks += other.outOfMemoryTasks;
    this.#peakExecutionMemoryBytes = largest(this.#peakExecutionMemoryBytes, other.#peakExecutionMemoryBytes);
    for (const name of SUMS) this.#sums[name] = addSums(this.#sums[name], other.#sums[name]);
    this.#durationsMs.append(other.#durationsMs);
    this.#shuffleReadBytes.append(other.#shuffleReadBytes);
    this.#shuffleReadRecords.append(other.#shuffleReadRecords);
  }

  /** The metrics that tasks make up; what is known of stages, executors and the clock is the caller's. */
  toMetrics(of: Pick<Metrics, "wallMs" | "stages" | "retriedStages" | "lostExecutors" | "oomKills">): Metrics {
    const { cpuNs, ...sums } = this.#sums;
    const durations = this.#durationsMs.sort();
    const knownSums = Object.fromEntries(Object.entries(sums).map(([name, value]) => [name, toKnown(value)])) as Record<
      Exclude<keyof Sums, "cpuNs">,
      number | null
    >;
    return {
      ...of,
      ...knownSums,
      // To the microsecond: a float's further digits only blow up the documents.
      cpuMs: toKnown(Math.round(cpuNs / 1000) / 1000),
      tasks: this.tasks,
      failedTasks: this.failedTasks,
      peakExecutionMemoryBytes: toKnown(this.#peakExecutionMemoryBytes),
      taskMsP50: quantile(durations, 0.5),
      taskMsP95: quantile(durations, 0.95),
      taskMsP99: quantile(durations, 0.99),
    };
  }

  toSkews(): Pick<Stage, "shuffleRecordsSkew" | "shuffleRecordsMedian" | "shuffleBytesSkew" | "taskMsSkew"> {
    const records = this.#shuffleReadRecords.sort();
    return {
      shuffleRecordsSkew: skew(records),
      shuffleRecordsMedian: median(records),
      shuffleBytesSkew: skew(this.#shuffleReadBytes.sort()),
      taskMsSkew: skew(this.#durationsMs.sort()),
    };
  }
}

/** The largest that Spark writes, a Long. */
const LARGEST = 2 ** 63;

/** A damaged log may hold anything where a number belongs, and nothing is below 0 but times by a clock that was set back. */
function isFigure(value: unknown, least = 0): value is number {
  return typeof value === "number" && value >= least && value <= LARGEST;
}

function numberOf(value: unknown): number {
  return isFigure(value) ? value : 0;
}

function plus(sum: number, value: unknown, least = 0): number {
  if (!isFigure(value, least)) return sum;
  return Number.isNaN(sum) ? value : sum + value;
}

/** Either may be unknown. */
function addSums(a: number, b: number): number {
  return Number.isNaN(a) ? b : Number.isNaN(b) ? a : a + b;
}

function largest(soFar: number, value: unknown): number {
  if (!isFigure(value)) return soFar;
  return Number.isNaN(soFar) ? value : Math.max(soFar, value);
}

function toKnown(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
