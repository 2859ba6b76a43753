import { describe, expect, it } from "vitest";
import { compare } from "../../src/analyse/compare.ts";
import type { CaseResult } from "../../src/model/documents.ts";
import type { Metrics } from "../../src/model/metrics.ts";
import { buildBaseline, buildCase, buildResults, buildSample, buildStage, SCAN, WINDOW } from "./builders.ts";

const NAMES = ["op0", "op1", "op2", "op3", "op4", "op5", "op6", "op7"];
const FIRST = "quick_4.1.4_submit_local_none_op0_tiny";

/** A case of somebody's own workload, which tells no checksum unless given, and writes nothing. */
function ownCase(name: string, metrics: Partial<Metrics>, checksum: string | null = null): CaseResult {
  const { cpuMs = 450 } = metrics;
  const own = { outputRecords: 0, ...metrics };
  const samples = [1.05, 0.95].map((wobble) => buildSample({ ...own, cpuMs: cpuMs === null ? null : cpuMs * wobble }));
  return buildCase(name, { samples, checksum });
}

/** Eight cases of which the first, or all, have other figures than the others. */
function judge(
  before: Partial<Metrics>,
  now: Partial<Metrics>,
  { all = false, checksum = null as string | null } = {},
) {
  const build = (metrics: Partial<Metrics>) =>
    NAMES.map((name, index) => ownCase(name, all || index === 0 ? metrics : {}, checksum));
  return compare(buildResults(build(now)), buildBaseline([build(before)]));
}

const NOTHING_READ = { inputRecords: 0, shuffleWriteRecords: 0, shuffleReadRecords: 0, cpuMs: 22 };
const HALF_READ = { inputRecords: 300_000, cpuMs: 225 };

describe("a run that did not do the work of its baseline", () => {
  it.each<[string, Parameters<typeof judge>, string]>([
    ["one case that reads nothing", [{}, NOTHING_READ], `${FIRST}: Input records 0 instead of 600,000 (-100 %)`],
    [
      "no case that reads anything",
      [{}, NOTHING_READ, { all: true }],
      `${FIRST}: Input records 0 instead of 600,000 (-100 %) (and 7 more cases)`,
    ],
    [
      "half the records in every case",
      [{}, HALF_READ, { all: true }],
      `${FIRST}: Input records 300,000 instead of 600,000 (-50 %) (and 7 more cases)`,
    ],
    [
      "half the output",
      [{ outputRecords: 1000 }, { outputRecords: 500 }],
      `${FIRST}: Output records 500 instead of 1,000 (-50 %)`,
    ],
    [
      "no bytes, where records are not counted",
      [{ inputRecords: null }, { inputRecords: null, inputBytes: 0 }],
      `${FIRST}: Input 0 B instead of 8.58 MiB (-100 %)`,
    ],
    [
      "nothing shuffled, where what is read is not counted",
      [{ inputRecords: 0 }, { inputRecords: 0, shuffleWriteRecords: 0, shuffleReadRecords: 0 }],
      `${FIRST}: Shuffle write records 0 instead of 600,000 (-100 %)`,
    ],
    ["no task", [{}, { tasks: 0 }], `${FIRST}: Tasks 0 instead of 12 (-100 %)`],
    ["no CPU time", [{}, { cpuMs: 0 }], `${FIRST}: Executor CPU time 0 ms instead of 450 ms (-100 %)`],
  ])("is inconclusive: %s", (_, args, what) => {
    const { verdict, headline } = judge(...args);
    expect(verdict).toBe("inconclusive");
    const note = `the work is not the same: ${what}, and no checksum proves that the result is`;
    expect(headline).toContain(`everything could be compared: ${note}.`);
  });

  it.each<[string, Partial<Metrics>, Partial<Metrics>, [before: string | null, now: string | null], string]>([
    [
      "what it reads",
      {},
      { inputRecords: null, inputBytes: null },
      [null, null],
      `${FIRST}: Input records are not known any more`,
    ],
    [
      "what it writes, which no bytes stand for",
      { outputRecords: 5000, outputBytes: 0 },
      { outputRecords: null, outputBytes: 0 },
      [null, null],
      `${FIRST}: Output records are not known any more`,
    ],
    ["its result", {}, {}, ["1-1", null], `${FIRST}: its result has no checksum any more`],
  ])("is inconclusive where a case no longer tells %s", (_, before, now, checksums, what) => {
    const build = (metrics: Partial<Metrics>, checksum: string | null) =>
      NAMES.map((name, index) => (index === 0 ? ownCase(name, metrics, checksum) : ownCase(name, {})));
    const baseline = buildBaseline([build(before, checksums[0])]);
    const { verdict, headline } = compare(buildResults(build(now, checksums[1])), baseline);
    expect(verdict).toBe("inconclusive");
    expect(headline).toContain(`whether the work is the same is not known: ${what}.`);
  });

  it("is inconclusive where one sample of a case reads nothing", () => {
    const now = NAMES.map((name) => ownCase(name, {}));
    const first = { ...now[0]!, samples: [buildSample({ outputRecords: 0 }), buildSample(NOTHING_READ)] };
    const before = buildBaseline([NAMES.map((name) => ownCase(name, {}))]);
    expect(compare(buildResults([first, ...now.slice(1)]), before).verdict).toBe("inconclusive");
  });

  it("is a regression where something else got worse, too", () => {
    expect(judge({}, { ...HALF_READ, tasks: 24 }).verdict).toBe("regression");
  });

  it("is inconclusive with another result that --fail-on does not look at", () => {
    const cases = (checksum: string, metrics: Partial<Metrics>) =>
      NAMES.map((name) => ownCase(name, metrics, checksum));
    const now = buildResults(cases("1-1", { inputRecords: 300_000 }));
    expect(compare(now, buildBaseline([cases("2-2", {})]), { failOn: ["soft"] }).verdict).toBe("inconclusive");
    expect(compare(now, buildBaseline([cases("2-2", {})])).verdict).toBe("regression");
  });
});

describe("a run that did the work of its baseline in another way", () => {
  it.each<[string, Parameters<typeof judge>]>([
    ["half the records for the same checksum", [{}, HALF_READ, { checksum: "1-1" }]],
    ["no task for the same checksum", [{}, { ...NOTHING_READ, tasks: 0 }, { checksum: "1-1" }]],
    ["no shuffle for as many records", [{}, { shuffleWriteRecords: 0, shuffleReadRecords: 0 }]],
    ["no more spill", [{ diskSpilledBytes: 50_000_000 }, { diskSpilledBytes: 0 }]],
  ])("is an improvement: %s", (_, args) => {
    expect(judge(...args).verdict).toBe("improvement");
  });

  it("is no change where the records differ by no more than among the runs of the baseline", () => {
    const run = (inputRecords: number) => NAMES.map((name) => ownCase(name, { inputRecords }));
    const baseline = buildBaseline([run(600_000), run(620_000), run(610_000)]);
    expect(compare(buildResults(run(585_000)), baseline).verdict).toBe("no-change");
    expect(compare(buildResults(run(570_000)), baseline).verdict).toBe("inconclusive");
  });

  it("is no change where Spark no longer counts what it counted before", () => {
    expect(judge({}, { inputRecords: null }).verdict).toBe("no-change");
  });
});

describe("a comparison that could hardly have seen anything", () => {
  /** Six cases whose CPU time varies by so much from run to run; the last run is the current one. */
  const judgeNoisy = (spread: number, maxDetectableChange?: number, changes: Partial<CaseResult> = {}) => {
    const run = (index: number) =>
      NAMES.map((name, position) =>
        ownCase(name, { cpuMs: 450 * Math.exp(spread * Math.sin(5 * position + 3 * index)) }, "1"),
      );
    const [first, ...others] = run(9);
    const current = buildResults([{ ...first!, ...changes }, ...others]);
    return compare(current, buildBaseline([0, 1, 2].map(run)), { maxDetectableChange });
  };

  it("is inconclusive, and says so in the headline", () => {
    const { verdict, headline, noise, maxDetectableChange } = judgeNoisy(1);
    expect(noise.smallestDetectableChange).toBeGreaterThan(1);
    expect(maxDetectableChange).toBe(0.5);
    expect(verdict).toBe("inconclusive");
    expect(headline).toMatch(
      /not everything could be compared: CPU time is too noisy: only a change from [\d.]+x on would have been seen, and the limit is 50 % \(max-detectable-change\); more runs or samples show smaller ones\.$/,
    );
  });

  it("is no change within the limit that is asked for", () => {
    expect(judgeNoisy(0.02).verdict).toBe("no-change");
    const { verdict, headline, maxDetectableChange } = judgeNoisy(1, 1e4);
    expect([verdict, maxDetectableChange]).toEqual(["no-change", 1e4]);
    expect(headline).toMatch(/a change of CPU time from [\d.]+x on would have been seen\.$/);
    expect(judgeNoisy(0.02, 0.01).verdict).toBe("inconclusive");
  });

  it("is a regression where the exact gates find one", () => {
    const stages = [SCAN, buildStage(WINDOW, { tasks: 30 })];
    const samples = [buildSample({ tasks: 42, outputRecords: 0 }, stages)];
    expect(judgeNoisy(1, undefined, { samples }).verdict).toBe("regression");
  });
});
