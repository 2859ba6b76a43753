import { describe, expect, it } from "vitest";
import { estimateLeftMs, formatElapsed, formatEstimate, type Pace } from "../../src/progress/time-left.ts";

const S = 1000;

describe("the time left", () => {
  it.each<[string, Pace, number | null]>([
    [
      "is not known before two cases have ended",
      { unstarted: 9, finishedMs: [60 * S], runningMs: [0], parallel: 1 },
      null,
    ],
    ["is none when all have ended", { unstarted: 0, finishedMs: [S, S], runningMs: [], parallel: 1 }, null],
    ["is the sum, one at a time", { unstarted: 3, finishedMs: [60 * S, 60 * S], runningMs: [0], parallel: 1 }, 240 * S],
    ["counts what runs", { unstarted: 3, finishedMs: [60 * S, 60 * S], runningMs: [45 * S], parallel: 1 }, 195 * S],
    [
      "is shared by those that run at a time",
      { unstarted: 16, finishedMs: Array(4).fill(60 * S), runningMs: Array(4).fill(0), parallel: 4 },
      300 * S,
    ],
    [
      "grows by the gaps between cases",
      { unstarted: 3, finishedMs: [60 * S, 60 * S], runningMs: [0], parallel: 0.5 },
      480 * S,
    ],
    [
      "is that of the slowest of the last",
      { unstarted: 0, finishedMs: Array(4).fill(60 * S), runningMs: [50 * S, 10 * S], parallel: 4 },
      50 * S,
    ],
    [
      "is at least a whole case when one has not begun",
      { unstarted: 1, finishedMs: Array(4).fill(60 * S), runningMs: Array(4).fill(30 * S), parallel: 4 },
      90 * S,
    ],
    [
      "is not told by the first of many that began at once",
      { unstarted: 0, finishedMs: [S, S], runningMs: Array(998).fill(S), parallel: 1000 },
      null,
    ],
    [
      "learns from cases that take longer than those before",
      { unstarted: 0, finishedMs: [60 * S, 60 * S], runningMs: [180 * S], parallel: 1 },
      10 * S,
    ],
  ])("%s", (_, pace, expected) => {
    expect(estimateLeftMs(pace)).toBe(expected);
  });

  it.each([
    [20 * S, "less than 1 min"],
    [89 * S, "about 1 min"],
    [59 * 60 * S, "about 59 min"],
    [60 * 60 * S, "about 1 h 0 min"],
    [134 * 60 * S, "about 2 h 10 min"],
  ])("%d ms is said as %s", (ms, expected) => {
    expect(formatEstimate(ms)).toBe(expected);
  });
});

it.each([
  [-5, "0 s"],
  [999, "0 s"],
  [1999, "1 s"],
  [59_999, "59 s"],
  [125_900, "2 min 5 s"],
  [3_600_000, "1 h 0 min"],
])("%d ms that go on are shown as %s", (ms, expected) => {
  expect(formatElapsed(ms)).toBe(expected);
});
