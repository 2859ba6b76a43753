// What following a run as a trace costs: 1,280 cases, each with as many jobs of a real event log as are kept, noted, written and sent.
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readEventLogs } from "../src/collect/event-log.ts";
import type { Case, CaseResult, Job, Run } from "../src/model/documents.ts";
import type { Progress } from "../src/progress/progress.ts";
import { keepTrace } from "../src/trace/keep-trace.ts";
import { MOST_SPARK_SPANS, Timeline } from "../src/trace/timeline.ts";

const CASES = 1_280;
const LOG = "test/fixtures/eventlogs/4.1.4-window";
/** The least that a case takes on a machine of its own, and as many at a time as a cluster of some nodes runs. */
const CASE_MS = 10_000;
const PARALLEL = 16;
const MAX_SHARE = 0.01;
const MAX_BYTES = 20 * 1024 * 1024;

export async function benchTrace(): Promise<boolean> {
  const [application] = await readEventLogs([LOG]);
  // As many as are kept of each of so many cases, a stage a job.
  const jobs = lengthen(application!.jobs, Math.floor(MOST_SPARK_SPANS / CASES / 2));
  const startMs = jobs[0]!.startedAtMs - 1_000;
  const cases = Array.from({ length: CASES }, (_, index) => makeCase(index));
  const directory = await mkdtemp(join(tmpdir(), "bench-trace-"));
  const collector = createServer((request, response) => {
    request.resume().on("end", () => response.end());
  });
  await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve));
  const notes: string[] = [];
  const memoryBefore = process.memoryUsage.rss();
  let mostBytes = memoryBefore;
  const watch = setInterval(() => {
    mostBytes = Math.max(mostBytes, process.memoryUsage.rss());
  }, 20);
  try {
    const cpuBefore = process.cpuUsage();
    const timeline = new Timeline();
    timeline.keepIn(directory, CASES);
    const progress = timeline.follow(SILENT);
    await timeline.stage("execute", async () => {
      for (const [index, testCase] of cases.entries()) {
        const laterMs = Math.floor(index / PARALLEL) * CASE_MS;
        progress.case({ type: "started", case: testCase, attempt: 1 });
        for (const step of ["warm-up 1/1", "sample 1/3", "sample 2/3", "sample 3/3", "ending"])
          progress.case({ type: "progress", case: testCase, step });
        const startedAt = new Date(startMs + laterMs).toISOString();
        const finishedAt = new Date(startMs + laterMs + CASE_MS).toISOString();
        const attemptTimes = [{ startedAt, finishedAt }];
        timeline.addCase(toResult(testCase), { attemptTimes }, later(jobs, laterMs));
      }
    });
    await timeline.written();
    const notingMs = cpuMs(cpuBefore);
    const end = performance.now();
    timeline.add({ type: "end", exitCode: 0 });
    const otlp = {
      url: `http://127.0.0.1:${(collector.address() as AddressInfo).port}/v1/traces`,
      protocol: "http/protobuf",
      headers: {},
      timeoutMs: 5_000,
      resource: {},
    } as const;
    const trace = { traceId: "0af7651916cd43dd8448eb211c80319c", parentId: null, sampled: true };
    await keepTrace(timeline, { trace, run: RUN, cases }, otlp, directory, (text) => notes.push(text));
    const endMs = performance.now() - end;
    if (notes.length > 0) throw new Error(notes.join("\n"));
    const sizes = await Promise.all(
      ["timeline.jsonl", "trace.json"].map(async (name) => (await stat(join(directory, name))).size),
    );
    const events = (await readFile(join(directory, "trace.json"), "utf8")).split("\n").length - 3;
    const bytes = sizes[0]! + sizes[1]!;
    const runMs = (CASES * CASE_MS) / PARALLEL;
    const share = (notingMs + endMs) / runMs;
    const passed = share < MAX_SHARE && bytes < MAX_BYTES;
    const megabytes = (size: number) => `${(size / 1024 / 1024).toFixed(1)} MB`;
    console.log(
      `trace of ${CASES} cases with ${jobs.length} jobs each: noting ${notingMs.toFixed(0)} ms of CPU, ` +
        `writing and sending ${endMs.toFixed(0)} ms, together ${(100 * share).toFixed(2)} % of a run of ${runMs / 1000} s ` +
        `(under ${100 * MAX_SHARE} %); timeline.jsonl ${megabytes(sizes[0]!)} and trace.json ${megabytes(sizes[1]!)}, ` +
        `${events} events (under ${megabytes(MAX_BYTES)} together); memory at most ${megabytes(mostBytes - memoryBefore)} ` +
        `over the start: ${passed ? "passed" : "FAILED"}`,
    );
    return passed;
  } finally {
    clearInterval(watch);
    collector.closeAllConnections();
    collector.close();
    await rm(directory, { recursive: true, force: true });
  }
}

/** The jobs, and again after themselves, until there are so many; all of them within CASE_MS. */
function lengthen(jobs: readonly Job[], count: number): Job[] {
  const tookMs = jobs.at(-1)!.finishedAtMs! - jobs[0]!.startedAtMs;
  const all = Array.from({ length: Math.ceil(count / jobs.length) }, (_, round) => later(jobs, round * (tookMs + 100)));
  return all
    .flat()
    .slice(0, count)
    .map((job, id) => ({ ...job, id }));
}

function later(jobs: readonly Job[], ms: number): Job[] {
  return jobs.map((job) => ({
    ...job,
    startedAtMs: job.startedAtMs + ms,
    finishedAtMs: job.finishedAtMs! + ms,
    stages: job.stages.map((stage) => ({
      ...stage,
      startedAtMs: stage.startedAtMs! + ms,
      finishedAtMs: stage.finishedAtMs! + ms,
    })),
  }));
}

const TIME = { startedAt: "2026-01-01T00:00:00Z", finishedAt: "2026-01-01T00:01:00Z" };
const RUN: Run = {
  id: "p2-full-20260101t000000-ab12",
  tier: "p2_full",
  engine: "argo",
  startedAt: TIME.startedAt,
  finishedAt: null,
  commit: null,
  ref: null,
  toolVersion: "0.1.0",
  host: { cpus: 1, memoryBytes: 1, os: "Linux", cpuModel: "" },
};
const SILENT: Progress = {
  note: () => undefined,
  prepare: () => undefined,
  case: () => undefined,
  begin: () => undefined,
  stop: () => undefined,
};

function makeCase(index: number): Case {
  return {
    name: `p2_full_4.1.4_submit_kubernetes_iceberg_aggregate_size${index}`,
    dimensions: {
      sparkVersion: "4.1.4",
      orchestrator: "submit",
      mode: "kubernetes",
      extensions: ["iceberg"],
      operation: "aggregate",
      dataSize: `size${index}`,
    },
  };
}

function toResult(testCase: Case): CaseResult {
  return {
    ...testCase,
    status: "passed",
    reason: null,
    attempts: 1,
    namespace: `t-${testCase.dimensions.dataSize}-1374fd63`,
    ...TIME,
    checksum: null,
    samples: [],
    evidence: null,
  };
}

function cpuMs(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

if (import.meta.main) process.exitCode = (await benchTrace()) ? 0 : 1;
