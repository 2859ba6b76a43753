/**
 * Makes a recording for the tests of an event log from a cluster: leaves out what says something of the machine and nothing to the
 * tests, which is most of it.
 *
 *   node scripts/reduce-eventlog.ts FOLDER/eventlog_v2_ID OUT
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { zstdCompressSync } from "node:zlib";
import { decodeZstd, prepareZstd } from "../src/collect/codecs/zstd.ts";

/** Of a job's or a stage's properties. */
const KEPT_PROPERTIES = /^spark\.(job\.|jobGroup\.|sql\.execution\.id$)/;
/** Of the application's. */
const KEPT_SETTINGS = /^spark\.(app\.name|executor\.(cores|memory|instances)|sql\.shuffle\.partitions|master)$/;

function pick(record: Record<string, string> | undefined, kept: RegExp): Record<string, string> {
  return Object.fromEntries(Object.entries(record ?? {}).filter(([name]) => kept.test(name)));
}

// biome-ignore lint/suspicious/noExplicitAny: an event of Spark's, as it is
function reduceEvent(event: any): unknown {
  if (event.Event === "SparkListenerEnvironmentUpdate") {
    const settings = pick(event["Spark Properties"], KEPT_SETTINGS);
    return { Event: event.Event, "JVM Information": event["JVM Information"], "Spark Properties": settings };
  }
  if (event.Properties !== undefined) event.Properties = pick(event.Properties, KEPT_PROPERTIES);
  delete event["Log Urls"];
  return event;
}

const [source = "", target = ""] = process.argv.slice(2);
await prepareZstd();
const folder = join(target, basename(source));
mkdirSync(folder, { recursive: true });
for (const name of readdirSync(source)) {
  const bytes = readFileSync(join(source, name));
  if (!name.endsWith(".zstd")) {
    writeFileSync(join(folder, name), bytes);
    continue;
  }
  const lines = Buffer.concat([...decodeZstd([bytes])])
    .toString()
    .trimEnd()
    .split("\n");
  const reduced = lines.map((line) => `${JSON.stringify(reduceEvent(JSON.parse(line)))}\n`).join("");
  writeFileSync(join(folder, name), zstdCompressSync(reduced));
}
