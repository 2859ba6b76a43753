import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as zlib from "node:zlib";
import { findFixtureFile } from "../../../test/collect/fixtures.ts";
import { makeZip } from "../../../test/github/make-zip.ts";
import { mutateBytes } from "../mutate-bytes.ts";
import { callProduct, checkDocument } from "../product.ts";
import { Random } from "../random.ts";
import type { Target } from "../target.ts";
import { shorten } from "./event-logs.ts";

const PLAIN = readFileSync(findFixtureFile("4.3.0-plain"), "utf8");
const LINES = PLAIN.trimEnd().split("\n");
const SHORT = Buffer.from(`${shorten(LINES, new Random(2)).join("\n")}\n`);

/** As Spark writes them, and those that need nothing but Node.js to be made. */
const ENCODED: readonly (readonly [name: string, bytes: Buffer])[] = [
  ["log.zstd", readFileSync(findFixtureFile("4.3.0-window"))],
  ["log.lz4", readFileSync(findFixtureFile("3.5.9-lz4"))],
  ["log.snappy", readFileSync(findFixtureFile("3.5.9-snappy"))],
  ["log.lzf", readFileSync(findFixtureFile("3.5.9-lzf"))],
  ["log.zstd", Buffer.concat([zlib.zstdCompressSync(SHORT.subarray(0, 9000)), zlib.zstdCompressSync(SHORT)])],
  ["log.gz", Buffer.concat([zlib.gzipSync(SHORT.subarray(0, 9000)), zlib.gzipSync(SHORT)])],
  ["log.zip", makeZip([["log", SHORT]])],
  ["log.zip", makeZip([["folder/log.gz", zlib.gzipSync(SHORT)]])],
];
const MOST_BYTES = 48 * 1024;

/** Headers whose lengths promise far more than there is, and streams that become far more than they are. */
const BOMBS: readonly Buffer[] = [
  zlib.gzipSync(Buffer.alloc(20 * 2 ** 20)),
  zlib.zstdCompressSync(Buffer.alloc(20 * 2 ** 20, "{")),
  zlib.gzipSync(Buffer.from('{"Event":"SparkListenerLogStart"}\n'.repeat(300_000))),
  Buffer.from("28b52ffd0088070000ff", "hex"),
  Buffer.from("28b52ffda0ffffffff070000", "hex"),
];

/** Compressed logs with damage in them: `events`. */
export const CODECS: Target = {
  name: "codecs",
  make: (random) => {
    const [name, whole] = random.pick(ENCODED);
    const length = Math.min(whole.length, random.few(MOST_BYTES) + 64);
    const original = random.chance(0.01)
      ? random.pick(BOMBS)
      : whole.subarray(0, name.endsWith(".zip") ? undefined : length);
    const bytes = mutateBytes(original, random);
    const check = async (folder: string) => {
      const { code, stdout } = await callProduct(["events", join(folder, name), "--json"]);
      if (code === 0) checkDocument(stdout, "events");
    };
    return { files: new Map([[name, bytes]]), check };
  },
};
