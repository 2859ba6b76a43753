import { formatChange, formatCount, plural } from "../../lib/text/format.ts";
import { isPlumbing } from "../../model/plan-nodes.ts";
import { countNodes, type StagePair } from "../statistics/subject.ts";
import {
  andMore,
  type Comparison,
  changeOf,
  instead,
  isSameWork,
  largestBy,
  metricEvidence,
  nameStage,
  quoteSettings,
  type Rule,
  recordsInto,
  settingEvidence,
  settingsLike,
  stageEvidence,
} from "./comparison.ts";

/** Records are counted exactly; this only forgives a log that lost a line. */
const SAME_RECORDS = 0.001;
/** Growth of what a stage passes on, at equal input, that shows other data. */
const OTHER_FAN_OUT = 0.1;
const PARTITION_SETTINGS =
  /partition|parallelism|spark\.sql\.adaptive|spark\.(cores\.max|executor\.instances|executor\.cores|master)$/i;

/** The case reads more or other records. */
export const explainInputChanged: Rule = ({ current, baseline, stages }) => {
  const change = changeOf(baseline.metrics.inputRecords, current.metrics.inputRecords);
  if (change === null || Math.abs(change) <= SAME_RECORDS) return null;
  const reading = [
    ...stages.pairs.map((pair) => ({ stage: pair.current, before: pair.baseline.metrics.inputRecords ?? 0 })),
    ...stages.added.map((stage) => ({ stage, before: 0 })),
  ];
  const most = largestBy(reading, ({ stage, before }) => Math.abs((stage.metrics.inputRecords ?? 0) - before));
  const counts = { baseline: baseline.metrics.stages, current: current.metrics.stages };
  const stagesToo =
    counts.baseline !== null && counts.current !== null && counts.baseline !== counts.current
      ? `, in ${plural(counts.current, "stage")} instead of ${formatCount(counts.baseline)}`
      : "";
  return {
    kind: "input-changed",
    stage: most?.stage.key ?? null,
    sentence:
      `reads ${formatCount(current.metrics.inputRecords ?? 0)} records instead of ` +
      `${formatCount(baseline.metrics.inputRecords ?? 0)} (${formatChange(change)})${stagesToo}`,
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

/** As many records read, by as many tasks, but a stage passes on more of them: other values in the data, or another query. */
export const explainFanOut: Rule = ({ stages, baseline, current }) => {
  const records = changeOf(baseline.metrics.inputRecords, current.metrics.inputRecords);
  if (records !== null && Math.abs(records) > SAME_RECORDS) return null;
  const grown = stages.pairs.filter((pair) => {
    const change = changeOf(pair.baseline.metrics.shuffleWriteRecords, pair.current.metrics.shuffleWriteRecords);
    const sameTasks = pair.baseline.metrics.tasks === pair.current.metrics.tasks;
    return change !== null && Math.abs(change) > OTHER_FAN_OUT && sameTasks;
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

/** Spark runs another plan: other nodes, more or fewer stages. */
export const explainPlanChanged: Rule = ({ current, baseline, stages }) => {
  const before = countNodes(baseline.stages);
  const now = countNodes(current.stages);
  const names = [...new Set([...before.keys(), ...now.keys()])].filter((name) => !isPlumbing(name)).sort();
  const gained = names.filter((name) => (now.get(name) ?? 0) > (before.get(name) ?? 0));
  const lost = names.filter((name) => (before.get(name) ?? 0) > (now.get(name) ?? 0));
  const counted = current.stages.length > 0 && baseline.stages.length > 0;
  const stagesDiffer = counted && current.stages.length !== baseline.stages.length;
  if (!counted || (gained.length === 0 && lost.length === 0 && !stagesDiffer)) return null;
  const parts = [
    gained.length > 0 ? `more ${gained.join(", ")}` : null,
    lost.length > 0 ? `less ${lost.join(", ")}` : null,
    stagesDiffer ? `${plural(current.stages.length, "stage")} instead of ${baseline.stages.length}` : null,
  ].filter((part) => part !== null);
  const listNodes = (counts: ReadonlyMap<string, number>): string =>
    [...gained, ...lost].map((name) => `${counts.get(name) ?? 0} ${name}`).join(", ") || "the same nodes";
  const changed = stages.added[0] ?? stages.pairs.find((pair) => pair.current.key !== pair.baseline.key)?.current;
  const versions = [baseline.evidence?.sparkVersion, current.evidence?.sparkVersion];
  return {
    kind: "plan-changed",
    stage: changed?.key ?? null,
    sentence: `the plan changed: ${parts.join("; ")}`,
    evidence: [
      { what: "Plan nodes", baseline: listNodes(before), current: listNodes(now) },
      { what: "Stages", baseline: String(baseline.stages.length), current: String(current.stages.length) },
      ...(versions[0] !== versions[1]
        ? [{ what: "Spark version", baseline: versions[0] ?? "unknown", current: versions[1] ?? "unknown" }]
        : []),
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
    sentence:
      `${nameStage(pair.current)} runs in ${plural(pair.current.metrics.tasks ?? 0, "task")} instead of ` +
      `${formatCount(pair.baseline.metrics.tasks ?? 0)} with the same ` +
      `${formatCount(recordsInto(pair.current) ?? 0)} records${quoteSettings(settings)}${andMore(pairs.length - 1)}`,
  };
}

function tasksOf({ current, baseline }: StagePair): { now: number; before: number } {
  return { now: current.metrics.tasks ?? 0, before: baseline.metrics.tasks ?? 0 };
}

/** A stage does the same work in fewer tasks: less parallel, and each needs more memory. */
export const explainTooFewPartitions: Rule = (comparison) => {
  const pairs = findPartitioning(comparison, (pair) => {
    const { now, before } = tasksOf(pair);
    return now === 0 ? 0 : before / now;
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
  const shown = settings.slice(0, 5);
  const more = settings.length - shown.length;
  return {
    kind: "config-changed",
    stage: null,
    sentence:
      `${plural(settings.length, "setting")} changed: ` +
      shown.map(({ name, baseline, current }) => `${name} ${baseline ?? "unset"} -> ${current ?? "unset"}`).join(", ") +
      (more > 0 ? `, and ${more} more` : ""),
    evidence: settingEvidence(settings),
  };
};
