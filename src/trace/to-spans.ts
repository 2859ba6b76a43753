import { ExitCode } from "../lib/errors.ts";
import { attemptSpanId, spanIdOf, type TraceContext, traceOfRun } from "../lib/trace-context.ts";
import type { Case, CaseStatus, Job, Run } from "../model/documents.ts";
import { valuesOf } from "../plan/matrix/dimensions.ts";
import type { CaseOutline, OutlineRecord, Stage } from "./timeline.ts";

export type SpanKind = "run" | "stage" | "step" | "case" | "attempt" | "job" | "spark-stage";

/** A part of a run's time. Times are milliseconds since 1970. */
export interface Span {
  readonly id: string;
  /** Of another span of the run; of whoever started the run for its own span; null for none. */
  readonly parentId: string | null;
  readonly kind: SpanKind;
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number;
  /** Why it did not go well; null where it did. */
  readonly error: string | null;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

/** What is decided of a process of a run before any job is looked at. */
export interface ProcessSpans {
  /** The run, its stages and their steps, each behind its parent. */
  readonly stages: readonly Span[];
  readonly cases: readonly CaseOfProcess[];
}

/** A case, of which `toCaseSpans` makes spans when they are wanted. */
export interface CaseOfProcess {
  readonly record: CaseOutline;
  readonly testCase: Case | undefined;
  readonly runSpanId: string;
  readonly parentId: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** What the spans of a run are made of, beside its timeline. */
export interface TraceSubject {
  readonly trace: TraceContext;
  readonly run: Run;
  readonly cases: readonly Case[];
}

/** The word of the conventions for how a part of a pipeline ended (https://opentelemetry.io/docs/specs/semconv/registry/attributes/cicd/). */
const CASE_RESULTS: Readonly<Record<CaseStatus, string>> = {
  passed: "success",
  flaky: "success",
  failed: "failure",
  infrastructure: "error",
  explained: "skip",
  skipped: "skip",
};

/**
 * The processes of a run as spans, side by side in one trace. What was under way when a process was killed ends with the last that is
 * known of that process.
 */
export function toSpans(records: readonly OutlineRecord[], subject: TraceSubject): ProcessSpans[] {
  return splitProcesses(records).map((own, index) => toProcessSpans(own, index + 1, subject));
}

function splitProcesses(records: readonly OutlineRecord[]): OutlineRecord[][] {
  const processes: OutlineRecord[][] = [];
  for (const record of records) {
    if (record.type === "begin") processes.push([]);
    processes.at(-1)?.push(record);
  }
  return processes;
}

function toProcessSpans(records: readonly OutlineRecord[], process: number, subject: TraceSubject): ProcessSpans {
  const { trace, run } = subject;
  const { runSpanId: runId } = traceOfRun(trace, process);
  const end = records.find((record) => record.type === "end");
  const lastMs = end?.atMs ?? records.reduce((last, { atMs }) => Math.max(last, atMs), 0);
  const stages = toStageSpans(records, runId, lastMs);
  const execute = stages.find(({ kind, name }) => kind === "stage" && name === "execute");
  const cases = toCases(records, {
    runSpanId: runId,
    parentId: execute?.id ?? runId,
    lastMs: execute?.endMs ?? lastMs,
    cases: subject.cases,
  });
  const starts = cases.map(({ startMs }) => startMs);
  // A run that another process submitted was at work before this process looked.
  const firstMs = Math.min(records[0]!.atMs, ...(process === 1 ? [Date.parse(run.startedAt)] : []), ...starts);
  const root: Span = {
    id: runId,
    parentId: trace.parentId,
    kind: "run",
    name: `run ${run.tier}`,
    startMs: firstMs,
    endMs: lastMs,
    error: end === undefined ? "the process was ended" : describeExit(end.exitCode),
    attributes: {
      "cicd.pipeline.name": run.tier,
      "cicd.pipeline.run.id": run.id,
      "cicd.pipeline.action.name": "RUN",
      "cicd.pipeline.result": end === undefined ? "cancellation" : resultOf(end.exitCode),
      "spark_loadtest.engine": run.engine,
      ...(run.commit === null ? {} : { "vcs.ref.head.revision": run.commit }),
      ...(run.ref === null ? {} : { "vcs.ref.head.name": run.ref }),
      ...(end === undefined ? {} : { "spark_loadtest.exit_code": end.exitCode }),
    },
  };
  return { stages: [root, ...stages], cases };
}

function resultOf(exitCode: number): string {
  switch (exitCode) {
    case ExitCode.pass:
      return "success";
    case ExitCode.casesFailed:
    case ExitCode.regression:
      return "failure";
    case ExitCode.timeout:
      return "timeout";
    case ExitCode.interrupted:
    case ExitCode.terminated:
      return "cancellation";
    default:
      return "error";
  }
}

function describeExit(exitCode: number): string | null {
  return exitCode === ExitCode.pass ? null : `${resultOf(exitCode)} (exit code ${exitCode})`;
}

/** Stages one after the other, and the steps of each, which go on side by side. */
function toStageSpans(records: readonly OutlineRecord[], runId: string, lastMs: number): Span[] {
  const spans: Span[] = [];
  const open = new Map<string, { readonly span: Span; readonly index: number }>();
  const begin = (key: string, span: Omit<Span, "endMs">) => {
    open.set(key, { span: { ...span, endMs: lastMs }, index: spans.length });
    spans.push(open.get(key)!.span);
  };
  const finish = (key: string, change: Partial<Span>) => {
    const found = open.get(key);
    if (found !== undefined) spans[found.index] = { ...found.span, ...change };
    open.delete(key);
  };
  let stage: { readonly name: Stage; readonly id: string } | null = null;
  for (const record of records) {
    if (record.type === "stage") {
      const id = spanIdOf(runId, "stage", record.stage);
      const key = `stage ${record.stage}`;
      if (record.state === "begun") {
        stage = { name: record.stage, id };
        const attributes = { "spark_loadtest.stage": record.stage };
        begin(key, {
          id,
          parentId: runId,
          kind: "stage",
          name: record.stage,
          startMs: record.atMs,
          error: null,
          attributes,
        });
      } else {
        stage = null;
        finish(key, { endMs: record.atMs, error: record.error });
      }
    }
    if (record.type !== "step") continue;
    const key = `step ${record.step}`;
    const isOpen = open.has(key);
    if (!isOpen) {
      const id = spanIdOf(runId, "step", record.step, spans.length);
      const parentId = stage?.id ?? runId;
      begin(key, { id, parentId, kind: "step", name: record.step, startMs: record.atMs, error: null, attributes: {} });
    }
    if (record.state === "done") {
      const attributes: Span["attributes"] =
        record.detail === "" ? {} : { "spark_loadtest.step.detail": record.detail };
      finish(key, { endMs: record.atMs, attributes });
    }
  }
  return spans;
}

interface CaseContext {
  readonly runSpanId: string;
  readonly parentId: string;
  /** When cases that were under way were ended. */
  readonly lastMs: number;
  readonly cases: readonly Case[];
}

function toCases(records: readonly OutlineRecord[], context: CaseContext): CaseOfProcess[] {
  const { runSpanId, parentId, lastMs } = context;
  const casesByName = new Map(context.cases.map((testCase) => [testCase.name, testCase]));
  const finished = new Map<string, CaseOutline>();
  const begun = new Map<string, number[]>();
  for (const record of records) {
    if (record.type === "case") finished.set(record.name, record);
    if (record.type === "attempt") begun.set(record.case, [...(begun.get(record.case) ?? []), record.atMs]);
    const known = record.type === "status" ? finished.get(record.case) : undefined;
    if (record.type === "status" && known !== undefined)
      finished.set(record.case, { ...known, status: record.status, reason: record.reason });
  }
  const names = new Set([...begun.keys(), ...finished.keys()]);
  return [...names].flatMap((name) => {
    const record = finished.get(name) ?? toUnfinished(name, begun.get(name) ?? [], lastMs);
    if (record.attempts.length === 0) return [];
    const startMs = Math.min(...record.attempts.map(({ startedAtMs }) => startedAtMs));
    const endMs = Math.max(...record.attempts.map(endOf));
    return [{ record, testCase: casesByName.get(name), runSpanId, parentId, startMs, endMs }];
  });
}

function endOf({ startedAtMs, finishedAtMs }: CaseOutline["attempts"][number]): number {
  return Math.max(startedAtMs, finishedAtMs);
}

/** A case that was under way when its process ended: what was seen of it. */
function toUnfinished(name: string, startsMs: readonly number[], lastMs: number): CaseOutline {
  const attempts = startsMs.map((startedAtMs, index) => ({
    startedAtMs,
    finishedAtMs: startsMs[index + 1] ?? lastMs,
  }));
  return {
    type: "case",
    atMs: lastMs,
    name,
    status: "infrastructure",
    reason: "the run was ended before the case was",
    namespace: null,
    applicationId: null,
    attempts,
    jobs: null,
    left: 0,
  };
}

/** A case with everything inside it, each span behind its parent. */
export function toCaseSpans(one: CaseOfProcess, jobs: readonly Job[], run: Pick<Run, "id">): Span[] {
  const { record, testCase, runSpanId, parentId, startMs, endMs } = one;
  const { name, status, reason, namespace, left } = record;
  const id = spanIdOf(runSpanId, "case", name);
  const attempts = record.attempts.map((times, index): Span => {
    const isLast = index === record.attempts.length - 1;
    return {
      id: attemptSpanId({ runSpanId }, name, index + 1),
      parentId: id,
      kind: "attempt",
      name: `attempt ${index + 1}`,
      startMs: times.startedAtMs,
      endMs: endOf(times),
      error: isLast ? errorOf(status, reason) : "another attempt followed",
      attributes: {
        "spark_loadtest.attempt": index + 1,
        ...(isLast && record.applicationId !== null ? { "spark.application.id": record.applicationId } : {}),
        ...(isLast && left > 0 ? { "spark_loadtest.spans_left_out": left } : {}),
      },
    };
  });
  const last = attempts.at(-1)!;
  const span: Span = {
    id,
    parentId,
    kind: "case",
    name,
    startMs,
    endMs,
    error: errorOf(status, reason),
    attributes: {
      "cicd.pipeline.task.name": name,
      "cicd.pipeline.task.run.id": `${run.id}/${name}`,
      "cicd.pipeline.task.run.result": CASE_RESULTS[status],
      "spark_loadtest.status": status,
      "spark_loadtest.attempts": attempts.length,
      ...(namespace === null ? {} : { "k8s.namespace.name": namespace }),
      ...Object.fromEntries(
        Object.entries(testCase === undefined ? {} : valuesOf(testCase)).map(([dimension, value]) => [
          `spark_loadtest.dimension.${dimension}`,
          value,
        ]),
      ),
    },
  };
  return [span, ...attempts, ...jobs.flatMap((job) => toJobSpans(job, last))];
}

function errorOf(status: CaseStatus, reason: string | null): string | null {
  return status === "passed" || status === "flaky" || status === "explained" ? null : (reason ?? status);
}

/** A job and its stages, which lie within it. */
function toJobSpans(job: Job, attempt: Span): Span[] {
  const id = spanIdOf(attempt.id, "job", job.id);
  const startMs = job.startedAtMs;
  const endMs = Math.max(startMs, job.finishedAtMs ?? attempt.endMs);
  const within = (ms: number) => Math.min(Math.max(ms, startMs), endMs);
  const label = job.description ?? job.group;
  const failedTasks = job.stages.reduce((sum, stage) => sum + stage.failedTasks, 0);
  const stages = job.stages.flatMap((stage): Span[] => {
    if (stage.startedAtMs === null) return [];
    return [
      {
        id: spanIdOf(id, "stage", stage.id),
        parentId: id,
        kind: "spark-stage",
        name: `stage ${stage.id}: ${stage.name}`,
        startMs: within(stage.startedAtMs),
        endMs: within(stage.finishedAtMs ?? endMs),
        error: null,
        attributes: {
          "spark.stage.id": stage.id,
          "spark.stage.tasks": stage.tasks,
          ...(stage.failedTasks > 0 ? { "spark.stage.failed_tasks": stage.failedTasks } : {}),
          ...(stage.attempts > 1 ? { "spark.stage.attempts": stage.attempts } : {}),
        },
      },
    ];
  });
  const span: Span = {
    id,
    parentId: attempt.id,
    kind: "job",
    name: label === "" ? `job ${job.id}` : `job ${job.id}: ${label}`,
    startMs,
    endMs,
    error: job.failed ? "the job failed" : null,
    attributes: {
      "spark.job.id": job.id,
      ...(job.group === "" ? {} : { "spark.job.group": job.group }),
      "spark.job.stages": job.stages.length,
      ...(job.cancelled ? { "spark.job.cancelled": true } : {}),
      ...(failedTasks > 0 ? { "spark.job.failed_tasks": failedTasks } : {}),
    },
  };
  return [span, ...stages];
}
