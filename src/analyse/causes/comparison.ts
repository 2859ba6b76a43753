import { saysCancelled } from "../../collect/event-log/failure-words.ts";
import { formatChange, plural } from "../../lib/text/format.ts";
import { nameOfWork } from "../../lib/text/run-ids.ts";
import type { Cause, Stage, TaskFailure, Work } from "../../model/documents.ts";
import { formatMetric } from "../../model/format-metric.ts";
import { findMetric, type MetricName, WORK_METRICS } from "../../model/metrics.ts";
import { isPlumbing } from "../../model/plan-nodes.ts";
import { matchStages, type StageMatch, type StagePair } from "../statistics/match-stages.ts";
import type { Summary } from "../statistics/subject.ts";
import { compareDefaults, compareSettings, type SettingChange } from "./settings.ts";

/** What the rules look at. Where one side is cut short, the figures and stages are those that both have whole. */
export interface Comparison {
  readonly current: Summary;
  readonly baseline: Summary;
  readonly stages: StageMatch;
  /** By weight. */
  readonly settings: readonly SettingChange[];
  /** Of settings that neither side sets, where another Spark version has another default; by weight. */
  readonly defaults: readonly SettingChange[];
  /** Share of the current side's run time that went into attempts which failed or were repeated. */
  readonly repeatedRunShare: number;
  /** Growth of the CPU time that counts as a cause. */
  readonly minimumCpuChange: number;
}

/** Looks for one kind of cause; null where it is not there. */
export type Rule = (comparison: Comparison) => Cause | null;

export type CauseEvidence = Cause["evidence"][number];

/** Two counts of records are taken for the same work up to this share. */
const SAME_WORK = 0.25;

export function buildComparison(
  current: Summary,
  baseline: Summary,
  { minimumCpuChange, repeatedRunShare }: Pick<Comparison, "minimumCpuChange" | "repeatedRunShare">,
): Comparison {
  const stages = matchStages(current.stages, baseline.stages);
  const whole = {
    current,
    baseline,
    stages,
    settings: compareSettings(current.evidence, baseline.evidence),
    defaults: compareDefaults(current.evidence, baseline.evidence),
    repeatedRunShare,
    minimumCpuChange,
  };
  return isCutShort(current, baseline) ? { ...whole, ...onlyCommon(current, baseline, stages) } : whole;
}

/** Whether one side has not done all that the other did: its log is cut off, or a job of it failed for good or was cancelled. */
function isCutShort(current: Summary, baseline: Summary): boolean {
  const partial = [current, baseline].some(({ evidence }) => evidence?.partial === true);
  return [countFailedJobs, countCancelledJobs].some((count) => count(current) !== count(baseline)) || partial;
}

/** What failed. Documents of earlier versions have cancelled jobs among the failures. */
export function failuresOf({ evidence }: Summary): TaskFailure[] {
  return (evidence?.failures ?? []).filter((failure) => !isCancelledJob(failure));
}

function isCancelledJob({ kind, message }: TaskFailure): boolean {
  return kind === "JobFailed" && saysCancelled(message);
}

export function countOf(failures: readonly TaskFailure[]): number {
  return failures.reduce((sum, { count }) => sum + count, 0);
}

export function countFailedJobs(side: Summary): number {
  return countOf(failuresOf(side).filter(({ kind }) => kind === "JobFailed"));
}

export function countCancelledJobs({ evidence }: Summary): number {
  return (evidence?.cancelledJobs ?? 0) + countOf((evidence?.failures ?? []).filter(isCancelledJob));
}

/** What only a whole log tells of an application: faults stay, sums are those of the stages that came to their end on both sides. */
function onlyCommon(
  current: Summary,
  baseline: Summary,
  { pairs }: StageMatch,
): Pick<Comparison, "current" | "baseline" | "stages"> {
  const common = pairs.filter((pair) => [pair.current, pair.baseline].every(hasEnded));
  const reduce = (side: Summary, stages: readonly Stage[]): Summary => ({
    ...side,
    metrics: { ...side.metrics, ...addWork(stages), wallMs: null },
    stages,
  });
  return {
    current: reduce(
      current,
      common.map((pair) => pair.current),
    ),
    baseline: reduce(
      baseline,
      common.map((pair) => pair.baseline),
    ),
    stages: { pairs: common, added: [], removed: [] },
  };
}

/** A stage in which tasks failed may be the one that ended its job, with partitions that nobody worked on. */
function hasEnded({ metrics, unfinished }: Stage): boolean {
  return unfinished !== true && metrics.wallMs !== null && (metrics.failedTasks ?? 0) === 0;
}

function addWork(stages: readonly Stage[]): Work {
  const sumOf = (name: keyof Work): number | null => {
    const values = stages.map(({ metrics }) => metrics[name]).filter((value) => value !== null);
    return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0);
  };
  return Object.fromEntries(WORK_METRICS.map((name) => [name, sumOf(name)])) as Work;
}

/** The changed settings that a mechanism depends on. */
export function settingsLike({ settings }: Comparison, pattern: RegExp): SettingChange[] {
  return settings.filter(({ name }) => pattern.test(name));
}

/** A metric of both sides as a line of evidence; none where neither side measured it. */
export function metricEvidence(
  name: MetricName,
  baseline: number | null | undefined,
  current: number | null | undefined,
): CauseEvidence[] {
  if (baseline == null && current == null) return [];
  return [
    {
      what: findMetric(name)?.title ?? name,
      baseline: formatMetric(name, baseline ?? null),
      current: formatMetric(name, current ?? null),
    },
  ];
}

/** Metrics of a stage's two sides as lines of evidence. */
export function stageEvidence(pair: StagePair, names: readonly MetricName[]): CauseEvidence[] {
  return names.flatMap((name) => metricEvidence(name, pair.baseline.metrics[name], pair.current.metrics[name]));
}

/** A stage as people find it: "stage 2 of window (Window, Sort)". */
export function nameStage(stage: Stage): string {
  const nodes = [...new Set(stage.planNodes.filter((node) => !isPlumbing(node)))].slice(0, 3);
  const name = nameGroup(stage.jobGroup);
  const group = name === "" ? "" : ` of ${name}`;
  return `stage ${stage.ordinal + 1}${group}${nodes.length === 0 ? "" : ` (${nodes.join(", ")})`}`;
}

const LONGEST_GROUP = 60;

function nameGroup(jobGroup: string): string {
  const name = nameOfWork(jobGroup);
  return name.length > LONGEST_GROUP ? `${name.slice(0, LONGEST_GROUP - 1)}…` : name;
}

/** Records that a stage takes in, from files and from shuffles; null where it counted none. */
export function recordsInto(stage: Stage): number | null {
  const { inputRecords, shuffleReadRecords } = stage.metrics;
  const records = (inputRecords ?? 0) + (shuffleReadRecords ?? 0);
  return records > 0 ? records : null;
}

/** Whether both sides of a stage take in about the same records. */
export function isSameWork({ current, baseline }: StagePair): boolean {
  const now = recordsInto(current);
  const before = recordsInto(baseline);
  return now !== null && before !== null && Math.abs(now / before - 1) <= SAME_WORK;
}

/** current / baseline - 1; null where one is missing or the baseline is 0. */
export function changeOf(baseline: number | null | undefined, current: number | null | undefined): number | null {
  if (baseline == null || current == null || baseline === 0) return null;
  return current / baseline - 1;
}

/** "43 MiB instead of 10 MiB (+330 %)" */
export function instead(name: MetricName | (string & {}), baseline: number | null, current: number | null): string {
  const change = changeOf(baseline, current);
  const suffix = change === null ? "" : ` (${formatChange(change)})`;
  return `${formatMetric(name, current)} instead of ${formatMetric(name, baseline)}${suffix}`;
}

/**
 * The stage that has more than half of the growth of a metric, stages included that only the current side has; undefined where no
 * stage has that much.
 */
export function findMainStage(
  { current, baseline, stages }: Comparison,
  name: MetricName,
): { readonly stage: Stage; readonly before: Stage | null } | undefined {
  const growth = (current.metrics[name] ?? 0) - (baseline.metrics[name] ?? 0);
  const sides = [
    ...stages.pairs.map((pair) => ({ stage: pair.current, before: pair.baseline })),
    ...stages.added.map((stage) => ({ stage, before: null })),
  ];
  return sides.find(({ stage, before }) => {
    const own = (stage.metrics[name] ?? 0) - (before?.metrics[name] ?? 0);
    return Math.sign(own) === Math.sign(growth) && 2 * Math.abs(own) > Math.abs(growth);
  });
}

/** The entry with the largest figure; undefined of none. */
export function largestBy<T>(entries: readonly T[], figure: (entry: T) => number): T | undefined {
  return entries.reduce<T | undefined>(
    (best, entry) => (best === undefined || figure(entry) > figure(best) ? entry : best),
    undefined,
  );
}

/** " (and 2 more stages)" */
export function andMore(count: number): string {
  return count <= 0 ? "" : ` (and ${plural(count, "more stage")})`;
}
