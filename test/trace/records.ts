import type { TraceContext } from "../../src/lib/trace-context.ts";
import type { Case, Job, Run } from "../../src/model/documents.ts";
import { type CaseRecord, outline, type Stage, type TimelineRecord } from "../../src/trace/timeline.ts";
import {
  type CaseOfProcess,
  type ProcessSpans,
  type Span,
  type TraceSubject,
  toCaseSpans,
  toSpans,
} from "../../src/trace/to-spans.ts";
import { makeCase } from "../plan/make-case.ts";

export const TRACE: TraceContext = {
  traceId: "0af7651916cd43dd8448eb211c80319c",
  parentId: "b7ad6b7169203331",
  sampled: true,
};

/** Milliseconds since 1970 of a second of the tests' day. */
export const at = (second: number): number => Date.UTC(2026, 0, 1) + Math.round(second * 1000);

export const RUN: Run = {
  id: "quick-20260101t000000-ab12",
  tier: "quick",
  engine: "local",
  startedAt: new Date(at(1)).toISOString(),
  finishedAt: null,
  commit: "c0ffee",
  ref: "refs/heads/main",
  toolVersion: "0.1.0",
  host: { cpus: 2, memoryBytes: 1, os: "Linux", cpuModel: "x" },
};

export const caseOf = (operation: string): Case => makeCase({ operation }, "quick");

export const SUBJECT: TraceSubject = { trace: TRACE, run: RUN, cases: ["read", "join"].map(caseOf) };

export function stage(name: Stage, from: number, to: number | null, error: string | null = null): TimelineRecord[] {
  const begun = { type: "stage", atMs: at(from), stage: name, state: "begun", error: null } as const;
  return to === null ? [begun] : [begun, { ...begun, atMs: at(to), state: "ended", error }];
}

export function step(name: string, from: number | null, to: number, detail = ""): TimelineRecord[] {
  const done = { type: "step", atMs: at(to), step: name, state: "done", detail } as const;
  return from === null ? [done] : [{ ...done, atMs: at(from), state: "running", detail: "" }, done];
}

export function job(id: number, from: number, to: number | null, more: Partial<Job> = {}): Job {
  return {
    id,
    group: "read/sample-1",
    description: "read/sample-1",
    startedAtMs: at(from),
    finishedAtMs: to === null ? null : at(to),
    failed: false,
    stages: [],
    ...more,
  };
}

export function sparkStage(id: number, from: number | null, to: number | null): Job["stages"][number] {
  return {
    id,
    name: `collect at job.py:${id}`,
    startedAtMs: from === null ? null : at(from),
    finishedAtMs: to === null ? null : at(to),
    attempts: 1,
    tasks: 8,
    failedTasks: 0,
  };
}

/** @param attempts seconds of their beginnings and ends */
export function finishedCase(
  { name }: Case,
  attempts: readonly (readonly [number, number])[],
  more: Partial<CaseRecord> = {},
): CaseRecord {
  return {
    type: "case",
    atMs: at(attempts.at(-1)![1]),
    name,
    status: "passed",
    reason: null,
    namespace: null,
    applicationId: "local-1",
    attempts: attempts.map(([from, to]) => ({ startedAtMs: at(from), finishedAtMs: at(to) })),
    jobs: [],
    left: 0,
    ...more,
  };
}

export const begin = (second: number): TimelineRecord => ({ type: "begin", atMs: at(second) });
export const end = (second: number, exitCode = 0): TimelineRecord => ({ type: "end", atMs: at(second), exitCode });

/** By time, as a file has them. */
export function inOrder(...records: readonly (TimelineRecord | readonly TimelineRecord[])[]): TimelineRecord[] {
  return records.flat().toSorted((a, b) => a.atMs - b.atMs);
}

/** A run from its records, as it is from its file: the place of a record's line is its index. */
export function readRun(records: readonly TimelineRecord[], subject: TraceSubject = SUBJECT) {
  const processes = toSpans(
    records.map((record, offset) => outline(record, { offset, bytes: 1 })),
    subject,
  );
  const spansOf = (one: CaseOfProcess) => {
    const record = records[one.record.jobs?.offset ?? -1];
    return toCaseSpans(one, record?.type === "case" ? record.jobs : [], subject.run);
  };
  return { processes, spansOf };
}

/** All spans of a run, each behind its parent. */
export function listSpans(records: readonly TimelineRecord[], subject: TraceSubject = SUBJECT): Span[] {
  const { processes, spansOf } = readRun(records, subject);
  return processes.flatMap(({ stages, cases }: ProcessSpans) => [...stages, ...cases.flatMap(spansOf)]);
}

/** A line a span, below each other as they are; seconds. */
export function describeSpans(spans: readonly Span[]): string {
  const byId = new Map(spans.map((span) => [span.id, span]));
  const depthOf = ({ parentId }: Span): number => {
    const parent = byId.get(parentId ?? "");
    return parent === undefined ? 0 : 1 + depthOf(parent);
  };
  const second = (ms: number) => String((ms - at(0)) / 1000);
  return spans
    .map((span) => {
      const error = span.error === null ? "" : ` ✗ ${span.error}`;
      return `${"  ".repeat(depthOf(span))}${span.kind} ${span.name} ${second(span.startMs)}-${second(span.endMs)}${error}`;
    })
    .join("\n");
}
