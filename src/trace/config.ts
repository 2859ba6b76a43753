import type { Environment } from "../lib/process/environment.ts";
import { newTrace, parseTraceparent, type TraceContext } from "../lib/trace-context.ts";

/** Where the spans of a run are sent by OTLP. */
export interface OtlpConfig {
  readonly url: string;
  readonly protocol: "http/protobuf" | "http/json";
  /** Secret: neither shown nor kept. */
  readonly headers: Readonly<Record<string, string>>;
  /** For all of it, every further attempt included. */
  readonly timeoutMs: number;
  /** Of the resource that the spans belong to, `service.name` among them. */
  readonly resource: Readonly<Record<string, string>>;
}

/** What the environment says of the trace that a run is. */
export interface TelemetryConfig {
  /** The trace that a new run is part of: the one of `TRACEPARENT`, else one of its own. */
  readonly trace: TraceContext;
  /** null to send nothing. */
  readonly otlp: OtlpConfig | null;
  /** Why nothing is sent, though the environment asks for it; null where that is as it asks. */
  readonly problem: string | null;
}

/** What a run may be held up at its end, whatever the environment allows. */
const LONGEST_TIMEOUT_MS = 5_000;
const PROTOCOLS = ["http/protobuf", "http/json"] as const;
/** RFC 9110: what a header may be called, and what it may hold. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9a-zA-Z-]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * Reads `TRACEPARENT` and the `OTEL_*` variables that matter, as the specification of OpenTelemetry has them
 * (https://opentelemetry.io/docs/specs/otel/protocol/exporter/). What is wrong in them is a problem to be told, and never a reason not
 * to run: that goes for values that are left out of the message, because they may be secret.
 */
export function readTelemetryConfig(env: Environment): TelemetryConfig {
  const trace = parseTraceparent(env.TRACEPARENT ?? "") ?? newTrace();
  const off = { trace, otlp: null, problem: null };
  if (env.OTEL_SDK_DISABLED?.trim().toLowerCase() === "true") return off;
  const exporter = env.OTEL_TRACES_EXPORTER?.trim() || "otlp";
  const endpoint = ofTraces(env, "ENDPOINT");
  if (endpoint === undefined || exporter === "none" || !trace.sampled) return off;
  try {
    if (exporter !== "otlp") throw new Error(`OTEL_TRACES_EXPORTER is ${exporter}, and only otlp or none are known`);
    const otlp: OtlpConfig = {
      url: readUrl(env),
      protocol: readProtocol(ofTraces(env, "PROTOCOL")),
      headers: {
        ...readHeaders(env, "OTEL_EXPORTER_OTLP_HEADERS"),
        ...readHeaders(env, "OTEL_EXPORTER_OTLP_TRACES_HEADERS"),
      },
      timeoutMs: readTimeout(ofTraces(env, "TIMEOUT")),
      resource: readResource(env),
    };
    return { trace, otlp, problem: null };
  } catch (error) {
    return { trace, otlp: null, problem: (error as Error).message };
  }
}

/** The variable for traces, else the one for everything; an empty one is as good as none. */
function ofTraces(env: Environment, name: string): string | undefined {
  return env[`OTEL_EXPORTER_OTLP_TRACES_${name}`]?.trim() || env[`OTEL_EXPORTER_OTLP_${name}`]?.trim() || undefined;
}

/** The one for traces is used as it is; the one for everything is a base. */
function readUrl(env: Environment): string {
  const own = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT?.trim();
  const variable = own ? "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT" : "OTEL_EXPORTER_OTLP_ENDPOINT";
  const base = own || env.OTEL_EXPORTER_OTLP_ENDPOINT!.trim();
  const url = URL.canParse(base) ? new URL(base) : null;
  if (url === null || !["http:", "https:"].includes(url.protocol))
    throw new Error(`${variable} is no URL of http or https`);
  if (url.username !== "" || url.password !== "")
    throw new Error(`${variable} has a user in it; give what authorizes in OTEL_EXPORTER_OTLP_HEADERS`);
  if (!own) url.pathname = `${url.pathname.replace(/\/$/, "")}/v1/traces`;
  return url.href;
}

function readProtocol(text: string | undefined): OtlpConfig["protocol"] {
  const protocol = PROTOCOLS.find((each) => each === (text ?? PROTOCOLS[0]));
  if (protocol === undefined)
    throw new Error(`OTEL_EXPORTER_OTLP_PROTOCOL is ${text}, and only ${PROTOCOLS.join(" and ")} are known`);
  return protocol;
}

function readTimeout(text: string | undefined): number {
  const timeoutMs = Number(text ?? LONGEST_TIMEOUT_MS);
  return timeoutMs > 0 ? Math.min(timeoutMs, LONGEST_TIMEOUT_MS) : LONGEST_TIMEOUT_MS;
}

/** `name=value,...`, the values percent-encoded, as in W3C Baggage. Throws where it is not. */
function readPairs(env: Environment, variable: string): (readonly [string, string])[] {
  return (env[variable] ?? "")
    .split(",")
    .filter((pair) => pair.trim() !== "")
    .map((pair, index) => {
      const [, name, value] = /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/s.exec(pair) ?? [];
      if (name === undefined || value === undefined)
        throw new Error(`entry ${index + 1} of ${variable} is not name=value`);
      try {
        return [decodeURIComponent(name), decodeURIComponent(value)] as const;
      } catch {
        throw new Error(`entry ${index + 1} of ${variable} is not percent-encoded`);
      }
    });
}

function readHeaders(env: Environment, variable: string): Record<string, string> {
  const pairs = readPairs(env, variable);
  const wrong = pairs.findIndex(([name, value]) => !HEADER_NAME.test(name) || !HEADER_VALUE.test(value));
  if (wrong !== -1) throw new Error(`entry ${wrong + 1} of ${variable} cannot be a header`);
  return Object.fromEntries(pairs.map(([name, value]) => [name.toLowerCase(), value]));
}

function readResource(env: Environment): Record<string, string> {
  const attributes = Object.fromEntries(readPairs(env, "OTEL_RESOURCE_ATTRIBUTES"));
  const name = env.OTEL_SERVICE_NAME?.trim() || attributes["service.name"] || "spark-loadtest";
  return { ...attributes, "service.name": name };
}
