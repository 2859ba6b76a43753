import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type BegunRun, reasonsOf } from "../../../src/commands/run/begin.ts";
import { carryOut } from "../../../src/commands/run/run.ts";
import { ExitCode } from "../../../src/lib/errors.ts";
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
async function runWith(stopAfter: number, partner: Partner | null, onStop: () => void, signal: AbortSignal) {
  const cases = ["kubernetes", "kubernetes", "standalone"].map((mode, index) => ({
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
    ...{ engine: makeEngine({ stopAfter, onStop }), finished: [], timeoutSeconds: LIMIT_SECONDS },
  };
  const config = { failOn: [], pushTo: null, telemetry: { trace: state.trace, otlp: null, problem: null } };
  const { exitCode, verdict } = await carryOut(begun, config, timeline, {
    ...{ assetsDirectory: directory, toolVersion: "0", environment: {}, signal },
    progress: { note: none, prepare: none, begin: none, show: none, stop: none },
  });
  const heading = /^## (.*)$/m.exec(await readFile(join(directory, "report.md"), "utf8"))?.[1];
  const { ending, plannedCases, finishedCases } = verdict;
  return { exitCode, ending: { ending, plannedCases, finishedCases }, heading };
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
  ["a signal ended it, with the signal's exit code", ExitCode.terminated],
  ["an error that nobody caught ended it", ExitCode.internal],
])("says of a run that %s", async (_, reason) => {
  const signal = new AbortController();
  const { exitCode, ending } = await runWith(1, null, () => signal.abort(reason), signal.signal);
  expect(exitCode).toBe(reason);
  expect(ending).toEqual({ ending: "interrupted", plannedCases: 3, finishedCases: 2 });
});

it("counts a limit that ran out as the last case ended for nothing", async () => {
  const { exitCode, ending, heading } = await runWith(2, null, () => limit.abort(), never);
  expect(exitCode).toBe(ExitCode.pass);
  expect(ending).toEqual({ ending: "complete", plannedCases: 3, finishedCases: 3 });
  expect(heading).toContain("Passed, not compared: no baseline");
});
