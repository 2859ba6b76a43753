import { join } from "node:path";
import { compare } from "../../analyse/compare.ts";
import { exitCodeOf } from "../../analyse/exit-code.ts";
import { withArtifacts } from "../../cluster/tools/artifacts.ts";
import { failWrongResults, readKnownChecksums } from "../../collect/checksums.ts";
import { mergePairs } from "../../collect/merge-pairs.ts";
import type { PreparedEngine } from "../../engine/engine.ts";
import { ExitCode, LoadtestError } from "../../lib/errors.ts";
import { ownValue } from "../../lib/own-value.ts";
import type { CaseResult, Results } from "../../model/documents.ts";
import { DOCUMENTS, HTML_REPORT, pushMetricsTo, REPORTS, toJudgedRun, writeOutputs } from "../../publish/outputs.ts";
import { ownRulesOf } from "../../spec/own-rules.ts";
import type { RunRecord } from "../../spec/spec.ts";
import { Timeline } from "../../trace/timeline.ts";
import { type BegunRun, beginRun } from "./begin.ts";
import type { RunContext, RunOutcome } from "./context.ts";
import { type Executed, executeWork, planWork, type Work } from "./execute.ts";
import { noteError } from "./note-error.ts";
import type { RunConfig } from "./options.ts";

/** One run from its plan to its report. Throws LoadtestError where it could not be begun or prepared. */
export async function run(config: RunConfig, context: RunContext): Promise<RunOutcome> {
  const timeline = new Timeline();
  const environment = withArtifacts(context.environment, config.artifactsDirectory);
  const traced = { ...context, environment, progress: timeline.follow(context.progress) };
  const begun = await timeline.stage("check", () => beginRun(config, timeline, traced));
  return carryOut(begun, config, timeline, traced);
}

/** Runs what is left of a run, judges it, reports, and cleans up. Throws LoadtestError. */
export async function carryOut(
  begun: BegunRun,
  config: Pick<RunConfig, "failOn" | "maxDetectableChange" | "telemetry" | "pushTo">,
  timeline: Timeline,
  context: RunContext,
): Promise<RunOutcome> {
  const { record } = begun;
  const { directory, tier, settings } = record;
  const { otlp, problem } = config.telemetry;
  if (problem !== null) context.progress.note(`! The trace of the run will not be sent: ${problem}.`);
  for (const each of ownRulesOf(tier, settings).problems) context.progress.note(`! ${each}.`);
  const work = await planWork(begun, context);
  const prepared =
    work.left.length === 0 ? null : begun.engine.prepare(work.left, context.progress.prepare, work.signal);
  let failed = true;
  let exitCode: ExitCode = ExitCode.internal;
  try {
    const executed = await executeWork(begun, work, prepared, timeline, context);
    const { results, partner, baseline, verdict } = await timeline.stage("judge", async () => {
      failed =
        executed.ending === "infrastructure" ||
        [...executed.results.values()].some(({ status }) => status === "failed" || status === "infrastructure");
      const { results, partner } = await toResults(executed, work, record, context);
      failed ||= results.cases.some(({ status }) => status === "failed");
      if (partner === null)
        timeline.correct(
          results.cases.map(({ name }) => executed.results.get(name)!),
          results.cases,
        );
      const baseline = partner === null ? begun.baseline : { runs: [partner], notes: [] };
      return {
        results,
        partner,
        baseline,
        verdict: compare(results, baseline, {
          failOn: config.failOn,
          maxDetectableChange: config.maxDetectableChange,
          ending: executed,
        }),
      };
    });
    await timeline.stage("report", async () => {
      if (failed) await prepared?.exportLogs(join(directory, "cluster"));
      const input = { results, verdict, baseline: baseline.runs, nextRun: context.nextRun };
      const { progress, environment, signal } = context;
      const pushed =
        config.pushTo === null ? [] : [pushMetricsTo(config.pushTo, environment, { note: progress.note, signal })];
      await writeOutputs([...DOCUMENTS, ...REPORTS, ...pushed], toJudgedRun(input, partner), directory);
    });
    exitCode = executed.endedBy ?? exitCodeOf(results, verdict);
    const htmlPath = join(directory, HTML_REPORT);
    return { exitCode, results, verdict, baseline: baseline.runs, folder: directory, htmlPath };
  } catch (error) {
    if (error instanceof LoadtestError) exitCode = error.exitCode;
    // The reason of the signal is the exit code that its sender asked for, who waits for no logs.
    if (context.signal.aborted) exitCode = context.signal.reason as ExitCode;
    else await prepared?.exportLogs(join(directory, "cluster"));
    throw error;
  } finally {
    await timeline.stage("cleanup", () => cleanUp(prepared, failed, context));
    timeline.add({ type: "end", exitCode });
    const { keepTrace } = await import("../../trace/keep-trace.ts");
    const executions = work.executions.map((execution) => ({ ...execution.case, name: execution.id }));
    const target = { otlp, environment: context.environment };
    await keepTrace(timeline, { ...record, cases: executions }, target, directory, context.progress.note);
  }
}

/** What was executed as the run's results, and as those of the other side of an A/B run. */
async function toResults(
  { results, ending }: Executed,
  { executions }: Work,
  record: RunRecord,
  context: RunContext,
): Promise<{ readonly results: Results; readonly partner: Results | null }> {
  const { plan, settings } = record;
  const { partner } = settings;
  const run = { ...record.run, finishedAt: ending === "complete" ? new Date().toISOString() : null };
  const schema = "spark-loadtest/results/v1";
  const check = (cases: readonly CaseResult[]) => checkResults(cases, record, context);
  if (partner === null) {
    const cases = plan.cases.flatMap(({ name }) => results.get(name) ?? []);
    return { results: { schema, run, cases: await check(cases) }, partner: null };
  }
  const ofPartner = {
    id: `${run.id}-baseline`,
    commit: null,
    ref: null,
    partnerOf: { id: run.id, image: partner.image },
  };
  const [current, baseline] = await Promise.all([
    check(mergePairs(executions, results, "current")),
    check(mergePairs(executions, results, "baseline")),
  ]);
  return {
    results: { schema, run, cases: current },
    partner: { schema, run: { ...run, ...ofPartner }, cases: baseline },
  };
}

async function checkResults(
  cases: readonly CaseResult[],
  { tier, settings }: Pick<RunRecord, "tier" | "settings">,
  { assetsDirectory }: RunContext,
): Promise<CaseResult[]> {
  // Other data or arguments give other results, which only the versions can check against each other.
  const recorded = tier.workload === null && settings.dataDirectory === null && settings.workloadArgs.length === 0;
  const known = recorded ? await readKnownChecksums(join(assetsDirectory, "workloads", "checksums.json")) : {};
  return failWrongResults(cases, (operation, dataSize) => ownValue(ownValue(known, dataSize) ?? {}, operation));
}

/** What cannot be removed is said, and does not hide what the run came to. */
async function cleanUp(
  prepared: PreparedEngine | null,
  failed: boolean,
  { progress, onCleaned }: RunContext,
): Promise<void> {
  try {
    await prepared?.cleanup(failed, progress.prepare);
    onCleaned?.();
  } catch (error) {
    noteError(error, progress.note);
  }
}
