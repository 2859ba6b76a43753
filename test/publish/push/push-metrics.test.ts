import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { BinaryReader } from "@bufbuild/protobuf/wire";
import { uncompress } from "snappyjs";
import { afterEach, describe, expect, it } from "vitest";
import { InfrastructureError } from "../../../src/lib/errors.ts";
import { pushMetrics } from "../../../src/publish/push/push-metrics.ts";
import { readPushTarget } from "../../../src/publish/push/target.ts";
import { renderExposition } from "../../../src/report/metrics/exposition.ts";
import type { MetricFamily } from "../../../src/report/metrics/families.ts";

interface Received {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A server that answers with these statuses one after the other, the last one from then on; null hangs up. */
async function serve(...statuses: (number | null)[]): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    received.push({ method: request.method, path: request.url, headers: request.headers, body: Buffer.concat(chunks) });
    const status = statuses[Math.min(received.length, statuses.length) - 1] ?? null;
    if (status === null) request.socket.destroy();
    else response.writeHead(status).end(status < 300 ? "" : "out of order sample\nmore");
  });
  await new Promise<void>((resolve) => server!.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

const families: MetricFamily[] = [
  {
    name: "spark_loadtest_case_cpu_seconds",
    unit: "seconds",
    help: "CPU",
    points: [
      { labels: { tier: "quick", operation: 'a "b"\\\n', commit: "" }, value: 1.25 },
      { labels: { tier: "quick", operation: "read" }, value: 0 },
    ],
  },
];
const push = (url: string, what = families) =>
  pushMetrics(what, readPushTarget(url, undefined), { tier: "my tier/1", environment: {}, firstDelayMs: 1 });

/** Fields of a message in their order: numbers, doubles as numbers, and bytes. */
function readFields(bytes: Uint8Array): [number, Uint8Array | number][] {
  const reader = new BinaryReader(bytes);
  const fields: [number, Uint8Array | number][] = [];
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    fields.push([field, wireType === 2 ? reader.bytes() : wireType === 1 ? reader.double() : Number(reader.int64())]);
  }
  return fields;
}

function readWriteRequest(body: Buffer) {
  return readFields(uncompress(new Uint8Array(body))).map(([, series]) => {
    const fields = readFields(series as Uint8Array);
    const text = (bytes: Uint8Array | number) => Buffer.from(bytes as Uint8Array).toString();
    const labels = fields.filter(([field]) => field === 1).map(([, label]) => readFields(label as Uint8Array));
    const [sample] = fields.filter(([field]) => field === 2).map(([, value]) => readFields(value as Uint8Array));
    return {
      labels: labels.map((parts) => parts.map(([, part]) => text(part))),
      sample: sample!.map(([, part]) => part),
    };
  });
}

describe("pushMetrics", () => {
  it("replaces the tier's metrics in a Pushgateway", async () => {
    const { url, received } = await serve(200);
    await push(`${url.replace("//", "//me:hush@")}/gateway/`);
    expect(received).toHaveLength(1);
    expect(received[0]).toMatchObject({
      method: "PUT",
      path: "/gateway/metrics/job/spark_loadtest/tier/my%20tier%2F1",
      headers: {
        "content-type": "text/plain; version=0.0.4; charset=utf-8",
        authorization: `Basic ${Buffer.from("me:hush").toString("base64")}`,
      },
    });
    expect(received[0]!.body.toString()).toBe(renderExposition(families));
  });

  it("writes to a receiver, each series with its labels in order and the present time", async () => {
    const { url, received } = await serve(204);
    const before = Date.now();
    await push(`${url}/api/v1/write`);
    expect(received[0]).toMatchObject({
      method: "POST",
      path: "/api/v1/write",
      headers: {
        "content-type": "application/x-protobuf",
        "content-encoding": "snappy",
        "x-prometheus-remote-write-version": "0.1.0",
      },
    });
    const series = readWriteRequest(received[0]!.body);
    expect(series.map(({ labels }) => labels)).toEqual([
      [
        ["__name__", "spark_loadtest_case_cpu_seconds"],
        ["operation", 'a "b"\\\n'],
        ["tier", "quick"],
      ],
      [
        ["__name__", "spark_loadtest_case_cpu_seconds"],
        ["operation", "read"],
        ["tier", "quick"],
      ],
    ]);
    expect(series.map(({ sample }) => sample[0])).toEqual([1.25, 0]);
    expect(series[0]!.sample[1]).toBeGreaterThanOrEqual(before);
    expect(series[0]!.sample[1]).toBeLessThanOrEqual(Date.now());
  });

  it("writes many series in several requests", async () => {
    const { url, received } = await serve(204);
    const points = Array.from({ length: 25_000 }, (_, index) => ({ labels: { case: `${index}` }, value: index }));
    await push(`${url}/api/v1/write`, [{ ...families[0]!, points }]);
    expect(received.map(({ body }) => readWriteRequest(body).length)).toEqual([10_000, 10_000, 5_000]);
  });

  it.each([
    ["an overloaded server", [503, 429, 200]],
    ["a connection that breaks", [null, 200]],
  ])("tries again after %s", async (_, statuses) => {
    const { url, received } = await serve(...statuses);
    await push(url);
    expect(received).toHaveLength(statuses.length);
  });

  it.each([
    ["does not try again what is refused", [400], 1, "HTTP 400: out of order sample"],
    ["gives up after the third further attempt", [500], 4, "HTTP 500: out of order sample"],
    ["says how a connection breaks", [null], 4, "other side closed"],
  ])("%s, and shows no credentials", async (_, statuses, attempts, reason) => {
    const { url, received } = await serve(...(statuses as (number | null)[]));
    const error = await push(`${url.replace("//", "//me:hush@")}/?token=hush`).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InfrastructureError);
    expect((error as Error).message).toBe(`The metrics could not be pushed to ${url}/: ${reason}`);
    expect(received).toHaveLength(attempts as number);
  });
});
