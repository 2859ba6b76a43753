import { groupBy } from "../lib/group-by.ts";
import { toPrintable } from "../lib/text/printable.ts";
import type { Run } from "../model/documents.ts";
import type { CaseOfProcess, ProcessSpans, Span } from "./to-spans.ts";

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

/** A case's spans with what is inside it, each behind its parent. */
type SpansOf = (one: CaseOfProcess) => Promise<readonly Span[]>;

/**
 * The spans on tracks: the run with its stages and steps on one, the cases on as many lanes as there were cases at a time, each with its
 * attempts, jobs and Spark's stages inside it. What overlaps another part of the same case goes to a row under its lane, because the
 * slices of a track have to lie inside each other. Case by case: what is inside all of them is never held at once.
 */
async function* toTraceEvents(
  processes: readonly ProcessSpans[],
  spansOf: SpansOf,
  { id, tier, zeroMs }: Pick<Run, "id" | "tier"> & { readonly zeroMs: number },
): AsyncGenerator<TraceEvent[]> {
  const stages = new Track({ zeroMs, pid: RUN_TRACK, firstTid: 1, name: "stages", beside: "steps" });
  yield [
    ...nameProcess(RUN_TRACK, `run ${id}`),
    ...processes.flatMap((each) => stages.put(each.stages)),
    ...nameProcess(CASE_TRACK, `cases of ${tier}`),
  ];
  let firstTid = 1;
  for (const [index, cases] of toLanes(processes.flatMap((each) => each.cases)).entries()) {
    const name = `lane ${index + 1}`;
    const lane = new Track({ zeroMs, pid: CASE_TRACK, firstTid, name, beside: `${name}, at the same time` });
    for (const one of cases) yield lane.put(await spansOf(one));
    firstTid += lane.rows;
  }
}

/** As many lanes as there were cases at a time; the cases of each one after the other. */
function toLanes(cases: readonly CaseOfProcess[]): CaseOfProcess[][] {
  const lanes: CaseOfProcess[][] = [];
  for (const one of cases.toSorted((a, b) => a.startMs - b.startMs)) {
    const lane = lanes.find((others) => others.at(-1)!.endMs <= one.startMs);
    if (lane === undefined) lanes.push([one]);
    else lane.push(one);
  }
  return lanes;
}

/** A track with rows under it, for what overlaps. */
class Track {
  readonly #about: TrackAbout;
  /** Until when each row is taken; the first one is that of the outermost spans. */
  readonly #freeAtMs: number[] = [];

  constructor(about: TrackAbout) {
    this.#about = about;
  }

  get rows(): number {
    return this.#freeAtMs.length;
  }

  /** Puts a span with those below it on the track, each after its parent; a row is named before anything is on it. */
  put(spans: readonly Span[]): TraceEvent[] {
    const [outermost] = spans;
    const children = groupBy(spans, ({ parentId }) => parentId);
    return [...this.#take(0, outermost!), ...this.#lay(outermost!, 0, children)];
  }

  #lay(span: Span, row: number, children: ReadonlyMap<string | null, readonly Span[]>): TraceEvent[] {
    const { zeroMs, pid, firstTid } = this.#about;
    const events = [toEvent(span, zeroMs, pid, firstTid + row)];
    let freeAtMs = span.startMs;
    for (const child of (children.get(span.id) ?? []).toSorted((a, b) => a.startMs - b.startMs || b.endMs - a.endMs)) {
      const fits = child.startMs >= freeAtMs && child.endMs <= span.endMs;
      if (fits) freeAtMs = child.endMs;
      const own = fits ? row : this.#findRow(child);
      if (!fits) events.push(...this.#take(own, child));
      events.push(...this.#lay(child, own, children));
    }
    return events;
  }

  #findRow({ startMs }: Span): number {
    const free = this.#freeAtMs.findIndex((freeAtMs, row) => row > 0 && freeAtMs <= startMs);
    return free === -1 ? this.#freeAtMs.length : free;
  }

  /** What names the row, if it is a new one. */
  #take(row: number, { endMs }: Span): TraceEvent[] {
    const isNew = row === this.#freeAtMs.length;
    this.#freeAtMs[row] = endMs;
    if (!isNew) return [];
    const { pid, firstTid, name, beside } = this.#about;
    const tid = firstTid + row;
    return [
      { ph: "M", name: "thread_name", pid, tid, args: { name: row === 0 ? name : beside } },
      { ph: "M", name: "thread_sort_index", pid, tid, args: { sort_index: tid } },
    ];
  }
}

interface TrackAbout {
  readonly zeroMs: number;
  readonly pid: number;
  readonly firstTid: number;
  /** Of the first row. */
  readonly name: string;
  /** Of the others. */
  readonly beside: string;
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

/** The text of trace.json in pieces: one event a line. */
export async function* renderTrace(
  processes: readonly ProcessSpans[],
  spansOf: SpansOf,
  run: Pick<Run, "id" | "tier" | "toolVersion">,
): AsyncGenerator<string> {
  const outermost = processes.flatMap(({ stages, cases }) => [...stages, ...cases]);
  const zeroMs = Math.min(...outermost.map(({ startMs }) => startMs));
  const about = {
    generator: `spark-loadtest ${run.toolVersion}`,
    run: run.id,
    tier: run.tier,
    startedAt: new Date(zeroMs).toISOString(),
  };
  let before = `{"otherData":${JSON.stringify(about)},"displayTimeUnit":"ms","traceEvents":[\n`;
  for await (const events of toTraceEvents(processes, spansOf, { ...run, zeroMs })) {
    yield `${before}${events.map((event) => JSON.stringify(event)).join(",\n")}`;
    before = ",\n";
  }
  yield "\n]}\n";
}
