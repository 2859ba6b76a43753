import { describe, expect, it, test } from "vitest";
import { readTelemetryConfig } from "../../src/trace/config.ts";

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318" };
const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
const PARENT_ID = "b7ad6b7169203331";

describe("where a trace is sent", () => {
  it.each([
    ["nowhere without an endpoint", {}, null],
    ["nowhere with an empty one", { OTEL_EXPORTER_OTLP_ENDPOINT: " " }, null],
    ["below the endpoint of everything", ENDPOINT, "http://collector:4318/v1/traces"],
    [
      "below its path",
      { OTEL_EXPORTER_OTLP_ENDPOINT: "https://x.example/otlp/?team=a" },
      "https://x.example/otlp/v1/traces?team=a",
    ],
    [
      "to that of traces as it is",
      { ...ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://traces:9/in" },
      "http://traces:9/in",
    ],
    ["nowhere where the SDK is disabled", { ...ENDPOINT, OTEL_SDK_DISABLED: "TRUE" }, null],
    ["somewhere for another value of that", { ...ENDPOINT, OTEL_SDK_DISABLED: "1" }, "http://collector:4318/v1/traces"],
    ["nowhere where traces have no exporter", { ...ENDPOINT, OTEL_TRACES_EXPORTER: "none" }, null],
    [
      "nowhere where whoever started the run does not want it",
      { ...ENDPOINT, TRACEPARENT: `00-${TRACE_ID}-${PARENT_ID}-00` },
      null,
    ],
  ])("%s", (_, env, url) => {
    const { otlp, problem } = readTelemetryConfig(env);
    expect({ url: otlp?.url ?? null, problem }).toEqual({ url, problem: null });
  });

  it("takes what is said of traces before what is said of everything", () => {
    const { otlp } = readTelemetryConfig({
      ...ENDPOINT,
      OTEL_EXPORTER_OTLP_PROTOCOL: "grpc",
      OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: "http/json",
      OTEL_EXPORTER_OTLP_HEADERS: "api-key=one, X-Team = load%20test",
      OTEL_EXPORTER_OTLP_TRACES_HEADERS: "Api-Key=two%3D",
      OTEL_EXPORTER_OTLP_TIMEOUT: "1500",
      OTEL_SERVICE_NAME: "nightly",
      OTEL_RESOURCE_ATTRIBUTES: "service.name=other,deployment.environment.name=ci%2Ceu",
    });
    expect(otlp).toEqual({
      url: "http://collector:4318/v1/traces",
      protocol: "http/json",
      headers: { "api-key": "two=", "x-team": "load test" },
      timeoutMs: 1500,
      resource: { "service.name": "nightly", "deployment.environment.name": "ci,eu" },
    });
  });

  it("has defaults, and does not let a run wait", () => {
    const { otlp } = readTelemetryConfig({ ...ENDPOINT, OTEL_EXPORTER_OTLP_TIMEOUT: "60000" });
    expect(otlp).toMatchObject({
      protocol: "http/protobuf",
      headers: {},
      timeoutMs: 5000,
      resource: { "service.name": "spark-loadtest" },
    });
  });

  it.each([
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: "collector:4318" }, "OTEL_EXPORTER_OTLP_ENDPOINT is no URL of http or https"],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: "http://me:hush@collector" },
      "OTEL_EXPORTER_OTLP_ENDPOINT has a user in it; give what authorizes in OTEL_EXPORTER_OTLP_HEADERS",
    ],
    [
      { ...ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" },
      "OTEL_EXPORTER_OTLP_PROTOCOL is grpc, and only http/protobuf and http/json are known",
    ],
    [
      { ...ENDPOINT, OTEL_TRACES_EXPORTER: "zipkin" },
      "OTEL_TRACES_EXPORTER is zipkin, and only otlp or none are known",
    ],
    [
      { ...ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS: "a=b,hush" },
      "entry 2 of OTEL_EXPORTER_OTLP_HEADERS is not name=value",
    ],
    [
      { ...ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS: "key=%hush" },
      "entry 1 of OTEL_EXPORTER_OTLP_HEADERS is not percent-encoded",
    ],
    [
      { ...ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS: "a=b,key=hush%0Ahost: evil" },
      "entry 2 of OTEL_EXPORTER_OTLP_HEADERS cannot be a header",
    ],
    [{ ...ENDPOINT, OTEL_RESOURCE_ATTRIBUTES: "hush" }, "entry 1 of OTEL_RESOURCE_ATTRIBUTES is not name=value"],
  ])("%o is a problem that is told without what may be secret", (env, problem) => {
    const config = readTelemetryConfig(env);
    expect(config).toMatchObject({ otlp: null, problem });
    expect(JSON.stringify(config)).not.toContain("hush");
  });
});

test.each([
  ["no traceparent", undefined, null],
  ["a sampled one", `00-${TRACE_ID}-${PARENT_ID}-01`, { traceId: TRACE_ID, parentId: PARENT_ID, sampled: true }],
  ["one that is not sampled", `00-${TRACE_ID}-${PARENT_ID}-02`, { sampled: false }],
  ["one of a later version", `cc-${TRACE_ID}-${PARENT_ID}-01-what`, { parentId: PARENT_ID }],
  ["more than version 00 has", `00-${TRACE_ID}-${PARENT_ID}-01-what`, null],
  ["a version that cannot be", `ff-${TRACE_ID}-${PARENT_ID}-01`, null],
  ["a trace of zeros", `00-${"0".repeat(32)}-${PARENT_ID}-01`, null],
  ["a parent of zeros", `00-${TRACE_ID}-${"0".repeat(16)}-01`, null],
  ["upper case", `00-${TRACE_ID.toUpperCase()}-${PARENT_ID}-01`, null],
  ["nonsense", "yes", null],
])("%s", (_, TRACEPARENT, expected) => {
  const { trace } = readTelemetryConfig({ TRACEPARENT });
  if (expected !== null) expect(trace).toMatchObject(expected);
  else {
    expect(trace).toEqual({ traceId: expect.stringMatching(/^[0-9a-f]{32}$/), parentId: null, sampled: true });
    expect(readTelemetryConfig({ TRACEPARENT }).trace.traceId).not.toBe(trace.traceId);
  }
});
