import { execFileSync } from "node:child_process";
import { once } from "node:events";
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { decodeZstd, prepareZstd } from "../../src/collect/codecs/zstd.ts";

/** Aggregations of 300 tasks on each side of the shuffle. 100 of them leave a log of some 350 MB. */
const JOB = `
import sys
from pyspark.sql import SparkSession, functions as F
spark = SparkSession.builder.getOrCreate()
for n in range(int(sys.argv[1])):
    spark.sparkContext.setJobGroup(f"aggregate/sample-{n % 4 + 1}", "bench")
    (spark.range(0, 30000, 1, 300).groupBy((F.col("id") % 300).alias("k")).agg(F.sum("id"), F.count("*"))
        .write.format("noop").mode("overwrite").save())
spark.stop()
`;
const JOBS = 100;
const GIGABYTE = 1e9;

export interface BenchLogs {
  /** As Spark wrote it: one zstd file in a folder of its own, for the History Server. */
  readonly compressed: string;
  readonly compressedFolder: string;
  /** The same log, decompressed. */
  readonly plain: string;
  readonly plainBytes: number;
  /** The same jobs over and over, with stage, job and task ids of their own, up to 1 GB. */
  readonly gigabyte: string;
}

/** Makes the logs once, in a folder that is kept: a real Spark takes minutes to run 60,000 tasks. */
export async function makeLogs(folder: string, sparkHome: string): Promise<BenchLogs> {
  const compressedFolder = join(folder, "spark");
  if (!existsSync(join(folder, "done"))) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(compressedFolder, { recursive: true });
    console.log(`running ${JOBS * 600} tasks on Spark to make a log (some minutes) ...`);
    runSpark(sparkHome, compressedFolder);
  }
  const compressed = join(compressedFolder, readdirSync(compressedFolder)[0]!);
  const plain = join(folder, "plain");
  const gigabyte = join(folder, "gigabyte");
  if (!existsSync(join(folder, "done"))) {
    await prepareZstd();
    await writeAll(plain, decodeZstd([readFileSync(compressed)]));
    await writeAll(gigabyte, repeatJobs(plain, GIGABYTE));
    mkdirSync(join(folder, "done"));
  }
  return { compressed, compressedFolder, plain, plainBytes: statSync(plain).size, gigabyte };
}

function runSpark(sparkHome: string, logFolder: string): void {
  const script = join(logFolder, "..", "job.py");
  const conf = {
    "spark.eventLog.enabled": "true",
    "spark.eventLog.dir": `file://${logFolder}`,
    "spark.eventLog.compress": "true",
    "spark.eventLog.compression.codec": "zstd",
    "spark.eventLog.rolling.enabled": "false",
    "spark.ui.enabled": "false",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.shuffle.partitions": "300",
  };
  execFileSync("tee", [script], { input: JOB, stdio: ["pipe", "ignore", "inherit"] });
  execFileSync(
    join(sparkHome, "bin", "spark-submit"),
    [
      "--master",
      "local[2]",
      "--driver-memory",
      "1g",
      ...Object.entries(conf).flatMap(([key, value]) => ["--conf", `${key}=${value}`]),
      script,
      String(JOBS),
    ],
    { stdio: "ignore", env: { ...process.env, SPARK_HOME: sparkHome } },
  );
  for (const name of readdirSync(logFolder)) {
    if (name.startsWith(".")) rmSync(join(logFolder, name));
  }
}

async function writeAll(file: string, pieces: Iterable<Uint8Array> | AsyncIterable<string>): Promise<void> {
  const stream = createWriteStream(`${file}.part`);
  for await (const piece of pieces) {
    if (!stream.write(piece)) await once(stream, "drain");
  }
  stream.end();
  await once(stream, "finish");
  renameSync(`${file}.part`, file);
}

/** The log's head, its jobs as often as it takes, and its end. Ids go on from where the last copy stopped. */
async function* repeatJobs(plain: string, bytes: number): AsyncGenerator<string> {
  let written = 0;
  for (let copy = 0; written < bytes; copy++) {
    let inJobs = false;
    for await (const line of createInterface({ input: createReadStream(plain) })) {
      const event = line.slice(10, line.indexOf('"', 10));
      inJobs ||= event === "SparkListenerJobStart";
      const isJobs = inJobs && /^SparkListener(Job|Stage|Task)/.test(event);
      if (event === "SparkListenerApplicationEnd" || (copy > 0 && !isJobs)) continue;
      const text = `${shiftIds(line, copy)}\n`;
      written += text.length;
      yield text;
    }
  }
  yield '{"Event":"SparkListenerApplicationEnd","Timestamp":4102444800000}\n';
}

const IDS_PER_COPY = 1_000_000;

function shiftIds(line: string, copy: number): string {
  if (copy === 0) return line;
  const shift = (digits: string) => String(Number(digits) + copy * IDS_PER_COPY);
  return line
    .replace(/"(Stage ID|Job ID|Task ID)":(\d+)/g, (_, name: string, id: string) => `"${name}":${shift(id)}`)
    .replace(/"Stage IDs":\[([\d,]*)\]/, (_, ids: string) => `"Stage IDs":[${ids.replace(/\d+/g, shift)}]`);
}
