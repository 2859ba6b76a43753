import { createHash, randomBytes } from "node:crypto";

/**
 * The trace that a run is, decided when it begins, so that whoever works for it can be told which span is theirs before that span is
 * made. Ids as in W3C Trace Context (https://www.w3.org/TR/trace-context/): lower-case hexadecimal, 32 and 16 digits.
 */
export interface TraceContext {
  readonly traceId: string;
  /** The span of whoever started the run; null for none. */
  readonly parentId: string | null;
  /** Whether whoever started the run wants the trace to be sent. */
  readonly sampled: boolean;
}

/** What it takes to work out the spans of a run's attempts. */
export interface RunTrace extends Pick<TraceContext, "traceId" | "sampled"> {
  /** Of the run's own span. */
  readonly runSpanId: string;
}

/** A run of its own, which is nobody's part. */
export function newTrace(): TraceContext {
  return { traceId: randomBytes(16).toString("hex"), parentId: null, sampled: true };
}

/** What a `traceparent` says; null for one that is none, which is to be taken for absent. */
export function parseTraceparent(text: string): TraceContext | null {
  const [, version, traceId, parentId, flags, more] =
    /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/.exec(text.trim()) ?? [];
  if (traceId === undefined || parentId === undefined || flags === undefined) return null;
  if (version === "ff" || (version === "00" && more !== undefined)) return null;
  if (/^0+$/.test(traceId) || /^0+$/.test(parentId)) return null;
  return { traceId, parentId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

/** The `traceparent` by which somebody else's spans become children of one of ours. */
export function formatTraceparent(
  { traceId, sampled }: Pick<TraceContext, "traceId" | "sampled">,
  spanId: string,
): string {
  return `00-${traceId}-${spanId}-${sampled ? "01" : "00"}`;
}

/** Id of the span that is called so below another one, the same whenever it is asked for. workflows/trace_context.py does the same. */
export function spanIdOf(...path: readonly (string | number)[]): string {
  return createHash("sha256").update(path.join("\n")).digest("hex").slice(0, 16);
}

/**
 * The spans of a run.
 *
 * @param process which process of the run: one that was continued has a span for each, because none may be sent twice
 */
export function traceOfRun({ traceId, sampled }: TraceContext, process: number): RunTrace {
  return { traceId, sampled, runSpanId: spanIdOf(traceId, "run", process) };
}

/** Id of the span of a case's attempt, counted from 1. */
export function attemptSpanId({ runSpanId }: Pick<RunTrace, "runSpanId">, caseName: string, attempt: number): string {
  return spanIdOf(runSpanId, "attempt", caseName, attempt);
}
