import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { OtlpConfig } from "../../src/trace/config.ts";
import { keepTrace } from "../../src/trace/keep-trace.ts";
import { Timeline } from "../../src/trace/timeline.ts";
import { sleepThrough, useFakeTime, useRealTime } from "../fake-time.ts";
import { OtlpReceiver } from "./otlp-receiver.ts";
import { job, SUBJECT, sparkStage } from "./records.ts";
import { traceFileSchema } from "./trace-format.ts";

let folder: string;
let receiver: OtlpReceiver;
let otlp: OtlpConfig;
let notes: string[];
beforeEach(async () => {
  useFakeTime();
  folder = await mkdtemp(join(tmpdir(), "keep-trace-"));
  receiver = new OtlpReceiver();
  otlp = {
    url: `${await receiver.start()}/v1/traces`,
    protocol: "http/json",
    headers: {},
    timeoutMs: 300,
    resource: {},
  };
  notes = [];
});
afterEach(async () => {
  useRealTime();
  await receiver.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A process of the run, as far as it comes: `killed` ends it without a word. */
async function goOn(stage: "prepare" | "execute", { to, killed = false }: { to: OtlpConfig | null; killed?: boolean }) {
  const timeline = new Timeline();
  timeline.keepIn(folder, 1);
  await timeline.stage(stage, async () => undefined);
  if (killed) return timeline.written();
  timeline.add({ type: "end", exitCode: 0 });
  await keepTrace(timeline, SUBJECT, { otlp: to, environment: {} }, folder, (text) => notes.push(text));
}
const slices = async () => {
  const file = traceFileSchema.parse(JSON.parse(await readFile(join(folder, "trace.json"), "utf8")));
  return file.traceEvents.flatMap(({ ph, name }) => (ph === "X" ? name : []));
};
const received = () => receiver.spans.map(({ name }) => name);

describe("keepTrace", () => {
  it("writes the file and sends nothing where nobody asks for it", async () => {
    await goOn("prepare", { to: null });
    expect(await slices()).toEqual(["run quick", "prepare"]);
    expect({ notes, requests: receiver.requests }).toEqual({ notes: [], requests: [] });
  });

  it("sends what a run that goes on has not sent, and has all of it in the file", async () => {
    await goOn("prepare", { to: otlp });
    await goOn("execute", { to: otlp });
    expect(received()).toEqual(["run quick", "prepare", "run quick", "execute"]);
    expect(await slices()).toEqual(["run quick", "prepare", "run quick", "execute"]);
    expect(new Set(receiver.spans.map(({ spanId }) => spanId)).size).toBe(4);
  });

  it("sends what a killed process, or one without a collector, could not", async () => {
    await goOn("prepare", { to: otlp, killed: true });
    receiver.answers.push(() => void vi.advanceTimersByTimeAsync(300));
    await goOn("execute", { to: otlp });
    expect(notes).toEqual([
      expect.stringMatching(/^! The trace of the run could not be sent to http.*: no answer within 0.3 s$/),
    ]);
    expect(received()).toEqual([]);
    await goOn("execute", { to: otlp });
    expect(received()).toEqual(["run quick", "prepare", "run quick", "execute", "run quick", "execute"]);
  });

  it("has everything in the file where nothing can be sent, the jobs of every case included", async () => {
    await receiver.stop();
    const timeline = new Timeline();
    timeline.keepIn(folder, 2);
    const jobs = [job(0, 1, 2, { stages: [sparkStage(0, 1, 2)] })];
    for (const testCase of SUBJECT.cases) {
      const result = { ...testCase, status: "passed", reason: null, namespace: null, attempts: 1 } as const;
      const rest = { startedAt: null, finishedAt: null, checksum: null, samples: [], evidence: null };
      const attemptTimes = [{ startedAt: "2026-01-01T00:00:01Z", finishedAt: "2026-01-01T00:00:02Z" }];
      timeline.addCase({ ...result, ...rest }, { attemptTimes }, jobs);
    }
    timeline.add({ type: "end", exitCode: 0 });
    await sleepThrough(keepTrace(timeline, SUBJECT, { otlp, environment: {} }, folder, (text) => notes.push(text)));
    expect(notes).toEqual([expect.stringContaining("ECONNREFUSED")]);
    expect(await slices()).toEqual([
      "run quick",
      ...SUBJECT.cases.flatMap(({ name }) => [
        name,
        "attempt 1",
        "job 0: read/sample-1",
        "stage 0: collect at job.py:0",
      ]),
    ]);
    expect(await readdir(folder)).toEqual(["timeline.jsonl", "trace.json"]);
    await receiver.start();
  });

  it("leaves a file of somebody else's alone, and says so", async () => {
    await writeFile(join(folder, "trace.json"), "theirs");
    await goOn("prepare", { to: null });
    expect(notes).toEqual([expect.stringContaining("was not written by spark-loadtest")]);
  });

  it("makes do with a timeline of which parts are no records", async () => {
    await appendFile(join(folder, "timeline.jsonl"), '{"type":"end","atMs":1}\nnull\n{"type":"stage"}\n');
    await goOn("prepare", { to: otlp });
    expect(received()).toEqual(["run quick", "prepare"]);
  });
});
