import { describe, expect, it } from "vitest";
import { type CompareOptions, compare } from "../../src/analyse/compare.ts";
import { describeFinding } from "../../src/analyse/describe-finding.ts";
import type { CaseResult, Evidence, RunEnding, Verdict, Workload } from "../../src/model/documents.ts";
import { verdictSchema, workSchema } from "../../src/model/documents.ts";
import type { Metrics } from "../../src/model/metrics.ts";
import {
  buildBaseline,
  buildCase,
  buildEvidence,
  buildResults,
  buildSample,
  buildStage,
  buildWorkload,
  SCAN,
  WINDOW,
} from "./builders.ts";

const OPERATIONS = ["read", "aggregate", "join", "window", "write", "sort"];

/** Six cases whose CPU time wobbles by a few percent from run to run. */
function buildRun(index: number, changes: Record<string, Partial<CaseResult>> = {}): CaseResult[] {
  return OPERATIONS.map((operation, position) => {
    const cpuMs = 3100 * (1 + 0.02 * Math.sin(5 * position + 3 * index));
    return buildCase(operation, { samples: [buildSample({ cpuMs }), buildSample({ cpuMs })], ...changes[operation] });
  });
}

const BASELINE = buildBaseline([buildRun(0), buildRun(1), buildRun(2), buildRun(3)]);

function judge(changes: Record<string, Partial<CaseResult>>, options?: CompareOptions): Verdict {
  const verdict = compare(buildResults(buildRun(9, changes)), BASELINE, options);
  expect(verdictSchema.parse(verdict)).toEqual(verdict);
  return verdict;
}

/** The window case with figures, stages or evidence of its own. */
function withWindow(
  metrics: Partial<Metrics>,
  stages = [SCAN, WINDOW],
  evidence: Partial<Evidence> = {},
): Record<string, Partial<CaseResult>> {
  const sample = buildSample(metrics, stages);
  return { window: { samples: [sample, sample], evidence: buildEvidence(evidence) } };
}

function listFindings({ findings }: Verdict): string[] {
  return findings.map(({ metric, gate, direction, cause }) => `${direction} ${gate} ${metric}: ${cause?.kind ?? "-"}`);
}

const WINDOW_CASE = "quick_4.1.4_submit_local_none_window_tiny";

describe("compare: a fault in one case", () => {
  it("counts attempts that were repeated as faults, and not as more work", () => {
    const work = workSchema.parse(buildStage(WINDOW, { tasks: 8 }).metrics);
    const again = { tasks: 11, shuffleReadRecords: 800_000, shuffleReadBytes: 70_000_000, stages: 2, retriedStages: 1 };
    const sample = {
      tasks: 15,
      stages: 3,
      shuffleReadRecords: 800_000,
      shuffleReadBytes: 70_000_000,
      ...{ retriedStages: 1, lostExecutors: 1 },
    };
    const verdict = judge(withWindow(sample, [SCAN, buildStage(WINDOW, again, { work })]));
    expect(listFindings(verdict).map((text) => text.split(":")[0])).toEqual([
      "worse hard lostExecutors",
      "worse hard retriedStages",
    ]);
  });

  it("tells what the largest task reads where the median task reads nothing, and no ratio", () => {
    const idle = (largest: number) => [
      SCAN,
      buildStage(WINDOW, {}, { shuffleRecordsSkew: largest, shuffleRecordsMedian: 0 }),
    ];
    const judgeFrom = (before: number, now: number) => {
      const of = (largest: number) => withWindow({}, idle(largest)).window!;
      const baseline = buildBaseline([buildRun(0, { window: of(before) }), buildRun(1, { window: of(before) })]);
      return compare(buildResults(buildRun(9, { window: of(now) })), baseline).findings;
    };
    expect(judgeFrom(1000, 1500)).toEqual([]);
    const [finding] = judgeFrom(1000, 4000);
    expect(finding).toMatchObject({ metric: "largestTaskRecords", baseline: 1000, current: 4000, direction: "worse" });
    expect(describeFinding(finding!)).toBe(
      "Shuffle records of the largest task beside tasks without any 4,000 instead of 1,000 (+300 %)",
    );
  });

  it("takes no task for larger because the median task has become idle", () => {
    const of = (shuffleRecordsSkew: number, shuffleRecordsMedian: number) =>
      withWindow({}, [SCAN, buildStage(WINDOW, {}, { shuffleRecordsSkew, shuffleRecordsMedian })]).window!;
    const baseline = buildBaseline([buildRun(0, { window: of(2, 2000) }), buildRun(1, { window: of(2, 2000) })]);
    expect(compare(buildResults(buildRun(9, { window: of(4000, 0) })), baseline).findings).toEqual([]);
  });

  it.each<[string, Record<string, Partial<CaseResult>>, string, string[]]>([
    ["identical code", {}, "no-change", []],
    [
      "one shuffle partition",
      withWindow(
        { tasks: 5, shuffleWriteBytes: 50_000_000, shuffleReadBytes: 50_000_000, peakExecutionMemoryBytes: 92_000_000 },
        [
          SCAN,
          buildStage(
            WINDOW,
            { tasks: 1, taskMsP99: 3200, peakExecutionMemoryBytes: 92_000_000 },
            { shuffleRecordsSkew: null },
          ),
        ],
        { properties: { "spark.sql.shuffle.partitions": "1" } },
      ),
      "regression",
      [
        "worse hard tasks: too-few-partitions",
        "worse advisory peakExecutionMemoryBytes: too-few-partitions",
        "better hard shuffleWriteBytes: config-changed",
      ],
    ],
    [
      "one shuffle partition, where a case has one core",
      withWindow({ tasks: 5 }, [SCAN, buildStage(WINDOW, { tasks: 1, taskMsP99: 3200 })], {
        properties: { "spark.master": "local[1]", "spark.sql.shuffle.partitions": "1" },
      }),
      "regression",
      ["worse hard tasks: too-few-partitions"],
    ],
    [
      "tasks that were tried again, which are no partitions",
      withWindow(
        { tasks: 20, failedTasks: 8 },
        [
          SCAN,
          buildStage(
            WINDOW,
            { tasks: 16, failedTasks: 8 },
            { work: workSchema.parse({ ...WINDOW.metrics, tasks: 8, shuffleReadRecords: 600_000 }) },
          ),
        ],
        {
          failures: [{ stage: WINDOW.key, kind: "ExceptionFailure", message: "java.io.IOException: reset", count: 8 }],
        },
      ),
      "regression",
      ["worse hard failedTasks: failure"],
    ],
    [
      "one partition more than usual under another Spark version",
      withWindow({ tasks: 13 }, [SCAN, WINDOW], { sparkVersion: "4.2.0" }),
      "regression",
      ["worse hard tasks: version-changed"],
    ],
    [
      "one shuffle partition under another Spark version",
      withWindow({ tasks: 5 }, [SCAN, buildStage(WINDOW, { tasks: 1, taskMsP99: 3200 })], { sparkVersion: "4.2.0" }),
      "regression",
      ["worse hard tasks: too-few-partitions"],
    ],
    [
      "twice the CPU time under another Spark version",
      withWindow({ cpuMs: 6200 }, [SCAN, buildStage(WINDOW, { cpuMs: 5200 })], { sparkVersion: "4.2.0" }),
      "regression",
      ["worse soft cpuMs: cpu"],
    ],
    [
      "fewer partitions than before, and still more than cores",
      withWindow({ tasks: 8 }, [SCAN, buildStage(WINDOW, { tasks: 4 })]),
      "improvement",
      ["better hard tasks: -"],
    ],
    [
      "little memory",
      withWindow(
        { diskSpilledBytes: 43_000_000, memorySpilledBytes: 160_000_000, peakExecutionMemoryBytes: 16_000_000 },
        [SCAN, buildStage(WINDOW, { diskSpilledBytes: 43_000_000, memorySpilledBytes: 160_000_000 })],
        { properties: { "spark.memory.fraction": "0.01" } },
      ),
      "regression",
      ["worse hard diskSpilledBytes: spill", "better advisory peakExecutionMemoryBytes: config-changed"],
    ],
    ["a spill of less than 1 MiB", withWindow({ diskSpilledBytes: 900_000 }), "no-change", []],
    [
      "a skewed key",
      withWindow({}, [
        SCAN,
        buildStage(WINDOW, {}, { shuffleRecordsSkew: 34.7, shuffleBytesSkew: 34, taskMsSkew: 17.6 }),
      ]),
      "regression",
      ["worse hard shuffleRecordsSkew: skew"],
    ],
    [
      "a stage that is skewed, but tiny",
      withWindow({}, [SCAN, buildStage(WINDOW, { shuffleReadRecords: 600 }, { shuffleRecordsSkew: 34.7 })]),
      "no-change",
      [],
    ],
    [
      "an executor lost",
      withWindow({ lostExecutors: 1, failedTasks: 2, retriedStages: 1 }, undefined, {
        lostExecutors: [{ executorId: "1", atMs: 1, reason: "worker lost", memoryKill: false }],
      }),
      "regression",
      [
        "worse hard lostExecutors: executor-loss",
        "worse hard failedTasks: executor-loss",
        "worse hard retriedStages: executor-loss",
      ],
    ],
    [
      "an executor lost in the warm-up",
      withWindow({}, undefined, {
        lostExecutors: [{ executorId: "1", atMs: 1, reason: "worker lost", memoryKill: false }],
      }),
      "regression",
      ["worse hard lostExecutors: executor-loss"],
    ],
    [
      "twice the work",
      withWindow(
        { inputRecords: 1_200_000, shuffleWriteRecords: 1_200_000, shuffleReadRecords: 1_200_000, tasks: 16 },
        [
          buildStage(SCAN, { inputRecords: 1_200_000, shuffleWriteRecords: 1_200_000, tasks: 8 }),
          buildStage(WINDOW, { shuffleReadRecords: 1_200_000 }),
        ],
      ),
      "regression",
      [
        "worse hard inputRecords: input-changed",
        "worse hard shuffleWriteRecords: input-changed",
        "worse hard tasks: input-changed",
      ],
    ],
    [
      "half the records for the same result: a filter pushed down",
      withWindow({ inputRecords: 300_000 }),
      "improvement",
      ["better hard inputRecords: input-changed"],
    ],
    [
      "another result",
      { window: { samples: buildRun(9)[3]!.samples, checksum: "1-2-3" } },
      "regression",
      ["worse hard checksum: input-changed"],
    ],
    [
      "other data",
      { window: { ...withWindow({ inputRecords: 300_000 }).window, checksum: "1-2-3" } },
      "regression",
      ["worse hard inputRecords: input-changed", "worse hard checksum: input-changed"],
    ],
    [
      "half the records, and no checksum to prove the result",
      { window: { ...withWindow({ inputRecords: 300_000 }).window, checksum: null } },
      "inconclusive",
      ["worse advisory inputRecords: input-changed"],
    ],
    [
      "half as fast",
      withWindow({ cpuMs: 6200, runMs: 12_000 }, [SCAN, buildStage(WINDOW, { cpuMs: 5200 })]),
      "regression",
      ["worse soft cpuMs: cpu"],
    ],
    ["a busy machine", withWindow({ wallMs: 42_000 }), "no-change", ["worse advisory wallMs: environment"]],
    [
      "fewer records shuffled",
      withWindow({ shuffleWriteRecords: 1000, shuffleReadRecords: 1000 }),
      "improvement",
      ["better hard shuffleWriteRecords: -"],
    ],
    ["shuffled bytes within 2 %", withWindow({ shuffleWriteBytes: 52_500_000 }), "no-change", []],
  ])("%s", (_, changes, verdict, findings) => {
    const judged = judge(changes);
    expect(listFindings(judged)).toEqual(findings);
    expect(judged.verdict).toBe(verdict);
  });

  it("says in one sentence what got worse, where, by how much and why", () => {
    const { headline } = judge(
      withWindow({ tasks: 5 }, [SCAN, buildStage(WINDOW, { tasks: 1, taskMsP99: 3200 })], {
        properties: { "spark.sql.shuffle.partitions": "1" },
      }),
    );
    expect(headline).toBe(
      `1 of 6 compared cases got worse than in 4 baseline runs: ${WINDOW_CASE}: Tasks 5 instead of 12 (-58.3 %); cause: stage 2 of ` +
        "window (Exchange, Sort, Window) runs in 1 task instead of 8 with the same 600,000 records " +
        "(spark.sql.shuffle.partitions 8 -> 1).",
    );
  });

  it("fails on advisory findings where the user asks for it", () => {
    expect(judge(withWindow({ wallMs: 42_000 }), { failOn: ["hard", "soft", "advisory"] }).verdict).toBe("regression");
    expect(judge(withWindow({ tasks: 13 }), { failOn: ["soft"] }).verdict).toBe("no-change");
  });

  it("records the gates, what of the findings decides, and how the run ended", () => {
    const decided = ({ failOn, findings }: Verdict) => [failOn, findings.map(({ metric, gates }) => [metric, gates])];
    const more = withWindow({ tasks: 13 });
    expect(decided(judge(more))).toEqual([["hard", "soft"], [["tasks", true]]]);
    expect(decided(judge(more, { failOn: ["soft"] }))).toEqual([["soft"], [["tasks", false]]]);
    // Failed cases fail the run whatever the gates.
    const failed = judge({ window: { status: "failed", samples: [], evidence: null } }, { failOn: [] });
    expect(decided(failed)).toEqual([[], [["status", true]]]);
    expect(judge({})).toMatchObject({ ending: "complete", plannedCases: 6, finishedCases: 6 });
    const known = { endCause: "its limit of 60 s", cutOffCases: ["t_join"] };
    const ending: RunEnding = { ending: "timeout", plannedCases: 10, finishedCases: 6, ...known };
    const ended = judge({}, { ending });
    expect(ended).toMatchObject(ending);
    expect(ended.headline).toContain("not everything could be compared: the run timed out after 6 of 10 cases.");
    const how = "Its limit of 60 s ended it; cut off: t_join; 3 cases had not begun.";
    expect(ended.headline).toMatch(new RegExp(`cases\\. ${how}$`));
    const worse = judge(more, { ending });
    expect(worse.verdict).toBe("regression");
    expect(worse.headline).toMatch(
      /\. The run timed out after 6 of 10 cases; its limit of 60 s ended it; cut off: t_join; /,
    );
  });
});

describe("compare: tolerance", () => {
  it("learns from the baseline's own spread", () => {
    const runs = [12, 14, 12, 13].map((tasks, index) => buildRun(index, withWindow({ tasks })));
    const verdictOf = (tasks: number): string =>
      compare(buildResults(buildRun(9, withWindow({ tasks }))), buildBaseline(runs)).verdict;
    expect([verdictOf(14), verdictOf(16), verdictOf(17), verdictOf(9)]).toEqual([
      "no-change",
      "no-change",
      "regression",
      "improvement",
    ]);
  });

  it("does not mind in which order stages that do not wait for each other were submitted", () => {
    const other = buildStage(
      SCAN,
      {},
      { key: "window/1/Scan parquet+Filter", ordinal: 1, planNodes: ["Scan parquet", "Filter"] },
    );
    const last = buildStage(WINDOW, {}, { ordinal: 2 });
    const swapped = [
      buildStage(other, {}, { ordinal: 0, key: "window/0/Scan parquet+Filter" }),
      buildStage(SCAN, {}, { ordinal: 1, key: "window/1/Scan parquet+Exchange" }),
      last,
    ];
    const window = {
      samples: [buildSample({}, [SCAN, other, last]), buildSample({}, swapped), buildSample({}, swapped)],
    };
    const before = buildBaseline([buildRun(0, { window: { samples: [buildSample({}, [SCAN, other, last])] } })]);
    const verdict = compare(buildResults(buildRun(9, { window: { ...window, checksum: "1-2-3" } })), before);
    expect(listFindings(verdict)).toEqual(["worse hard checksum: input-changed"]);
  });

  it("lets one sample of the current run pass that stayed within the range", () => {
    const window = { samples: [buildSample({ tasks: 12 }), buildSample({ tasks: 20 })] };
    expect(judge({ window }).verdict).toBe("no-change");
  });

  it("with one baseline run lends the spread of the same operation's cases", () => {
    const sibling = (samples: CaseResult["samples"]): CaseResult => buildCase("window", { name: "sibling", samples });
    const before = [...buildRun(0), sibling([buildSample({ tasks: 10 }), buildSample({ tasks: 12 })])];
    const now = [...buildRun(9, withWindow({ tasks: 14 })), sibling([buildSample({ tasks: 11 })])];
    expect(compare(buildResults(now), buildBaseline([before])).verdict).toBe("no-change");
    expect(compare(buildResults(now), buildBaseline([buildRun(0)])).verdict).toBe("regression");
  });

  it("looks only at the newest runs, as levels move with the code", () => {
    const runs = [50, 50, 12, 12, 12, 12, 12].map((tasks, index) => buildRun(index, withWindow({ tasks })));
    expect(compare(buildResults(buildRun(9, withWindow({ tasks: 40 }))), buildBaseline(runs)).verdict).toBe(
      "regression",
    );
  });
});

describe("compare: cases that did not pass", () => {
  const failed: Partial<CaseResult> = {
    status: "failed",
    reason: "exit code 1",
    samples: [],
    evidence: buildEvidence({
      failures: [
        { stage: WINDOW.key, kind: "ExceptionFailure", message: "ArithmeticException: divide by zero", count: 4 },
      ],
    }),
  };

  it("fails, with the cause from the log", () => {
    const verdict = judge({ window: failed });
    expect(verdict.verdict).toBe("failed");
    expect(listFindings(verdict)).toEqual(["worse hard status: failure"]);
    expect(verdict.headline).toBe(
      `1 of 6 cases failed: ${WINDOW_CASE}: the case failed: ArithmeticException: divide by zero.`,
    );
  });

  it("says where it was the infrastructure alone", () => {
    const broken: Partial<CaseResult> = {
      status: "infrastructure",
      reason: "ErrImagePull",
      samples: [],
      evidence: null,
    };
    const verdict = judge({ read: broken, window: broken });
    expect(verdict.verdict).toBe("failed");
    expect(verdict.headline).toMatch(
      /^2 of 6 cases met broken infrastructure: \S+: the infrastructure failed: ErrImagePull; 1 more case met broken infrastructure\.$/,
    );
  });

  it("judges what a case did whose result was wrong", () => {
    const skewed = [SCAN, buildStage(WINDOW, {}, { shuffleRecordsSkew: 34.7 })];
    const samples = [buildSample({}, skewed), buildSample({}, skewed), buildSample({}, skewed)];
    const verdict = judge({
      read: { status: "infrastructure", reason: "no space left on device", samples: [], evidence: null },
      window: { status: "failed", reason: "Wrong result: 1, not 2.", samples, checksum: "1" },
    });
    expect(verdict.verdict).toBe("failed");
    expect(listFindings(verdict)).toEqual([
      "worse hard status: failure",
      "worse hard status: failure",
      "worse hard shuffleRecordsSkew: skew",
    ]);
    expect(verdict.headline).toBe(
      `2 of 6 cases failed: ${WINDOW_CASE}: the case failed: Wrong result: 1, not 2; the largest task of stage 2 of window ` +
        "(Exchange, Sort, Window) reads 34.7x the records of the median task instead of 1.5x: a skewed key; 1 more case failed.",
    );
  });

  it("fails without a baseline, too", () => {
    const verdict = compare(buildResults([buildCase("window", failed)]), {
      runs: [],
      notes: ["no baseline was given"],
    });
    expect(verdict.verdict).toBe("failed");
    expect(listFindings(verdict)).toEqual(["worse hard status: failure"]);
  });

  it("gives no finding for what failed before", () => {
    const runs = [buildRun(0), buildRun(1, { window: failed })];
    const verdict = compare(buildResults(buildRun(9, { window: failed })), buildBaseline(runs));
    expect(verdict.verdict).toBe("failed");
    expect(verdict.findings).toEqual([]);
    expect(verdict.baseline.notes).toContain(`1 case failed in the newest baseline run as well: ${WINDOW_CASE}`);
  });

  it("calls a case that passes again an improvement", () => {
    const runs = [buildRun(0), buildRun(1), buildRun(2, { window: failed })];
    const verdict = compare(buildResults(buildRun(9)), buildBaseline(runs));
    expect(listFindings(verdict)).toEqual(["better hard status: -"]);
    expect(verdict.verdict).toBe("improvement");
    expect(verdict.headline).toContain("passes again");
  });
});

describe("compare: what limits it", () => {
  const skipped: Partial<CaseResult> = { status: "skipped", reason: "no GPU", samples: [], evidence: null };
  const now = buildRun(9);
  const partial: Partial<CaseResult> = { evidence: buildEvidence({ partial: true }) };
  const otherHost = { host: { cpus: 4, memoryBytes: 8_000_000_000, os: "linux", cpuModel: "CPU A" } };

  it.each<[string, Parameters<typeof compare>, Verdict["verdict"], string]>([
    [
      "no baseline",
      [buildResults(now), { runs: [], notes: ["no baseline was given"] }],
      "no-baseline",
      "no baseline was given",
    ],
    [
      "no common case",
      [buildResults([buildCase("other")]), BASELINE],
      "inconclusive",
      "no case passed in both this run and the baseline",
    ],
    [
      "a case skipped that passed before",
      [buildResults(buildRun(9, { window: skipped })), BASELINE],
      "inconclusive",
      `1 case skipped now that passed in the baseline: ${WINDOW_CASE}`,
    ],
    [
      "a case that failed at first",
      [buildResults(buildRun(9, { window: { status: "flaky", reason: "failed at first" } })), BASELINE],
      "inconclusive",
      `1 case passed only when tried again, and cannot be compared: ${WINDOW_CASE}`,
    ],
    [
      "a run that something unknown ended",
      [buildResults(now, { finishedAt: null }), BASELINE],
      "inconclusive",
      "the run ended before all its cases, after 6 cases",
    ],
    [
      "a truncated event log",
      [buildResults(buildRun(9, { window: partial })), BASELINE],
      "inconclusive",
      `1 case passed, but with an incomplete event log or none, and cannot be compared: ${WINDOW_CASE}`,
    ],
    [
      "another machine",
      [buildResults(now, otherHost), BASELINE],
      "inconclusive",
      "CPU times were not tested: no baseline run is from the same machine",
    ],
    [
      "too few cases and runs",
      [buildResults(now.slice(0, 2)), buildBaseline([buildRun(0).slice(0, 2)])],
      "inconclusive",
      "CPU times were not tested: 2 common cases and 1 baseline run do not show how much CPU time varies by itself; 6 cases or 3 runs do",
    ],
    [
      "a narrower run",
      [buildResults(now.slice(0, 5)), BASELINE],
      "no-change",
      "1 case of the baseline not in this run: quick_4.1.4_submit_local_none_sort_tiny",
    ],
    [
      "a new case",
      [buildResults([...now, buildCase("new")]), BASELINE],
      "no-change",
      "1 case without a comparable result in the baseline: quick_4.1.4_submit_local_none_new_tiny",
    ],
    [
      "another patch version behind the same name",
      [buildResults(buildRun(9, { window: { evidence: buildEvidence({ sparkVersion: "4.1.5" }) } })), BASELINE],
      "no-change",
      "the same cases ran on other Spark versions: 4.1.4 -> 4.1.5",
    ],
    [
      "fewer samples",
      [buildResults(now.map((each) => ({ ...each, samples: each.samples.slice(1) }))), BASELINE],
      "no-change",
      "6 cases with fewer samples than in the baseline: CPU times vary more, and the noise measured there is too small",
    ],
    ["every case skipped", [buildResults([buildCase("window", skipped)]), { runs: [], notes: [] }], "inconclusive", ""],
  ])("%s", (_, [current, baseline], verdict, note) => {
    const judged = compare(current, baseline);
    expect(judged.verdict).toBe(verdict);
    expect(judged.findings).toEqual([]);
    if (note !== "") expect(judged.baseline.notes).toContain(note);
  });

  it("still finds what is certain on another machine", () => {
    const verdict = compare(buildResults(buildRun(9, withWindow({ tasks: 13 })), otherHost), BASELINE);
    expect(verdict.verdict).toBe("regression");
  });

  it("tells a shift of all cases as the machine's or a change that hits every case", () => {
    const slow = buildRun(9).map((each) => ({
      ...each,
      samples: each.samples.map((sample) =>
        buildSample({ ...sample.metrics, cpuMs: (sample.metrics.cpuMs ?? 0) * 1.5 }),
      ),
    }));
    const verdict = compare(buildResults(slow), BASELINE);
    expect(verdict.verdict).toBe("no-change");
    expect(listFindings(verdict)).toEqual(["worse advisory cpuMs: environment"]);
    expect(verdict.findings[0]!.scope).toBe("run");
    expect(verdict.noise.sharedShift).toBeCloseTo(0.5, 1);
    const single = compare(buildResults(slow), buildBaseline([buildRun(0)]));
    expect(single.baseline.notes.join()).toMatch(
      /all cases share a change of CPU time of \+5\d.* with 1 baseline run nobody can tell/,
    );
  });

  it("reports the noise and the smallest change it could have seen", () => {
    const { noise, headline } = compare(buildResults(now), BASELINE);
    expect(noise.cpuCoefficientOfVariation).toBeGreaterThan(0.005);
    expect(noise.cpuCoefficientOfVariation).toBeLessThan(0.05);
    expect(noise.smallestDetectableChange).toBeGreaterThanOrEqual(0.05);
    expect(headline).toMatch(
      /^No case got worse: 6 cases compared with 4 runs; a change of CPU time from \+\d+(\.\d+)? % on would have been seen\.$/,
    );
  });
});

describe("compare: another workload", () => {
  const run = (index: number, digests: object, changes = {}) =>
    buildResults(buildRun(index, changes), { id: `run-${index}`, workload: buildWorkload("services/a", digests) });
  const everyCase = (checksum: string | null) => Object.fromEntries(OPERATIONS.map((name) => [name, { checksum }]));
  const judgeBeside = (digests: object, checksum: string | null, before: string | null = "1") =>
    compare(run(9, digests, everyCase(checksum)), {
      runs: [run(0, {}, everyCase(before)), run(1, {}, everyCase(before)), run(2, digests, everyCase(before))],
      notes: [],
    });

  it.each([
    ["another script", { script: "0".repeat(16) }, "another workload in 2 of 3 baseline runs (script)"],
    [
      "other arguments and data",
      { arguments: "0".repeat(16), data: "0".repeat(16) },
      "another workload in 2 of 3 baseline runs (arguments, place of the data)",
    ],
  ])("with %s is at best inconclusive, unless the checksums prove the result", (_, digests, note) => {
    const unproved = judgeBeside(digests, null);
    expect(unproved.verdict).toBe("inconclusive");
    expect(unproved.headline).toContain(note);
    const proved = judgeBeside(digests, "1");
    expect(proved.verdict).toBe("no-change");
    expect(proved.baseline.notes).toContain(`${note}, with the same results`);
  });

  it("with other Spark properties is judged, which is said", () => {
    const verdict = judgeBeside({ settings: "0".repeat(16) }, null, null);
    expect(verdict.verdict).toBe("no-change");
    expect(verdict.baseline.notes).toContain("other Spark properties of tier or run in 2 of 3 baseline runs");
  });

  it.each<[string, Workload["resources"], Workload["resources"], string | null]>([
    [
      "more executors",
      { executors: 2, cores: 2, memoryMb: 1024 },
      { executors: 1, cores: 2, memoryMb: 1024 },
      "executors 1 -> 2",
    ],
    [
      "more executors than an earlier version knew",
      { executors: 2, cores: 2, memoryMb: 1024 },
      undefined,
      "executors 1 -> 2",
    ],
    ["one, as an earlier version had", { executors: 1, cores: 2, memoryMb: 1024 }, undefined, null],
    ["as many", { executors: 2, cores: 2, memoryMb: 1024 }, { executors: 2, cores: 2, memoryMb: 1024 }, null],
    [
      "other cores and memory",
      { executors: 1, cores: 4, memoryMb: 2048 },
      { executors: 1, cores: 2, memoryMb: 1024 },
      "cores 2 -> 4, MB of memory 1024 -> 2048",
    ],
  ])("with %s is judged, which is said", (_, now, before, changes) => {
    const of = (index: number, resources: Workload["resources"]) =>
      buildResults(buildRun(index), { id: `run-${index}`, workload: { ...buildWorkload("services/a"), resources } });
    const verdict = compare(of(9, now), { runs: [of(0, before), of(1, before), of(2, now)], notes: [] });
    expect(verdict.verdict).toBe("no-change");
    const notes = verdict.baseline.notes.filter((note) => note.includes("resources"));
    expect(notes).toEqual(changes === null ? [] : [`a case had other resources in 2 of 3 baseline runs (${changes})`]);
  });

  it("is not seen where an earlier version did not record it", () => {
    const verdict = compare(run(9, { script: "0".repeat(16) }), BASELINE);
    expect(verdict.verdict).toBe("no-change");
    expect(verdict.baseline.notes.join()).not.toContain("workload");
  });
});
