import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeZstd, prepareZstd } from "../../src/collect/codecs/zstd.ts";

/** What an event log says of its executors: the time at which each was added, and how many tasks it did, by their ids. */
export interface ExecutorsOfLog {
  readonly addedAtMs: Readonly<Record<string, number>>;
  readonly tasks: Readonly<Record<string, number>>;
  readonly firstJobAtMs: number;
}

/** Reads the rolling event log of a case. folder: `eventlogs/<case>` of a run. */
export async function readExecutors(folder: string): Promise<ExecutorsOfLog> {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /(^|\/)events_\d+_/.test(name) && !name.endsWith(".crc"))
    .sort();
  await prepareZstd();
  const pieces: Buffer[] = [];
  for (const name of files) {
    // A piece is valid only until the next one.
    for (const piece of decodeZstd([readFileSync(join(folder, name))])) pieces.push(Buffer.from(piece));
  }
  const addedAtMs: Record<string, number> = {};
  const tasks: Record<string, number> = {};
  const jobTimes: number[] = [];
  for (const line of Buffer.concat(pieces).toString("utf8").split("\n").filter(Boolean)) {
    const event = JSON.parse(line);
    if (event.Event === "SparkListenerExecutorAdded") addedAtMs[event["Executor ID"]] = event.Timestamp;
    if (event.Event === "SparkListenerJobStart") jobTimes.push(event["Submission Time"]);
    if (event.Event === "SparkListenerTaskEnd") {
      const id = event["Task Info"]["Executor ID"];
      tasks[id] = (tasks[id] ?? 0) + 1;
    }
  }
  return { addedAtMs, tasks, firstJobAtMs: Math.min(...jobTimes) };
}
