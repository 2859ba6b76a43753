import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { z } from "zod";
import { readJsonLine, readJsonLines, streamJsonLines } from "../../../src/lib/files/json-lines.ts";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "json-lines-"));
  path = join(folder, "lines.jsonl");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const LONG = "é".repeat(100_000);

it.each([
  ["none", "", []],
  ["a last line without its end", '"a"\n"b"', ["a", "b"]],
  ["a last line cut short", '"a"\n"b', ["a"]],
  ["a line cut short, with a newline before the next", '"a\n\n"b"\n', ["b"]],
  ["lines of something else", '1\n"a"\n{}\nnull\n', ["a"]],
  ["lines longer than what is read at once", `"${LONG}"\n"b"\n"${LONG}"\n`, [LONG, "b", LONG]],
  ["separators that end no line", '"a\u2028b"\r\n"c"\n', ["a\u2028b", "c"]],
])("reads %s, each line again from its place", async (_, text, values) => {
  await writeFile(path, text);
  expect(await readJsonLines(path, z.string())).toEqual(values);
  const again: string[] = [];
  for await (const { value, ...place } of streamJsonLines(path, z.string())) {
    again.push(await readJsonLine(path, z.string(), place));
    expect(again.at(-1)).toBe(value);
  }
  expect(again).toEqual(values);
});

it("reads nothing where there is no file, and says what it cannot read", async () => {
  expect(await readJsonLines(path, z.string())).toEqual([]);
  await expect(readJsonLines(folder, z.string())).rejects.toThrow("EISDIR");
});
