import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { compare } from "../../../src/analyse/compare.ts";
import { reasonsOf } from "../../../src/commands/run/begin.ts";
import type { RunContext } from "../../../src/commands/run/context.ts";
import { carryOut } from "../../../src/commands/run/run.ts";
import { readBaseline, readResults } from "../../../src/documents/read-results.ts";
import { ExitCode } from "../../../src/lib/errors.ts";
import type { Progress } from "../../../src/progress/create-progress.ts";
import { RunFolder } from "../../../src/spec/run-folder.ts";
import { Timeline } from "../../../src/trace/timeline.ts";
import { makeCase } from "../../plan/make-case.ts";
import { makePlan, makeSettings, makeState, RUN } from "../../spec/make-spec.ts";
import { type FakeEngineOptions, makeEngine } from "./fake-engine.ts";

const cases = ["read", "window"].map((operation) => ({
  ...makeCase({ sparkVersion: "4.3.0", mode: "kubernetes", operation }),
  name: `t_${operation}`,
}));
const plan = makePlan(cases);
const partner = { image: "spark:old", pairs: 2 };
const state = makeState({
  run: { ...RUN, id: "t-1", engine: "argo", commit: "abc", ref: "refs/heads/x" },
  settings: makeSettings({ samples: 1, warmups: 0, dataDirectory: "s3a://x/y", partner }),
});

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "ab-run-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function runWith(options?: FakeEngineOptions) {
  const told: string[] = [];
  const progress: Progress = {
    note: (text) => told.push(text),
    prepare: () => undefined,
    begin: (total, done, names) => told.push(`${done} of ${total}: ${names?.join(", ")}`),
    show: ({ type, name }) => told.push(`${type} ${name}`),
    stop: () => undefined,
  };
  const record = { ...state, plan, directory: root };
  const folder = await RunFolder.create(record);
  const context: RunContext = {
    ...{ assetsDirectory: root, toolVersion: "0", environment: {}, progress },
    signal: new AbortController().signal,
  };
  const baseline = { runs: [], notes: [] };
  const timeline = new Timeline();
  timeline.keepIn(root, 8);
  const outcome = await carryOut(
    {
      record,
      reasons: reasonsOf(record, "cluster"),
      folder,
      baseline,
      engine: makeEngine(options),
      finished: [],
      timeoutSeconds: null,
    },
    {
      failOn: ["hard", "soft"],
      maxDetectableChange: 0.5,
      pushTo: null,
      telemetry: { trace: state.trace, otlp: null, problem: null },
    },
    timeline,
    context,
  );
  return { outcome, told };
}

describe("an A/B run", () => {
  it("leaves both sides as documents of their own, and tells of both by name", async () => {
    const { outcome, told } = await runWith();
    expect(told[0]).toBe(
      "0 of 8: t_read (pair 1), t_read (baseline, pair 1), t_window (baseline, pair 1), t_window (pair 1), " +
        "t_read (baseline, pair 2), t_read (pair 2), t_window (pair 2), t_window (baseline, pair 2)",
    );
    expect(told).toContain("finished t_window (baseline, pair 2)");
    const current = await readResults(root);
    const baseline = await readResults(join(root, "baseline"));
    expect(current.run).toMatchObject({ id: "t-1", commit: "abc", finishedAt: expect.any(String) });
    expect(baseline.run).toMatchObject({
      ...{ id: "t-1-baseline", commit: null, ref: null, partnerOf: { id: "t-1", image: "spark:old" } },
    });
    for (const { cases: found } of [current, baseline]) {
      expect(found.map(({ name, attempts }) => [name, attempts])).toEqual(cases.map(({ name }) => [name, 2]));
      expect(new Set(found[0]!.samples.map(({ pair }) => pair))).toEqual(new Set([1, 2]));
    }
    expect(outcome.verdict.baseline).toMatchObject({ pairedImage: "spark:old", runs: [{ id: "t-1-baseline" }] });
    expect(await readdir(root)).toEqual(expect.arrayContaining(["plan.json", "report.html", "verdict.json"]));
    // The plan is of cases; how often each is run stands in the run's state.
    expect(JSON.parse(await readFile(join(root, "plan.json"), "utf8"))).toEqual(plan);
  });

  it("is judged again from its folder as it was, and its current side is a run like any other", async () => {
    const { outcome } = await runWith();
    const current = await readResults(root);
    const options = { tier: "t", excludeRunId: current.run.id };
    expect(compare(current, await readBaseline([join(root, "baseline")], options))).toEqual(outcome.verdict);
    const later = await readBaseline([root], { tier: "t", excludeRunId: "t-2" });
    expect(later.runs.map(({ run }) => run.id)).toEqual(["t-1"]);
  });

  it("passes where only the partner fails, undecided", async () => {
    const { outcome } = await runWith({ statusOf: (id) => (id === "baseline/pair-2/t_read" ? "failed" : "passed") });
    expect(outcome.exitCode).toBe(ExitCode.pass);
    expect(outcome.verdict.verdict).toBe("inconclusive");
    expect(outcome.verdict.baseline.notes.join("\n")).toContain("t_read ended as failed: baseline/pair-2/t_read broke");
  });

  it("fails where one execution of the current image does", async () => {
    const { outcome } = await runWith({ statusOf: (id) => (id === "pair-2/t_read" ? "failed" : "passed") });
    expect(outcome.exitCode).toBe(ExitCode.casesFailed);
  });

  it("is incomplete where it was ended between two of a pair", async () => {
    const { outcome } = await runWith({ stopAfter: 3 });
    expect(outcome.results.run.finishedAt).toBeNull();
    expect(outcome.verdict.verdict).toBe("inconclusive");
    expect((await readResults(join(root, "baseline"))).cases).toHaveLength(2);
  });
});
