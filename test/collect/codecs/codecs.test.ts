import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Decode, DecodeError } from "../../../src/collect/codecs/decode.ts";
import { describeForeignFormat, detectCodec } from "../../../src/collect/codecs/detect-codec.ts";
import { decodeLz4Block, decompressLz4 } from "../../../src/collect/codecs/lz4-block.ts";
import { decodeLzf } from "../../../src/collect/codecs/lzf.ts";
import { decodeSnappyJava, decompressSnappy } from "../../../src/collect/codecs/snappy-java.ts";
import { decodeZstd, prepareZstd, ZSTD_MAGIC } from "../../../src/collect/codecs/zstd.ts";
import { findFixtureFile } from "../fixtures.ts";

const CODECS: readonly { name: string; decode: Decode; log: string }[] = [
  { name: "zstd", decode: decodeZstd, log: "4.3.0-window" },
  { name: "lz4", decode: decodeLz4Block, log: "3.5.9-lz4" },
  { name: "snappy", decode: decodeSnappyJava, log: "3.5.9-snappy" },
  { name: "lzf", decode: decodeLzf, log: "3.5.9-lzf" },
];

function* inChunksOf(bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield Buffer.from(bytes.subarray(at, at + size));
}

function decodeAll(decode: Decode, bytes: Buffer, chunkBytes = 65_536) {
  const pieces: Buffer[] = [];
  let error: unknown;
  try {
    for (const piece of decode(inChunksOf(bytes, chunkBytes))) pieces.push(Buffer.from(piece));
  } catch (thrown) {
    error = thrown;
  }
  return { content: Buffer.concat(pieces), error };
}

await prepareZstd();

describe.each(CODECS)("$name", ({ decode, log }) => {
  const bytes = readFileSync(findFixtureFile(log));

  test("gives every line of a log that Spark wrote", () => {
    const { content, error } = decodeAll(decode, bytes);
    const lines = content.toString().trimEnd().split("\n");
    expect(error).toBeUndefined();
    expect(lines.map((line) => JSON.parse(line).Event)).toContain("SparkListenerTaskEnd");
    expect(JSON.parse(lines[0]!).Event).toBe("SparkListenerLogStart");
    expect(JSON.parse(lines.at(-1)!).Event).toBe("SparkListenerApplicationEnd");
  });

  test("does not mind where the stream is cut into chunks", () => {
    const { content } = decodeAll(decode, bytes);
    for (const chunkBytes of [13, 4096]) {
      const again = decodeAll(decode, bytes, chunkBytes);
      expect(again.error).toBeUndefined();
      expect(again.content.equals(content)).toBe(true);
    }
  });

  test("keeps what comes before the place where the log was cut off", () => {
    const { content } = decodeAll(decode, bytes);
    for (const share of [0.4, 0.7, 0.99]) {
      const cut = decodeAll(decode, bytes.subarray(0, Math.floor(bytes.length * share)));
      expect(cut.error).toBeInstanceOf(DecodeError);
      expect(cut.content.length).toBeGreaterThan(0);
      expect(content.subarray(0, cut.content.length).equals(cut.content)).toBe(true);
    }
  });

  test("keeps what comes before damage, and says that there is some", () => {
    const { content } = decodeAll(decode, bytes);
    const damaged = Buffer.from(bytes);
    damaged.fill(0xff, bytes.length >> 1, (bytes.length >> 1) + 64);
    const read = decodeAll(decode, damaged);
    const before = content.subarray(0, content.length >> 3);
    expect(read.content.subarray(0, before.length).equals(before)).toBe(true);
    if (read.error === undefined) expect(read.content.equals(content)).toBe(false);
    else expect(read.error).toBeInstanceOf(DecodeError);
  });

  test("is known by its content", () => {
    expect(detectCodec(bytes.subarray(0, 16))).toBeDefined();
    expect(describeForeignFormat(bytes.subarray(0, 16))).toBeUndefined();
  });
});

describe("decompressLz4", () => {
  const block = (...bytes: (number | string)[]) =>
    Buffer.concat(bytes.map((part) => (typeof part === "string" ? Buffer.from(part) : Buffer.from([part]))));

  test.each([
    { what: "literals", input: block(0x30, "abc"), output: "abc" },
    { what: "a match", input: block(0x30, "abc", 3, 0, 0x10, "d"), output: "abcabcad" },
    { what: "a match that overlaps itself", input: block(0x16, "a", 1, 0, 0x10, "b"), output: `${"a".repeat(11)}b` },
    { what: "long literals", input: block(0xf0, 5, "x".repeat(20)), output: "x".repeat(20) },
    { what: "a long match", input: block(0x1f, "a", 1, 0, 255, 1, 0x10, "b"), output: `${"a".repeat(276)}b` },
  ])("$what", ({ input, output }) => {
    expect(Buffer.from(decompressLz4(input, output.length)).toString()).toBe(output);
  });

  test.each([
    { what: "literals beyond the input", input: block(0x50, "abc"), bytes: 5 },
    { what: "a match from before the beginning", input: block(0x10, "a", 2, 0, 0x10, "b"), bytes: 6 },
    { what: "a distance of 0", input: block(0x10, "a", 0, 0, 0x10, "b"), bytes: 6 },
    { what: "more content than announced", input: block(0x30, "abc"), bytes: 2 },
    { what: "less content than announced", input: block(0x30, "abc"), bytes: 4 },
  ])("refuses $what", ({ input, bytes }) => expect(() => decompressLz4(input, bytes)).toThrow(DecodeError));
});

describe("decompressSnappy", () => {
  test.each([
    { what: "a literal", input: [3, 2 << 2, 0x61, 0x62, 0x63], output: "abc" },
    { what: "a long literal", input: [61, 60 << 2, 60, ...Array(61).fill(0x61)], output: "a".repeat(61) },
    { what: "a copy with a distance of one byte", input: [7, 2 << 2, 0x61, 0x62, 0x63, 0x01, 3], output: "abcabca" },
    { what: "a copy with two bytes", input: [6, 2 << 2, 0x61, 0x62, 0x63, (2 << 2) | 2, 3, 0], output: "abcabc" },
    {
      what: "a copy with four bytes",
      input: [6, 2 << 2, 0x61, 0x62, 0x63, (2 << 2) | 3, 3, 0, 0, 0],
      output: "abcabc",
    },
    { what: "a copy that overlaps itself", input: [6, 0, 0x61, (4 << 2) | 2, 1, 0], output: "aaaaaa" },
  ])("$what", ({ input, output }) => {
    expect(Buffer.from(decompressSnappy(Uint8Array.from(input))).toString()).toBe(output);
  });

  test.each([
    { what: "an empty block", input: [] },
    { what: "a length without end", input: [255, 255, 255, 255, 255, 255] },
    { what: "an absurd length", input: [255, 255, 255, 255, 15] },
    { what: "a literal beyond the input", input: [9, 8 << 2, 0x61] },
    { what: "a copy from before the beginning", input: [6, 0, 0x61, (4 << 2) | 2, 9, 0] },
    { what: "less content than announced", input: [9, 0, 0x61] },
  ])("refuses $what", ({ input }) => expect(() => decompressSnappy(Uint8Array.from(input))).toThrow(DecodeError));
});

describe("zstd, many logs in one process", () => {
  const good = readFileSync(findFixtureFile("4.3.0-window"));
  const { content } = decodeAll(decodeZstd, good);
  const damaged = Buffer.from(good).fill(0xff, good.length >> 1, (good.length >> 1) + 64);

  test("those that are damaged or cut off, 100 in all, leave the next as it is", () => {
    const cutOff = good.subarray(0, good.length - 7);
    for (let time = 0; time < 50; time++) {
      expect((decodeAll(decodeZstd, damaged).error as Error).message).toBe("the zstd stream is damaged");
      expect((decodeAll(decodeZstd, cutOff).error as Error).message).toMatch(/ends in the middle of a frame$/);
      expect(decodeAll(decodeZstd, good).content.equals(content)).toBe(true);
    }
  });

  test("those that ask for memory, from 128 MB down, and are damaged, leave the next as it is", () => {
    for (let exponent = 17; exponent >= 0; exponent -= 3) {
      // Magic, the window's size, and a block of a type that there is not.
      const bad = Buffer.from([...ZSTD_MAGIC, 0, exponent << 3, 7, 0, 0, 0xff]);
      for (let time = 0; time < 40; time++) {
        expect((decodeAll(decodeZstd, bad).error as Error).message).toBe("the zstd stream is damaged");
      }
    }
    expect(decodeAll(decodeZstd, good).content.equals(content)).toBe(true);
    expect(process.memoryUsage().rss).toBeLessThan(2 ** 30);
  });

  test("two that are read in turns", () => {
    const [one, other] = [decodeZstd(inChunksOf(good, 1000)), decodeZstd(inChunksOf(good, 3000))];
    const pieces: [Buffer[], Buffer[]] = [[], []];
    for (let open = 2; open > 0; ) {
      open = 0;
      for (const [index, stream] of [one, other].entries()) {
        const { value, done } = stream.next();
        if (done) continue;
        pieces[index]!.push(Buffer.from(value));
        open += 1;
      }
    }
    for (const each of pieces) expect(Buffer.concat(each).equals(content)).toBe(true);
  });
});

test.each([
  ["LZ4Block", "4c5a34426c6f636b25ffffffffffffffff00000000"],
  ["snappy", "82534e4150505900000000010000000 1ffffffff00".replace(" ", "")],
])("a block of absurd length in a %s stream is refused, not allocated", (_, hex) => {
  const bytes = Buffer.from(hex, "hex");
  const { content, error } = decodeAll(detectCodec(bytes)!.decode as Decode, bytes);
  expect(content.length).toBe(0);
  expect(error).toBeInstanceOf(DecodeError);
});

test.each([
  ["04224d18", "a standard LZ4 frame, which Spark does not write"],
  ["425a6839", "compressed by bzip2"],
  ["fd377a585a0000", "compressed by xz"],
  ["fffe7b00", "text in UTF-16, as PowerShell writes it"],
  ["5b7b22", "a JSON array"],
])("%s is %s, and is said to be", (hex, name) => {
  const head = Buffer.from(hex, "hex");
  expect(detectCodec(head)).toBeUndefined();
  expect(describeForeignFormat(head)?.name).toBe(name);
});
