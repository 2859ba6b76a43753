// What it costs a driver to be scraped: the time that Spark's own page takes of a driver's start and end, by the driver's own log, and
// how long its answers take. Whole starts with and without the page differ by less than one start differs from the next.
//
//   node bench/scrape.ts [--spark-home DIR] [--rounds N]
//
// DIR is the folder with bin/spark-submit (default: the newest PySpark in the tool's cache).

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { median } from "simple-statistics";
import { findFreePort } from "./free-port.ts";
import { findSparkHome } from "./spark-home.ts";

const SCRAPES = 4;
const SCRAPE_EVERY_MS = 1_000;
/** A case on a small cluster; the longer, the less it matters. Prometheus asks it four times. */
const CASE_SECONDS = 60;
const MAX_SHARE = 0.01;

/** Says when it is up and lives as long as the scrapes take. */
const JOB = `
import time
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
spark.range(1000).count()
print("up", flush=True)
time.sleep(${((SCRAPES + 1) * SCRAPE_EVERY_MS) / 1000})
spark.stop()
`;

/** Milliseconds since 1970 and the message, to standard error. */
const LOG4J = `
rootLogger.level = info
rootLogger.appenderRef.console.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{UNIX_MILLIS} %c{1}: %.200m%n
`;

/** What a driver does, from one line of its log to another; where it has no page, the first takes less and the others are not there. */
const STRETCHES = {
  "makes the page": [/SparkEnv: Registering OutputCommitCoordinator/, /Added ResourceProfile id: 0/],
  "attaches Spark's tabs": [/Stopped o\.s\.j\.s\.ServletContextHandler/, /\{\/metrics\/prometheus,/],
  "attaches SQL's tab": [/SharedState: Warehouse path/, /\{\/static\/sql,/],
  "ends the page": [/SparkContext is stopping/, /Stopped Spark web UI/],
} as const;

/** The properties that a case gets for its page and its metrics, from where it gets them. */
const PROPERTIES = `
import json, sys
sys.path.insert(0, "workflows")
from spark_command import case_conf
settings = {"driverMemoryMb": 1, "executorCores": 1, "executorMemoryMb": 1}
pod = {"ui": sys.argv[1], **{name: "" for name in ("namespace", "image", "ip", "eventlogs", "template")}}
conf = case_conf({}, settings, pod)
print(json.dumps({name: value for name, value in conf.items() if name.startswith(("spark.ui.", "spark.metrics."))}))
`;

interface Started {
  /** By name of the stretch; without those that are not in the log. */
  readonly stretchSeconds: Readonly<Partial<Record<keyof typeof STRETCHES, number>>>;
  readonly answerSeconds: readonly number[];
}

export async function benchScrape(sparkHome: string, rounds: number): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), "bench-scrape-"));
  try {
    writeFileSync(join(folder, "job.py"), JOB);
    writeFileSync(join(folder, "log4j2.properties"), LOG4J);
    const off: Started[] = [];
    const on: Started[] = [];
    for (let round = 0; round < rounds; round++) {
      off.push(await start(sparkHome, folder, false));
      on.push(await start(sparkHome, folder, true));
    }
    let pageSeconds = 0;
    for (const name of Object.keys(STRETCHES) as (keyof typeof STRETCHES)[]) {
      const [with_, without] = [on, off].map((starts) =>
        median(starts.map(({ stretchSeconds }) => stretchSeconds[name] ?? 0)),
      );
      console.log(`${name}: ${with_!.toFixed(3)} s, without a page ${without!.toFixed(3)} s`);
      pageSeconds += with_! - without!;
    }
    const [first, later] = [
      on.map((each) => each.answerSeconds[0]!),
      on.flatMap((each) => each.answerSeconds.slice(1)),
    ];
    console.log(
      `answers, beside the driver's work: the first ${median(first).toFixed(3)} s, each later one ${median(later).toFixed(3)} s`,
    );
    const passed = pageSeconds < MAX_SHARE * CASE_SECONDS;
    const share = ((100 * pageSeconds) / CASE_SECONDS).toFixed(2);
    console.log(
      `a driver that is scraped: ${pageSeconds.toFixed(2)} s more (medians of ${rounds} starts), ${share} % of a case of ` +
        `${CASE_SECONDS} s (under ${100 * MAX_SHARE} %): ${passed ? "passed" : "FAILED"}`,
    );
    return passed;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A driver from its start to its end. */
async function start(sparkHome: string, folder: string, isScraped: boolean): Promise<Started> {
  const port = await findFreePort();
  const properties = JSON.parse(execFileSync("python3", ["-c", PROPERTIES, String(isScraped)], { encoding: "utf8" }));
  const conf = Object.entries({ ...properties, "spark.ui.port": port }).flatMap(([key, value]) => [
    "--conf",
    `${key}=${value}`,
  ]);
  const log4j = `-Dlog4j.configurationFile=${join(folder, "log4j2.properties")}`;
  const args = ["--master", "local[1]", "--driver-memory", "512m", "--driver-java-options", log4j, ...conf];
  const child = spawn(join(sparkHome, "bin", "spark-submit"), [...args, join(folder, "job.py")], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const log = text(child.stderr);
  const ended = once(child, "exit");
  await once(child.stdout, "data");
  const answerSeconds: number[] = [];
  for (let scrape = 0; isScraped && scrape < SCRAPES; scrape++) {
    const askedAtMs = performance.now();
    const answer = await fetch(`http://127.0.0.1:${port}/metrics/prometheus`);
    if (!(await answer.text()).includes("_completedTasks_Count")) throw new Error("the driver serves no metrics");
    answerSeconds.push((performance.now() - askedAtMs) / 1000);
    await sleep(SCRAPE_EVERY_MS);
  }
  const [exitCode] = await ended;
  if (exitCode !== 0) throw new Error(`spark-submit ended with exit code ${exitCode}`);
  return { stretchSeconds: readStretches(await log, isScraped), answerSeconds };
}

function readStretches(log: string, isScraped: boolean): Started["stretchSeconds"] {
  const lines = log.split("\n");
  const timeOf = (pattern: RegExp) => Number.parseInt(lines.find((line) => pattern.test(line)) ?? "", 10) / 1000;
  const found = Object.entries(STRETCHES)
    .map(([name, [from, to]]) => [name, timeOf(to) - timeOf(from)] as const)
    .filter(([, seconds]) => !Number.isNaN(seconds));
  if (isScraped && found.length < Object.keys(STRETCHES).length) throw new Error("the driver's log lacks a line");
  return Object.fromEntries(found);
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { "spark-home": { type: "string" }, rounds: { type: "string" } } });
  process.exitCode = (await benchScrape(values["spark-home"] ?? findSparkHome(), Number(values.rounds ?? 10))) ? 0 : 1;
}
