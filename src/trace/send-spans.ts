import { setTimeout as sleep } from "node:timers/promises";
import { JsonTraceSerializer, ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import { resourceFromAttributes } from "@opentelemetry/resources";
import pLimit from "p-limit";
import type { OtlpConfig } from "../config/telemetry-config.ts";
import { fetchErrorMessage, InfrastructureError } from "../lib/errors.ts";
import { backoffDelayMs } from "../lib/retry.ts";
import type { TraceContext } from "../lib/trace-context.ts";
import type { Span } from "./to-spans.ts";

type ReadableSpan = Parameters<typeof ProtobufTraceSerializer.serializeRequest>[0][number];

/** Spans of one request: some hundred kilobytes, where collectors take 4 MB and more. */
const BATCH = 1_000;
/** Requests at a time. */
const CONCURRENCY = 4;
const FIRST_DELAY_MS = 500;
/** What the specification of OTLP has a client try again (https://opentelemetry.io/docs/specs/otlp/#failures). */
const PASSING: ReadonlySet<number> = new Set([429, 502, 503, 504]);

const SERIALIZERS = {
  "http/protobuf": { serializer: ProtobufTraceSerializer, contentType: "application/x-protobuf" },
  "http/json": { serializer: JsonTraceSerializer, contentType: "application/json" },
} as const;

/** @opentelemetry/api: SpanKind and SpanStatusCode. */
const INTERNAL = 0;
const SERVER = 1;
const UNSET = 0;
const ERROR = 2;

/**
 * Sends spans by OTLP over HTTP. Answers that may be better the next time are asked for again, after as long as they say, while there is
 * time.
 *
 * @param trace the one that they are of
 * @param version of this tool
 * @throws InfrastructureError, after `timeoutMs` at the latest, whose message holds neither headers nor the query of the URL
 */
export async function sendSpans(
  spans: readonly Span[],
  { trace, version }: { readonly trace: TraceContext; readonly version: string },
  otlp: OtlpConfig,
): Promise<void> {
  const { serializer, contentType } = SERIALIZERS[otlp.protocol];
  const resource = resourceFromAttributes({ "service.version": version, ...otlp.resource });
  const batches = Array.from({ length: Math.ceil(spans.length / BATCH) }, (_, index) =>
    spans.slice(index * BATCH, (index + 1) * BATCH),
  );
  const failed = new AbortController();
  const signal = AbortSignal.any([failed.signal, AbortSignal.timeout(otlp.timeoutMs)]);
  const sendBatch = async (batch: readonly Span[]) => {
    const readable = batch.map((span) => toReadable(span, { trace, version, resource }));
    const answer = await post(serializer.serializeRequest(readable)!, contentType, otlp, signal);
    // An answer that cannot be read says nothing against what was taken.
    const partial = await Promise.resolve(answer)
      .then((bytes) => (bytes.length === 0 ? {} : serializer.deserializeResponse(bytes)).partialSuccess)
      .catch(() => undefined);
    const rejected = Number(partial?.rejectedSpans ?? 0);
    if (rejected > 0) throw new InfrastructureError(`${rejected} spans were not taken: ${partial?.errorMessage ?? ""}`);
  };
  try {
    await pLimit(CONCURRENCY).map(batches, sendBatch);
  } catch (error) {
    failed.abort();
    const { origin, pathname } = new URL(otlp.url);
    throw new InfrastructureError(
      `The trace of the run could not be sent to ${origin}${pathname}: ${describe(error, otlp)}`,
    );
  }
}

async function post(body: Uint8Array, contentType: string, otlp: OtlpConfig, signal: AbortSignal): Promise<Uint8Array> {
  const deadlineMs = Date.now() + otlp.timeoutMs;
  for (let attempt = 2; ; attempt++) {
    const response = await request(body, contentType, otlp, signal);
    if (response instanceof Response && response.ok) return new Uint8Array(await response.arrayBuffer());
    const passing = !(response instanceof Response) || PASSING.has(response.status);
    const failure = response instanceof Response ? new Error(`HTTP ${response.status}`) : response;
    const asked = response instanceof Response ? retryAfterMs(response.headers.get("retry-after")) : null;
    const delayMs = asked ?? backoffDelayMs(attempt, FIRST_DELAY_MS, Math.random);
    if (!passing || Date.now() + delayMs >= deadlineMs) throw failure;
    await sleep(delayMs, undefined, { signal });
  }
}

/** An answer, or the error for want of one. Throws when `signal` aborts. */
async function request(
  body: Uint8Array,
  contentType: string,
  { url, headers }: OtlpConfig,
  signal: AbortSignal,
): Promise<Response | Error> {
  try {
    return await fetch(url, {
      method: "POST",
      body: body as Uint8Array<ArrayBuffer>,
      headers: { ...headers, "content-type": contentType },
      // Headers that authorize are for the one that they were given for.
      redirect: "error",
      signal,
    });
  } catch (error) {
    signal.throwIfAborted();
    return error as Error;
  }
}

/** Seconds, or a date. */
function retryAfterMs(text: string | null): number | null {
  if (text === null) return null;
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isNaN(ms) ? null : Math.max(0, ms);
}

function describe(error: unknown, { timeoutMs }: OtlpConfig): string {
  if (error instanceof Error && ["TimeoutError", "AbortError"].includes(error.name))
    return `no answer within ${timeoutMs / 1000} s`;
  return fetchErrorMessage(error);
}

function toReadable(
  span: Span,
  { trace, version, resource }: { trace: TraceContext; version: string; resource: ReadableSpan["resource"] },
): ReadableSpan {
  const context = (spanId: string) => ({ traceId: trace.traceId, spanId, traceFlags: 1 });
  const isRun = span.kind === "run";
  const parent = span.parentId === null ? {} : { parentSpanContext: { ...context(span.parentId), isRemote: isRun } };
  return {
    name: span.name,
    kind: isRun ? SERVER : INTERNAL,
    spanContext: () => context(span.id),
    ...parent,
    startTime: toHrTime(span.startMs),
    endTime: toHrTime(span.endMs),
    duration: toHrTime(span.endMs - span.startMs),
    status: span.error === null ? { code: UNSET } : { code: ERROR, message: span.error },
    attributes: span.attributes,
    links: [],
    events: [],
    ended: true,
    resource,
    instrumentationScope: { name: "spark-loadtest", version },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

/** Seconds and nanoseconds. */
function toHrTime(ms: number): [number, number] {
  return [Math.floor(ms / 1000), Math.round((ms % 1000) * 1e6)];
}
