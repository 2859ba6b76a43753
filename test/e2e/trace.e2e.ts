import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readEventLogs } from "../../src/collect/application/read-event-logs.ts";
import { attributesOf, OtlpReceiver } from "../trace/otlp-receiver.ts";
import { findMisplaced, traceFileSchema } from "../trace/trace-format.ts";
import { Workplace } from "./cli.ts";

const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
const PARENT_ID = "b7ad6b7169203331";

/** Spark on this machine: it needs Python, and what the tool downloads once. */
describe("the trace of a real run", () => {
  const place = new Workplace();
  const receiver = new OtlpReceiver();
  let environment: Record<string, string>;

  beforeAll(async () => {
    environment = {
      // PySpark and the data may be there from other runs.
      ...(process.env.SPARK_LOADTEST_CACHE === undefined
        ? {}
        : { SPARK_LOADTEST_CACHE: process.env.SPARK_LOADTEST_CACHE }),
      OTEL_EXPORTER_OTLP_ENDPOINT: await receiver.start(),
      OTEL_EXPORTER_OTLP_HEADERS: "api-key=hush-hush",
      OTEL_SERVICE_NAME: "e2e",
      TRACEPARENT: `00-${TRACE_ID}-${PARENT_ID}-01`,
    };
    const args = ["run", "--tier", "quick", "--only", "operation=aggregate", "--samples", "1", "--out", "run"];
    const { code, stderr } = await place.start(args, environment).ended;
    expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
    expect(stderr).not.toContain("!");
  });
  afterAll(async () => {
    await receiver.stop();
    place.remove();
  });

  it("has every case, attempt and Spark job, under whoever started the run", async () => {
    const { cases } = place.results("run");
    const spans = receiver.spans;
    const children = (id: string) => spans.filter(({ parentSpanId }) => parentSpanId === id);
    const [root, ...others] = children(PARENT_ID);
    expect(others).toEqual([]);
    expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([TRACE_ID]));
    expect(receiver.resource).toMatchObject({ "service.name": "e2e" });
    const stages = children(root!.spanId).map(({ name }) => name);
    expect(stages).toEqual(["check", "prepare", "execute", "collect", "judge", "report", "cleanup"]);
    const execute = children(root!.spanId).find(({ name }) => name === "execute")!;
    expect(
      children(execute.spanId)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(cases.map(({ name }) => name).sort());
    expect(cases.length).toBeGreaterThan(1);
    for (const { spanId, name } of children(execute.spanId)) {
      const [attempt, ...more] = children(spanId);
      expect(more).toEqual([]);
      const [application] = await readEventLogs([join(place.path, "run", "eventlogs", name)]);
      const jobs = children(attempt!.spanId);
      expect(jobs.map((job) => attributesOf(job)["spark.job.id"])).toEqual(application!.jobs.map(({ id }) => id));
      expect(jobs.length).toBeGreaterThan(2);
      for (const [index, { startedAtMs, finishedAtMs }] of application!.jobs.entries()) {
        expect(jobs[index]!.startTimeUnixNano).toBe(`${startedAtMs}000000`);
        expect(jobs[index]!.endTimeUnixNano).toBe(`${finishedAtMs}000000`);
      }
    }
  });

  it("opens as a file, and nothing in the run's folder holds a header", () => {
    const read = (name: string) => readFileSync(join(place.path, "run", name), "utf8");
    const file = traceFileSchema.parse(JSON.parse(read("trace.json")));
    expect(findMisplaced(file)).toEqual([]);
    expect(file.traceEvents.filter(({ ph }) => ph === "X")).toHaveLength(receiver.spans.length);
    for (const name of ["trace.json", "timeline.jsonl", "run.json", "results.json"]) {
      expect(read(name)).not.toContain("hush-hush");
    }
  });
});
