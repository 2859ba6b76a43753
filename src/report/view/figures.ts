import { matchStages } from "../../analyse/statistics/match-stages.ts";
import { medianOrNull } from "../../analyse/statistics/statistics.ts";
import { subjectOf, summarise } from "../../analyse/statistics/subject.ts";
import { formatChange, NOT_MEASURED } from "../../lib/text/format.ts";
import type { CaseResult, Cause, Stage } from "../../model/documents.ts";
import { METRICS, type MetricName, type Metrics } from "../../model/metrics.ts";
import { isPlumbing } from "../../model/plan-nodes.ts";

/** The numbers that a report shows of a case and its stages, and how they read. */

function medianOf(values: readonly (number | null)[]): number | null {
  return medianOrNull(values.filter((value) => value !== null));
}

/** A case's samples in one, as the verdict sees them; the stages are left out, since few cases show them. */
export function summariseSamples(result: CaseResult): Metrics {
  const samples = result.samples.map(({ metrics }) => ({ metrics, stages: [] }));
  return summarise({ ...subjectOf(result), samples }).metrics;
}

/** A case in one run, with its samples in one. */
export interface Measured {
  readonly result: CaseResult;
  readonly metrics: Metrics;
}

/** A case of this run beside the same case in the earlier runs that measured it, oldest first. */
export interface MeasuredCase extends Measured {
  readonly earlier: readonly Measured[];
}

/** The metric in each earlier run, runs without it left out. */
export function earlierMetric(view: MeasuredCase, metric: MetricName): number[] {
  return view.earlier.map(({ metrics }) => metrics[metric]).filter((value) => value !== null);
}

/** A metric of this run beside the median of the earlier runs; `change` is undefined where there is nothing to compare. */
export interface Comparison {
  readonly current: number | null;
  readonly baseline: number | null;
  readonly change: number | null | undefined;
}

function compareNumbers(current: number | null, baseline: number | null): Comparison {
  if (current === null || baseline === null) return { current, baseline, change: undefined };
  if (baseline === 0) return { current, baseline, change: current === 0 ? 0 : null };
  return { current, baseline, change: current / baseline - 1 };
}

/** What a case did that did not pass is only a part of its work, and is not compared. */
export function compareCase(view: MeasuredCase, metric: MetricName): Comparison {
  const compared = compareNumbers(view.metrics[metric], medianOf(earlierMetric(view, metric)));
  return view.result.status === "passed" ? compared : { ...compared, change: undefined };
}

/** A relative change for people; a dash where there is nothing to compare. */
export function formatComparedChange(change: number | null | undefined): string {
  return change === undefined ? NOT_MEASURED : formatChange(change);
}

/** A stage of a case, this run beside the earlier ones. */
export interface StageComparison {
  readonly key: string;
  /** Short: its ordinal within the job group, and what it does. */
  readonly label: string;
  readonly inCurrent: boolean;
  readonly inBaseline: boolean;
  readonly metric: (name: MetricName) => Comparison;
  readonly skew: (name: "shuffleRecordsSkew" | "shuffleBytesSkew" | "taskMsSkew") => Comparison;
}

/** The stages of a case in the order of their submission; those that only the baseline has come last. */
export function compareStages(view: MeasuredCase): StageComparison[] {
  const current = summarise(subjectOf(view.result)).stages;
  const before = new Map<Stage, Stage[]>(current.map((stage) => [stage, []]));
  const removed = new Map<string, Stage[]>();
  for (const { result } of view.earlier) {
    const match = matchStages(current, summarise(subjectOf(result)).stages);
    for (const pair of match.pairs) before.get(pair.current)?.push(pair.baseline);
    for (const stage of match.removed) removed.set(stage.key, [...(removed.get(stage.key) ?? []), stage]);
  }
  return [
    ...current.map((stage) => compareStage(stage, stage, before.get(stage) ?? [])),
    ...[...removed.values()].flatMap((stages) =>
      stages[0] === undefined ? [] : compareStage(stages[0], null, stages),
    ),
  ];
}

function compareStage(stage: Stage, current: Stage | null, before: readonly Stage[]): StageComparison {
  const compare = (read: (stage: Stage) => number | null) =>
    compareNumbers(current === null ? null : read(current), medianOf(before.map(read)));
  return {
    key: stage.key,
    label: labelStage(stage),
    inCurrent: current !== null,
    inBaseline: before.length > 0,
    metric: (name) => compare(({ metrics }) => metrics[name]),
    skew: (name) => compare((one) => one[name]),
  };
}

/**
 * "3 · SortMergeJoin, Exchange": the stage's place in its job group, counted from 1 as the causes do, and what it does; Spark's
 * call site where it has no plan.
 */
export function labelStage(stage: Stage): string {
  const nodes = [...new Set(stage.planNodes.filter((node) => !isPlumbing(node)))];
  const what =
    nodes.length > 0 ? nodes.join(", ") : stage.planNodes.length > 0 ? stage.planNodes.join(", ") : stage.name;
  return `${stage.ordinal + 1} · ${what}`;
}

/**
 * The stage of a cause in words that a line can break at: its label, or else its key; null where there is none, or where the sentence
 * names it.
 */
export function nameCauseStage({ stage: key, sentence }: Cause, view: Measured | null): string | null {
  if (key === null) return null;
  const stage = view?.result.samples.flatMap(({ stages }) => stages).find((each) => each.key === key);
  if (stage === undefined) return key.replaceAll(",", ", ");
  return new RegExp(`\\bstage ${stage.ordinal + 1}\\b`).test(sentence) ? null : labelStage(stage);
}

/** Every metric of a case that was measured in this run or an earlier one, in the order of the model. */
export function listMetrics(
  view: MeasuredCase,
): { name: MetricName; title: string; gate: string; values: Comparison }[] {
  return METRICS.map(({ name, title, gate }) => ({ name, title, gate, values: compareCase(view, name) })).filter(
    ({ values }) => values.current !== null || values.baseline !== null,
  );
}
