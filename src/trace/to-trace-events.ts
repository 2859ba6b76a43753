import { groupBy } from "../lib/group-by.ts";
import { toPrintable } from "../lib/printable.ts";
import type { Run } from "../model/documents.ts";
import type { Span, SpanKind } from "./to-spans.ts";

/**
 * An event of the Trace Event Format that Perfetto and chrome://tracing open
 * (https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU): a complete event, times in microseconds, or the
 * name and place of a track.
 */
export type TraceEvent =
  | {
      readonly ph: "X";
      readonly name: string;
      readonly cat: string;
      readonly ts: number;
      readonly dur: number;
      readonly pid: number;
      readonly tid: number;
      readonly args: Readonly<Record<string, string | number | boolean>>;
    }
  | {
      readonly ph: "M";
      readonly name: "process_name" | "thread_name" | "process_sort_index" | "thread_sort_index";
      readonly pid: number;
      readonly tid: number;
      readonly args: { readonly name: string } | { readonly sort_index: number };
    };

const RUN_TRACK = 1;
const CASE_TRACK = 2;
const IN_CASES: ReadonlySet<SpanKind> = new Set(["case", "attempt", "job", "spark-stage"]);

/**
 * The spans on tracks: the run with its stages and steps on one, the cases on as many lanes as there were cases at a time, each with its
 * attempts, jobs and Spark's stages inside it. What overlaps another part of the same case goes to a row under its lane, because the
 * slices of a track have to lie inside each other.
 */
export function toTraceEvents(spans: readonly Span[], run: Pick<Run, "id" | "tier">): TraceEvent[] {
  const zeroMs = firstMs(spans);
  const children = groupBy(spans, ({ parentId }) => parentId);
  const stages = new Lane();
  for (const span of spans) {
    if (span.kind === "run") stages.put(span, (kind) => !IN_CASES.has(kind), children);
  }
  const lanes: Lane[] = [];
  const cases = spans.filter(({ kind }) => kind === "case").toSorted((a, b) => a.startMs - b.startMs);
  for (const span of cases) {
    let lane = lanes.find(({ freeAtMs }) => freeAtMs <= span.startMs);
    if (lane === undefined) {
      lane = new Lane();
      lanes.push(lane);
    }
    lane.put(span, () => true, children);
  }
  const events: TraceEvent[] = [
    ...nameProcess(RUN_TRACK, `run ${run.id}`),
    ...stages.toEvents({ zeroMs, pid: RUN_TRACK, firstTid: 1, name: "stages", beside: "steps" }),
    ...nameProcess(CASE_TRACK, `cases of ${run.tier}`),
  ];
  let firstTid = 1;
  for (const [index, lane] of lanes.entries()) {
    const name = `lane ${index + 1}`;
    events.push(...lane.toEvents({ zeroMs, pid: CASE_TRACK, firstTid, name, beside: `${name}, at the same time` }));
    firstTid += lane.rows;
  }
  return events;
}

function firstMs(spans: readonly Span[]): number {
  return spans.reduce((first, { startMs }) => Math.min(first, startMs), Number.POSITIVE_INFINITY);
}

interface Placed {
  readonly span: Span;
  readonly row: number;
}

/** A track with rows under it, for what overlaps. */
class Lane {
  readonly #placed: Placed[] = [];
  /** Until when each row is taken; the first one is that of the outermost spans. */
  readonly #freeAtMs: number[] = [Number.NEGATIVE_INFINITY];

  get freeAtMs(): number {
    return this.#freeAtMs[0]!;
  }

  get rows(): number {
    return this.#freeAtMs.length;
  }

  /** Puts a span and those below it that are wanted, each after its parent. */
  put(span: Span, isWanted: (kind: SpanKind) => boolean, children: ReadonlyMap<string | null, readonly Span[]>): void {
    this.#freeAtMs[0] = span.endMs;
    this.#lay(span, 0, isWanted, children);
  }

  #lay(
    span: Span,
    row: number,
    isWanted: (kind: SpanKind) => boolean,
    children: ReadonlyMap<string | null, readonly Span[]>,
  ): void {
    this.#placed.push({ span, row });
    let freeAtMs = span.startMs;
    const own = (children.get(span.id) ?? []).filter(({ kind }) => isWanted(kind));
    for (const child of own.toSorted((a, b) => a.startMs - b.startMs || b.endMs - a.endMs)) {
      const fits = child.startMs >= freeAtMs && child.endMs <= span.endMs;
      if (fits) freeAtMs = child.endMs;
      this.#lay(child, fits ? row : this.#takeRow(child), isWanted, children);
    }
  }

  #takeRow({ startMs, endMs }: Span): number {
    const free = this.#freeAtMs.findIndex((freeAtMs, row) => row > 0 && freeAtMs <= startMs);
    const row = free === -1 ? this.#freeAtMs.length : free;
    this.#freeAtMs[row] = endMs;
    return row;
  }

  /** @param track `name` is that of the first row, `beside` that of the others */
  toEvents(track: {
    readonly zeroMs: number;
    readonly pid: number;
    readonly firstTid: number;
    readonly name: string;
    readonly beside: string;
  }): TraceEvent[] {
    const { zeroMs, pid, firstTid, name, beside } = track;
    const names = this.#freeAtMs.flatMap((_, row): TraceEvent[] => [
      { ph: "M", name: "thread_name", pid, tid: firstTid + row, args: { name: row === 0 ? name : beside } },
      { ph: "M", name: "thread_sort_index", pid, tid: firstTid + row, args: { sort_index: firstTid + row } },
    ]);
    return [...names, ...this.#placed.map(({ span, row }) => toEvent(span, zeroMs, pid, firstTid + row))];
  }
}

function toEvent(span: Span, zeroMs: number, pid: number, tid: number): TraceEvent {
  const { kind, error, attributes } = span;
  const args = error === null ? attributes : { ...attributes, error };
  return {
    ph: "X",
    name: toPrintable(error === null ? span.name : `${span.name} ✗`),
    cat: error === null ? kind : `${kind},failed`,
    ts: (span.startMs - zeroMs) * 1000,
    dur: (span.endMs - span.startMs) * 1000,
    pid,
    tid,
    args: Object.fromEntries(
      Object.entries(args).map(([name, value]) => [name, typeof value === "string" ? toPrintable(value) : value]),
    ),
  };
}

function nameProcess(pid: number, name: string): TraceEvent[] {
  return [
    { ph: "M", name: "process_name", pid, tid: 0, args: { name: toPrintable(name) } },
    { ph: "M", name: "process_sort_index", pid, tid: 0, args: { sort_index: pid } },
  ];
}

/** The text of trace.json: one event a line. */
export function renderTrace(spans: readonly Span[], run: Pick<Run, "id" | "tier" | "toolVersion">): string {
  const about = {
    generator: `spark-loadtest ${run.toolVersion}`,
    run: run.id,
    tier: run.tier,
    startedAt: new Date(firstMs(spans)).toISOString(),
  };
  const events = toTraceEvents(spans, run).map((event) => JSON.stringify(event));
  return `{"otherData":${JSON.stringify(about)},"displayTimeUnit":"ms","traceEvents":[\n${events.join(",\n")}\n]}\n`;
}
