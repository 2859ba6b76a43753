import { JsonTraceSerializer, ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { InfrastructureError } from "../lib/errors.ts";
import { ask, mayPass, StatusError } from "../lib/http/ask.ts";
import { readBytes } from "../lib/http/request.ts";
import { connectionMessage } from "../lib/http/transient.ts";
import type { Environment } from "../lib/process/environment.ts";
import type { TraceContext } from "../lib/trace-context.ts";
import type { OtlpConfig } from "./config.ts";
import type { Span } from "./to-spans.ts";

type ReadableSpan = Parameters<typeof ProtobufTraceSerializer.serializeRequest>[0][number];

/** Spans of one request: some hundred kilobytes, where collectors take 4 MB and more. */
const BATCH = 1_000;
/** Requests at a time: spans are taken as fast as their answers come, so that no more than these are held. */
const CONCURRENCY = 4;
const FIRST_DELAY_MS = 500;
/** A collector says which spans it did not take, and why. */
const ANSWER = { mostBytes: 1024 * 1024, of: "The answer" } as const;
/** What the specification of OTLP has a client try again, and nothing else (https://opentelemetry.io/docs/specs/otlp/#failures). */
const TRANSIENT_STATUSES: ReadonlySet<number> = new Set([429, 502, 503, 504]);

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
 * @param environment for the proxy
 * @throws InfrastructureError, after `timeoutMs` at the latest, whose message holds neither headers nor the query of the URL
 */
export async function sendSpans(
  spans: SpanGroups,
  { trace, version }: { readonly trace: TraceContext; readonly version: string },
  otlp: OtlpConfig,
  environment: Environment,
): Promise<void> {
  const { serializer, contentType } = SERIALIZERS[otlp.protocol];
  const resource = resourceFromAttributes({ "service.version": version, ...otlp.resource });
  const failed = new AbortController();
  const options = {
    method: "POST",
    headers: { ...otlp.headers, "content-type": contentType },
    environment,
    signal: AbortSignal.any([failed.signal, AbortSignal.timeout(otlp.timeoutMs)]),
    deadlineMs: Date.now() + otlp.timeoutMs,
    retries: Number.POSITIVE_INFINITY,
    firstDelayMs: FIRST_DELAY_MS,
    mayPass: (error: Error) => (error instanceof StatusError ? TRANSIENT_STATUSES.has(error.status) : mayPass(error)),
  } as const;
  // The serializers put together what has the same object.
  const about = { trace, resource, instrumentationScope: { name: "spark-loadtest", version } };
  const bodies = toBodies(spans, (batch) => serializer.serializeRequest(batch.map((span) => toReadable(span, about)))!);
  const sendBody = async (body: Uint8Array) => {
    const answer = await ask(otlp.url, { ...options, body }, (each) => readBytes(each, ANSWER));
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

function describe(error: unknown, { timeoutMs }: OtlpConfig): string {
  if (error instanceof Error && ["TimeoutError", "AbortError"].includes(error.name))
    return `no answer within ${timeoutMs / 1000} s`;
  if (error instanceof StatusError && error.redirect !== null)
    return `${error.message}, a redirect to ${error.redirect}, which is not followed`;
  return connectionMessage(error);
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
