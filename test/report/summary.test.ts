import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { renderSummary } from "../../src/report/summary.ts";
import { HOSTILE_TEXTS } from "./markup.ts";
import * as runs from "./runs.ts";

const named = [
  ["no-change", runs.noChange()],
  ["no-baseline", runs.noBaseline()],
  ["regression", runs.regression()],
  ["failed", runs.failed()],
  ["all-skipped", runs.allSkipped()],
  ["one-case", runs.oneCase()],
  ["no-cases", runs.noCases()],
  ["full-tier", runs.fullTier()],
] as const;

const OWN_COLOR = new RegExp(`${"\\u001b"}\\[(0|1|2|31|32|33|36)m`, "g");
const withoutColor = (text: string) => stripVTControlCharacters(text);

test("summaries of 80 columns as they are shown", async () => {
  const shown = named.map(([name, input]) => {
    const summary = renderSummary(input, { color: false, width: 80, reportPath: "out/report.html" });
    return `--- ${name}\n${summary}\n`;
  });
  await expect(shown.join("\n")).toMatchFileSnapshot("../fixtures/report/summary.txt");
});

test.each(named)("%s: colour changes nothing but the colour", (_, input) => {
  const colored = renderSummary(input, { color: true, width: 80 });
  expect(colored).toContain("\u001b[");
  expect(withoutColor(colored)).toBe(renderSummary(input, { color: false, width: 80 }));
});

test.each(named)("%s fits its terminal", (_, input) => {
  for (const width of [60, 80, 120]) {
    const lines = renderSummary(input, { color: false, width }).split("\n");
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
    expect(lines.length).toBeLessThan(50);
  }
});

test.each(HOSTILE_TEXTS)("hostile text %j sends nothing to the terminal", (text) => {
  const summary = renderSummary(runs.hostile(text), { color: true, width: 80 });
  expect(summary.replaceAll(OWN_COLOR, "")).not.toMatch(/(?!\n)\p{Cc}|[\u202A-\u202E\u2066-\u2069]/u);
});
