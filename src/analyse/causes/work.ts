import { formatChange, formatCount, plural } from "../../lib/text/format.ts";
import type { MetricName } from "../../model/metrics.ts";
import type { StagePair } from "../statistics/match-stages.ts";
import {
  andMore,
  type Comparison,
  changeOf,
  findMainStage,
  instead,
  isSameWork,
  metricEvidence,
  nameStage,
  type Rule,
  recordsInto,
  settingsLike,
  stageEvidence,
} from "./comparison.ts";
import { explainPlanChanged, hasSameNodes } from "./plan.ts";
import { SMALLEST_SPILL_BYTES } from "./resources.ts";
import { describeChanges, settingEvidence, withSettings } from "./settings.ts";

/** Records are counted exactly; this only forgives a log that lost a line. */
const SAME_RECORDS = 0.001;
/** Growth of what a stage passes on, at equal input, that shows other data. */
const OTHER_FAN_OUT = 0.1;
const PARTITION_SETTINGS =
  /partition|parallelism|spark\.sql\.adaptive|spark\.(cores\.max|executor\.instances|executor\.cores|master)$/i;

/** Whether as many records are read as before; where a side did not count them, nobody knows. */
function isSameInput({ current, baseline }: Comparison): boolean {
  const [before, now] = [baseline.metrics.inputRecords, current.metrics.inputRecords];
  if (before === null || now === null) return false;
  return before === now || Math.abs(changeOf(before, now) ?? Number.POSITIVE_INFINITY) <= SAME_RECORDS;
}

/** Growth of the input, or its end, that makes other plans, tasks and costs by itself. */
const FAR_OTHER_INPUT = 0.1;

/** The case reads far more or fewer records. */
export const explainInputChangedFar: Rule = (comparison) => {
  const change = changeOf(comparison.baseline.metrics.inputRecords, comparison.current.metrics.inputRecords);
  return change !== null && Math.abs(change) < FAR_OTHER_INPUT ? null : explainInputChanged(comparison);
};

/** The case reads more or other records. */
export const explainInputChanged: Rule = (comparison) => {
  const { current, baseline } = comparison;
  const [before, now] = [baseline.metrics.inputRecords, current.metrics.inputRecords];
  if (before === null || now === null || isSameInput(comparison)) return null;
  const change = changeOf(before, now);
  const counts = { baseline: baseline.stages.length, current: current.stages.length };
  const stagesToo =
    counts.baseline > 0 && counts.current > 0 && counts.baseline !== counts.current
      ? `, in ${plural(counts.current, "stage")} instead of ${formatCount(counts.baseline)}`
      : "";
  return {
    kind: "input-changed",
    stage: findMainStage(comparison, "inputRecords")?.stage.key ?? null,
    sentence:
      `reads ${formatCount(now)} records instead of ${formatCount(before)}` +
      `${change === null ? "" : ` (${formatChange(change)})`}${stagesToo}`,
    evidence: [
      ...metricEvidence("inputRecords", baseline.metrics.inputRecords, current.metrics.inputRecords),
      ...metricEvidence(
        "shuffleWriteRecords",
        baseline.metrics.shuffleWriteRecords,
        current.metrics.shuffleWriteRecords,
      ),
      ...metricEvidence("cpuMs", baseline.metrics.cpuMs, current.metrics.cpuMs),
      ...metricEvidence("stages", counts.baseline, counts.current),
    ],
  };
};

/**
 * As many records read, by the same plan in as many tasks, but a stage passes on more of them: other values in the data, or another
 * query. A join that became another one is no other data.
 */
export const explainFanOut: Rule = (comparison) => {
  const { stages, baseline, current } = comparison;
  if (!isSameInput(comparison) || explainPlanChanged(comparison) !== null) return null;
  const grown = stages.pairs.filter((pair) => {
    const before = pair.baseline.metrics.shuffleWriteRecords;
    const now = pair.current.metrics.shuffleWriteRecords;
    if (before === null || now === null || before === now || !hasSameNodes(pair)) return false;
    const sameTasks = pair.baseline.metrics.tasks === pair.current.metrics.tasks;
    return sameTasks && Math.abs(changeOf(before, now) ?? Number.POSITIVE_INFINITY) > OTHER_FAN_OUT;
  });
  const first = grown[0];
  if (first === undefined) return null;
  return {
    kind: "input-changed",
    stage: first.current.key,
    sentence:
      `${nameStage(first.current)} passes on ` +
      `${instead("shuffleWriteRecords", first.baseline.metrics.shuffleWriteRecords, first.current.metrics.shuffleWriteRecords)} ` +
      `records although as many are read: the data or the query changed${andMore(grown.length - 1)}`,
    evidence: [
      ...metricEvidence("inputRecords", baseline.metrics.inputRecords, current.metrics.inputRecords),
      ...stageEvidence(first, ["shuffleWriteRecords", "shuffleWriteBytes"]),
    ],
  };
};

/** Factor between the numbers of tasks that counts as another partitioning. */
const OTHER_PARTITIONING = 2;

function findPartitioning(comparison: Comparison, factor: (pair: StagePair) => number): StagePair[] {
  return comparison.stages.pairs
    .filter((pair) => isSameWork(pair) && factor(pair) >= OTHER_PARTITIONING)
    .sort((a, b) => (recordsInto(b.current) ?? 0) - (recordsInto(a.current) ?? 0));
}

function describePartitioning(
  comparison: Comparison,
  pairs: readonly StagePair[],
): { sentence: string; stage: string } {
  const pair = pairs[0]!;
  const settings = settingsLike(comparison, PARTITION_SETTINGS);
  return {
    stage: pair.current.key,
    sentence: withSettings(
      `${nameStage(pair.current)} runs in ${plural(pair.current.metrics.tasks ?? 0, "task")} instead of ` +
        `${formatCount(pair.baseline.metrics.tasks ?? 0)} with the same ` +
        `${formatCount(recordsInto(pair.current) ?? 0)} records${andMore(pairs.length - 1)}`,
      settings,
    ),
  };
}

function tasksOf({ current, baseline }: StagePair): { now: number; before: number } {
  return { now: current.metrics.tasks ?? 0, before: baseline.metrics.tasks ?? 0 };
}

/** Growth from which on a stage got worse. */
const WORSE = 0.1;
const COSTS = [
  { name: "wallMs", least: 1 },
  // Of at most a hundred tasks it is the longest.
  { name: "taskMsP99", least: 1 },
  { name: "cpuMs", least: 1 },
  { name: "diskSpilledBytes", least: SMALLEST_SPILL_BYTES },
  { name: "memorySpilledBytes", least: SMALLEST_SPILL_BYTES },
] as const satisfies { name: MetricName; least: number }[];
const FAULTS = ["failedTasks", "oomKills"] as const satisfies MetricName[];

/**
 * Whether a stage took longer, or its longest task did, or it cost more CPU time, spilled more or failed tasks; true where none of this is
 * known. Of a stage that did not, nobody can say that its tasks are too few: adaptive execution coalesces small partitions.
 */
function gotWorse({ current, baseline }: StagePair): boolean {
  const grew = ({ name, least }: { readonly name: MetricName; readonly least: number }): boolean | null => {
    const [before, now] = [baseline.metrics[name], current.metrics[name]];
    return before === null || now === null ? null : now - before >= least && now > before * (1 + WORSE);
  };
  const costs = COSTS.map(grew).filter((cost) => cost !== null);
  return costs.length === 0 || costs.includes(true) || FAULTS.some((name) => grew({ name, least: 1 }) === true);
}

/** A stage does the same work in fewer tasks, and got worse: less parallel, and each needs more memory. */
export const explainTooFewPartitions: Rule = (comparison) => {
  const pairs = findPartitioning(comparison, (pair) => {
    const { now, before } = tasksOf(pair);
    return now === 0 || !gotWorse(pair) ? 0 : before / now;
  });
  if (pairs.length === 0) return null;
  return {
    kind: "too-few-partitions",
    ...describePartitioning(comparison, pairs),
    evidence: [
      ...stageEvidence(pairs[0]!, ["tasks", "peakExecutionMemoryBytes", "diskSpilledBytes", "taskMsP50"]),
      ...settingEvidence(settingsLike(comparison, PARTITION_SETTINGS)),
    ],
  };
};

/** A stage does the same work in more tasks: each has its overhead, its shuffle blocks and its output file. */
export const explainTooManyPartitions: Rule = (comparison) => {
  const pairs = findPartitioning(comparison, (pair) => {
    const { now, before } = tasksOf(pair);
    return before === 0 ? 0 : now / before;
  });
  if (pairs.length === 0) return null;
  return {
    kind: "too-many-partitions",
    ...describePartitioning(comparison, pairs),
    evidence: [
      ...stageEvidence(pairs[0]!, ["tasks", "cpuMs", "shuffleReadBytes", "taskMsP50"]),
      ...settingEvidence(settingsLike(comparison, PARTITION_SETTINGS)),
    ],
  };
};

/** Settings differ, whatever they did. */
export const explainConfigChanged: Rule = ({ settings }) => {
  if (settings.length === 0) return null;
  return {
    kind: "config-changed",
    stage: null,
    sentence: describeChanges(settings),
    evidence: settingEvidence(settings),
  };
};
