import { describe, expect, test } from "vitest";
import { LineSplitter } from "../../../src/collect/log-files/split-lines.ts";

function split(pieces: readonly string[], maxLineBytes?: number) {
  const lines: string[] = [];
  const longLines: number[] = [];
  const splitter = new LineSplitter(
    {
      onLine: (bytes, start, end) => lines.push(bytes.toString("utf8", start, end)),
      onLongLine: (length) => longLines.push(length),
    },
    maxLineBytes,
  );
  // One buffer for all pieces: what a decoder hands over is valid until the next piece only.
  const reused = Buffer.alloc(64);
  for (const piece of pieces) splitter.write(reused.subarray(0, reused.write(piece)));
  return { lines, longLines, rest: splitter.end() };
}

describe("LineSplitter", () => {
  test.each([
    { pieces: [], lines: [], rest: 0 },
    { pieces: ["a\nbc\n"], lines: ["a", "bc"], rest: 0 },
    { pieces: ["a", "b\nc", "", "d\n", "e"], lines: ["ab", "cd", "e"], rest: 1 },
    { pieces: ["\n\na\n\n"], lines: ["a"], rest: 0 },
    { pieces: ["ü\n", "\u{1f600}\n"], lines: ["ü", "\u{1f600}"], rest: 0 },
  ])("$pieces", ({ pieces, lines, rest }) => {
    expect(split(pieces)).toEqual({ lines, longLines: [], rest });
  });

  test.each([
    { pieces: ["12345\n123456\n1\n"], lines: ["12345", "1"], longLines: [6] },
    { pieces: ["1234", "5678", "90\n1", "2\n"], lines: ["12"], longLines: [10] },
    { pieces: ["1\n123456"], lines: ["1"], longLines: [6], rest: 6 },
    { pieces: ["123", "45\n"], lines: ["12345"], longLines: [] },
  ])("passes over lines of more than five bytes: $pieces", ({ pieces, lines, longLines, rest = 0 }) => {
    expect(split(pieces, 5)).toEqual({ lines, longLines, rest });
  });

  test("does not hold a line that is over the limit", () => {
    const lengths: number[] = [];
    const splitter = new LineSplitter({ onLine: () => {}, onLongLine: (length) => lengths.push(length) }, 1024);
    const piece = Buffer.alloc(1024 * 1024, 0x61);
    const before = process.memoryUsage().arrayBuffers;
    for (let count = 0; count < 200; count++) splitter.write(piece);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20 * 1024 * 1024);
    splitter.write(Buffer.from("\n"));
    expect(lengths).toEqual([200 * 1024 * 1024]);
  });
});
