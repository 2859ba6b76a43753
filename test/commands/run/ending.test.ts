import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type BegunRun, reasonsOf } from "../../../src/commands/run/begin.ts";
import { carryOut } from "../../../src/commands/run/run.ts";
import { ExitCode, InfrastructureError } from "../../../src/lib/errors.ts";
import type { Partner } from "../../../src/plan/execution.ts";
import { RunFolder } from "../../../src/spec/run-folder.ts";
import { Timeline } from "../../../src/trace/timeline.ts";
import { makeCase } from "../../plan/make-case.ts";
import { makePlan, makeSettings, makeState, RUN } from "../../spec/make-spec.ts";
import { makeEngine } from "./fake-engine.ts";

const LIMIT_SECONDS = 60;

let directory: string;
let limit: AbortController;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "ending-"));
  limit = new AbortController();
  vi.spyOn(AbortSignal, "timeout").mockReturnValue(limit.signal);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(directory, { recursive: true, force: true });
});

/** A run of three cases, one of which no cluster can run. */
async function runWith(
  stopAfter: number,
  partner: Partner | null,
  onStop: () => void,
  signal: AbortSignal,
  cutsOff = false,
  limit?: string,
) {
  const cases = ["kubernetes", "kubernetes", "yarn"].map((mode, index) => ({
    ...makeCase({ sparkVersion: "4.3.0", mode, operation: "window" }),
    name: `t_${index}`,
  }));
  const settings = makeSettings({ samples: 1, warmups: 0, dataDirectory: "s3a://x/y", partner });
  const state = makeState({ run: { ...RUN, id: "t-1", engine: "argo" }, settings });
  const record = { ...state, plan: makePlan(cases), directory };
  const none = () => undefined;
  const timeline = new Timeline();
  timeline.keepIn(directory, cases.length);
  const begun: BegunRun = {
    ...{
      record,
      reasons: reasonsOf(record, "cluster"),
      folder: await RunFolder.create(record),
      baseline: { runs: [], notes: [] },
    },
    ...{
      engine: makeEngine({ stopAfter, onStop, cutsOff, ...(limit === undefined ? {} : { limit }) }),
      finished: [],
      timeoutSeconds: LIMIT_SECONDS,
    },
  };
  const config = {
    failOn: [],
    maxDetectableChange: 0.5,
    pushTo: null,
    telemetry: { trace: state.trace, otlp: null, problem: null },
  };
  const { exitCode, verdict } = await carryOut(begun, config, timeline, {
    ...{ assetsDirectory: directory, toolVersion: "0", environment: {}, signal },
    progress: { note: none, prepare: none, begin: none, show: none, stop: none },
  });
  const heading = /^## (.*)$/m.exec(await readFile(join(directory, "report.md"), "utf8"))?.[1];
  const { ending, plannedCases, finishedCases } = verdict;
  return { exitCode, ending: { ending, plannedCases, finishedCases }, heading, verdict };
}

const pairs: Partner = { image: "spark:old", pairs: 2 };
const never = new AbortController().signal;

it.each<[string, number, Partner | null, number]>([
  ["a plain run", 1, null, 2],
  ["an A/B run, in which a case has finished with the last of its pairs", 7, pairs, 2],
])("says of %s that its time was over", async (_, stopAfter, partner, finishedCases) => {
  const { exitCode, ending, heading } = await runWith(stopAfter, partner, () => limit.abort(), never);
  expect(exitCode).toBe(ExitCode.timeout);
  expect(ending).toEqual({ ending: "timeout", plannedCases: 3, finishedCases });
  expect(heading).toBe(`! Not finished: the run timed out after ${finishedCases} of 3 cases`);
});

it.each([
  ["a signal ended it, with the signal's exit code", ExitCode.terminated, "interrupted"],
  ["an error that nobody caught ended it", ExitCode.internal, "crashed"],
])("says of a run that %s", async (_, reason, how) => {
  const signal = new AbortController();
  const { exitCode, ending } = await runWith(1, null, () => signal.abort(reason), signal.signal);
  expect(exitCode).toBe(reason);
  expect(ending).toEqual({ ending: how, plannedCases: 3, finishedCases: 2 });
});

it("judges what there is where what a run stands on breaks in its middle, and says what broke", async () => {
  const fail = () => {
    throw new InfrastructureError("The store is gone.");
  };
  const { exitCode, ending, heading, verdict } = await runWith(1, null, fail, never, true);
  expect(exitCode).toBe(ExitCode.infrastructure);
  expect(ending).toEqual({ ending: "infrastructure", plannedCases: 3, finishedCases: 2 });
  expect(heading).toBe("! Not finished: the run lost what it ran on after 2 of 3 cases");
  expect(verdict).toMatchObject({
    ...{ verdict: "inconclusive", endCause: "broken infrastructure (The store is gone)", cutOffCases: ["t_1"] },
  });
});

it("ends with the error itself where nothing had begun", async () => {
  const fail = () => {
    throw new InfrastructureError("The store is gone.");
  };
  await expect(runWith(0, null, fail, never)).rejects.toThrow("The store is gone.");
});

it.each<[string, number, Partner | null, string]>([
  ["a plain run", 0, null, "t_0; 1 case had not begun"],
  ["an A/B run, between two of a case's pairs", 6, pairs, "t_1"],
])("says of %s what ended it and which cases were cut off, in every place", async (_, stopAfter, partner, cutOff) => {
  const { verdict } = await runWith(stopAfter, partner, () => limit.abort(), never, true);
  const [name] = cutOff.split(";");
  expect(verdict).toMatchObject({ verdict: "inconclusive", endCause: "its limit of 60 s", cutOffCases: [name] });
  const how = `its limit of 60 s ended it; cut off: ${cutOff}`;
  expect(verdict.headline.toLowerCase()).toContain(how);
  expect(verdict.baseline.notes).toContain(how);
  expect(await readFile(join(directory, "report.md"), "utf8")).toContain("Its limit of 60 s ended it");
  expect(await readFile(join(directory, "report.html"), "utf8")).toContain(how);
  const junit = await readFile(join(directory, "junit.xml"), "utf8");
  expect(junit).toMatch(new RegExp(`name="${name}"[^>]*>\\s*<error message="cut off: the run timed out`));
  expect(junit).toContain(`<error message="the run timed out after ${verdict.finishedCases} of 3 cases; ${how}"`);
});

it("says of a run that the limit of its Workflow ended that its time was over", async () => {
  const limit = "its Workflow's limit of 180 s";
  const { exitCode, ending, verdict } = await runWith(0, null, () => undefined, never, true, limit);
  expect(exitCode).toBe(ExitCode.timeout);
  expect(ending).toEqual({ ending: "timeout", plannedCases: 3, finishedCases: 1 });
  expect(verdict.headline).toContain("Its Workflow's limit of 180 s ended it; cut off: t_0; 1 case had not begun");
});

it.each([
  [ExitCode.interrupted, "interrupted", "the signal SIGINT"],
  [ExitCode.terminated, "interrupted", "the signal SIGTERM"],
  [ExitCode.internal, "crashed", "an error of spark-loadtest"],
])("says what ended a run with the exit code %i: %s by %s", async (exitCode, ending, endCause) => {
  const signal = new AbortController();
  const outcome = await runWith(1, null, () => signal.abort(exitCode), signal.signal);
  expect(outcome.exitCode).toBe(exitCode);
  expect(outcome.verdict).toMatchObject({ verdict: "inconclusive", ending, endCause, cutOffCases: [] });
});

it("counts a limit that ran out as the last case ended for nothing", async () => {
  const { exitCode, ending, heading } = await runWith(2, null, () => limit.abort(), never);
  expect(exitCode).toBe(ExitCode.pass);
  expect(ending).toEqual({ ending: "complete", plannedCases: 3, finishedCases: 3 });
  expect(heading).toContain("Passed, not compared: no baseline");
});
