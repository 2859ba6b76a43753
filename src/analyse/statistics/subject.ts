import { groupBy } from "../../lib/group-by.ts";
import type { Application, CaseResult, CaseStatus, Evidence, Sample, Stage, Work } from "../../model/documents.ts";
import { METRICS, type MetricName, type Metrics } from "../../model/metrics.ts";
import { pairAlike } from "./match-stages.ts";
import { medianOrNull } from "./statistics.ts";

/** What can be explained: a case of a run, or the application of an event log. */
export interface Subject {
  readonly samples: readonly Sample[];
  readonly evidence: Evidence | null;
  readonly status?: CaseStatus;
  /** Why the case did not pass. */
  readonly reason?: string | null;
  /** Why its event log is partial. */
  readonly problems?: readonly string[];
}

/** A subject's samples in one: medians, and for faults the worst sample. */
export interface Summary {
  readonly metrics: Metrics;
  readonly stages: readonly Stage[];
  readonly evidence: Evidence | null;
  /** null for an event log, which does not tell. */
  readonly status: CaseStatus | null;
  readonly problems: readonly string[];
  readonly reason: string | null;
}

/** What should never happen; one sample in which it did is enough. */
export const FAULT_METRICS = ["failedTasks", "retriedStages", "lostExecutors", "oomKills"] as const;
const faults: ReadonlySet<string> = new Set(FAULT_METRICS);

export function subjectOf(result: CaseResult): Subject {
  return { samples: result.samples, evidence: result.evidence, status: result.status, reason: result.reason };
}

/** What an event log's application gives to explain. */
export function toSubject({ samples, evidence, problems }: Application): Subject {
  return { samples, evidence, problems };
}

/**
 * A subject whose figures are of what counts for its result alone: attempts that failed or were repeated are no work, and no
 * partitions.
 */
export function onlyWork(subject: Subject): Subject {
  return {
    ...subject,
    samples: subject.samples.map((sample) => ({
      ...sample,
      metrics: takeOff(sample.metrics, sample.stages),
      stages: sample.stages.map((stage) => ({ ...stage, metrics: { ...stage.metrics, ...stage.work } })),
    })),
  };
}

/** Share of a subject's run time that went into attempts which failed or were repeated; 0 where nothing ran. */
export function shareRepeated({ samples }: Subject): number {
  const stages = samples.flatMap((sample) => sample.stages);
  const all = stages.reduce((sum, { metrics }) => sum + (metrics.runMs ?? 0), 0);
  const counted = stages.reduce((sum, { metrics, work }) => sum + (work?.runMs ?? metrics.runMs ?? 0), 0);
  return all === 0 ? 0 : 1 - counted / all;
}

function takeOff(metrics: Metrics, stages: readonly Stage[]): Metrics {
  const left = { ...metrics };
  for (const { metrics: all, work } of stages) {
    for (const [name, counted] of Object.entries(work ?? {}) as [keyof Work, number | null][]) {
      left[name] = left[name] === null ? null : left[name] - ((all[name] ?? 0) - (counted ?? 0));
    }
  }
  return left;
}

/** The samples of a subject in one. */
export function summarise(subject: Subject): Summary {
  const stages: Stage[][] = [];
  for (const sample of subject.samples) {
    const known = new Map(stages.map((same) => [same[0]!, same]));
    const { pairs, added } = pairAlike(sample.stages, [...known.keys()]);
    for (const { current, baseline } of pairs) known.get(baseline)!.push(current);
    stages.push(...added.map((stage) => [stage]));
  }
  // A stage of one odd sample (a job that only ran once) is no part of what the case usually does.
  const usual = stages.filter((same) => 2 * same.length >= subject.samples.length);
  return {
    metrics: summariseMetrics(subject.samples.map((sample) => sample.metrics)),
    stages: usual.map(summariseStages).sort((a, b) => a.ordinal - b.ordinal),
    evidence: subject.evidence,
    status: subject.status ?? null,
    problems: subject.problems ?? [],
    reason: subject.reason ?? null,
  };
}

function summariseStages(same: readonly Stage[]): Stage {
  const median = (pick: (stage: Stage) => number | null): number | null =>
    medianOrNull(same.map(pick).filter((value) => value !== null));
  return {
    ...mostCommonBy(same, (stage) => stage.key),
    metrics: summariseMetrics(same.map((stage) => stage.metrics)),
    ...(same.some(({ unfinished }) => unfinished) ? { unfinished: true } : {}),
    shuffleRecordsSkew: median((stage) => stage.shuffleRecordsSkew),
    shuffleRecordsMedian: median((stage) => stage.shuffleRecordsMedian ?? null),
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
