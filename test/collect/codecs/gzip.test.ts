import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { DecodeError } from "../../../src/collect/codecs/decode.ts";
import { decodeGzip } from "../../../src/collect/codecs/gzip.ts";

const TEXT = Array.from({ length: 30_000 }, (_, index) => `line ${index} ${Math.sin(index)}`).join("\n");
const WHOLE = gzipSync(TEXT);
const MEMBERS = [TEXT.slice(0, 1000), TEXT.slice(1000, 300_000), TEXT.slice(300_000)].map((part) => gzipSync(part));

async function decode(...chunks: Buffer[]) {
  let content = "";
  let error: unknown = null;
  try {
    for await (const piece of decodeGzip(chunks)) content += Buffer.from(piece).toString("latin1");
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(DecodeError);
    error = (thrown as DecodeError).message;
  }
  return { whole: content === TEXT, begins: TEXT.startsWith(content), length: content.length, error };
}

describe("gzip is decoded", () => {
  const whole = { whole: true, begins: true, length: TEXT.length, error: null };
  test.each([
    ["in one piece", [WHOLE]],
    ["member after member", [Buffer.concat(MEMBERS)]],
    ["where a chunk ends with a member", MEMBERS],
    ["byte by byte", [...WHOLE.subarray(0, 2000)].map((byte) => Buffer.from([byte])).concat(WHOLE.subarray(2000))],
    ["with zeros behind it", [WHOLE, Buffer.alloc(50_000)]],
  ])("%s", async (_, chunks) => expect(await decode(...chunks)).toEqual(whole));

  test("as far as it goes where it is cut off", async () => {
    const { begins, length, error } = await decode(WHOLE.subarray(0, WHOLE.length >> 1));
    expect({ begins, error }).toEqual({ begins: true, error: "the gzip stream ends in the middle" });
    expect(length).toBeGreaterThan(TEXT.length * 0.45);
    expect(await decode(WHOLE.subarray(0, -8))).toEqual({ ...whole, error });
  });

  test.each([
    [
      "something else behind its end",
      [WHOLE, Buffer.from("garbage")],
      "behind the end of the gzip stream there is something else",
    ],
    [
      "a wrong checksum",
      [Buffer.concat([WHOLE.subarray(0, -8), Buffer.alloc(4), WHOLE.subarray(-4)])],
      "the gzip stream is damaged",
    ],
    [
      "something else in the same chunk, after members",
      [Buffer.concat([...MEMBERS, Buffer.from("garbage")])],
      "behind the end of the gzip stream there is something else",
    ],
  ])("whole with %s", async (_, chunks, error) => expect(await decode(...chunks)).toEqual({ ...whole, error }));

  test("up to its damage", async () => {
    const damaged = Buffer.from(WHOLE);
    damaged[WHOLE.length >> 1]! ^= 0xff;
    const { length, error } = await decode(damaged);
    expect(error).toBe("the gzip stream is damaged");
    expect(length).toBeGreaterThan(TEXT.length * 0.4);
  });
});
