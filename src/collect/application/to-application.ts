import { groupBy } from "../../lib/group-by.ts";
import { formatCount, plural } from "../../lib/text/format.ts";
import { REDACTED, redactText } from "../../lib/text/redact.ts";
import { type OwnRules, readOwnRules } from "../../lib/text/spark-redaction.ts";
import type { Application, LostExecutor, Sample } from "../../model/documents.ts";
import { METRICS, type Metrics } from "../../model/metrics.ts";
import { ApplicationRecord, MAX_STAGES } from "../event-log/application-record.ts";
import { parseJobGroup } from "../event-log/job-group.ts";
import type { StageRecord } from "../event-log/stage-record.ts";
import { findLostExecutors } from "./lost-executors.ts";
import { toEvidenceProperties } from "./properties.ts";
import { toJobs } from "./to-jobs.ts";
import { addTotals, countAttempts, type PlacedStage, placeStages, toStages } from "./to-stages.ts";

/** How the reading of a log went. */
export interface Reading {
  /** Stands for the application's id where the log gives none. */
  readonly logName: string;
  /** The writer had not finished the log, by its name. */
  readonly inProgress: boolean;
  /** What could not be read. */
  readonly problems: readonly string[];
  /** What is unusual in its files and takes nothing away. */
  readonly remarks?: readonly string[];
  /** Whether problems say already that parts of the log are missing. */
  readonly lacksParts: boolean;
}

interface Span {
  startMs: number;
  endMs: number;
}

/**
 * The document of an application from what its events left.
 *
 * Of the metrics: stages are attempts that Spark submitted, not those it skipped; tasks are all that ended; failed tasks are those
 * that ended otherwise than with success, but for tasks killed as no longer needed; memory kills are executors killed for memory and tasks
 * that died of an OutOfMemoryError; sums take in failed attempts; `wallMs` of the application is from its start to its end (of an
 * unfinished log: to its last event), of a sample from its first job's start to its last job's end, of a stage from submission to
 * completion, repetitions added up.
 */
export function toApplication(record: ApplicationRecord, reading: Reading): Application {
  const own = readOwnRules(record.properties);
  const ended = record.endedAtMs !== null;
  const completed = ended && !reading.inProgress;
  const gaps = findGaps(record, reading);
  const problems = [...gaps, ...(reading.remarks ?? []), ...remarkOnEnd(record, reading), ...own.problems];
  const placed = placeStages(record);
  const lost = findLostExecutors(record);
  const startedAtMs = record.startedAtMs;
  const finishedAtMs = record.endedAtMs;
  const lastMs = finishedAtMs ?? (record.lastSeenAtMs > 0 ? record.lastSeenAtMs : null);
  const metrics = measure(placed, startedAtMs === null || lastMs === null ? null : lastMs - startedAtMs, lost);
  const stages = toStages(placed, own);
  const samples = toSamples(record, placed, lost, own);
  const id = record.id ?? reading.logName;
  const keyOfStage = new Map(placed.map((stage) => [stage.record.id, stage.key]));
  return {
    id,
    name: redactText(record.name ?? id, own),
    sparkVersion: record.sparkVersion,
    completed,
    partial: gaps.length > 0,
    problems,
    startedAtMs,
    finishedAtMs,
    metrics,
    stages,
    samples: samples.length > 0 ? samples : [{ metrics, stages }],
    jobs: toJobs(record, own),
    evidence: {
      applicationId: record.id,
      sparkVersion: record.sparkVersion,
      javaVersion: record.javaVersion,
      completed,
      partial: gaps.length > 0,
      properties: toEvidenceProperties(record.properties, own),
      failures: record.failures
        .toFailures((stageId) => keyOfStage.get(stageId) ?? null)
        .map((failure) => ({ ...failure, message: own.hideIn(failure.message, REDACTED) })),
      ...(record.cancelledJobs > 0 ? { cancelledJobs: record.cancelledJobs } : {}),
      lostExecutors: lost,
    },
  };
}

/** What makes a log partial, each in a sentence. */
function findGaps(record: ApplicationRecord, { problems, inProgress, lacksParts }: Reading): string[] {
  const gaps = [...problems];
  const { starts, databricksParts } = record;
  if (!record.hasBeginning && !lacksParts)
    gaps.push(
      "the log lacks its beginning: it tells nothing of the start of the application. Where a log is several files, give their folder",
    );
  if (record.hasTooManyStages)
    gaps.push(
      `the log has more stages than the ${formatCount(MAX_STAGES)} that are kept (limit of stages): the figures leave out the later ones`,
    );
  if (starts.size > 1) gaps.push(`the log has the events of ${starts.size} applications, whose figures are added up`);
  if (record.repeatedEvents > 0)
    gaps.push(
      `the log has the same events twice (starts of the application and ends of tasks, ${formatCount(record.repeatedEvents)} in all): they are counted once`,
    );
  const numbers = new Set(databricksParts);
  const missing = databricksParts.length === 0 ? 0 : largestOf(numbers) - smallestOf(numbers) + 1 - numbers.size;
  if (missing > 0)
    gaps.push(`${plural(missing, "part")} of the log ${missing === 1 ? "is" : "are"} missing in between`);
  if (inProgress) gaps.push("the log is marked as in progress: the application was running, or its driver died");
  else if (record.endedAtMs === null && !isWholeWithoutEnd(record))
    gaps.push(
      hasEndedJobs(record)
        ? "the log has no end of the application, though all of its jobs had ended: its driver was killed after them, or the rest of the log is missing"
        : "the log has no end of the application: its driver died, or the rest of the log is missing",
    );
  return gaps;
}

/** What is unusual in a log and no gap. */
function remarkOnEnd(record: ApplicationRecord, { inProgress }: Reading): string[] {
  if (record.endedAtMs !== null || inProgress || !isWholeWithoutEnd(record)) return [];
  return [
    "the log has no end of the application, as is usual for Databricks, and all of its jobs had ended: the figures are of all of them",
  ];
}

function hasEndedJobs({ jobs, openJobs }: ApplicationRecord): boolean {
  return jobs.size > 0 && openJobs.length === 0;
}

/** Databricks ends a cluster's driver without an end of its log, so that none tells nothing. */
function isWholeWithoutEnd(record: ApplicationRecord): boolean {
  return record.databricksParts.length > 0 && hasEndedJobs(record);
}

function largestOf(numbers: Iterable<number>): number {
  return [...numbers].reduce((a, b) => Math.max(a, b));
}

function smallestOf(numbers: Iterable<number>): number {
  return [...numbers].reduce((a, b) => Math.min(a, b));
}

/** Stands for a log of which nothing could be read, so that it is shown with the reason and not taken for one without work. */
export function toUnreadApplication(logName: string, problem: string): Application {
  const nothing = Object.fromEntries(METRICS.map(({ name }) => [name, null])) as Metrics;
  const known = toApplication(new ApplicationRecord(), {
    logName,
    inProgress: false,
    problems: [problem],
    lacksParts: true,
  });
  return { ...known, problems: [problem], metrics: nothing, samples: [] };
}

/** Whether an application stands for a log of which nothing could be read. */
export function isUnread({ samples }: Application): boolean {
  return samples.length === 0;
}

function measure(placed: readonly PlacedStage[], wallMs: number | null, lost: readonly LostExecutor[]): Metrics {
  const records: readonly StageRecord[] = placed.map(({ record }) => record);
  const totals = addTotals(records);
  return totals.toMetrics({
    wallMs,
    ...countAttempts(records),
    lostExecutors: lost.length,
    oomKills: lost.filter(({ memoryKill }) => memoryKill).length + totals.outOfMemoryTasks,
  });
}

/** The measured repetitions, in their order. */
function toSamples(
  record: ApplicationRecord,
  placed: readonly PlacedStage[],
  lost: readonly LostExecutor[],
  rules: OwnRules,
): Sample[] {
  const spans = findSpans(record);
  const stagesOf = groupBy(placed, ({ group }) => group.sample);
  const lostIn = groupBy(lost, nearestSample(spans));
  const numbers = [...spans.keys()].sort((a, b) => a - b);
  return numbers.map((number) => {
    const own = stagesOf.get(number) ?? [];
    const { startMs, endMs } = spans.get(number)!;
    return { metrics: measure(own, endMs - startMs, lostIn.get(number) ?? []), stages: toStages(own, rules) };
  });
}

function findSpans(record: ApplicationRecord): Map<number, Span> {
  const spans = new Map<number, Span>();
  const unfinished = new Set(record.openJobs.map(({ group }) => group));
  for (const [name, { startedAtMs, endedAtMs }] of record.groups) {
    const { sample } = parseJobGroup(record.jobGroups.settle(name));
    if (sample === null) continue;
    const endMs = unfinished.has(name) || endedAtMs === null ? record.lastSeenAtMs : endedAtMs;
    const span = spans.get(sample);
    spans.set(sample, {
      startMs: Math.min(span?.startMs ?? startedAtMs, startedAtMs),
      endMs: Math.max(span?.endMs ?? endMs, endMs),
    });
  }
  return spans;
}

/** The sample in which an executor was lost: the one that ran then, else the one nearest to it, so that no loss is dropped. */
function nearestSample(spans: ReadonlyMap<number, Span>): (lost: { readonly atMs: number }) => number | undefined {
  const sorted = [...spans].map(([number, span]) => ({ number, ...span })).sort((a, b) => a.startMs - b.startMs);
  // Of those that had begun with each, the one that ended last.
  const lastToEnd = [...sorted];
  for (let index = 1; index < sorted.length; index++) {
    const earlier = lastToEnd[index - 1]!;
    if (earlier.endMs >= sorted[index]!.endMs) lastToEnd[index] = earlier;
  }
  return ({ atMs }) => {
    let begun = 0;
    for (let end = sorted.length; begun < end; ) {
      const middle = (begun + end) >> 1;
      if (sorted[middle]!.startMs <= atMs) begun = middle + 1;
      else end = middle;
    }
    const before = lastToEnd[begun - 1];
    const after = sorted[begun];
    if (before === undefined || after === undefined) return (before ?? after)?.number;
    return atMs - before.endMs <= after.startMs - atMs ? before.number : after.number;
  };
}
