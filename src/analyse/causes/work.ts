import { formatChange, formatCount, plural } from "../../lib/text/format.ts";
import { isPlumbing } from "../../model/plan-nodes.ts";
import { countNodes, type StagePair } from "../statistics/match-stages.ts";
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
import { describeChanges, type SettingChange, settingEvidence, withSettings } from "./settings.ts";

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

function hasSameNodes(pair: StagePair): boolean {
  const [before, now] = [pair.baseline, pair.current].map(({ planNodes }) =>
    planNodes
      .filter((node) => !isPlumbing(node))
      .sort()
      .join("\n"),
  );
  return before === now;
}

/** Settings by which Spark chooses among plans; those of partitions and memory have causes of their own. */
const PLAN_SETTINGS =
  /^spark\.(plugins|rapids\.|sql\.(adaptive\.(?!coalescePartitions|advisory)|autoBroadcastJoinThreshold|join\.|cbo\.|statistics\.|optimizer\.|codegen\.|exchange\.|extensions|sources\.|execution\.(?!arrow\.max|id)|subquery\.|requireAllClusterKeys|limit\.|window|sort|legacy\.|parquet\.(enable|filter|aggregate)|orc\.(impl|enable|filter|aggregate)|hive\.convertMetastore|bucketing|catalog\.|ansi\.|cache|constraintPropagation|inMemoryColumnarStorage))/;
const JOIN_SETTINGS =
  /^spark\.(plugins|rapids\.|sql\.(adaptive\.(enabled|autoBroadcast|maxShuffledHashJoin|forceOptimizeSkewedJoin|skewJoin)|autoBroadcastJoinThreshold|join\.|cbo\.|statistics\.|extensions|sources\.(v2\.)?bucketing|execution\.(?!arrow|id)))/i;

/** The changed settings, and the changed defaults of another version, that can have made another plan of these nodes. */
function planSettings({ settings, defaults }: Comparison, changedNodes: readonly string[]): SettingChange[] {
  const pattern = changedNodes.some((node) => /Join$/.test(node)) ? JOIN_SETTINGS : PLAN_SETTINGS;
  return [
    ...settings.filter(({ name }) => pattern.test(name)),
    ...defaults
      .filter(({ name }) => pattern.test(name))
      .map(({ name, baseline, current }) => ({
        name,
        baseline: `${baseline} (default)`,
        current: `${current} (default)`,
      })),
  ];
}

/** Another plan where a setting changed that makes plans: it comes before what another plan reads and costs. */
export const explainPlanOfSettings: Rule = (comparison) => {
  const change = findPlanChange(comparison);
  return change === null || change.settings.length === 0 ? null : explainPlanChanged(comparison);
};

interface PlanChange {
  readonly before: ReadonlyMap<string, number>;
  readonly now: ReadonlyMap<string, number>;
  readonly gained: readonly string[];
  readonly lost: readonly string[];
  readonly stagesDiffer: boolean;
  readonly settings: readonly SettingChange[];
}

function findPlanChange(comparison: Comparison): PlanChange | null {
  const { current, baseline } = comparison;
  const before = countNodes(baseline.stages);
  const now = countNodes(current.stages);
  const names = [...new Set([...before.keys(), ...now.keys()])].filter((name) => !isPlumbing(name)).sort();
  const gained = names.filter((name) => (now.get(name) ?? 0) > (before.get(name) ?? 0));
  const lost = names.filter((name) => (before.get(name) ?? 0) > (now.get(name) ?? 0));
  const counted = current.stages.length > 0 && baseline.stages.length > 0;
  const stagesDiffer = counted && current.stages.length !== baseline.stages.length;
  if (!counted || (gained.length === 0 && lost.length === 0 && !stagesDiffer)) return null;
  return { before, now, gained, lost, stagesDiffer, settings: planSettings(comparison, [...gained, ...lost]) };
}

const MOST_NODES = 6;

function listSome(names: readonly string[]): string {
  const more = names.length - MOST_NODES;
  return names.slice(0, MOST_NODES).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

/** Spark runs another plan: other nodes, more or fewer stages. */
export const explainPlanChanged: Rule = (comparison) => {
  const change = findPlanChange(comparison);
  if (change === null) return null;
  const { before, now, gained, lost, stagesDiffer, settings } = change;
  const { current, baseline, stages } = comparison;
  const parts = [
    gained.length > 0 ? `more ${listSome(gained)}` : null,
    lost.length > 0 ? `less ${listSome(lost)}` : null,
    stagesDiffer ? `${plural(current.stages.length, "stage")} instead of ${baseline.stages.length}` : null,
  ].filter((part) => part !== null);
  const listNodes = (counts: ReadonlyMap<string, number>): string =>
    [...gained, ...lost].map((name) => `${counts.get(name) ?? 0} ${name}`).join(", ") || "the same nodes";
  const changed = stages.added[0] ?? stages.pairs.find((pair) => !hasSameNodes(pair))?.current;
  const versions = [baseline.evidence?.sparkVersion, current.evidence?.sparkVersion];
  return {
    kind: "plan-changed",
    stage: changed?.key ?? null,
    sentence: withSettings(`the plan changed: ${parts.join("; ")}`, settings),
    evidence: [
      { what: "Plan nodes", baseline: listNodes(before), current: listNodes(now) },
      { what: "Stages", baseline: String(baseline.stages.length), current: String(current.stages.length) },
      ...(versions[0] !== versions[1]
        ? [{ what: "Spark version", baseline: versions[0] ?? "unknown", current: versions[1] ?? "unknown" }]
        : []),
      ...settingEvidence(settings),
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
  return {
    kind: "config-changed",
    stage: null,
    sentence: describeChanges(settings),
    evidence: settingEvidence(settings),
  };
};
