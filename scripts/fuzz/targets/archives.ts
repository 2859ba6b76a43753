import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { BadArchiveError, readArchive } from "../../../src/publish/artifacts/read-archive.ts";
import { makeZip } from "../../../test/github/make-zip.ts";
import { mutateBytes } from "../mutate-bytes.ts";
import { HOSTILE_TEXTS } from "../mutate-json.ts";
import { callProduct, checkDocument, Fault, mayRefuse } from "../product.ts";
import type { Random } from "../random.ts";
import type { Target } from "../target.ts";

const LOG = [
  '{"Event":"SparkListenerLogStart","Spark Version":"4.1.1"}',
  '{"Event":"SparkListenerApplicationStart","App Name":"a","App ID":"app-1","Timestamp":1}',
  '{"Event":"SparkListenerApplicationEnd","Timestamp":9}\n',
].join("\n");

const NAMES: readonly string[] = [
  ...HOSTILE_TEXTS,
  "log",
  "results.json",
  "verdict.json",
  "results.json/",
  "./results.json",
  "/results.json",
  "../outside",
  "folder/../../outside",
  "..\\outside",
  "folder/",
  "folder",
  "folder/log",
  "eventlog_v2_app-1/events_1_app-1",
  "eventlog_v2_app-1/appstatus_app-1",
  "eventlog_v2_app-1/",
  "eventlog",
  "eventlog-2023-11-14--22-00.gz",
  "a/b/c/d/e/f/g/h/log",
  `${"d/".repeat(300)}log`,
  `${"n".repeat(300)}`,
  "log.zip",
  ".hidden",
  "con",
];
const CONTENTS: readonly (string | Buffer)[] = [
  LOG,
  "",
  "{",
  "[]",
  '{"schema":"spark-loadtest/results/v1"}',
  gzipSync(LOG),
  makeZip([["log", LOG]]),
  Buffer.alloc(1000),
];

function makeArchive(random: Random): Buffer {
  const entries = Array.from({ length: random.few(random.chance(0.02) ? 300 : 6) }, (_, index) => {
    const name = random.chance(0.8) ? random.pick(NAMES) : `${random.pick(NAMES)}${index}`;
    return [name, random.pick(CONTENTS)] as const;
  });
  const zip = makeZip(entries);
  return random.chance(0.6) ? mutateBytes(zip, random) : zip;
}

/** Zips with names that lead elsewhere, sizes that lie and entries that are no logs: `events`, and the reader of artifacts. */
export const ARCHIVES: Target = {
  name: "archives",
  make: (random) => {
    const zip = makeArchive(random);
    const good = random.chance(0.5);
    const files = new Map<string, string | Buffer>([
      ["folder/log.zip", zip],
      ...(good ? ([["folder/good", LOG.replace("app-1", "good")]] as const) : []),
    ]);
    const check = async (folder: string) => {
      const { code, stdout } = await callProduct([
        "events",
        join(folder, good ? "folder" : "folder/log.zip"),
        "--json",
      ]);
      if (code === 0) checkDocument(stdout, "events");
      if (good && (code !== 0 || !stdout.includes('"id": "good"'))) throw new Fault("the log beside it is not read");
      if (existsSync(resolve(folder, "../outside")) || existsSync(join(folder, "outside")))
        throw new Fault("a file was written outside");
      await callProduct(["events", join(folder, "folder")]);
      const found = await mayRefuse(
        () => readArchive(readFileSync(join(folder, "folder/log.zip")), ["results.json", "verdict.json"]),
        BadArchiveError,
      );
      for (const name of found?.keys() ?? []) if (!/^(results|verdict)\.json$/.test(name)) throw new Fault(name);
    };
    return { files, check };
  },
};
