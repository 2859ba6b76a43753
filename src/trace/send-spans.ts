import http from "node:http";
import https from "node:https";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { JsonTraceSerializer, ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { fetchErrorMessage, InfrastructureError } from "../lib/errors.ts";
import { backoffDelayMs, retryAfterMs } from "../lib/http/retry.ts";
import type { TraceContext } from "../lib/trace-context.ts";
import type { OtlpConfig } from "./config.ts";
import type { Span } from "./to-spans.ts";

type ReadableSpan = Parameters<typeof ProtobufTraceSerializer.serializeRequest>[0][number];

/** Spans of one request: some hundred kilobytes, where collectors take 4 MB and more. */
const BATCH = 1_000;
/** Requests at a time: spans are taken as fast as their answers come, so that no more than these are held. */
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

/** As they come, of whatever size. */
type SpanGroups = Iterable<readonly Span[]> | AsyncIterable<readonly Span[]>;

/**
 * Sends spans by OTLP over HTTP. Answers that may be better the next time are asked for again, after as long as they say, while there is
 * time.
 *
 * @param trace the one that they are of
 * @param version of this tool
 * @throws InfrastructureError, after `timeoutMs` at the latest, whose message holds neither headers nor the query of the URL
 */
export async function sendSpans(
  spans: SpanGroups,
  { trace, version }: { readonly trace: TraceContext; readonly version: string },
  otlp: OtlpConfig,
): Promise<void> {
  const { serializer, contentType } = SERIALIZERS[otlp.protocol];
  const resource = resourceFromAttributes({ "service.version": version, ...otlp.resource });
  const failed = new AbortController();
  const limits = {
    signal: AbortSignal.any([failed.signal, AbortSignal.timeout(otlp.timeoutMs)]),
    deadlineMs: Date.now() + otlp.timeoutMs,
  };
  // The serializers put together what has the same object.
  const about = { trace, resource, instrumentationScope: { name: "spark-loadtest", version } };
  const bodies = toBodies(spans, (batch) => serializer.serializeRequest(batch.map((span) => toReadable(span, about)))!);
  const sendBody = async (body: Uint8Array) => {
    const answer = await post(body, contentType, otlp, limits);
    // An answer that cannot be read says nothing against what was taken.
    const partial = await Promise.resolve(answer)
      .then((bytes) => (bytes.length === 0 ? {} : serializer.deserializeResponse(bytes)).partialSuccess)
      .catch(() => undefined);
    const rejected = Number(partial?.rejectedSpans ?? 0);
    if (rejected > 0) throw new InfrastructureError(`${rejected} spans were not taken: ${partial?.errorMessage ?? ""}`);
  };
  const sendInTurn = async () => {
    for await (const body of bodies) await sendBody(body);
  };
  try {
    await Promise.all(Array.from({ length: CONCURRENCY }, sendInTurn));
  } catch (error) {
    failed.abort();
    const { origin, pathname } = new URL(otlp.url);
    throw new InfrastructureError(
      `The trace of the run could not be sent to ${origin}${pathname}: ${describe(error, otlp)}`,
    );
  }
}

/** The requests' bodies, each made when it is asked for. */
async function* toBodies(
  spans: SpanGroups,
  serialize: (batch: readonly Span[]) => Uint8Array,
): AsyncGenerator<Uint8Array> {
  let batch: Span[] = [];
  for await (const group of spans) {
    batch = batch.concat(group);
    while (batch.length >= BATCH) yield serialize(batch.splice(0, BATCH));
  }
  if (batch.length > 0) yield serialize(batch);
}

interface Limits {
  readonly signal: AbortSignal;
  /** When there is no time left. */
  readonly deadlineMs: number;
}

async function post(
  body: Uint8Array,
  contentType: string,
  otlp: OtlpConfig,
  { signal, deadlineMs }: Limits,
): Promise<Uint8Array> {
  for (let attempt = 2; ; attempt++) {
    const answer = await request(body, contentType, otlp, signal);
    if (!(answer instanceof Error) && answer.status >= 200 && answer.status < 300) return answer.bytes;
    const passing = answer instanceof Error || PASSING.has(answer.status);
    const failure = answer instanceof Error ? answer : new Error(`HTTP ${answer.status}`);
    const asked = answer instanceof Error ? null : retryAfterMs(answer.retryAfter, Date.now());
    const delayMs = asked ?? backoffDelayMs(attempt, FIRST_DELAY_MS, Math.random);
    if (!passing || Date.now() + delayMs >= deadlineMs) throw failure;
    await sleep(delayMs, undefined, { signal });
  }
}

interface Answer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly bytes: Uint8Array;
}

/**
 * An answer, or the error for want of one. Not by `fetch`, which sends a copy of every body and so needs twice their memory. Follows no
 * redirect: headers that authorize are for the one that they were given for. Throws when `signal` aborts.
 */
async function request(
  body: Uint8Array,
  contentType: string,
  { url, headers }: OtlpConfig,
  signal: AbortSignal,
): Promise<Answer | Error> {
  const client = url.startsWith("https:") ? https : http;
  try {
    const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
      const all = { ...headers, "content-type": contentType, "content-length": body.length };
      client.request(url, { method: "POST", headers: all, signal }, resolve).on("error", reject).end(body);
    });
    const bytes = await buffer(response);
    return { status: response.statusCode!, retryAfter: response.headers["retry-after"], bytes };
  } catch (error) {
    signal.throwIfAborted();
    return error as Error;
  }
}

function describe(error: unknown, { timeoutMs }: OtlpConfig): string {
  if (error instanceof Error && ["TimeoutError", "AbortError"].includes(error.name))
    return `no answer within ${timeoutMs / 1000} s`;
  return fetchErrorMessage(error);
}

function toReadable(
  span: Span,
  { trace, ...about }: Pick<ReadableSpan, "resource" | "instrumentationScope"> & { readonly trace: TraceContext },
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
    ...about,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

/** Seconds and nanoseconds. */
function toHrTime(ms: number): [number, number] {
  return [Math.floor(ms / 1000), Math.round((ms % 1000) * 1e6)];
}
