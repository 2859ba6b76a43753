import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { OtlpConfig } from "../../src/trace/config.ts";
import { sendSpans } from "../../src/trace/send-spans.ts";
import { settle, sleepThrough, useFakeTime, useRealTime } from "../fake-time.ts";
import { until } from "../wait.ts";
import { attributesOf, OtlpReceiver } from "./otlp-receiver.ts";
import {
  at,
  begin,
  caseOf,
  end,
  finishedCase,
  inOrder,
  job,
  listSpans,
  SUBJECT,
  sparkStage,
  stage,
  TRACE,
} from "./records.ts";

const RECORDS = inOrder(
  begin(0),
  stage("execute", 1, 9),
  finishedCase(SUBJECT.cases[0]!, [[1.25, 9]], {
    status: "failed",
    reason: "no space",
    namespace: "t-read-12",
    jobs: [job(0, 2, 3, { stages: [sparkStage(0, 2, 3)] })],
  }),
  end(10, 3),
);
const SPANS = listSpans(RECORDS);
const ABOUT = { trace: TRACE, version: "0.1.0" };

let receiver: OtlpReceiver;
let otlp: OtlpConfig;
beforeEach(async () => {
  useFakeTime();
  receiver = new OtlpReceiver();
  otlp = {
    url: `${await receiver.start()}/v1/traces?key=hush`,
    protocol: "http/protobuf",
    headers: { "api-key": "hush" },
    timeoutMs: 2_000,
    resource: { "service.name": "nightly", "deployment.environment.name": "ci" },
  };
});
afterEach(async () => {
  useRealTime();
  await receiver.stop();
});

describe.each(["http/protobuf", "http/json"] as const)("sent by %s", (protocol) => {
  it("every span arrives as it is", async () => {
    await sendSpans([SPANS], ABOUT, { ...otlp, protocol }, {});
    expect(receiver.requests).toMatchObject([
      {
        url: "/v1/traces?key=hush",
        headers: {
          "api-key": "hush",
          "content-type": protocol === "http/json" ? "application/json" : "application/x-protobuf",
        },
      },
    ]);
    expect(receiver.resource).toEqual({
      "service.name": "nightly",
      "service.version": "0.1.0",
      "deployment.environment.name": "ci",
    });
    const nano = (ms: number) => `${ms}000000`;
    expect(
      receiver.spans.map(({ status, attributes: _, kind, ...span }) => ({
        ...span,
        kind: Number(kind),
        error: status?.message,
      })),
    ).toMatchObject(
      SPANS.map(({ id, parentId, kind, name, startMs, endMs, error }) => ({
        traceId: TRACE.traceId,
        spanId: id,
        parentSpanId: parentId!,
        name,
        kind: kind === "run" ? 2 : 1,
        startTimeUnixNano: nano(startMs),
        endTimeUnixNano: nano(endMs),
        error: error ?? undefined,
      })),
    );
    expect(receiver.spans.map(attributesOf)).toEqual(SPANS.map(({ attributes }) => attributes));
    expect(receiver.spans[2]!.startTimeUnixNano).toBe(nano(at(1.25)));
  });

  it("says how many a server did not take", async () => {
    receiver.rejected = 3;
    await expect(sendSpans([SPANS], ABOUT, { ...otlp, protocol }, {})).rejects.toThrow(
      /^The trace of the run could not be sent to http:\/\/127\.0\.0\.1:\d+\/v1\/traces: 3 spans were not taken: too old$/,
    );
  });
});

it("sends thousands in requests of a size that collectors take", async () => {
  const cases = Array.from({ length: 1280 }, (_, index) => caseOf(`op${index}`));
  const records = inOrder(
    begin(0),
    cases.map((testCase, index) => finishedCase(testCase, [[index, index + 3]])),
  );
  const spans = listSpans(records, { ...SUBJECT, cases });
  await sendSpans([spans], ABOUT, otlp, {});
  expect(new Set(receiver.spans.map(({ spanId }) => spanId)).size).toBe(1 + 2 * 1280);
  expect(Math.max(...receiver.requests.map(({ bytes }) => bytes))).toBeLessThan(1024 * 1024);
});

it("takes no more spans than it has requests for while a server is slow", async () => {
  const held: (() => void)[] = [];
  const hold = (_: unknown, response: ServerResponse) => void held.push(() => response.end());
  receiver.answers.push(...Array.from({ length: 20 }, () => hold));
  let taken = 0;
  async function* groups() {
    for (; taken < 10_000; taken += 100) yield Array.from({ length: 100 }, () => SPANS[0]!);
  }
  const sent = sendSpans(groups(), ABOUT, otlp, {});
  await until(() => held.length === 4);
  await settle();
  expect({ requests: receiver.requests.length, taken }).toEqual({ requests: 4, taken: 4 * 1_000 - 100 });
  while (receiver.requests.length < 10 || held.length > 0) {
    held.shift()?.();
    await settle();
    expect(held.length).toBeLessThanOrEqual(4);
  }
  await sent;
  expect(taken).toBe(10_000);
});

describe("a server that does not take it at once", () => {
  it.each([
    [429, { "retry-after": "0" }],
    [503, { "retry-after": new Date(0).toUTCString() }],
    [502, {}],
    [504, {}],
  ])("is asked again after %d %o", async (status, headers) => {
    receiver.answers.push((_, response) => response.writeHead(status, headers).end("later"));
    await sleepThrough(sendSpans([SPANS], ABOUT, otlp, {}));
    expect(receiver.requests).toHaveLength(2);
    expect(receiver.spans).toHaveLength(SPANS.length);
  });

  it("is given the time that it asks for", async () => {
    receiver.answers.push((_, response) => response.writeHead(429, { "retry-after": "1" }).end());
    const startMs = performance.now();
    await sleepThrough(sendSpans([SPANS], ABOUT, otlp, {}));
    expect(performance.now() - startMs).toBe(1_000);
  });

  it("is asked again where the connection broke", async () => {
    receiver.answers.push((request) => request.socket.destroy());
    await sleepThrough(sendSpans([SPANS], ABOUT, otlp, {}));
    expect(receiver.spans).toHaveLength(SPANS.length);
  });
});

describe("a server that does not take it", () => {
  const failure = async (config: OtlpConfig) => {
    const startMs = performance.now();
    const error = await sleepThrough(sendSpans([SPANS], ABOUT, config, {})).catch((thrown: Error) => thrown);
    expect(String(error)).not.toContain("hush");
    const message = String((error as Error).message).replace(/127\.0\.0\.1:\d+/g, "HOST");
    return { message, afterMs: performance.now() - startMs };
  };

  it.each([400, 401, 404, 413, 500])("is not asked again after %d", async (status) => {
    receiver.answers.push((_, response) => response.writeHead(status).end("hush"));
    expect((await failure(otlp)).message).toBe(
      `The trace of the run could not be sent to http://HOST/v1/traces: HTTP ${status}`,
    );
    expect(receiver.requests).toHaveLength(1);
  });

  it("is not waited for longer than there is time", async () => {
    receiver.answers.push((_, response) => response.writeHead(503, { "retry-after": "30" }).end());
    const { message, afterMs } = await failure(otlp);
    expect(message).toBe("The trace of the run could not be sent to http://HOST/v1/traces: HTTP 503");
    expect(afterMs).toBe(0);
  });

  it("and answers nothing is given up", async () => {
    receiver.answers.push(() => void vi.advanceTimersByTimeAsync(300));
    const { message, afterMs } = await failure({ ...otlp, timeoutMs: 300 });
    expect(message).toBe("The trace of the run could not be sent to http://HOST/v1/traces: no answer within 0.3 s");
    expect(afterMs).toBe(300);
  });

  it("and answers without end is given up", async () => {
    receiver.answers.push((_, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write("x"), 20);
      response.on("close", () => clearInterval(timer));
      void vi.advanceTimersByTimeAsync(300);
    });
    const { message, afterMs } = await failure({ ...otlp, timeoutMs: 300 });
    expect(message).toBe("The trace of the run could not be sent to http://HOST/v1/traces: no answer within 0.3 s");
    expect(afterMs).toBe(300);
  });

  it("and refuses connections is given up", async () => {
    await receiver.stop();
    const { message, afterMs } = await failure(otlp);
    expect(message).toContain("ECONNREFUSED");
    expect(afterMs).toBeLessThan(otlp.timeoutMs);
    await receiver.start();
  });

  it("and leads elsewhere gets no header there", async () => {
    const elsewhere = createServer();
    const seen: string[] = [];
    elsewhere.on("request", ({ url }) => seen.push(url ?? ""));
    await new Promise<void>((resolve) => elsewhere.listen(0, "127.0.0.1", resolve));
    const location = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/in`;
    receiver.answers.push(
      ...Array(9).fill((_: unknown, response: ServerResponse) => response.writeHead(307, { location }).end()),
    );
    const { message } = await failure(otlp);
    expect(message).toBe(
      "The trace of the run could not be sent to http://HOST/v1/traces: HTTP 307, a redirect to http://HOST/in, which is not followed",
    );
    expect(seen).toEqual([]);
    elsewhere.close();
  });
});
