import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { ExecutionOutcome, PrepareEvent } from "../engine/engine.ts";
import { errorMessage } from "../lib/errors.ts";
import { type LinePlace, readJsonLine, streamJsonLines } from "../lib/files/json-lines.ts";
import { type CaseResult, caseStatusSchema, type Job, jobSchema } from "../model/documents.ts";
import type { Progress } from "../progress/progress.ts";

/** The stages of a run, as a user knows them. */
export const STAGES = ["check", "prepare", "execute", "collect", "judge", "report", "cleanup"] as const;
export type Stage = (typeof STAGES)[number];

const atMs = z.number();
const caseRecord = z.object({
  type: z.literal("case"),
  atMs,
  name: z.string(),
  status: caseStatusSchema,
  reason: z.string().nullable(),
  namespace: z.string().nullable(),
  applicationId: z.string().nullable(),
  attempts: z.array(z.object({ startedAtMs: z.number(), finishedAtMs: z.number() })),
  /** Of the last attempt: the event logs of the others are not kept. */
  jobs: z.array(jobSchema),
  /** Jobs and stages that are not in `jobs`, because there are too many. */
  left: z.number(),
});
export type CaseRecord = z.infer<typeof caseRecord>;

/** What is known of when things happened, one a line of the file; times are milliseconds since 1970. */
const recordSchema = z.discriminatedUnion("type", [
  /** A process takes up the run: the one that begins it, and each that continues it. */
  z.object({ type: z.literal("begin"), atMs }),
  z.object({
    type: z.literal("stage"),
    atMs,
    stage: z.enum(STAGES),
    state: z.enum(["begun", "ended"]),
    error: z.string().nullable(),
  }),
  z.object({ type: z.literal("step"), atMs, step: z.string(), state: z.enum(["running", "done"]), detail: z.string() }),
  z.object({ type: z.literal("attempt"), atMs, case: z.string(), attempt: z.number() }),
  caseRecord,
  /** What a case came to in the end, where that is not what it seemed. */
  z.object({
    type: z.literal("status"),
    atMs,
    case: z.string(),
    status: caseStatusSchema,
    reason: z.string().nullable(),
  }),
  z.object({ type: z.literal("end"), atMs, exitCode: z.number() }),
  /** Everything before it has been sent by OTLP. */
  z.object({ type: z.literal("sent"), atMs }),
]);
export type TimelineRecord = z.infer<typeof recordSchema>;
/** A record without its time, over its variants. */
type News = TimelineRecord extends infer Each ? (Each extends TimelineRecord ? Omit<Each, "atMs"> : never) : never;

/**
 * A case without its jobs, of which there are too many to hold those of all cases: where they are in the file, null for none, and the
 * last attempt's times as long as they need. Argo's times are whole seconds, so that what ran inside may reach out of them.
 */
export type CaseOutline = Omit<CaseRecord, "jobs"> & { readonly jobs: LinePlace | null };
export type OutlineRecord = Exclude<TimelineRecord, CaseRecord> | CaseOutline;

const FILE = "timeline.jsonl";

/** The timeline of a run in outline, earlier processes of it included; empty where it has none. */
export async function readTimeline(directory: string): Promise<OutlineRecord[]> {
  const records: OutlineRecord[] = [];
  for await (const { value, ...place } of streamJsonLines(join(directory, FILE), recordSchema))
    records.push(outline(value, place));
  return records;
}

/** The jobs that were left in the file. */
export async function readJobs(directory: string, place: LinePlace): Promise<Job[]> {
  return (await readJsonLine(join(directory, FILE), caseRecord, place)).jobs;
}

/** @param place of the record's line */
export function outline(record: TimelineRecord, place: LinePlace): OutlineRecord {
  if (record.type !== "case") return record;
  const { jobs, attempts } = record;
  const starts = jobs.map(({ startedAtMs }) => startedAtMs);
  const ends = jobs.map(({ startedAtMs, finishedAtMs }) => finishedAtMs ?? startedAtMs);
  const last = attempts.slice(-1).map(({ startedAtMs, finishedAtMs }) => ({
    startedAtMs: Math.min(startedAtMs, ...starts),
    finishedAtMs: Math.max(finishedAtMs, ...ends),
  }));
  return { ...record, attempts: [...attempts.slice(0, -1), ...last], jobs: jobs.length === 0 ? null : place };
}

/** Which process of its run the next one is, counted from 1. */
export function nextProcess(records: readonly OutlineRecord[]): number {
  return records.filter(({ type }) => type === "begin").length + 1;
}

/** Spark's jobs and stages that are kept of all cases of a run: 20 MB in the two files. */
export const MOST_SPARK_SPANS = 56_000;

/**
 * Notes when what happened in a run, in its folder as soon as there is one: a line a record, so that a run that is killed keeps what
 * was noted. What cannot be written is said once and is never a reason to end a run.
 */
export class Timeline {
  readonly #now: () => number;
  #pending: TimelineRecord[] = [];
  #directory: string | null = null;
  #writing: Promise<void> = Promise.resolve();
  #failure: unknown;
  #casesInAll = 1;
  readonly #openSteps = new Set<string>();

  constructor(now: () => number = Date.now) {
    this.#now = now;
    this.add({ type: "begin" });
  }

  /** Writes what was noted so far into the run's folder, and everything else from now on. */
  keepIn(directory: string, casesInAll: number): void {
    this.#directory = directory;
    this.#casesInAll = casesInAll;
    this.#flush();
  }

  /** @param atMs when it happened, if not now */
  add(news: News, atMs = this.#now()): void {
    this.#pending.push({ ...news, atMs } as TimelineRecord);
    this.#flush();
  }

  /** Does a stage of the run, and notes when. */
  async stage<T>(stage: Stage, work: () => Promise<T>): Promise<T> {
    this.add({ type: "stage", stage, state: "begun", error: null });
    try {
      const result = await work();
      this.add({ type: "stage", stage, state: "ended", error: null });
      return result;
    } catch (error) {
      this.add({ type: "stage", stage, state: "ended", error: errorMessage(error) });
      throw error;
    }
  }

  /** Notes the steps that are told to a progress, and passes everything on. */
  follow(progress: Progress): Progress {
    return {
      note: (text) => progress.note(text),
      begin: (total, done, names) => progress.begin(total, done, names),
      stop: () => progress.stop(),
      prepare: (event) => {
        this.#noteStep(event);
        progress.prepare(event);
      },
      show: (event) => progress.show(event),
    };
  }

  #noteStep({ step, state, detail = "", startedAt, finishedAt }: PrepareEvent): void {
    const isOpen = this.#openSteps.has(step);
    // A step that goes on says so every few seconds.
    if (!isOpen && (state === "running" || startedAt !== undefined))
      this.add({ type: "step", step, state: "running", detail: "" }, toMs(startedAt));
    if (state === "running") {
      this.#openSteps.add(step);
      return;
    }
    this.#openSteps.delete(step);
    this.add({ type: "step", step, state, detail }, toMs(finishedAt));
  }

  /** Notes a case that has ended, with the jobs of its last attempt. */
  addCase(
    { name, status, reason, namespace, evidence }: CaseResult,
    { attemptTimes }: Pick<ExecutionOutcome, "attemptTimes">,
    allJobs: readonly Job[],
  ): void {
    const { jobs, left } = limitJobs(allJobs, Math.floor(MOST_SPARK_SPANS / this.#casesInAll));
    this.add({
      type: "case",
      name,
      status,
      reason,
      namespace,
      applicationId: evidence?.applicationId ?? null,
      attempts: attemptTimes.map(({ startedAt, finishedAt }) => ({
        startedAtMs: Date.parse(startedAt),
        finishedAtMs: Date.parse(finishedAt),
      })),
      jobs,
      left,
    });
  }

  /** Notes what cases came to in the end, where that is not what they were noted with. */
  correct(before: readonly CaseResult[], after: readonly CaseResult[]): void {
    for (const [index, { name, status, reason }] of after.entries()) {
      if (before[index]?.status !== status) this.add({ type: "status", case: name, status, reason });
    }
  }

  /** Resolves when everything noted so far is in the file; rejects where something could not be written. */
  async written(): Promise<void> {
    await this.#writing;
    if (this.#failure !== undefined) throw this.#failure;
  }

  #flush(): void {
    if (this.#directory === null || this.#pending.length === 0 || this.#failure !== undefined) return;
    const path = join(this.#directory, FILE);
    // The newline before them ends a line that a kill may have cut short.
    const text = `\n${this.#pending.map((record) => JSON.stringify(record)).join("\n")}\n`;
    this.#pending = [];
    this.#writing = this.#writing
      .then(() => appendFile(path, text))
      .catch((error: unknown) => {
        this.#failure ??= error;
      });
  }
}

/** As many of the jobs and stages as may be kept: rather no stages than not all jobs, and of too many jobs the longest. */
export function limitJobs(jobs: readonly Job[], most: number): { readonly jobs: Job[]; readonly left: number } {
  const all = jobs.reduce((sum, { stages }) => sum + 1 + stages.length, 0);
  if (all <= most) return { jobs: jobs.map(shorten), left: 0 };
  const longest = jobs.toSorted((a, b) => lengthOf(b) - lengthOf(a)).slice(0, most);
  const kept = longest.toSorted((a, b) => a.id - b.id).map((job) => shorten({ ...job, stages: [] }));
  return { jobs: kept, left: all - kept.length };
}

/** A job without what it says twice, and without the folders of its stages' call sites. */
function shorten(job: Job): Job {
  return {
    ...job,
    description: job.description === job.group ? null : job.description,
    stages: job.stages.map((stage) => ({ ...stage, name: stage.name.replace(/ at \S*\//, " at ") })),
  };
}

function toMs(time: string | undefined): number | undefined {
  return time === undefined ? undefined : Date.parse(time);
}

function lengthOf({ startedAtMs, finishedAtMs }: Job): number {
  return (finishedAtMs ?? Number.POSITIVE_INFINITY) - startedAtMs;
}
