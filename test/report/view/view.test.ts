import { expect, test } from "vitest";
import { formatFinding } from "../../../src/analyse/describe-finding.ts";
import { compareCase, compareStages } from "../../../src/report/view/figures.ts";
import { stageMarks } from "../../../src/report/view/stage-marks.ts";
import { sortByStanding, viewReport } from "../../../src/report/view/view.ts";
import { finding } from "../fixtures.ts";
import { failed, fullTier, noBaseline, noChange, regression } from "../runs.ts";

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

test("a first run of which nothing can be compared promises no comparison with a later one", () => {
  const input = noBaseline();
  expect(viewReport(input).nextRun).toContain("that run is then compared with this one");
  const cases = input.results.cases.map((one) => ({ ...one, samples: [] }));
  for (const nextRun of [undefined, "Let this workflow run on the default branch."]) {
    expect(viewReport({ ...input, results: { ...input.results, cases }, nextRun }).nextRun).toBe(
      "No case of this run has samples of a whole event log, so that no later run can be compared with this one.",
    );
  }
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

test("a case that did not pass is not compared by the part of its work that it did", () => {
  const join = viewReport(regression()).cases[2]!;
  expect(compareCase(join, "cpuMs").change).toBeGreaterThan(0.5);
  const cutOff = { ...join, result: { ...join.result, status: "failed" as const, reason: "no end after 300 s" } };
  expect(compareCase(cutOff, "cpuMs")).toEqual({ ...compareCase(join, "cpuMs"), change: undefined });
});

test("a case that failed got worse only where it is compared", () => {
  const { results, verdict } = failed();
  const [name] = results.cases.filter(({ status }) => status === "failed").map((one) => one.name);
  const worseThan = (baseline: number | null) => {
    const status = finding({ scope: "case", subject: name!, metric: "status", gate: "hard", baseline, current: 1 });
    return viewReport({ ...failed(), verdict: { ...verdict, findings: [status] } }).worse.length;
  };
  expect([worseThan(null), worseThan(0)]).toEqual([0, 1]);
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
    "1 · Scan parquet, Filter, Exchange",
    "2 · Scan parquet, Exchange",
    "3 · Sort, SortMergeJoin, HashAggregate",
    "4 · HashAggregate",
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

test("a regression by the advisory gates alone, which a user may ask for, is shown as what got worse", () => {
  const input = regression();
  const findings = input.verdict.findings
    .filter(({ gate }) => gate === "advisory")
    .map((each) => ({ ...each, gates: true }));
  const view = viewReport({ ...input, verdict: { ...input.verdict, findings } });
  expect(view.worse.map(({ lead }) => lead.label)).toEqual(["write · Spark 4.1.4"]);
  expect(view.cases.map(({ standing }) => standing).filter((standing) => standing === "worse")).toHaveLength(1);
  expect(view.advisory).toEqual([]);
});

const described: [finding: Parameters<typeof finding>[0], expected: string][] = [
  [{ metric: "cpuMs", baseline: 5010, current: 7760, change: 0.549 }, "Executor CPU time 5.01 s → 7.76 s (+54.9 %)"],
  [{ metric: "diskSpilledBytes", baseline: 0, current: 1024, change: null }, "Spilled (disk) 0 B → 1 KiB (from 0)"],
  [
    { metric: "shuffleRecordsSkew", baseline: 1.2, current: 38.4, change: 31 },
    "Shuffle records, largest to median task 1.2x → 38.4x (32x)",
  ],
  [{ metric: "status", baseline: 0, current: 1, change: null }, "Status passed → did not pass"],
  [{ metric: "status", baseline: null, current: 1, change: null }, "Status – → did not pass"],
  [{ metric: "status", direction: "better", baseline: 1, current: 0, change: null }, "Status did not pass → passed"],
  [{ metric: "checksum", baseline: null, current: null, change: null }, "Checksum of the result usual → different"],
  [{ metric: "constructor", baseline: null, current: null, change: null }, "constructor – → –"],
];
test.each(described)("formatFinding of %o", (values, expected) => {
  expect(formatFinding(finding(values))).toBe(expected);
});
