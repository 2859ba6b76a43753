import { formatChange, plural } from "../../lib/text/format.ts";
import type { Cause, Evidence, Stage } from "../../model/documents.ts";
import { formatMetric } from "../../model/format-metric.ts";
import { findMetric, type MetricName } from "../../model/metrics.ts";
import { isPlumbing } from "../../model/plan-nodes.ts";
import { matchStages, type StageMatch, type StagePair, type Summary } from "../statistics/subject.ts";

/** What the rules look at. */
export interface Comparison {
  readonly current: Summary;
  readonly baseline: Summary;
  readonly stages: StageMatch;
  readonly settings: readonly SettingChange[];
  /** Growth of the CPU time that counts as a cause. */
  readonly minimumCpuChange: number;
}

/** Looks for one kind of cause; null where it is not there. */
export type Rule = (comparison: Comparison) => Cause | null;

export interface SettingChange {
  readonly name: string;
  /** null where it was not set */
  readonly baseline: string | null;
  readonly current: string | null;
}

export type CauseEvidence = Cause["evidence"][number];

/** Two counts of records are taken for the same work up to this share. */
const SAME_WORK = 0.25;

export function buildComparison(current: Summary, baseline: Summary, minimumCpuChange: number): Comparison {
  return {
    current,
    baseline,
    stages: matchStages(current.stages, baseline.stages),
    settings: compareSettings(current.evidence, baseline.evidence),
    minimumCpuChange,
  };
}

/** Settings that differ from run to run by nature, or do not change what Spark does: names, ids, hosts, folders, logs. */
const VOLATILE =
  /^spark\.(app\.|driver\.(host|port|bindAddress|appUIAddress)|executor\.id|eventLog\.|history\.|ui\.|log\.|local\.dir|sql\.warehouse\.dir|submit\.|jars|files|archives|repl\.|pyspark\.|job|kubernetes\.|yarn\.|sql\.execution\.id|callstack|hadoop\.|home)/;
/** Set by Spark itself, differently by version. */
const BY_VERSION = /extraJavaOptions$|^spark\.sql\.artifact\./;

function compareSettings(current: Evidence | null, baseline: Evidence | null): SettingChange[] {
  if (current === null || baseline === null) return [];
  const sameVersion = current.sparkVersion === baseline.sparkVersion;
  const names = [...new Set([...Object.keys(current.properties), ...Object.keys(baseline.properties)])].sort();
  return names
    .filter((name) => !VOLATILE.test(name) && (sameVersion || !BY_VERSION.test(name)))
    .map((name) => ({
      name,
      baseline: baseline.properties[name] ?? null,
      current: current.properties[name] ?? null,
    }))
    .filter((change) => change.baseline !== change.current);
}

/** The changed settings that a mechanism depends on. */
export function settingsLike({ settings }: Comparison, pattern: RegExp): SettingChange[] {
  return settings.filter(({ name }) => pattern.test(name));
}

/** " (spark.sql.shuffle.partitions 8 -> 1)", empty for none. */
export function quoteSettings(settings: readonly SettingChange[]): string {
  if (settings.length === 0) return "";
  return ` (${settings.map(({ name, baseline, current }) => `${name} ${baseline ?? "unset"} -> ${current ?? "unset"}`).join(", ")})`;
}

export function settingEvidence(settings: readonly SettingChange[]): CauseEvidence[] {
  return settings.map(({ name, baseline, current }) => ({
    what: name,
    baseline: baseline ?? "unset",
    current: current ?? "unset",
  }));
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
  const group = stage.jobGroup === "" ? "" : ` of ${stage.jobGroup}`;
  return `stage ${stage.ordinal + 1}${group}${nodes.length === 0 ? "" : ` (${nodes.join(", ")})`}`;
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
