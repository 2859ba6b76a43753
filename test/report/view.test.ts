import { expect, test } from "vitest";
import { compareStages } from "../../src/report/figures.ts";
import { stageMarks } from "../../src/report/stage-marks.ts";
import { sortByStanding, viewReport } from "../../src/report/view.ts";
import { failed, fullTier, noBaseline, noChange, regression } from "./fixtures.ts";

const standings: [what: string, input: ReturnType<typeof regression>, expected: Record<string, number>][] = [
  ["a run like the earlier ones", noChange(), { unchanged: 10 }],
  ["a first run", noBaseline(), { unjudged: 10 }],
  ["a regression", regression(), { unchanged: 6, worse: 2, advisory: 1, better: 1 }],
  ["failures", failed(), { unjudged: 7, failed: 2, infrastructure: 1, skipped: 1 }],
];
test.each(standings)("how the cases of %s stand", (_, input, expected) => {
  const counts: Record<string, number> = {};
  for (const { standing } of viewReport(input).cases) counts[standing] = (counts[standing] ?? 0) + 1;
  expect(counts).toEqual(expected);
});

test("cases with the same cause in the same stage are one trouble, and a family is another", () => {
  expect(viewReport(regression()).worse.map(({ lead, others }) => [lead.label, others.length])).toEqual([
    ["join · Spark 3.5.9", 1],
  ]);
  expect(viewReport(fullTier()).worse.map(({ lead, others }) => [lead.label, others.length])).toEqual([
    ["all cases with operation=join", 0],
    ["join · tiny · Spark 4.0.4 · submit · kubernetes · no extensions", 42],
  ]);
});

test("the most urgent cases come first, otherwise the order of the run stays", () => {
  const { cases } = viewReport(failed());
  expect(sortByStanding(cases).map(({ id }) => id)).toEqual(
    [3, 5, 8, 1, 2, 4, 6, 7, 9, 10, 11].map((index) => `case-${index}`),
  );
});

test("stages are compared with the median of the earlier runs and marked", () => {
  const join = viewReport(regression()).cases[2]!;
  const stages = compareStages(join);
  expect(stages.map(({ label }) => label)).toEqual([
    "0 · Scan parquet, Filter, Exchange",
    "1 · Scan parquet, Exchange",
    "2 · Sort, SortMergeJoin, HashAggregate",
    "3 · HashAggregate",
  ]);
  expect(stages[2]!.metric("cpuMs").change).toBeCloseTo(2.19, 2);
  expect(stages.map((stage) => stageMarks(stage).map(({ text }) => text))).toEqual([
    [],
    [],
    ["skew 38.4x", "spilled 181 MiB"],
    [],
  ]);
});

test("a stage that only one side has is said to be new or gone", () => {
  const join = viewReport(regression()).cases[2]!;
  const read = viewReport(regression()).cases[0]!;
  const stages = compareStages({ ...join, earlier: read.earlier });
  expect(stages.some((stage) => stageMarks(stage).some(({ kind }) => kind === "new"))).toBe(true);
  const reverse = compareStages({ ...read, earlier: join.earlier });
  expect(reverse.some((stage) => stageMarks(stage).some(({ kind }) => kind === "gone"))).toBe(true);
});
