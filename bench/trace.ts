// What following a run as a trace costs: 1,280 cases, each with as many jobs of a real event log as are kept, noted, written and sent.
import { execFile, execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { median } from "simple-statistics";

export const CASES = 1_280;
/** The least that a case takes on a machine of its own, and as many at a time as a cluster of some nodes runs. */
export const CASE_MS = 10_000;
export const PARALLEL = 16;
const ROUNDS = 3;
const MAX_SHARE = 0.01;
const MAX_BYTES = 20 * 1024 * 1024;

/** Of one process that collects the cases. */
export interface Costs {
  /** CPU. */
  readonly notingMs: number;
  readonly endingMs: number;
  readonly peakBytes: number;
}

/**
 * Processes that do the same with a trace and without, in turn; medians. What a trace costs in memory is what the peak of the one is over
 * that of the other: where V8 has taken memory for a run's results, those of the trace may find room in it.
 */
export async function benchTrace(): Promise<boolean> {
  const root = await mkdtemp(join(tmpdir(), "bench-trace-"));
  const server = createServer((request, response) => {
    request.resume().on("end", () => response.end());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`;
  try {
    // Node.js runs no .tsx, and taking the types off others needs memory.
    execFileSync("node_modules/.bin/tsc", ["--noEmit", "false", "--outDir", "build", "--rootDir", "."]);
    const traced: Costs[] = [];
    const untraced: Costs[] = [];
    let directory = root;
    for (let round = 0; round < ROUNDS; round++) {
      directory = await mkdtemp(join(root, "run-"));
      untraced.push(await collectCases(url, directory, "untraced"));
      traced.push(await collectCases(url, directory, "traced"));
    }
    const medianOf = (costs: readonly Costs[], name: keyof Costs) => median(costs.map((each) => each[name]));
    const notingMs = medianOf(traced, "notingMs");
    const endingMs = medianOf(traced, "endingMs");
    const tracedBytes = medianOf(traced, "peakBytes");
    const untracedBytes = medianOf(untraced, "peakBytes");
    const [timelineBytes, traceBytes] = await Promise.all(
      ["timeline.jsonl", "trace.json"].map(async (name) => (await stat(join(directory, name))).size),
    );
    const events = (await readFile(join(directory, "trace.json"), "utf8")).split("\n").length - 3;
    const fileBytes = timelineBytes! + traceBytes!;
    const runMs = (CASES * CASE_MS) / PARALLEL;
    const share = (notingMs + endingMs) / runMs;
    const passed = share < MAX_SHARE && fileBytes < MAX_BYTES && tracedBytes - untracedBytes < MAX_BYTES;
    const megabytes = (size: number) => `${(size / 1024 / 1024).toFixed(1)} MB`;
    console.log(
      `trace of ${CASES} cases: noting ${notingMs.toFixed(0)} ms of CPU, ` +
        `writing and sending ${endingMs.toFixed(0)} ms, together ${(100 * share).toFixed(2)} % of a run of ${runMs / 1000} s ` +
        `(under ${100 * MAX_SHARE} %); timeline.jsonl ${megabytes(timelineBytes!)} and trace.json ${megabytes(traceBytes!)}, ` +
        `${events} events (under ${megabytes(MAX_BYTES)} together); memory at most ${megabytes(tracedBytes)}, ` +
        `${megabytes(untracedBytes)} without a trace (under ${megabytes(MAX_BYTES)} more): ${passed ? "passed" : "FAILED"}`,
    );
    return passed;
  } finally {
    server.closeAllConnections();
    server.close();
    await rm(root, { recursive: true, force: true });
  }
}

/** In a process of its own. */
async function collectCases(...args: string[]): Promise<Costs> {
  const { stdout } = await promisify(execFile)(process.execPath, ["build/bench/trace/collect-cases.js", ...args]);
  return JSON.parse(stdout);
}

if (import.meta.main) process.exitCode = (await benchTrace()) ? 0 : 1;
