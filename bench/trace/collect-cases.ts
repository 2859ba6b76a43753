// One process of the bench of tracing: collects the cases of a run, judges them and reports, as a run does.
//
//   node collect-cases.js URL DIR traced|untraced
//
// URL takes traces, and answers for a History Server, too.

import { compare } from "../../src/analyse/compare.ts";
import { readEventLogs } from "../../src/collect/application/read-event-logs.ts";
import type { Application, Case, CaseResult, Job, Results, Run } from "../../src/model/documents.ts";
import type { Progress } from "../../src/progress/progress.ts";
import { DOCUMENTS, REPORTS, toJudgedRun, writeOutputs } from "../../src/publish/outputs.ts";
import { MOST_SPARK_SPANS, Timeline } from "../../src/trace/timeline.ts";
import { CASE_MS, CASES, type Costs, PARALLEL } from "../trace.ts";

const LOG = "test/fixtures/eventlogs/4.1.4-window";

async function collectCases(url: string, directory: string, isTraced: boolean): Promise<Costs> {
  const cases = Array.from({ length: CASES }, (_, index) => caseOf(index));
  const timeline = new Timeline();
  if (isTraced) timeline.keepIn(directory, CASES);
  const progress = timeline.follow(SILENT);
  let noting = { user: 0, system: 0 };
  // A run holds the results of all of its cases until it has judged them.
  const results: CaseResult[] = [];
  for (let first = 0; first < CASES; first += PARALLEL) {
    const application = await collectApplication(url);
    const ended = cases.slice(first, first + PARALLEL).map((testCase) => toResult(testCase, application));
    results.push(...ended);
    if (!isTraced) continue;
    // As many as are kept of each of so many cases, a stage a job.
    const jobs = lengthen(application.jobs, Math.floor(MOST_SPARK_SPANS / CASES / 2));
    const before = process.cpuUsage();
    noteCases(ended, timeline, progress, later(jobs, (first / PARALLEL) * CASE_MS));
    await timeline.written();
    const { user, system } = process.cpuUsage(before);
    noting = { user: noting.user + user, system: noting.system + system };
  }
  const document: Results = { schema: "spark-loadtest/results/v1", run: RUN, cases: results };
  const verdict = compare(document, { runs: [], notes: [] });
  const judged = toJudgedRun({ results: document, verdict, baseline: [], nextRun: "" });
  await writeOutputs([...DOCUMENTS, ...REPORTS], judged, directory);
  const endingMs = isTraced ? await end(timeline, cases, url, directory) : 0;
  return {
    notingMs: (noting.user + noting.system) / 1000,
    endingMs,
    peakBytes: process.resourceUsage().maxRSS * 1024,
  };
}

/** As a case of a run is collected: from a server, and from an event log. */
async function collectApplication(url: string): Promise<Application> {
  await (await fetch(url)).arrayBuffer();
  const [application] = await readEventLogs([LOG]);
  return application!;
}

/** Cases that run at the same time. */
function noteCases(results: readonly CaseResult[], timeline: Timeline, progress: Progress, jobs: readonly Job[]): void {
  const startMs = jobs[0]!.startedAtMs - 1_000;
  for (const result of results) {
    const { name } = result;
    timeline.add({ type: "attempt", case: name, attempt: 1 });
    progress.show({ type: "started", name, attempt: 1 });
    for (const step of ["warm-up 1/1", "sample 1/3", "sample 2/3", "sample 3/3", "ending"])
      progress.show({ type: "progress", name, step });
    const [startedAt, finishedAt] = [startMs, startMs + CASE_MS].map((ms) => new Date(ms).toISOString());
    const attemptTimes = [{ startedAt: startedAt!, finishedAt: finishedAt! }];
    timeline.addCase(result, { attemptTimes }, jobs);
  }
}

/** What the end of a run waits for. */
async function end(timeline: Timeline, cases: readonly Case[], url: string, directory: string): Promise<number> {
  const startMs = performance.now();
  timeline.add({ type: "end", exitCode: 0 });
  const { keepTrace } = await import("../../src/trace/keep-trace.ts");
  const notes: string[] = [];
  await keepTrace(
    timeline,
    { trace: { traceId: "0af7651916cd43dd8448eb211c80319c", parentId: null, sampled: true }, run: RUN, cases },
    { otlp: { url, protocol: "http/protobuf", headers: {}, timeoutMs: 5_000, resource: {} }, environment: {} },
    directory,
    (text) => notes.push(text),
  );
  if (notes.length > 0) throw new Error(notes.join("\n"));
  return performance.now() - startMs;
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
  show: () => undefined,
  begin: () => undefined,
  stop: () => undefined,
};

function caseOf(index: number): Case {
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

function toResult(testCase: Case, { samples, evidence }: Application): CaseResult {
  return {
    ...testCase,
    status: "passed",
    reason: null,
    attempts: 1,
    namespace: `t-${testCase.dimensions.dataSize}-1374fd63`,
    ...TIME,
    checksum: null,
    // Every case has its own.
    ...structuredClone({ samples, evidence }),
  };
}

const [url, directory, mode] = process.argv.slice(2);
console.log(JSON.stringify(await collectCases(url!, directory!, mode === "traced")));
