import { join } from "node:path";
import { collectResult, toSkippedResult } from "../../collect/case-result.ts";
import { collectApplications } from "../../collect/collect-applications.ts";
import { judgeGpu } from "../../collect/not-on-gpu.ts";
import type { PreparedEngine } from "../../engine/engine.ts";
import { ExitCode, InfrastructureError } from "../../lib/errors.ts";
import { plural } from "../../lib/text/format.ts";
import type { CaseResult, RunEnding } from "../../model/documents.ts";
import { describeExecution, type Execution, planExecutions } from "../../plan/execution.ts";
import { bringsRapids } from "../../plan/jars.ts";
import type { Timeline } from "../../trace/timeline.ts";
import { type BegunRun, runnableOf } from "./begin.ts";
import type { RunContext } from "./context.ts";
import { noteError } from "./note-error.ts";

/** What a run has to do. */
export interface Work {
  /** Of all cases, also of those that cannot run here. */
  readonly executions: readonly Execution[];
  /** Those that can run and have not been finished yet. */
  readonly left: readonly Execution[];
  /** What is finished, by the ids of executions: what an earlier process did, and cases that are skipped by their names. */
  readonly done: ReadonlyMap<string, CaseResult>;
  /** How many results the run has when it is complete. */
  readonly total: number;
  /** Aborts when the run is interrupted, or its time is over. */
  readonly signal: AbortSignal;
}

/** What came of a run's work. */
export interface Executed extends RunEnding {
  /** By the ids of executions, or the names of cases that were skipped. */
  readonly results: ReadonlyMap<string, CaseResult>;
  /** Exit code of a run that was ended early. */
  readonly endedBy: ExitCode | null;
}

/** Works out what is left of a run, and keeps the cases that cannot run here as skipped. From now on the run's time passes. */
export async function planWork(
  { record, reasons, folder, finished, timeoutSeconds }: BegunRun,
  { progress, signal }: RunContext,
): Promise<Work> {
  const { plan, settings } = record;
  const done = new Map(finished.map((result) => [result.name, result]));
  const why: string[] = [];
  for (const testCase of plan.cases) {
    const reason = reasons.get(testCase.name);
    if (!reason || done.has(testCase.name)) continue;
    const result = toSkippedResult(testCase, reason);
    done.set(testCase.name, result);
    await folder.append(result);
    why.push(reason);
  }
  if (why.length > 0) progress.note(`– ${plural(why.length, "case")} skipped: ${[...new Set(why)].join(" ")}`);
  const runnable = runnableOf(plan, reasons);
  const executions = planExecutions(runnable, settings.partner);
  return {
    executions: planExecutions(plan.cases, settings.partner),
    left: executions.filter(({ id }) => !done.has(id)),
    done,
    total: plan.cases.length - runnable.length + executions.length,
    signal: timeoutSeconds === null ? signal : AbortSignal.any([signal, AbortSignal.timeout(timeoutSeconds * 1000)]),
  };
}

/** Runs the executions that are left and collects each as it ends. */
export async function executeWork(
  { record, folder, timeoutSeconds }: BegunRun,
  { executions, done, total, signal: ended }: Work,
  prepared: PreparedEngine | null,
  timeline: Timeline,
  { progress, signal }: RunContext,
): Promise<Executed> {
  const { partner } = record.settings;
  const nameOf = (execution: Execution) => describeExecution(execution, partner);
  const results = new Map(done);
  const keep = async (result: CaseResult) => {
    results.set(result.name, result);
    await folder.append(result);
  };
  ended.addEventListener("abort", () => {
    if (signal.aborted) return;
    progress.note(
      `Ending: the ${timeoutSeconds} s of the run are over. Give it more with --timeout, or take cases out.`,
    );
  });
  const collecting: Promise<void>[] = [];
  /** The limit of the place that the run is in, which ended it. */
  let placeLimit: string | null = null;
  /** What broke in the middle. */
  let broken: InfrastructureError | null = null;
  let hasBegun = false;
  const begun = new Set(executions.filter(({ id }) => done.has(id)).map((execution) => execution.case.name));
  try {
    if (prepared !== null) await timeline.stage("prepare", () => prepared.ready);
    progress.begin(total, done.size, executions.map(nameOf));
    await timeline.stage("execute", async () => {
      if (prepared === null) return;
      for await (const event of prepared.execute(ended)) {
        if (event.type === "timed-out") {
          placeLimit = event.limit;
          progress.note(`Ended by ${event.limit}. Give it more with --timeout, or take cases out.`);
          continue;
        }
        const { execution } = event;
        if (event.type === "started") {
          begun.add(execution.case.name);
          hasBegun = true;
          timeline.add({ type: "attempt", case: execution.id, attempt: event.attempt });
        }
        progress.show({ ...event, name: nameOf(execution) });
        if (event.type !== "finished") continue;
        const collected = collectResult(execution, event.outcome, (outcome) =>
          collectApplications(outcome, {
            onFallback: (reason) => progress.note(`  ${nameOf(execution)}: figures from the event log. ${reason}`),
            signal: ended,
          }),
        ).then(async ({ result, jobs }) => {
          const log = join(record.directory, "logs", `${execution.id}.log`);
          const judged = bringsRapids(execution.case, record.tier) ? await judgeGpu(result, log) : result;
          timeline.addCase(judged, event.outcome, jobs);
          await keep(judged);
        });
        collected.catch(() => undefined);
        collecting.push(collected);
      }
    });
  } catch (error) {
    // What breaks because everything is being ended is not a failure of its own.
    if (!ended.aborted) {
      // Where a case has begun there is something to judge and to write.
      if (!(error instanceof InfrastructureError) || !hasBegun) throw error;
      broken = error;
      noteError(error, progress.note);
    }
  }
  await timeline.stage("collect", () => Promise.all(collecting));
  const isOpen = ({ id, case: { name } }: Execution) => !results.has(id) && results.get(name)?.status !== "skipped";
  const open = new Set(executions.filter(isOpen).map((execution) => execution.case.name));
  const plannedCases = record.plan.cases.length;
  const cutOffCases = [...open].filter((name) => begun.has(name));
  const executed = { results, plannedCases, finishedCases: plannedCases - open.size, cutOffCases };
  // A limit that ran out as the last case ended has cost nothing.
  if (results.size === total) return { ...executed, ending: "complete", endCause: null, endedBy: null };
  if (signal.aborted) return { ...executed, ...describeAbort(signal.reason as ExitCode) };
  if (broken !== null) {
    const endCause = `broken infrastructure (${broken.message.replace(/\.$/, "")})`;
    return { ...executed, ending: "infrastructure", endCause, endedBy: broken.exitCode };
  }
  const limit = ended.aborted ? `its limit of ${timeoutSeconds} s` : placeLimit;
  return limit !== null
    ? { ...executed, ending: "timeout", endCause: limit, endedBy: ExitCode.timeout }
    : { ...executed, ending: "interrupted", endCause: null, endedBy: null };
}

/** How a run ended that was aborted, whose reason is an exit code. */
function describeAbort(endedBy: ExitCode): Pick<Executed, "ending" | "endCause" | "endedBy"> {
  switch (endedBy) {
    case ExitCode.interrupted:
      return { ending: "interrupted", endCause: "the signal SIGINT", endedBy };
    case ExitCode.terminated:
      return { ending: "interrupted", endCause: "the signal SIGTERM", endedBy };
    default:
      return { ending: "crashed", endCause: "an error of spark-loadtest", endedBy };
  }
}
