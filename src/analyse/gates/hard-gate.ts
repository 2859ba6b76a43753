import type { CaseResult, Evidence, Finding } from "../../model/documents.ts";
import type { MetricName } from "../../model/metrics.ts";
import { isSameWork } from "../causes/comparison.ts";
import { SMALLEST_SPILL_BYTES, SPILL_GROWTH } from "../causes/resources.ts";
import { hasIdleMedian, isMoreSkewed, largestTaskRecords } from "../causes/skew-limits.ts";
import { matchStages, type StagePair } from "../statistics/match-stages.ts";
import { medianOrNull } from "../statistics/statistics.ts";
import { subjectOf, summarise } from "../statistics/subject.ts";
import { countOnlyWork } from "./counted-work.ts";

/** A difference that has been judged, not yet explained. */
export type Difference = Omit<Finding, "cause" | "gates">;

/** A case of the current run and its earlier results, oldest first, at least one. */
export interface CasePair {
  readonly name: string;
  readonly current: CaseResult;
  readonly baseline: readonly CaseResult[];
}

/**
 * What a metric may differ by beside the spread that the baseline shows: work is repeatable to the last record, while the bytes
 * of a shuffle depend on how the rows of a block happen to compress, and a spill on which tasks meet in memory.
 */
interface Tolerance {
  readonly relative: number;
  readonly absolute: number;
}
const EXACT: Tolerance = { relative: 0, absolute: 0 };
const BYTES: Tolerance = { relative: 0.02, absolute: 4096 };
const SPILL: Tolerance = { relative: SPILL_GROWTH, absolute: SMALLEST_SPILL_BYTES };
const WORK: readonly (readonly [MetricName, Tolerance])[] = [
  ["stages", EXACT],
  ["tasks", EXACT],
  ["shuffleWriteRecords", EXACT],
  ["shuffleReadRecords", EXACT],
  ["shuffleWriteBytes", BYTES],
  ["shuffleReadBytes", BYTES],
  ["diskSpilledBytes", SPILL],
  ["memorySpilledBytes", SPILL],
];
const FAULTS: readonly MetricName[] = ["oomKills", "lostExecutors", "failedTasks", "retriedStages"];
const DATA: readonly MetricName[] = ["inputRecords", "outputRecords"];

/** From this many runs on a case is judged by its own spread; with fewer also by the largest spread among cases of its operation. */
const RUNS_FOR_OWN_SPREAD = 3;
/** The newest runs that are compared with: code of the default branch changes the figures, and older runs would widen the tolerance. */
export const RUNS_FOR_HARD_GATES = 5;

/**
 * Every difference in what must be repeatable, of the cases of one operation. Attempts that failed or were repeated are faults, and no
 * work.
 */
export function judgeHard(all: readonly CasePair[]): Difference[] {
  const siblings = all.map(countOnlyWork);
  const spreads = new Map(WORK.map(([metric]) => [metric, largestRelativeSpread(siblings, metric)]));
  return siblings.flatMap((pair) => judgeCase(pair, (metric) => spreads.get(metric) ?? 0));
}

/** @param siblingSpreadOf the largest relative spread that cases of the operation show in a metric */
function judgeCase(pair: CasePair, siblingSpreadOf: (metric: MetricName) => number): Difference[] {
  const stages = matchCase(pair);
  const differences = [
    ...FAULTS.map((metric) => judgeFault(pair, metric)),
    judgeChecksum(pair),
    ...DATA.map((metric) => judgeData(pair, metric)),
    ...WORK.map(([metric, allowed]) => judgeWork(pair, metric, allowed, siblingSpreadOf(metric))),
    judgeSkew(pair, stages),
  ].filter((difference) => difference !== null);
  return dropRepeated(judgeParallelism(pair, stages, differences));
}

function differ(
  pair: CasePair,
  metric: string,
  direction: Difference["direction"],
  baseline: number | null,
  current: number | null,
): Difference {
  const change = baseline === null || current === null || baseline === 0 ? null : current / baseline - 1;
  return {
    scope: "case",
    subject: pair.name,
    metric,
    gate: "hard",
    direction,
    baseline,
    current,
    change,
    pValue: null,
  };
}

function valuesOf(results: readonly CaseResult[], metric: MetricName): number[] {
  return results
    .flatMap((result) => result.samples.map((sample) => sample.metrics[metric]))
    .filter((value) => value !== null);
}

/** Faults of the worst sample. What was lost outside the samples, in a warm-up, counts too. */
function faultsOf(result: CaseResult, metric: MetricName): number {
  const inSamples = Math.max(0, ...valuesOf([result], metric));
  const lost = result.evidence?.lostExecutors ?? [];
  if (metric === "lostExecutors") return Math.max(inSamples, lost.length);
  return metric === "oomKills" ? Math.max(inSamples, lost.filter(({ memoryKill }) => memoryKill).length) : inSamples;
}

function judgeFault(pair: CasePair, metric: MetricName): Difference | null {
  const current = faultsOf(pair.current, metric);
  const before = pair.baseline.map((result) => faultsOf(result, metric));
  const usual = medianOrNull(before)!;
  if (current > Math.max(...before)) return differ(pair, metric, "worse", usual, current);
  if (current < Math.min(...before)) return differ(pair, metric, "better", usual, current);
  return null;
}

/** Another result of the same operation on the same data is a wrong result, unless the results always differ. */
function judgeChecksum(pair: CasePair): Difference | null {
  const known = new Set(pair.baseline.map((result) => result.checksum).filter((checksum) => checksum !== null));
  const { checksum, status } = pair.current;
  // A case that failed for its wrong result has a finding of its status.
  if (status !== "passed" || checksum === null || known.size !== 1 || known.has(checksum)) return null;
  return differ(pair, "checksum", "worse", null, null);
}

/**
 * Reading more is more work. Reading less is less work where the result is proved to be the same (a filter pushed down); where
 * it is not, the input is another one: worse where the result differs, and to be looked at where nobody knows.
 */
function judgeData(pair: CasePair, metric: MetricName): Difference | null {
  const difference = judgeWork(pair, metric, EXACT, 0);
  if (difference === null || difference.direction === "worse") return difference;
  const before = pair.baseline.at(-1)!.checksum;
  const now = pair.current.checksum;
  if (before === null || now === null) return { ...difference, gate: "advisory", direction: "worse" };
  return before === now ? difference : { ...difference, direction: "worse" };
}

function judgeWork(pair: CasePair, metric: MetricName, allowed: Tolerance, siblingSpread: number): Difference | null {
  const before = valuesOf(pair.baseline, metric);
  const now = valuesOf([pair.current], metric);
  if (before.length === 0 || now.length === 0) return null;
  const low = Math.min(...before);
  const high = Math.max(...before);
  const fromSiblings = pair.baseline.length >= RUNS_FOR_OWN_SPREAD ? 0 : siblingSpread;
  const tolerance = Math.max(
    spreadOf(before),
    spreadOf(now),
    high * Math.max(allowed.relative, fromSiblings),
    allowed.absolute,
  );
  const direction =
    Math.min(...now) > high + tolerance ? "worse" : Math.max(...now) < low - tolerance ? "better" : null;
  if (direction === null) return null;
  return differ(pair, metric, direction, medianOrNull(before), medianOrNull(now));
}

function spreadOf(values: readonly number[]): number {
  return Math.max(...values) - Math.min(...values);
}

function largestRelativeSpread(siblings: readonly CasePair[], metric: MetricName): number {
  return Math.max(
    0,
    ...siblings.map((sibling) => {
      const values = valuesOf(sibling.baseline, metric);
      const high = values.length === 0 ? 0 : Math.max(...values);
      return high > 0 ? spreadOf(values) / high : 0;
    }),
  );
}

function matchCase(pair: CasePair): readonly StagePair[] {
  const samples = pair.baseline.flatMap((result) => result.samples);
  const baseline = summarise({ samples, evidence: pair.baseline.at(-1)!.evidence });
  return matchStages(summarise(subjectOf(pair.current)).stages, baseline.stages).pairs;
}

/** The stage whose records are dealt out most unevenly, where that is new. */
function judgeSkew(pair: CasePair, stages: readonly StagePair[]): Difference | null {
  const worse = stages.filter(isMoreSkewed);
  const better = stages.filter(({ current, baseline }) => isMoreSkewed({ current: baseline, baseline: current }));
  const [direction, found] = worse.length > 0 ? (["worse", worse] as const) : (["better", better] as const);
  const most = [...found].sort((a, b) => skewOf(b) - skewOf(a))[0];
  if (most === undefined) return null;
  const { current, baseline } = most;
  return hasIdleMedian(current) || hasIdleMedian(baseline)
    ? differ(pair, "largestTaskRecords", direction, largestTaskRecords(baseline), largestTaskRecords(current))
    : differ(pair, "shuffleRecordsSkew", direction, baseline.shuffleRecordsSkew, current.shuffleRecordsSkew);
}

function skewOf({ current, baseline }: StagePair): number {
  return Math.max(current.shuffleRecordsSkew ?? 0, baseline.shuffleRecordsSkew ?? 0);
}

/** A stage in one task can use no second core and no second executor, however few the cores of a load test are. */
const FEWEST_PARALLEL_TASKS = 2;

/** Fewer tasks are less work for the scheduler, but with fewer tasks than cores a stage leaves cores idle: that is worse. */
function judgeParallelism(
  pair: CasePair,
  stages: readonly StagePair[],
  differences: readonly Difference[],
): readonly Difference[] {
  const fewer = differences.find(({ metric, direction }) => metric === "tasks" && direction === "better");
  if (fewer === undefined) return differences;
  const cores = Math.max(countCores(pair.current.evidence) ?? 0, FEWEST_PARALLEL_TASKS);
  const starved = stages.some((stage) => {
    const now = stage.current.metrics.tasks ?? 0;
    return isSameWork(stage) && now < cores && now < (stage.baseline.metrics.tasks ?? 0);
  });
  if (!starved) return differences;
  return differences.map((difference) => (difference === fewer ? { ...fewer, direction: "worse" } : difference));
}

/** Cores that the application's tasks could use; null where its settings do not say. */
export function countCores(evidence: Evidence | null): number | null {
  const properties = evidence?.properties ?? {};
  const master = properties["spark.master"] ?? "";
  const local = /^local\[(\d+)/.exec(master);
  if (local !== null) return Number(local[1]);
  const cluster = /^local-cluster\[(\d+),(\d+)/.exec(master.replaceAll(" ", ""));
  if (cluster !== null) return Number(cluster[1]) * Number(cluster[2]);
  const executors = Number(properties["spark.executor.instances"]);
  const cores = Number(properties["spark.executor.cores"] ?? 1);
  return executors > 0 && cores > 0 ? executors * cores : null;
}

/** Pairs of metrics that change for one and the same reason: of two that moved the same way only the first is a finding. */
const SAME_FACT: readonly (readonly [kept: string, dropped: string])[] = [
  ["shuffleWriteBytes", "shuffleReadBytes"],
  ["shuffleWriteRecords", "shuffleReadRecords"],
  ["diskSpilledBytes", "memorySpilledBytes"],
];

function dropRepeated(differences: readonly Difference[]): Difference[] {
  return differences.filter(
    ({ metric, direction }) =>
      !SAME_FACT.some(
        ([kept, dropped]) =>
          metric === dropped && differences.some((other) => other.metric === kept && other.direction === direction),
      ),
  );
}
