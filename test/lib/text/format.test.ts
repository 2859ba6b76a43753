import { describe, expect, test } from "vitest";
import {
  formatBytes,
  formatChange,
  formatCount,
  formatGrowth,
  formatMs,
  formatRatio,
  formatSpread,
  listNames,
  plural,
} from "../../../src/lib/text/format.ts";

describe("formatBytes", () => {
  test.each([
    [0, "0 B"],
    [1, "1 B"],
    [1023, "1023 B"],
    [1024, "1 KiB"],
    [1536, "1.5 KiB"],
    [9_646_899, "9.2 MiB"],
    [1_048_575, "1 MiB"],
    [162_600_000, "155 MiB"],
    [5 * 2 ** 30, "5 GiB"],
    [2 ** 61, "2048 PiB"],
    [-2048, "-2 KiB"],
  ])("%d is %s", (bytes, text) => expect(formatBytes(bytes)).toBe(text));
});

describe("formatMs", () => {
  test.each([
    [0, "0 ms"],
    [0.456, "0.46 ms"],
    [870, "870 ms"],
    [999.6, "1 s"],
    [12_345, "12.3 s"],
    [59_960, "1 min 0 s"],
    [125_000, "2 min 5 s"],
    [3_599_900, "1 h 0 min"],
    [11_220_000, "3 h 7 min"],
    [-1500, "-1.5 s"],
  ])("%d is %s", (ms, text) => expect(formatMs(ms)).toBe(text));
});

describe("formatCount", () => {
  test.each([
    [0, "0"],
    [999, "999"],
    [1000, "1,000"],
    [1_048_576, "1,048,576"],
    [2.5, "2.5"],
    [-12_345, "-12,345"],
  ])("%d is %s", (count, text) => expect(formatCount(count)).toBe(text));
});

describe("plural", () => {
  test.each([
    [0, "0 cases"],
    [1, "1 case"],
    [2, "2 cases"],
    [1280, "1,280 cases"],
  ])("%d is %s", (count, text) => expect(plural(count, "case")).toBe(text));
});

describe("formatChange", () => {
  test.each([
    [null, "from 0"],
    [0, "0 %"],
    [0.123, "+12.3 %"],
    [-0.05, "-5 %"],
    [0.00001, "+<0.01 %"],
    [-1, "-100 %"],
    [1, "+100 %"],
    [33.7, "34.7x"],
  ])("%d is %s", (change, text) => expect(formatChange(change)).toBe(text));
});

describe("formatGrowth", () => {
  test.each([
    [0.4, "+40 %"],
    [0.999, "+99.9 %"],
    [1.6, "2.6x"],
    [412.356, "413x"],
  ])("%d is %s", (growth, text) => expect(formatGrowth(growth)).toBe(text));
});

describe("formatSpread", () => {
  test.each([
    [0.043, "4.3 %"],
    [0.99, "99 %"],
    [1, "a factor of 2.72"],
    [3.2, "a factor of 24.5"],
  ])("%d is %s", (logDeviation, text) => expect(formatSpread(logDeviation)).toBe(text));
});

describe("listNames", () => {
  test.each([
    [["a"], "a"],
    [["a", "b", "c"], "a, b, c"],
    [["a", "b", "c", "d", "e"], "a, b, c and 2 more"],
  ])("%j is %s", (names, text) => expect(listNames(names)).toBe(text));
});

test("a ratio keeps three figures", () => expect(formatRatio(34.72)).toBe("34.7x"));
