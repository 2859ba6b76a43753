import { expect, it } from "vitest";
import { parseDocument, RESULTS } from "../../src/documents/document-file.ts";
import { limitFindings } from "../../src/documents/verdict.ts";
import { regression } from "../report/runs.ts";

const { results } = regression();
const [first] = results.cases;

it.each([
  ["cases", { ...results, cases: Array.from({ length: 10_001 }, () => null) }, "10,001 cases, and 10,000 are the most"],
  [
    "dimensions",
    {
      ...results,
      cases: [{ ...first, dimensions: Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`d${i}`, "a"])) }],
    },
    "101 dimensions in a case, and 100 are the most",
  ],
])("more %s than a run can have are refused with the limit, before each is looked at", (_, document, message) => {
  expect(() => parseDocument(JSON.stringify(document), "results.json", RESULTS)).toThrow(message);
});

it("findings that are more than a verdict can have are left out, the least of all, and a note says so", () => {
  const { findings, notes } = limitFindings(
    Array.from({ length: 10_002 })
      .fill(0)
      .map((_, index) => index),
    ["a"],
  );
  expect(findings).toHaveLength(10_000);
  expect(findings.at(-1)).toBe(9_999);
  expect(notes).toEqual([
    "a",
    "2 findings more than the 10,000 of a verdict are left out, the least of all (limit of findings)",
  ]);
});
