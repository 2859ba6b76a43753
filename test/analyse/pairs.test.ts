import { describe, expect, it } from "vitest";
import { type CompareOptions, compare } from "../../src/analyse/compare.ts";
import { exitCodeOf } from "../../src/analyse/exit-code.ts";
import { testCpuPairs } from "../../src/analyse/statistics/cpu-test.ts";
import type { CaseResult, Results } from "../../src/model/documents.ts";
import { verdictSchema } from "../../src/model/documents.ts";
import { buildCase, buildResults, buildSample } from "./builders.ts";
import { type PairSimulation, seededRandom, simulatePairs } from "./statistics/simulate-cpu.ts";

const OPERATIONS = ["read", "aggregate", "join", "window", "write", "sort"];
const PAIRS = 3;

/** One side of an A/B run whose machine gets slower by 30 % in each pair; a few percent of each execution are its own. */
function buildSide(side: 0 | 1, factor: (operation: string) => number, changes: Record<string, Partial<CaseResult>>) {
  return OPERATIONS.map((operation, position) => {
    const samples = Array.from({ length: PAIRS }, (_, pair) => {
      const own = 1 + 0.01 * Math.sin(5 * position + 3 * pair + 11 * side);
      const cpuMs = 3100 * 1.3 ** pair * own * factor(operation);
      return [buildSample({ cpuMs }), buildSample({ cpuMs })].map((sample) => ({ ...sample, pair: pair + 1 }));
    });
    return buildCase(operation, { samples: samples.flat(), ...changes[operation] });
  });
}

function judge(
  factor: (operation: string) => number,
  { current = {}, baseline = {} }: { [side in "current" | "baseline"]?: Record<string, Partial<CaseResult>> } = {},
  options: CompareOptions = {},
) {
  const results = buildResults(buildSide(0, factor, current), { id: "ab" });
  const partner = buildResults(
    buildSide(1, () => 1, baseline),
    { id: "ab-baseline", partnerOf: { id: "ab", image: "spark:old" } },
  );
  // An earlier run of another machine must not count beside it.
  const earlier: Results = buildResults([buildCase("read", { status: "failed", reason: "long ago" })], { id: "old" });
  const verdict = compare(results, { runs: [earlier, partner], notes: [] }, options);
  expect(verdictSchema.parse(verdict)).toEqual(verdict);
  const found = verdict.findings.map(
    ({ subject, metric, gate, direction }) => `${direction} ${gate} ${metric} ${subject}`,
  );
  return { verdict, found, exitCode: exitCodeOf(results, verdict) };
}

const nameOf = (operation: string) => buildCase(operation).name;

describe("an A/B run", () => {
  it("is not alarmed by what happens to both sides of its pairs", () => {
    const { verdict, found, exitCode } = judge(() => 1);
    expect({ found, exitCode }).toEqual({ found: [], exitCode: 0 });
    expect(verdict).toMatchObject({ verdict: "no-change", baseline: { pairedImage: "spark:old", notes: [] } });
    expect(verdict.baseline.runs.map(({ id }) => id)).toEqual(["ab-baseline"]);
    expect(verdict.headline).toMatch(
      /^No case got worse: 6 cases compared in pairs with the image spark:old; a change/,
    );
  });

  it("finds an image with which every case takes 15 % more, which no other run can tell from the machine", () => {
    const { verdict, found, exitCode } = judge(() => 1.15);
    expect(found).toEqual(["worse soft cpuMs all cases"]);
    expect(exitCode).toBe(4);
    expect(verdict.findings[0]!.change).toBeCloseTo(0.15, 1);
    expect(verdict.headline).toBe(
      "Compared in pairs with the image spark:old, all cases: Executor CPU time +15.1 %; cause: all cases take +15.1 % CPU time beside the same cases of the baseline image, on the same machine at the same time.",
    );
  });

  it("finds one case that takes 15 % more, and what one has beside what all share", () => {
    expect(judge((operation) => (operation === "join" ? 1.15 : 1)).found).toEqual([
      `worse soft cpuMs ${nameOf("join")}`,
    ]);
    expect(judge((operation) => (operation === "join" ? 1.5 : 1.15)).found).toEqual([
      "worse soft cpuMs all cases",
      `worse soft cpuMs ${nameOf("join")}`,
    ]);
  });

  it("leaves open what is smaller than it could have seen, and nothing where it has seen a change of every case", () => {
    const options = { maxDetectableChange: 0.01 };
    const { verdict } = judge(() => 1, {}, options);
    expect(verdict.verdict).toBe("inconclusive");
    expect(verdict.headline).toContain("(max-detectable-change); more pairs or samples show smaller ones.");
    expect(judge(() => 0.8, {}, options).verdict.verdict).toBe("improvement");
    const one = judge((operation) => (operation === "join" ? 0.5 : 1), {}, options);
    expect(one.found).toHaveLength(1);
    expect(one.verdict.verdict).toBe("inconclusive");
  });

  it("compares work exactly, with the partner as the baseline", () => {
    const samples = [1, 2, 3].map((pair) => ({ ...buildSample({ tasks: 13 }), pair }));
    const { found, exitCode } = judge(() => 1, { current: { window: { samples } } });
    expect(found).toContain(`worse hard tasks ${nameOf("window")}`);
    expect(exitCode).toBe(4);
  });

  it.each([
    ["failed", [`better hard status ${nameOf("join")}`]],
    ["infrastructure", []],
  ] as const)("leaves a case without a pair where only its partner %s, and says so", (status, expected) => {
    const { verdict, found, exitCode } = judge(() => 1, { baseline: { join: { status, reason: "it broke" } } });
    expect(found).toEqual(expected);
    expect({ verdict: verdict.verdict, exitCode }).toEqual({ verdict: "inconclusive", exitCode: 0 });
    expect(verdict.baseline.notes).toEqual([
      `1 case without a pair, having not passed with the baseline image: ${nameOf("join")}`,
      `with the baseline image, ${nameOf("join")} ended as ${status}: it broke`,
    ]);
  });

  it("fails as any run does where a case of its own fails", () => {
    const { verdict, exitCode } = judge(() => 1, { current: { join: { status: "failed", reason: "it broke" } } });
    expect({ verdict: verdict.verdict, exitCode }).toEqual({ verdict: "failed", exitCode: 3 });
  });

  it("says what it lacks where so few pairs show no noise", () => {
    const side = () => [buildCase("read", { samples: [{ ...buildSample(), pair: 1 }] })];
    const partner = buildResults(side(), { id: "b", partnerOf: { id: "ab", image: "x" } });
    const verdict = compare(buildResults(side(), { id: "ab" }), { runs: [partner], notes: [] });
    expect(verdict.verdict).toBe("inconclusive");
    expect(verdict.baseline.notes).toEqual([
      "CPU times were not tested: 1 common case and 1 pair do not show how much CPU time varies by itself; 6 cases or 3 pairs do; see --pairs",
    ]);
  });
});

describe("testCpuPairs on simulated runs (bounds are wide; bench/verdict.ts measures the rates)", () => {
  const TABLE: PairSimulation = {
    ...{ operations: 5, versions: 2, pairs: 3, samples: 3, sampleNoise: 0.07, executionNoise: 0.03 },
    ...{ drift: 0.3, wander: 0.02, effect: () => 1 },
  };

  function shareOf(changes: Partial<PairSimulation>, runs: number, found: (subjects: string[]) => boolean): number {
    const random = seededRandom(1995);
    let count = 0;
    for (let run = 0; run < runs; run += 1) {
      const cases = simulatePairs({ ...TABLE, ...changes }, random);
      const { differences, sharedShiftPValue } = testCpuPairs(cases, { falseDiscoveryRate: 0.01, minimumEffect: 0.05 });
      const subjects = differences.map(({ subject }) => subject);
      if (found(sharedShiftPValue === null ? subjects : ["all cases", ...subjects])) count += 1;
    }
    return count / runs;
  }

  it.each([
    ["ten cases in three pairs", {}],
    ["ten cases in one pair", { pairs: 1 }],
    ["three cases in five pairs", { operations: 3, versions: 1, pairs: 5 }],
    ["64 cases in two pairs", { operations: 8, versions: 8, pairs: 2 }],
  ])("rarely cries wolf on a machine that gets slower: %s", (_, changes) => {
    expect(shareOf(changes, 100, (subjects) => subjects.length > 0)).toBeLessThanOrEqual(0.06);
  });

  it("finds 10 % more in all cases, most often, and calls it that", () => {
    expect(shareOf({ effect: () => 1.1 }, 60, ([first]) => first === "all cases")).toBeGreaterThan(0.8);
  });

  it("does not lay the change of one of two versions on all cases", () => {
    const effect = (_: number, version: number) => (version === 0 ? 1.3 : 1);
    expect(shareOf({ effect, pairs: 5 }, 60, (subjects) => subjects.includes("all cases"))).toBe(0);
    expect(shareOf({ effect, pairs: 5 }, 60, (subjects) => subjects.includes("sparkVersion=0"))).toBeGreaterThan(0.8);
  });
});
