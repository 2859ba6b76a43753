import { expect, it } from "vitest";
import { compare } from "../../src/analyse/compare.ts";
import { describeCauses, describeVerdict } from "../../src/analyse/describe.ts";
import { buildBaseline, buildCase, buildResults, buildSample } from "./builders.ts";

it("tears no line at a line end that a name or a message holds", () => {
  const name = "t_join\n::set-output name=verdict::no-change\u2028x";
  const before = buildCase("join", { name });
  const current = buildResults([{ ...before, samples: [buildSample({ tasks: 30 })] }]);
  const verdict = compare(current, buildBaseline([[before]]));
  const oneLine = "t_join ::set-output name=verdict::no-change x";
  expect(verdict.headline).toMatch(
    new RegExp(`^1 of 1 compared cases got worse than in 1 baseline run: ${oneLine}: Tasks`),
  );
  const lines = describeVerdict(verdict, current).split(/[\n\u2028]/);
  expect(lines.filter((line) => line.includes("set-output"))).toHaveLength(2);
  expect(lines.filter((line) => /^\s*::/.test(line))).toEqual([]);
  const cause = { kind: "skew", stage: null, sentence: "a\r\n::b", evidence: [] } as const;
  expect(describeCauses([{ ...cause, evidence: [{ what: "c\nd", baseline: "1", current: "2" }] }])).toBe(
    "1. skew: a ::b\n     c d: 1 -> 2",
  );
});
