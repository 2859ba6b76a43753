import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string; readonly intValue?: number | string; readonly boolValue?: boolean };
}

/** A span as OTLP's JSON encoding has it; of protobuf, ids are made hexadecimal and numbers strings. */
export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number | string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes?: readonly Attribute[];
  readonly status?: { readonly code?: number | string; readonly message?: string };
}

interface ExportRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly {
      readonly scope: { readonly name: string };
      readonly spans: readonly ReceivedSpan[];
    }[];
  }[];
}

interface MessageType {
  decode(bytes: Uint8Array): unknown;
  encode(message: object): { finish(): Uint8Array };
  toObject(message: unknown, options: object): Record<string, unknown>;
}

/** Made from opentelemetry-proto's own definitions; the serializers under test write protobuf by themselves. */
const root = createRequire(import.meta.url)("otlp-proto-reference/build/src/generated/root.js");
const collector = root.opentelemetry.proto.collector.trace.v1;
const REQUEST: MessageType = collector.ExportTraceServiceRequest;
const RESPONSE: MessageType = collector.ExportTraceServiceResponse;

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A server that takes traces by OTLP over HTTP, in either encoding, as the specification has it. */
export class OtlpReceiver {
  readonly requests: { readonly url: string; readonly headers: IncomingMessage["headers"]; readonly bytes: number }[] =
    [];
  readonly taken: ExportRequest[] = [];
  /** Answers to give before the usual one, the first first. */
  readonly answers: Answer[] = [];
  rejected = 0;
  readonly #server: Server = createServer((request, response) => void this.#answer(request, response));

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  get spans(): ReceivedSpan[] {
    return this.taken.flatMap(({ resourceSpans }) =>
      resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
    );
  }

  get resource(): Record<string, unknown> {
    return attributesOf(this.taken[0]?.resourceSpans[0]?.resource ?? {});
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    this.requests.push({ url: request.url ?? "", headers: request.headers, bytes: body.length });
    const answer = this.answers.shift();
    if (answer !== undefined) return answer(request, response);
    const isJson = request.headers["content-type"] === "application/json";
    if (!isJson && request.headers["content-type"] !== "application/x-protobuf") {
      response.writeHead(415).end();
      return;
    }
    this.taken.push(isJson ? JSON.parse(body.toString("utf8")) : decode(body));
    const said =
      this.rejected === 0 ? {} : { partialSuccess: { rejectedSpans: this.rejected, errorMessage: "too old" } };
    response.writeHead(200, { "content-type": request.headers["content-type"] });
    response.end(isJson ? JSON.stringify(said) : RESPONSE.encode(said).finish());
  }
}

export function attributesOf({
  attributes = [],
}: {
  readonly attributes?: readonly Attribute[];
}): Record<string, unknown> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key, value.stringValue ?? value.boolValue ?? Number(value.intValue)]),
  );
}

function decode(body: Buffer): ExportRequest {
  const object = REQUEST.toObject(REQUEST.decode(body), { longs: String, bytes: Buffer, defaults: false });
  return JSON.parse(
    JSON.stringify(object, (_, value) =>
      value?.type === "Buffer" ? Buffer.from(value.data as number[]).toString("hex") : value,
    ),
  );
}
