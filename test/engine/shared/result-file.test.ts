import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import {
  describeStep,
  expectedRepetitions,
  findWrongResult,
  readRepetitions,
} from "../../../src/engine/shared/result-file.ts";

const folder = mkdtempSync(join(tmpdir(), "result-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("readRepetitions", () => {
  it.each([
    ["", []],
    ['{"repetition":"warmup-1","wallMs":3.5,"checksum":"a"}\n{"repetition":"sam', ["warmup-1"]],
    ['{"repetition":"sample-1","checksum":null}\n', ["sample-1"]],
    ['\u0000\u0001\n[1]\n{"repetition":7}\nnull\n{"repetition":"sample-2"}\n', ["sample-2"]],
  ])("reads %j", async (text, names) => {
    const path = join(folder, "result.jsonl");
    writeFileSync(path, text);
    expect((await readRepetitions(path)).map(({ repetition }) => repetition)).toEqual(names);
  });

  it("reads a file that is not there as empty", async () => {
    expect(await readRepetitions(join(folder, "none"))).toEqual([]);
  });
});

describe("describeStep", () => {
  it.each([
    [0, 2, 3, "warm-up 1/2"],
    [1, 2, 3, "warm-up 2/2"],
    [2, 2, 3, "sample 1/3"],
    [4, 2, 3, "sample 3/3"],
    [5, 2, 3, "ending"],
    [0, 0, 1, "sample 1/1"],
  ])("%i done of %i and %i: %s", (finished, warmups, samples, step) => {
    expect(describeStep(finished, warmups, samples)).toBe(step);
  });
});

describe("findWrongResult", () => {
  const expected = expectedRepetitions(1, 2);
  const results = (...checksums: (string | null)[]) =>
    checksums.map((checksum, index) => ({ repetition: expected[index] ?? "more", checksum }));

  it.each([
    [results("a", "a", "a"), null],
    [results(null, null, null), null],
    [results(null, "a", "a"), null],
    [results("a", "a", "b"), "wrong result: repetition sample-2 gave b, warmup-1 gave a"],
    [results("a", "a"), "the workload ended without the result of repetition sample-2"],
    [[], "the workload ended without the result of repetition warmup-1"],
  ])("%j", (repetitions, wrong) => {
    expect(findWrongResult(repetitions, expected)).toBe(wrong);
  });
});
