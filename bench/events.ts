// The event-log reader against the ways there were before: readline with JSON.parse, and a Spark History Server.
//
//   node bench/events.ts [--spark-home DIR] [--logs DIR]
//
// DIR is the folder with bin/spark-submit (default: the newest PySpark in the tool's cache), and where the logs are kept (default:
// in the cache).

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { median } from "simple-statistics";
import { askHistoryServer } from "./events/history-server.ts";
import { makeLogs } from "./events/make-logs.ts";
import { findCache, findSparkHome } from "./spark-home.ts";

const CLI = "dist/cli/index.js";
const ROUNDS = 5;
const HISTORY_SERVER_ROUNDS = 3;
const MIN_READLINE_RATIO = 1.5;
const MIN_HISTORY_SERVER_RATIO = 8;
const MAX_MEMORY_MB = 250;

/** What one would write without thinking about it. */
const READLINE = `
const { createInterface } = await import("node:readline");
const { createReadStream } = await import("node:fs");
let tasks = 0;
for await (const line of createInterface({ input: createReadStream(process.argv[1]) })) {
  if (JSON.parse(line).Event === "SparkListenerTaskEnd") tasks++;
}
console.log(tasks);`;

export interface EventsBench {
  readonly readlineRatio: number;
  readonly historyServerRatio: number;
  readonly memoryMb: number;
  readonly passed: boolean;
}

/** Whole processes, start included; medians, the two sides in turn so that a busy moment of the machine meets both. */
export async function benchEvents(sparkHome: string, logFolder: string): Promise<EventsBench> {
  const logs = await makeLogs(logFolder, sparkHome);
  const megabytes = logs.plainBytes / 1e6;
  const ours: number[] = [];
  const readline: number[] = [];
  const zstd: number[] = [];
  const listed: number[] = [];
  const historyServer: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push((await measure([CLI, "events", logs.plain, "--json"])).ms);
    readline.push((await measure(["--input-type=module", "-e", READLINE, logs.plain])).ms);
  }
  for (let round = 0; round < HISTORY_SERVER_ROUNDS; round++) {
    zstd.push((await measure([CLI, "events", logs.compressed, "--json"])).ms);
    const answer = await askHistoryServer(sparkHome, logs.compressedFolder);
    listed.push(answer.listedMs);
    historyServer.push(answer.stagesMs);
  }
  const { memoryMb } = await measure([CLI, "events", logs.gigabyte, "--json"]);

  const readlineRatio = median(readline) / median(ours);
  const historyServerRatio = median(historyServer) / median(zstd);
  const checks = [
    {
      passed: readlineRatio >= MIN_READLINE_RATIO,
      line:
        `events, plain log of ${megabytes.toFixed(0)} MB: ${rate(megabytes, median(ours))}; readline and JSON.parse: ` +
        `${rate(megabytes, median(readline))}; ratio ${readlineRatio.toFixed(2)} (at least ${MIN_READLINE_RATIO})`,
    },
    {
      passed: historyServerRatio >= MIN_HISTORY_SERVER_RATIO,
      line:
        `events, the same log in zstd: ${seconds(median(zstd))}; History Server started cold: listed after ` +
        `${seconds(median(listed))}, first /stages after ${seconds(median(historyServer))}; ratio ${historyServerRatio.toFixed(1)} ` +
        `(at least ${MIN_HISTORY_SERVER_RATIO})`,
    },
    {
      passed: memoryMb < MAX_MEMORY_MB,
      line:
        `events, plain log of 1 GB: ${memoryMb.toFixed(0)} MB resident, ratio to the limit ` +
        `${(memoryMb / MAX_MEMORY_MB).toFixed(2)} (under ${MAX_MEMORY_MB} MB)`,
    },
  ];
  for (const { line, passed } of checks) console.log(`${line}: ${passed ? "passed" : "FAILED"}`);
  return { readlineRatio, historyServerRatio, memoryMb, passed: checks.every(({ passed }) => passed) };
}

/** Runs Node.js to its end. The memory is the process's high-water mark, which Linux keeps. */
async function measure(args: readonly string[]): Promise<{ ms: number; memoryMb: number }> {
  const started = performance.now();
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] });
  let memoryMb = 0;
  const watch = setInterval(() => {
    memoryMb = Math.max(memoryMb, readHighWaterMb(child.pid));
  }, 20);
  const status = await new Promise<number | null>((done) => child.once("exit", done));
  const ms = performance.now() - started;
  clearInterval(watch);
  if (status !== 0) throw new Error(`node ${args.join(" ")} ended with ${status}; is ${CLI} built?`);
  return { ms, memoryMb };
}

function readHighWaterMb(pid: number | undefined): number {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return Number(kilobytes ?? 0) / 1024;
  } catch {
    return 0;
  }
}

function rate(megabytes: number, ms: number): string {
  return `${((megabytes / ms) * 1000).toFixed(0)} MB/s`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { "spark-home": { type: "string" }, logs: { type: "string" } } });
  const { passed } = await benchEvents(
    resolve(values["spark-home"] ?? findSparkHome()),
    resolve(values.logs ?? join(findCache(), "bench-events")),
  );
  process.exitCode = passed ? 0 : 1;
}
