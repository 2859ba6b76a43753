import { formatBytes, formatChange, formatCount, formatMs, formatRatio, NOT_MEASURED } from "../../lib/text/format.ts";
import type { Stage } from "../../model/documents.ts";
import type { MetricName } from "../../model/metrics.ts";
import {
  andMore,
  type Comparison,
  changeOf,
  findMainStage,
  instead,
  largestBy,
  metricEvidence,
  nameStage,
  type Rule,
  settingsLike,
  stageEvidence,
} from "./comparison.ts";
import { settingEvidence, withSettings } from "./settings.ts";
import { hasIdleMedian, isMoreSkewed } from "./skew-limits.ts";

/** A smaller spill is no shortage of memory. */
export const SMALLEST_SPILL_BYTES = 1024 * 1024;
/** Relative growth of a spill that counts: its size depends on which tasks happen to run at the same time. */
export const SPILL_GROWTH = 0.5;
const MEMORY_SETTINGS = /memory|spill|spark\.(executor\.cores|task\.cpus|master)$|shuffle\.partitions$/i;

const SPILLS = [
  { metric: "diskSpilledBytes", where: "to disk" },
  { metric: "memorySpilledBytes", where: "from memory" },
] as const;

/** Tasks had too little memory and spilled. What went to disk is compared, or where both sides counted nothing there, what left the memory. */
export const explainSpill: Rule = (comparison) => {
  const { current, baseline, stages } = comparison;
  const spill = SPILLS.find(({ metric }) => {
    const [before, now] = [baseline.metrics[metric], current.metrics[metric]];
    return before !== null && now !== null && before + now > 0;
  });
  if (spill === undefined) return null;
  const spilledBytes = ({ metrics }: Pick<Stage, "metrics">): number => metrics[spill.metric] ?? 0;
  const before = spilledBytes(baseline);
  const now = spilledBytes(current);
  if (now - before < SMALLEST_SPILL_BYTES || now < before * (1 + SPILL_GROWTH)) return null;
  const sides = [
    ...stages.pairs.map((pair) => ({ stage: pair.current, before: spilledBytes(pair.baseline) })),
    ...stages.added.map((stage) => ({ stage, before: 0 })),
  ].filter((side) => spilledBytes(side.stage) > side.before);
  const most = largestBy(sides, (side) => spilledBytes(side.stage) - side.before);
  const settings = settingsLike(comparison, MEMORY_SETTINGS);
  const where = most === undefined ? "the case" : nameStage(most.stage);
  const size = most === undefined ? now : spilledBytes(most.stage);
  return {
    kind: "spill",
    stage: most?.stage.key ?? null,
    sentence: withSettings(
      `${where} spills ${formatBytes(size)} ${spill.where} instead of ${formatBytes(most?.before ?? before)}${andMore(sides.length - 1)}`,
      settings,
    ),
    evidence: [
      ...metricEvidence("diskSpilledBytes", baseline.metrics.diskSpilledBytes, current.metrics.diskSpilledBytes),
      ...metricEvidence("memorySpilledBytes", baseline.metrics.memorySpilledBytes, current.metrics.memorySpilledBytes),
      ...metricEvidence(
        "peakExecutionMemoryBytes",
        baseline.metrics.peakExecutionMemoryBytes,
        current.metrics.peakExecutionMemoryBytes,
      ),
      ...settingEvidence(settings),
    ],
  };
};

/** One task of a stage gets far more records than the others. */
export const explainSkew: Rule = ({ stages }) => {
  const skewed = stages.pairs.filter(isMoreSkewed);
  const most = largestBy(skewed, (pair) => pair.current.shuffleRecordsSkew ?? 0);
  if (most === undefined) return null;
  const ratio = (value: number | null): string => (value === null ? "not measured" : formatRatio(value));
  const sides = [most.baseline, most.current];
  const [before, now] = sides.map((side) =>
    hasIdleMedian(side) ? `${formatCount(side.shuffleRecordsSkew ?? 0)} records to 0` : ratio(side.shuffleRecordsSkew),
  ) as [string, string];
  const [bytesBefore, bytesNow] = sides.map((side) =>
    hasIdleMedian(side) ? `${formatBytes(side.shuffleBytesSkew ?? 0)} to 0 B` : ratio(side.shuffleBytesSkew),
  ) as [string, string];
  const reads = hasIdleMedian(most.current)
    ? `${formatCount(most.current.shuffleRecordsSkew ?? 0)} records, the median task 0, instead of ${before}`
    : `${now} the records of the median task instead of ${before}`;
  return {
    kind: "skew",
    stage: most.current.key,
    sentence: `the largest task of ${nameStage(most.current)} reads ${reads}: a skewed key${andMore(skewed.length - 1)}`,
    evidence: [
      {
        what: "Shuffle records, largest to median task",
        baseline: before,
        current: now,
      },
      {
        what: "Shuffle bytes, largest to median task",
        baseline: bytesBefore,
        current: bytesNow,
      },
      {
        what: "Task duration, largest to median task",
        baseline: ratio(most.baseline.taskMsSkew),
        current: ratio(most.current.taskMsSkew),
      },
      ...stageEvidence(most, ["peakExecutionMemoryBytes"]),
    ],
  };
};

/** Share of the run time that garbage collection takes on top before it explains anything; identical code varies by half of it. */
const GC_SHARE_GROWTH = 0.1;
const GC_GROWTH = 2;
/** Growth below this is one collection more, whatever its share of a short run. */
const SMALLEST_GC_MS = 100;

/** Garbage collection takes a larger share of the tasks' time. */
export const explainGc: Rule = (comparison) => {
  const { current, baseline } = comparison;
  const now = current.metrics.gcMs;
  const before = baseline.metrics.gcMs;
  const run = current.metrics.runMs;
  const runBefore = baseline.metrics.runMs;
  if (now === null || before === null || !run || !runBefore) return null;
  if (now / run - before / runBefore < GC_SHARE_GROWTH || now < before * GC_GROWTH) return null;
  if (now - before < SMALLEST_GC_MS) return null;
  const share = (gc: number, of: number): string => `${Math.round((gc / of) * 100)} %`;
  return {
    kind: "gc",
    stage: findMainStage(comparison, "gcMs")?.stage.key ?? null,
    sentence: `garbage collection takes ${share(now, run)} of the run time instead of ${share(before, runBefore)} (${formatMs(now)} instead of ${formatMs(before)})`,
    evidence: [
      { what: "GC share of run time", baseline: share(before, runBefore), current: share(now, run) },
      ...metricEvidence("gcMs", before, now),
      ...metricEvidence(
        "peakExecutionMemoryBytes",
        baseline.metrics.peakExecutionMemoryBytes,
        current.metrics.peakExecutionMemoryBytes,
      ),
    ],
  };
};

/** CPU time below this is start-up of code paths, not work. */
const SMALLEST_CPU_MS = 100;
/** How far the figures of the work may differ for the work to be the same. */
const SAME_WORK_SHARE = 0.05;

const RECORDS = [
  "inputRecords",
  "outputRecords",
  "shuffleReadRecords",
  "shuffleWriteRecords",
] as const satisfies MetricName[];

/** Whether both sides are known to have processed as many records. Where neither counted any, nobody knows. */
function isSameWorkOverall({ current, baseline }: Comparison): boolean {
  const counts = RECORDS.map((name) => [baseline.metrics[name], current.metrics[name]] as const);
  return (
    counts.some(([before, now]) => before !== null && now !== null && before > 0 && now > 0) &&
    counts.every(
      ([before, now]) =>
        before === now || Math.abs(changeOf(before, now) ?? Number.POSITIVE_INFINITY) <= SAME_WORK_SHARE,
    )
  );
}

/** The same records cost more CPU time. */
export const explainCpu: Rule = (comparison) => {
  const { current, baseline, minimumCpuChange } = comparison;
  const before = baseline.metrics.cpuMs;
  const now = current.metrics.cpuMs;
  if (before === null || now === null) return null;
  if (now < before * (1 + minimumCpuChange) || now - before < SMALLEST_CPU_MS * minimumCpuChange) return null;
  const change = changeOf(before, now);
  const taken = change === null ? `${formatMs(now)} of CPU time instead of 0` : `${formatChange(change)} CPU time`;
  const most = findMainStage(comparison, "cpuMs");
  const where = most === undefined ? "" : `, most of it in ${nameStage(most.stage)}${describeGrowth(most)}`;
  return {
    kind: "cpu",
    stage: most?.stage.key ?? null,
    sentence: `${isSameWorkOverall(comparison) ? "the same work" : "the work"} takes ${taken}${where}${describeVersion(comparison)}`,
    evidence: [
      ...metricEvidence("cpuMs", baseline.metrics.cpuMs, current.metrics.cpuMs),
      ...metricEvidence("inputRecords", baseline.metrics.inputRecords, current.metrics.inputRecords),
      ...metricEvidence("runMs", baseline.metrics.runMs, current.metrics.runMs),
    ],
  };
};

/** Of a finding the cause is this one: the version that may be behind it is told along. */
function describeVersion({ current, baseline }: Comparison): string {
  const [before, now] = [baseline.evidence?.sparkVersion ?? null, current.evidence?.sparkVersion ?? null];
  return before === null || now === null || before === now ? "" : `, with Spark ${now} instead of ${before}`;
}

function describeGrowth({ stage, before }: { readonly stage: Stage; readonly before: Stage | null }): string {
  const { cpuMs } = stage.metrics;
  if (before !== null) return `: ${instead("cpuMs", before.metrics.cpuMs, cpuMs)}`;
  return `, which the baseline does not have: ${cpuMs === null ? NOT_MEASURED : formatMs(cpuMs)}`;
}

/** Identical code varies by a third on the clock; growth of less explains nothing. */
const CLOCK_GROWTH = 0.4;
const FLAT_CPU = 0.1;
const SMALLEST_CLOCK_MS = 300;

/** More time on the clock at the same CPU time. Tasks that took longer tell of a busy machine; the wall time alone tells of none. */
export const explainEnvironment: Rule = (comparison) => {
  const { current, baseline } = comparison;
  const cpu = changeOf(baseline.metrics.cpuMs, current.metrics.cpuMs);
  if (cpu === null || Math.abs(cpu) > FLAT_CPU) return null;
  const slower = (["runMs", "wallMs"] as const).find((name) => {
    const change = changeOf(baseline.metrics[name], current.metrics[name]);
    const more = (current.metrics[name] ?? 0) - (baseline.metrics[name] ?? 0);
    return change !== null && change >= CLOCK_GROWTH && more >= SMALLEST_CLOCK_MS;
  });
  if (slower === undefined) return null;
  const [clock, reason] =
    slower === "runMs"
      ? ["executor run time", ": the machine was busy, not the code slower"]
      : ["wall time", describeWait(comparison)];
  return {
    kind: "environment",
    stage: null,
    sentence:
      `${clock} ${formatChange(changeOf(baseline.metrics[slower], current.metrics[slower]))} while CPU time stays ` +
      `(${formatChange(cpu)})${reason}`,
    evidence: [
      ...metricEvidence("cpuMs", baseline.metrics.cpuMs, current.metrics.cpuMs),
      ...metricEvidence("runMs", baseline.metrics.runMs, current.metrics.runMs),
      ...metricEvidence("wallMs", baseline.metrics.wallMs, current.metrics.wallMs),
    ],
  };
};

/** Where the wall time went that the tasks did not take: into stages with fewer tasks at a time, or elsewhere; empty where nobody knows. */
function describeWait({ current, baseline, stages }: Comparison): string {
  const run = changeOf(baseline.metrics.runMs, current.metrics.runMs);
  if (run === null || Math.abs(run) > FLAT_CPU || stages.added.length + stages.removed.length > 0) return "";
  const times = stages.pairs.map((pair) => [pair.baseline.metrics.wallMs, pair.current.metrics.wallMs] as const);
  if (times.length === 0 || times.some((pair) => pair.includes(null))) return "";
  const inStages = times.reduce((sum, [before, now]) => sum + (now ?? 0) - (before ?? 0), 0);
  const growth = (current.metrics.wallMs ?? 0) - (baseline.metrics.wallMs ?? 0);
  return `, and so does executor run time (${formatChange(run)}): ${
    2 * inStages > growth
      ? "the stages ran fewer tasks at a time, as with fewer executors or cores"
      : "the time went by outside its stages"
  }`;
}
