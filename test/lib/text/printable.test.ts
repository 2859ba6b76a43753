import { describe, expect, it } from "vitest";
import { toPrintable, toPrintableJson } from "../../../src/lib/text/printable.ts";

const ESC = "\u001B";

describe("toPrintable", () => {
  it.each([
    ["a colour", `${ESC}[31mred${ESC}[0m`, "red"],
    ["a colour of 24 bits", `${ESC}[38;2;1;2;3mred${ESC}[m`, "red"],
    ["a colour with colons", `${ESC}[4:3mwave`, "wave"],
    ["a colour of one byte", "\u009B31mred", "red"],
    ["movements and modes", `${ESC}[2J${ESC}[?25l${ESC}[1;1Htext${ESC}7${ESC}c`, "text"],
    ["a character set", `${ESC}(Btext`, "text"],
    ["a title", `${ESC}]0;title\u0007text`, "text"],
    ["a link", `${ESC}]8;;https://example.com${ESC}\\here${ESC}]8;;${ESC}\\`, "here"],
    ["what never ends", `${ESC}]0;title`, "0;title"],
    ["a lone escape", `a${ESC}`, "a\uFFFD"],
    ["a bell", "a\u0007b", "a\uFFFDb"],
    ["line ends", "a\r\nb\rc\td", "a\nb\nc\td"],
    ["a direction", "a\u202Eb", "a\uFFFDb"],
  ])("takes %s away", (_, text, shown) => {
    expect(toPrintable(text)).toBe(shown);
  });

  it("takes time that grows with the length", () => {
    const startMs = performance.now();
    for (const start of ["[", "]", "]0;", "[1;", "P", "("]) toPrintable(`${ESC}${start}`.repeat(300_000));
    expect(performance.now() - startMs).toBeLessThan(5_000);
  });
});

it("JSON holds the same value, and nothing that a terminal or a runner acts on", () => {
  const value = { a: "##[error]x\u009B31m\u202E\u001B[31m", "##[b": ["\uD800"] };
  const text = [...toPrintableJson(value)].join("");
  expect(text).not.toMatch(/##\[|[^\n -~]/);
  expect(JSON.parse(text)).toEqual(value);
});

it("JSON of many parts comes in pieces, so that nobody holds it as one text", () => {
  const value = { stages: Array.from({ length: 10_000 }, (_, id) => ({ id, name: "##[error]" })) };
  const pieces = [...toPrintableJson(value)];
  expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThan(200_000);
  expect(JSON.parse(pieces.join(""))).toEqual(value);
});
