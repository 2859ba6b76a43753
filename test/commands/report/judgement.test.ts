import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { executeCompare } from "../../../src/commands/compare/command.ts";
import { executeReport } from "../../../src/commands/report/command.ts";
import { writeDocument } from "../../../src/documents/write.ts";
import { ExitCode } from "../../../src/lib/errors.ts";
import type { Results, Verdict } from "../../../src/model/documents.ts";
import type { Gate } from "../../../src/model/metrics.ts";
import { buildBaseline, buildCase, buildResults, buildSample } from "../../analyse/builders.ts";

const [current, run, earlier] = ["current", "run", "earlier"];
const OPERATIONS = ["read", "aggregate", "join", "window", "write", "sort"];
const withTasks = (tasks: number) =>
  OPERATIONS.map((operation) => {
    const sample = buildSample(operation === "window" ? { tasks } : {});
    return buildCase(operation, { samples: [sample, sample] });
  });

let folder: string;
let printed: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "report-"));
  printed = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += text;
    return true;
  });
  for (const results of buildBaseline([withTasks(8), withTasks(8)]).runs) {
    await writeDocument(join(folder, earlier!, results.run.id, "results.json"), results);
  }
  await writeResults();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

/** A run whose window takes 31 tasks, not 8. */
const writeResults = (more: Partial<Results["run"]> = {}) =>
  writeDocument(join(folder, run!, "results.json"), buildResults(withTasks(31), more));

async function compareRun(failOn: readonly Gate[]): Promise<{ exitCode: number; verdict: Verdict }> {
  printed = "";
  const config = {
    current: join(folder, run!),
    baseline: [join(folder, earlier!)],
    failOn,
    maxDetectableChange: 0.5,
    json: true,
  };
  const exitCode = await executeCompare(config);
  return { exitCode, verdict: JSON.parse(printed) };
}

/** The reports that `report` writes, with the verdict of a metric. */
async function reportRun(options: { baseline?: boolean; failOn?: readonly Gate[]; verdict?: string } = {}) {
  await executeReport({
    results: join(folder, run!),
    verdict: options.verdict === undefined ? null : join(folder, options.verdict),
    baseline: options.baseline ? [join(folder, earlier!)] : [],
    failOn: options.failOn ?? null,
    outDirectory: join(folder, current!),
  });
  const read = (name: string) => readFile(join(folder, current!, name), "utf8");
  const [markdown, junit, metrics] = await Promise.all(["report.md", "junit.xml", "metrics.prom"].map(read));
  const regressions = /case_regressions\{[^}]*operation="window"[^}]*\} (\d+)/.exec(metrics!)?.[1];
  return { markdown: markdown!, failures: /failures="(\d+)"/.exec(junit!)?.[1], regressions: Number(regressions) };
}

const PASSED = { failures: "0", regressions: 0 };
const WORSE = { failures: "1", regressions: 1 };

describe("report of a run that was judged by other gates than the default", () => {
  beforeEach(async () => {
    const { exitCode, verdict } = await compareRun(["soft"]);
    expect(exitCode).toBe(0);
    expect(verdict.verdict).toBe("no-change");
    await writeDocument(join(folder, run!, "verdict.json"), verdict);
  });

  it.each([false, true])("says what that verdict decided (with earlier runs for the plots: %s)", async (baseline) => {
    const { markdown, ...counts } = await reportRun({ baseline });
    expect(counts).toEqual(PASSED);
    expect(markdown).toContain("Passed: no change");
    expect(markdown).not.toContain("worse,");
    expect(markdown).not.toContain("of them worse");
  });

  it("judges it again by the gates that are asked for", async () => {
    const { markdown, ...counts } = await reportRun({ baseline: true, failOn: ["hard"] });
    expect(counts).toEqual(WORSE);
    expect(markdown).toContain("Not passed: regression");
  });
});

describe("report of a run", () => {
  it("without a verdict is judged by the default gates, or those that are asked for", async () => {
    expect(await reportRun({ baseline: true })).toMatchObject(WORSE);
    expect(await reportRun({ baseline: true, failOn: ["soft"] })).toMatchObject(PASSED);
  });

  it("that had nothing to compare with is judged by its own gates once there are earlier runs", async () => {
    const { verdict } = await compareRun(["soft"]);
    const alone = { ...verdict, verdict: "no-baseline", findings: [], baseline: { runs: [], notes: [] } };
    await writeDocument(join(folder, run!, "verdict.json"), alone);
    expect((await reportRun()).markdown).toContain("Passed, not compared: no baseline");
    expect((await reportRun({ baseline: true })).markdown).toContain("Passed: no change");
    await writeDocument(join(folder, "mine.json"), alone);
    expect((await reportRun({ baseline: true, verdict: "mine.json" })).markdown).toContain("Passed, not compared");
  });

  it("whose time limit was over says so, and compare does, too", async () => {
    await writeResults({ finishedAt: null });
    const { verdict } = await compareRun(["soft"]);
    expect(verdict.baseline.notes).toContain("the run ended before all its cases, after 6 cases");
    const ending = { ending: "timeout", plannedCases: 10, finishedCases: 6 } as const;
    await writeDocument(join(folder, run!, "verdict.json"), { ...verdict, ...ending });
    expect((await compareRun(["soft"])).verdict).toMatchObject(ending);
    const { markdown } = await reportRun();
    expect(markdown).toContain("## ! Not finished: the run timed out after 6 of 10 cases");
  });

  it("whose time limit was over has not passed: compare ends with the exit code of a time-out, or of what it found", async () => {
    const cases = withTasks(8);
    const ended = buildResults(cases, { finishedAt: null });
    await writeDocument(join(folder, run!, "results.json"), ended);
    expect((await compareRun(["hard"])).exitCode).toBe(ExitCode.infrastructure);
    const { verdict } = await compareRun(["hard"]);
    // As an earlier version wrote it.
    const { endCause: _, cutOffCases: __, maxDetectableChange: ___, ...old } = verdict;
    await writeDocument(join(folder, run!, "verdict.json"), { ...old, ending: "timeout", plannedCases: 10 });
    const timedOut = await compareRun(["hard"]);
    expect(timedOut.exitCode).toBe(ExitCode.timeout);
    expect(timedOut.verdict).toMatchObject({ verdict: "inconclusive", endCause: null, cutOffCases: [] });
    await writeResults({ finishedAt: null });
    expect((await compareRun(["hard"])).exitCode).toBe(ExitCode.regression);
  });

  it("that was ended early beside a damaged verdict is refused by report and compare alike", async () => {
    await writeResults({ finishedAt: null });
    await writeFile(join(folder, run!, "verdict.json"), "{oops");
    const damaged = { exitCode: ExitCode.badInput, message: expect.stringContaining("verdict.json is not JSON") };
    await expect(compareRun(["hard"])).rejects.toMatchObject(damaged);
    await expect(reportRun()).rejects.toMatchObject(damaged);
  });

  it("is judged again by the limit of the smallest detectable change that it was judged by", async () => {
    const { verdict } = await compareRun(["soft"]);
    const alone = { ...verdict, findings: [], baseline: { runs: [], notes: [] }, verdict: "no-baseline" };
    await writeDocument(join(folder, run!, "verdict.json"), { ...alone, maxDetectableChange: 0.01 });
    expect((await reportRun({ baseline: true })).markdown).toContain("the limit is 1 %");
    await writeDocument(join(folder, run!, "verdict.json"), { ...alone, maxDetectableChange: 2 });
    expect((await reportRun({ baseline: true })).markdown).toContain("Passed: no change");
  });
});
