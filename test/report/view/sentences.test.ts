import { describe, expect, test } from "vitest";
import type { Verdict } from "../../../src/model/documents.ts";
import { nameCauseStage } from "../../../src/report/view/figures.ts";
import { describeDetectableChange, describeNoise } from "../../../src/report/view/sentences.ts";
import { viewReport } from "../../../src/report/view/view.ts";
import { SKEW_CAUSE, verdict } from "../fixtures.ts";
import { noChange, regression } from "../runs.ts";

const { baseline } = noChange().verdict;
const noisy = (noise: Partial<Verdict["noise"]>) =>
  verdict({ baseline, noise: { ...verdict().noise, sharedShift: null, ...noise } });

describe("the noise of a comparison", () => {
  test.each([
    [0.16, 0.043, "by 16 % to be found four times out of five; it varies by 4.3 % from run to run."],
    [1.5, 0.9, "to 2.5x to be found four times out of five; it varies by 90 % from run to run."],
    [412.356, 2.3, "to 413x to be found four times out of five; it varies by a factor of 9.97 from run to run."],
  ])(
    "with a smallest change of %d and a spread of %d",
    (smallestDetectableChange, cpuCoefficientOfVariation, words) => {
      const sentence = describeNoise(noisy({ smallestDetectableChange, cpuCoefficientOfVariation }));
      expect(sentence).toBe(`CPU time of one case would have had to grow ${words}`);
    },
  );

  test.each([
    [0.16, "a case's CPU time +16 % or more"],
    [412.356, "a case's CPU time 413x or more"],
  ])("in short, of %d", (smallestDetectableChange, words) => {
    expect(describeDetectableChange(noisy({ smallestDetectableChange }))).toBe(words);
  });
});

describe("the stage of a cause", () => {
  const join = viewReport(regression()).cases[2]!;

  test.each([
    ["is said by its place and what it does", SKEW_CAUSE, join, "3 · Sort, SortMergeJoin, HashAggregate"],
    ["is not said again", { ...SKEW_CAUSE, sentence: "the largest task of stage 3 of join reads 38x" }, join, null],
    ["of another case is its key, with room to break", { ...SKEW_CAUSE, stage: "a#1 B,C" }, null, "a#1 B, C"],
    ["is none of the whole application", { ...SKEW_CAUSE, stage: null }, join, null],
  ])("%s", (_, cause, view, expected) => expect(nameCauseStage(cause, view)).toBe(expected));
});
