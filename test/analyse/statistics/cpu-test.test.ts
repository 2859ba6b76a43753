import { describe, expect, it } from "vitest";
import type { CpuCase } from "../../../src/analyse/statistics/cpu-table.ts";
import { refuseCpuTest, testCpu } from "../../../src/analyse/statistics/cpu-test.ts";
import { type Simulation, seededRandom, simulateCpu } from "./simulate-cpu.ts";

const OPTIONS = { falseDiscoveryRate: 0.01, minimumEffect: 0.05 };
const TABLE: Simulation = {
  operations: 8,
  versions: 8,
  baselineRuns: 5,
  samples: 3,
  sampleNoise: 0.07,
  jobNoise: 0.05,
  caseRunNoise: 0,
  effect: () => 1,
};

/** Share of simulated runs in which `found` holds. */
function shareOf(simulation: Simulation, runs: number, found: (subjects: string[]) => boolean): number {
  const random = seededRandom(1995);
  let count = 0;
  for (let run = 0; run < runs; run += 1) {
    const { differences } = testCpu(simulateCpu(simulation, random), OPTIONS);
    if (found(differences.map(({ subject }) => subject))) count += 1;
  }
  return count / runs;
}

const any = (subjects: string[]): boolean => subjects.length > 0;

describe("testCpu on simulated runs (bounds are wide; bench/verdict.ts measures the rates)", () => {
  it.each([
    ["quiet machines", {}],
    ["noisy jobs", { jobNoise: 0.15, caseRunNoise: 0.03 }],
    ["one baseline run", { baselineRuns: 1, caseRunNoise: 0.03 }],
    ["two baseline runs", { baselineRuns: 2, caseRunNoise: 0.03 }],
    ["ten cases", { operations: 5, versions: 2, caseRunNoise: 0.03 }],
    ["six cases", { operations: 6, versions: 1, caseRunNoise: 0.03 }],
    ["three cases", { operations: 3, versions: 1, caseRunNoise: 0.03 }],
  ])("rarely cries wolf: %s", (_, changes) => {
    expect(shareOf({ ...TABLE, ...changes }, 150, any)).toBeLessThanOrEqual(0.06);
  });

  it("finds a family that is 10 % slower, most often", () => {
    const slower = { ...TABLE, effect: (operation: number) => (operation === 2 ? 1.1 : 1) };
    const found = (subjects: string[]): boolean => subjects.some((subject) => /^operation=?2/.test(subject));
    expect(shareOf(slower, 60, found)).toBeGreaterThan(0.7);
  });

  it("finds one case that is 25 % slower, most often", () => {
    const slower = { ...TABLE, effect: (operation: number, version: number) => (operation + version === 0 ? 1.25 : 1) };
    expect(shareOf(slower, 60, (subjects) => subjects.includes("operation0_version0"))).toBeGreaterThan(0.6);
  });

  it("finds a case that takes twice the CPU with one baseline run of 64 cases", () => {
    const slower = {
      ...TABLE,
      baselineRuns: 1,
      effect: (operation: number, version: number) => (operation + version === 0 ? 2 : 1),
    };
    expect(shareOf(slower, 40, (subjects) => subjects.includes("operation0_version0"))).toBeGreaterThan(0.9);
  });
});

/** Cases with the same CPU time in every run but for a fixed wobble, times a factor a case in the current run. */
function buildTable(count: number, runs: number, factor: (index: number) => number): CpuCase[] {
  return Array.from({ length: count }, (_, index) => {
    const wobble = (run: number): number => 1000 * (1 + 0.02 * Math.sin(7 * index + 3 * run));
    return {
      name: `case${index}`,
      families: [`half=${index < count / 2 ? "first" : "second"}`, "all=one", `index=${index}`],
      current: [wobble(runs) * factor(index)],
      baseline: Array.from({ length: runs }, (_, run) => [wobble(run)]),
    };
  });
}

describe("testCpu", () => {
  it("takes out what all cases share, and says how much", () => {
    const test = testCpu(
      buildTable(12, 5, () => 1.3),
      OPTIONS,
    );
    expect(test.differences).toEqual([]);
    expect(test.sharedShift).toBeGreaterThan(0.25);
    expect(test.sharedShift).toBeLessThan(0.35);
    expect(test.sharedShiftPValue).toBeLessThan(0.01);
  });

  it("gives the change against what the baseline would have taken in this run", () => {
    const { differences } = testCpu(
      buildTable(12, 5, (index) => (index === 3 ? 2.6 : 1.3)),
      OPTIONS,
    );
    expect(differences.map(({ subject }) => subject)).toEqual(["case3"]);
    const [found] = differences;
    expect(found!.change).toBeCloseTo(1, 0);
    expect(found!.current / found!.baseline - 1).toBeCloseTo(found!.change, 10);
  });

  it("does not take one extreme case for its family", () => {
    const { differences } = testCpu(
      buildTable(12, 5, (index) => (index === 3 ? 3 : 1)),
      OPTIONS,
    );
    expect(differences.map(({ scope }) => scope)).toEqual(["case"]);
  });

  it("finds what got faster, too", () => {
    const { differences } = testCpu(
      buildTable(12, 5, (index) => (index === 3 ? 0.5 : 1)),
      OPTIONS,
    );
    expect(differences.map(({ subject, change }) => [subject, change < 0])).toEqual([["case3", true]]);
  });

  it("ignores what is significant but small", () => {
    const table = buildTable(12, 5, (index) => (index === 3 ? 1.04 : 1)).map((row) => ({
      ...row,
      baseline: row.baseline.map(() => [1000]),
      current: [row.name === "case3" ? 1040 : 1000],
    }));
    expect(testCpu(table, OPTIONS).differences).toEqual([]);
  });

  it("copes with runs in which a case is missing", () => {
    const table = buildTable(12, 5, (index) => (index === 3 ? 2 : 1)).map((row, index) => ({
      ...row,
      baseline: row.baseline.map((samples, run) => (run === index % 5 ? [] : samples)),
    }));
    expect(testCpu(table, OPTIONS).differences.map(({ subject }) => subject)).toEqual(["case3"]);
  });

  it.each([
    [5, 2, "5 common cases and 2 baseline runs do not show how much CPU time varies by itself; 6 cases or 3 runs do"],
    [1, 1, "1 common case and 1 baseline run do not show how much CPU time varies by itself; 6 cases or 3 runs do"],
    [0, 5, "no case has a CPU time in both the current run and the baseline"],
    [5, 3, null],
    [6, 1, null],
  ])("refuses %i cases and %i runs where they are too few", (cases, runs, expected) => {
    expect(refuseCpuTest(buildTable(cases, runs, () => 1))).toBe(expected);
  });

  it("gives finite figures for every table that it takes", () => {
    const random = seededRandom(5);
    let tested = 0;
    for (let round = 0; round < 300; round += 1) {
      const runs = 1 + Math.floor(4 * random());
      const samples = (): number[] =>
        Array.from({ length: Math.floor(4 * random()) }, () => (random() < 0.1 ? 0 : 1000 * random()));
      const flat = random() < 0.2;
      const table = Array.from(
        { length: 1 + Math.floor(9 * random()) },
        (_, index): CpuCase => ({
          name: `case${index}`,
          families: [`a=${index % 2}`, `b=${index % 3}`],
          current: flat ? [1000] : samples(),
          baseline: Array.from({ length: runs }, () => (flat ? [1000] : samples())),
        }),
      );
      if (refuseCpuTest(table) !== null) continue;
      tested += 1;
      const { differences, noise, sharedShift } = testCpu(table, { falseDiscoveryRate: 1, minimumEffect: 0 });
      const figures = [
        ...Object.values(noise),
        sharedShift,
        ...differences.flatMap((each) => [each.pValue, each.change, each.baseline]),
      ];
      expect(figures.filter((figure) => !Number.isFinite(figure))).toEqual([]);
    }
    expect(tested).toBeGreaterThan(100);
  });
});
