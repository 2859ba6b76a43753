import { DOMParser } from "linkedom";
import { describe, expect, test } from "vitest";
import { renderJunit } from "../../src/report/junit.ts";
import { viewReport } from "../../src/report/view/view.ts";
import { checkTags, HOSTILE_TEXTS } from "./markup.ts";
import * as runs from "./runs.ts";

const render = (input: ReturnType<typeof runs.regression>) => renderJunit(viewReport(input));

test.each([
  ["regression", runs.regression()],
  ["failed", runs.failed()],
])("junit.xml of %s as it is written", async (name, input) => {
  await expect(render(input)).toMatchFileSnapshot(`../fixtures/report/${name}.xml`);
});

const counted: [name: string, input: ReturnType<typeof runs.regression>, counts: number[]][] = [
  ["noChange", runs.noChange(), [10, 0, 0, 0]],
  ["regression", runs.regression(), [10, 2, 0, 0]],
  // Beside the cases, one that tells that the run ended before all of them.
  ["failed", runs.failed(), [12, 2, 2, 1]],
  ["allSkipped", runs.allSkipped(), [2, 0, 0, 2]],
  ["noCases", runs.noCases(), [1, 0, 1, 0]],
  // The family that got worse is a test case beside the 1,280.
  ["fullTier", runs.fullTier(), [1281, 71, 0, 320]],
];
test.each(counted)("the counts of %s: cases, failures, errors, skipped", (_, input, counts) => {
  const xml = render(input);
  const suite = new DOMParser().parseFromString(xml, "text/xml").querySelector("testsuite");
  const attributes = ["tests", "failures", "errors", "skipped"].map((name) => Number(suite?.getAttribute(name)));
  expect(attributes).toEqual(counts);
  expect(checkTags(xml)).toBeNull();
});

describe("hostile text", () => {
  test.each(HOSTILE_TEXTS)("%j leaves the XML well-formed and its test cases as they are", (text) => {
    const xml = render(runs.hostile(text));
    expect(checkTags(xml)).toBeNull();
    expect(xml).not.toMatch(/(?![\t\n])\p{Cc}|\p{Surrogate}|[\uFFFE\uFFFF]/u);
    const tags = xml.replace(/<!\[CDATA\[[\s\S]*?\]\]>/g, "");
    expect(tags).not.toMatch(/="[^"]*</);
    const { length } = tags.match(/<testcase /g) ?? [];
    expect(length).toBe(6);
  });
});
