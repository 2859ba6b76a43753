import { describe, expect, it } from "vitest";
import { cutEnd, cutStart, toOneLine, widthOf } from "../../src/progress/one-line.ts";

describe("a text on one line", () => {
  it.each([
    ["as it is", "as it is", "as it is"],
    ["without the end of its line", "text  \r\n", "text"],
    ["without colours", "\u001B[31mred\u001B[0m", "red"],
    ["without what moves the cursor", "a\u001B[2J\u001B]0;title\u0007b", "ab"],
    ["with what else drives a terminal made visible", "a\u009Bb\u202Ec\u0000", "a\uFFFDb\uFFFDc\uFFFD"],
    [
      "as the last state of a progress bar",
      "[Stage 0:>  (0 + 4) / 8]\r[Stage 0:=> (4 + 4) / 8]\r      \r",
      "[Stage 0:=> (4 + 4) / 8]",
    ],
    ["with its lines side by side", "a\r\nb\nc", "a b c"],
    ["with its tabs as spaces", "\tat org.apache.spark.Main", "    at org.apache.spark.Main"],
    ["cut where it is endless", "x".repeat(5000), `${"x".repeat(4000)}…`],
  ])("is %s", (_, text, expected) => {
    expect(toOneLine(text)).toBe(expected);
  });
});

describe("a text cut to columns", () => {
  it.each([
    ["abcdef", 6, "abcdef", "abcdef"],
    ["abcdef", 4, "abc…", "…def"],
    ["abcdef", 1, "…", "…"],
    ["abcdef", 0, "", ""],
    ["漢字漢字", 8, "漢字漢字", "漢字漢字"],
    ["漢字漢字", 6, "漢字…", "…漢字"],
    ["e\u0301te\u0301s", 3, "e\u0301t…", "…e\u0301s"],
  ])("%s in %d columns keeps its start or its end", (text, columns, start, end) => {
    expect([cutEnd(text, columns), cutStart(text, columns)]).toEqual([start, end]);
    expect(widthOf(cutEnd(text, columns))).toBeLessThanOrEqual(columns);
  });
});
