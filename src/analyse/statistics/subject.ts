import { groupBy } from "../../lib/group-by.ts";
import type { Application, CaseResult, CaseStatus, Evidence, Sample, Stage } from "../../model/documents.ts";
import { METRICS, type MetricName, type Metrics } from "../../model/metrics.ts";
import { medianOrNull } from "./statistics.ts";

/** What can be explained: a case of a run, or the application of an event log. */
export interface Subject {
  readonly samples: readonly Sample[];
  readonly evidence: Evidence | null;
  readonly status?: CaseStatus;
  /** Why the case did not pass. */
  readonly reason?: string | null;
}

/** A subject's samples in one: medians, and for faults the worst sample. */
export interface Summary {
  readonly metrics: Metrics;
  readonly stages: readonly Stage[];
  readonly evidence: Evidence | null;
  /** null where there is nothing to know it from. */
  readonly status: CaseStatus | null;
  readonly reason: string | null;
}

/** What should never happen; one sample in which it did is enough. */
export const FAULT_METRICS = ["failedTasks", "retriedStages", "lostExecutors", "oomKills"] as const;
const faults: ReadonlySet<string> = new Set(FAULT_METRICS);

export function subjectOf(result: CaseResult): Subject {
  return { samples: result.samples, evidence: result.evidence, status: result.status, reason: result.reason };
}

/** What an event log's application gives to explain. */
export function toSubject({ samples, evidence }: Application): Subject {
  return { samples, evidence };
}

/** The samples of a subject in one. */
export function summarise(subject: Subject): Summary {
  const stages = new Map<string, Stage[]>();
  for (const sample of subject.samples) {
    for (const [identity, stage] of identifyStages(sample.stages)) {
      const same = stages.get(identity) ?? [];
      same.push(stage);
      stages.set(identity, same);
    }
  }
  // A stage of one odd sample (a job that only ran once) is no part of what the case usually does.
  const usual = [...stages.values()].filter((same) => 2 * same.length >= subject.samples.length);
  return {
    metrics: summariseMetrics(subject.samples.map((sample) => sample.metrics)),
    stages: usual.map(summariseStages).sort((a, b) => a.ordinal - b.ordinal),
    evidence: subject.evidence,
    status: subject.status ?? (subject.samples.length === 0 && subject.evidence === null ? null : "passed"),
    reason: subject.reason ?? null,
  };
}

/**
 * A sample's stages by what they do: job group, plan nodes, and which of those with the same nodes. Stages that do not wait for each
 * other (the two sides of a join) are submitted in either order, so that the ordinals, and with them the keys, may be swapped.
 */
function identifyStages(stages: readonly Stage[]): [string, Stage][] {
  const seen = new Map<string, number>();
  return [...stages]
    .sort((a, b) => a.ordinal - b.ordinal)
    .map((stage) => {
      const nodes = JSON.stringify([stage.jobGroup, ...[...stage.planNodes].sort()]);
      const place = seen.get(nodes) ?? 0;
      seen.set(nodes, place + 1);
      return [`${place} ${nodes}`, stage];
    });
}

function summariseStages(same: readonly Stage[]): Stage {
  const median = (pick: (stage: Stage) => number | null): number | null =>
    medianOrNull(same.map(pick).filter((value) => value !== null));
  return {
    ...mostCommonBy(same, (stage) => stage.key),
    metrics: summariseMetrics(same.map((stage) => stage.metrics)),
    shuffleRecordsSkew: median((stage) => stage.shuffleRecordsSkew),
    shuffleBytesSkew: median((stage) => stage.shuffleBytesSkew),
    taskMsSkew: median((stage) => stage.taskMsSkew),
  };
}

/** The first of those whose key most of them have. */
function mostCommonBy<T>(items: readonly T[], keyOf: (item: T) => string): T {
  const groups = [...groupBy(items, keyOf).values()];
  return groups.reduce((best, group) => (group.length > best.length ? group : best))[0]!;
}

function summariseMetrics(all: readonly Metrics[]): Metrics {
  return Object.fromEntries(METRICS.map(({ name }) => [name, summariseMetric(name, all)])) as Metrics;
}

function summariseMetric(name: MetricName, all: readonly Metrics[]): number | null {
  const values = all.map((metrics) => metrics[name]).filter((value) => value !== null);
  if (values.length === 0) return null;
  return faults.has(name) ? Math.max(...values) : medianOrNull(values);
}

/** The same stage in both summaries. */
export interface StagePair {
  readonly current: Stage;
  readonly baseline: Stage;
}

export interface StageMatch {
  readonly pairs: readonly StagePair[];
  /** Only in the current run, and only in the baseline. */
  readonly added: readonly Stage[];
  readonly removed: readonly Stage[];
}

/** Two stages are taken for the same when at least half of the plan's nodes that either has are in both. */
const SIMILAR_NODES = 0.5;

/**
 * Pairs the stages of two summaries by what they do: the first with the same plan nodes in the same job group with the first, and so
 * on (keys will not do: a stage put in before them moves the ordinals of those that follow); then those of similar nodes, in the
 * same place first.
 */
export function matchStages(current: readonly Stage[], baseline: readonly Stage[]): StageMatch {
  const pairs: StagePair[] = [];
  let added = [...current];
  let removed = [...baseline];
  const pairUp = (same: (a: Stage, b: Stage) => boolean): void => {
    const left: Stage[] = [];
    for (const stage of added) {
      const candidates = removed.filter((other) => same(stage, other));
      const nearest = candidates.sort(
        (a, b) => Math.abs(a.ordinal - stage.ordinal) - Math.abs(b.ordinal - stage.ordinal),
      )[0];
      if (nearest === undefined) {
        left.push(stage);
      } else {
        pairs.push({ current: stage, baseline: nearest });
        removed = removed.filter((other) => other !== nearest);
      }
    }
    added = left;
  };
  const identities = new Map(
    [...identifyStages(current), ...identifyStages(baseline)].map(([identity, stage]) => [stage, identity]),
  );
  const group = (a: Stage, b: Stage): boolean => a.jobGroup === b.jobGroup;
  pairUp((a, b) => identities.get(a) === identities.get(b));
  pairUp((a, b) => group(a, b) && a.ordinal === b.ordinal && similarity(a, b) >= SIMILAR_NODES);
  pairUp((a, b) => group(a, b) && similarity(a, b) >= SIMILAR_NODES);
  pairs.sort((a, b) => a.current.ordinal - b.current.ordinal);
  return { pairs, added, removed };
}

/** Share of the plan nodes of two stages that both have, counted as often as they occur (Jaccard); 1 for two stages without any. */
function similarity(a: Stage, b: Stage): number {
  const first = countNodes([a]);
  const second = countNodes([b]);
  let shared = 0;
  let all = 0;
  for (const node of new Set([...first.keys(), ...second.keys()])) {
    shared += Math.min(first.get(node) ?? 0, second.get(node) ?? 0);
    all += Math.max(first.get(node) ?? 0, second.get(node) ?? 0);
  }
  return all === 0 ? 1 : shared / all;
}

/** How often each plan node occurs in some stages. */
export function countNodes(stages: readonly Stage[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const node of stages.flatMap((stage) => stage.planNodes)) counts.set(node, (counts.get(node) ?? 0) + 1);
  return counts;
}
