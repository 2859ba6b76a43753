import { saysOutOfMemoryError } from "../../collect/event-log/failure-words.ts";
import { NOT_MEASURED, plural } from "../../lib/text/format.ts";
import { withoutAddresses } from "../../lib/text/run-ids.ts";
import type { Evidence, LostExecutor, TaskFailure } from "../../model/documents.ts";
import type { Comparison, Rule } from "./comparison.ts";
import { changeOf, countFailedJobs, countOf, failuresOf, metricEvidence, settingsLike } from "./comparison.ts";
import { settingEvidence, withSettings } from "./settings.ts";

const MEMORY_SETTINGS = /memory|spark\.(executor\.cores|task\.cpus|master)$/i;
const LONGEST_MESSAGE = 200;

/** Failures that follow from the loss of an executor, and say nothing of their own. */
const CONSEQUENCES: ReadonlySet<string> = new Set(["ExecutorLostFailure", "FetchFailed", "TaskKilled"]);

function lostExecutors({ evidence, metrics }: Comparison["current"]): number {
  return Math.max(evidence?.lostExecutors.length ?? 0, metrics.lostExecutors ?? 0);
}

function killedExecutors(evidence: Evidence | null): LostExecutor[] {
  return (evidence?.lostExecutors ?? []).filter(({ memoryKill }) => memoryKill);
}

function killsOf({ evidence, metrics }: Comparison["current"]): number {
  return Math.max(killedExecutors(evidence).length, metrics.oomKills ?? 0);
}

function outOfMemoryFailures(side: Comparison["current"]): TaskFailure[] {
  return failuresOf(side).filter(({ message }) => saysOutOfMemoryError(message));
}

/** The first line of a message, shortened, without what differs from run to run or names a machine or a person. */
function firstLine(message: string): string {
  const line = withoutAddresses(
    message
      .trim()
      .split("\n", 1)[0]!
      .slice(0, 4 * LONGEST_MESSAGE),
  ).trim();
  return line.length > LONGEST_MESSAGE ? `${line.slice(0, LONGEST_MESSAGE)}...` : line;
}

function stageOf(failures: readonly TaskFailure[]): string | null {
  return failures.find(({ stage }) => stage !== null)?.stage ?? null;
}

/** An executor was killed for its memory, or a task ran out of heap. */
export const explainMemoryKill: Rule = (comparison) => {
  const { current, baseline } = comparison;
  const kills = { baseline: killsOf(baseline), current: killsOf(current) };
  const failures = { baseline: outOfMemoryFailures(baseline), current: outOfMemoryFailures(current) };
  if (kills.current <= kills.baseline && countOf(failures.current) <= countOf(failures.baseline)) return null;
  const settings = settingsLike(comparison, MEMORY_SETTINGS);
  const killed = killedExecutors(current.evidence);
  const said = killed[0]?.reason ?? failures.current[0]?.message;
  // The metric counts executors and tasks.
  const what =
    killed.length > killedExecutors(baseline.evidence).length
      ? `${plural(killed.length, "executor")} killed for memory`
      : `${plural(Math.max(kills.current - killed.length, countOf(failures.current)), "task")} ran out of memory`;
  return {
    kind: "memory-kill",
    stage: stageOf(failures.current) ?? stageOf(current.evidence?.failures ?? []),
    sentence: withSettings(`${what}${said === undefined ? "" : `: ${firstLine(said)}`}`, settings),
    evidence: [
      ...metricEvidence("oomKills", kills.baseline, kills.current),
      ...metricEvidence(
        "peakExecutionMemoryBytes",
        baseline.metrics.peakExecutionMemoryBytes,
        current.metrics.peakExecutionMemoryBytes,
      ),
      ...settingEvidence(settings),
    ],
  };
};

/** An executor went away, and its tasks and shuffle files with it. */
export const explainExecutorLoss: Rule = ({ current, baseline, stages }) => {
  const lost = { baseline: lostExecutors(baseline), current: lostExecutors(current) };
  if (lost.current <= lost.baseline) return null;
  const failures = (current.evidence?.failures ?? []).filter(({ kind }) => CONSEQUENCES.has(kind));
  const retried = current.metrics.retriedStages ?? 0;
  const failed = current.metrics.failedTasks ?? 0;
  const reason = current.evidence?.lostExecutors.find(({ memoryKill }) => !memoryKill)?.reason;
  const repeated = [
    failed > 0 ? `${plural(failed, "task")} failed` : null,
    retried > 0 ? `${plural(retried, "stage")} ran again` : null,
  ].filter((part) => part !== null);
  const retriedStage = [...stages.pairs.map((pair) => pair.current), ...stages.added].find(
    ({ metrics }) => (metrics.retriedStages ?? 0) > 0 || (metrics.failedTasks ?? 0) > 0,
  );
  return {
    kind: "executor-loss",
    stage: stageOf(failures) ?? retriedStage?.key ?? null,
    sentence:
      `${plural(lost.current, "executor")} lost` +
      `${repeated.length === 0 ? "" : `, and ${repeated.join(" and ")}`}` +
      `${reason === undefined ? "" : `: ${firstLine(reason)}`}`,
    evidence: [
      ...metricEvidence("lostExecutors", lost.baseline, lost.current),
      ...metricEvidence("failedTasks", baseline.metrics.failedTasks, current.metrics.failedTasks),
      ...metricEvidence("retriedStages", baseline.metrics.retriedStages, current.metrics.retriedStages),
      ...metricEvidence("wallMs", baseline.metrics.wallMs, current.metrics.wallMs),
    ],
  };
};

/** Failures of tasks and jobs that do not follow from the loss of an executor, as far as the log tells of one. */
function ownFailures(side: Comparison["current"]): TaskFailure[] {
  const failures = failuresOf(side);
  return lostExecutors(side) === 0 ? failures : failures.filter(({ kind }) => !CONSEQUENCES.has(kind));
}

function retriedFailures(side: Comparison["current"]): TaskFailure[] {
  return ownFailures(side).filter(({ kind }) => kind !== "JobFailed");
}

function hasFailed({ status }: Comparison["current"]): boolean {
  return status === "failed" || status === "infrastructure";
}

/** The case failed, or a job of it, or more jobs than in the baseline: what Spark did not get over by trying again. */
function failedForGood({ current, baseline }: Comparison): boolean {
  return (hasFailed(current) && !hasFailed(baseline)) || countFailedJobs(current) > countFailedJobs(baseline);
}

/** Tasks, a job or the whole case failed for a reason of their own. */
export const explainFailure: Rule = (comparison) => {
  const { current, baseline } = comparison;
  const retried = countOf(retriedFailures(current));
  if (retried <= countOf(retriedFailures(baseline)) && !failedForGood(comparison)) return null;
  const failures = ownFailures(current);
  // A task's own exception says more than the job that it brought down.
  const first = failures.find(({ kind }) => kind === "ExceptionFailure") ?? failures[0];
  const said = first?.message ?? current.reason;
  const subject = failedForGood(comparison)
    ? describeFailed(current)
    : `${plural(retried, "failure")} that Spark retried`;
  const jobs = { baseline: countFailedJobs(baseline), current: countFailedJobs(current) };
  return {
    kind: "failure",
    stage: stageOf(failures),
    sentence: said === null || said === undefined ? subject : `${subject}: ${firstLine(said)}`,
    evidence: [
      ...(current.status === null && baseline.status === null
        ? []
        : [{ what: "Status", baseline: baseline.status ?? NOT_MEASURED, current: current.status ?? NOT_MEASURED }]),
      ...(jobs.baseline + jobs.current === 0
        ? []
        : [{ what: "Failed jobs", baseline: String(jobs.baseline), current: String(jobs.current) }]),
      ...metricEvidence("failedTasks", baseline.metrics.failedTasks, current.metrics.failedTasks),
    ],
  };
};

function describeFailed(side: Comparison["current"]): string {
  if (side.status === "infrastructure") return "the infrastructure failed";
  if (side.status === "failed") return "the case failed";
  // "Task 3 in stage 1.0 failed 4 times, most recent failure: ..."
  const message = failuresOf(side).find(({ kind }) => kind === "JobFailed")?.message ?? "";
  const attempts = /\bfailed (\d{1,9}) times?\b/.exec(message)?.[1];
  const after = attempts === undefined ? "" : ` after ${plural(Number(attempts), "attempt")}`;
  return `${plural(countFailedJobs(side), "job")} failed for good${after}`;
}

/** Faults of a baseline that had some are few more until they are twice as many, and three more. */
const GRAVE_GROWTH = 2;
const FEW_MORE = 3;
/** A lone attempt that failed costs nothing that counts, unless its time says so. */
const FEWEST_RETRIES = 2;
/** Share of the attempts, or of the run time, from which on faults that Spark got over cost something. */
const GRAVE_COST = 0.1;

/**
 * A fault where it outranks changes of the work: one that the baseline did not have, or had far less of, and that cost something. One
 * more of a dozen, and a task that was tried again among hundreds, come after what changes the work, and what Spark got over comes
 * after an input that costs more.
 */
function whereGrave(rule: Rule, countOfSide: (side: Comparison["current"]) => number): Rule {
  return (comparison) => {
    const [before, now] = [countOfSide(comparison.baseline), countOfSide(comparison.current)];
    const isNew = before === 0 || (now >= GRAVE_GROWTH * before && now - before >= FEW_MORE);
    return isNew && isCostly(comparison) && !isOutweighedByInput(comparison) ? rule(comparison) : null;
  };
}

/** Whether faults ended something, took executors for their memory or stages with them, or made much of the work be done again. */
function isCostly(comparison: Comparison): boolean {
  const { current, baseline, repeatedRunShare } = comparison;
  const lost = lostExecutors(current) > lostExecutors(baseline);
  const { tasks } = current.metrics;
  const failed = countUnmeasured(comparison);
  return (
    isFatal(comparison) ||
    (current.metrics.retriedStages ?? 0) > (baseline.metrics.retriedStages ?? 0) ||
    repeatedRunShare >= GRAVE_COST ||
    // Where nobody counted the tasks, nobody knows that there were many.
    (failed >= (lost ? 1 : FEWEST_RETRIES) && failed >= GRAVE_COST * ((tasks ?? 0) + failed))
  );
}

/** Whether faults ended a job or the case, or took executors for their memory. */
function isFatal(comparison: Comparison): boolean {
  const { current, baseline } = comparison;
  return (
    failedForGood(comparison) || killedExecutors(current.evidence).length > killedExecutors(baseline.evidence).length
  );
}

/** Growth of the input that comes before whatever Spark got over. */
const FAR_MORE_INPUT = 2;
/** How far the CPU time may have grown beyond the input for the input to account for it. */
const SAME_GROWTH = 0.1;

/**
 * Whether the input accounts for more than the faults do: it doubled, or the CPU time grew as it did, and the records that were added took
 * a larger share of the run time than the attempts that failed or were repeated. What is fatal is never outweighed.
 */
function isOutweighedByInput(comparison: Comparison): boolean {
  const { current, baseline, repeatedRunShare, minimumCpuChange } = comparison;
  const input = changeOf(baseline.metrics.inputRecords, current.metrics.inputRecords);
  if (input === null || input <= 0 || isFatal(comparison)) return false;
  const cpu = changeOf(baseline.metrics.cpuMs, current.metrics.cpuMs);
  const accountsForCpu =
    cpu !== null && cpu >= minimumCpuChange && Math.abs((1 + cpu) / (1 + input) - 1) <= SAME_GROWTH;
  // Of the run time as a whole: what was repeated has no part in the work.
  const addedShare = (1 - repeatedRunShare) * (1 - 1 / (1 + input));
  return (1 + input >= FAR_MORE_INPUT || accountsForCpu) && addedShare > repeatedRunShare;
}

/** Attempts that failed and whose time is in no figure: those that went with an executor, and all where no attempt's time is known. */
function countUnmeasured({ current, repeatedRunShare }: Comparison): number {
  const failures = retriedFailures(current);
  const failed = Math.max(current.metrics.failedTasks ?? 0, countOf(failures));
  const measured = repeatedRunShare > 0 ? failures.filter(({ kind }) => kind === "ExceptionFailure") : [];
  return failed - countOf(measured);
}

export const explainGraveMemoryKill = whereGrave(explainMemoryKill, (side) =>
  Math.max(killsOf(side), countOf(outOfMemoryFailures(side))),
);
export const explainGraveExecutorLoss = whereGrave(explainExecutorLoss, lostExecutors);
const explainGraveRetries = whereGrave(explainFailure, (side) => countOf(retriedFailures(side)));
export const explainGraveFailure: Rule = (comparison) =>
  failedForGood(comparison) ? explainFailure(comparison) : explainGraveRetries(comparison);
