import { redactBeginning } from "../../lib/text/redact.ts";
import type { TaskFailure } from "../../model/documents.ts";
import { isOutOfMemory, saysReleased, withoutIds } from "./failure-words.ts";
import type { TaskEndReason } from "./spark-events.ts";

const MAX_MESSAGE_LINES = 3;
const MAX_MESSAGE_CHARACTERS = 500;
/** A log of a job that fails a million times over must not fill the memory with its messages. */
const MAX_GROUPS = 200;

/** Source: TaskSetManager, TaskSchedulerImpl, DAGScheduler. */
const NOT_NEEDED =
  /another attempt succeeded|cancel|^Stage (was )?(finished|completed)|Job \S+ (was )?(finished|completed)/i;

/** The cluster manager took the executor away, which no task brings about. Source: YarnAllocator, TaskSchedulerImpl. */
const TAKEN_AWAY = /\bpreempted\b/i;
const DECOMMISSIONED = /^Executor decommission/i;

const TRACEBACK = "Traceback (most recent call last):";

export type TaskOutcome = "succeeded" | "failed" | "out of memory" | "not needed" | "resubmitted" | "released";

/**
 * How a task ended. No failures are
 * - not needed: Spark kills tasks, or denies them the commit, whose result it no longer needs (the other attempt was first, the stage
 *   has finished, was cancelled because its job has ended, or AQE found it superfluous);
 * - resubmitted: the result of a task that had succeeded was lost with its executor, which is what failed;
 * - released: the driver let go of the executor that it ran on, or the cluster manager took that away.
 */
export function classifyTaskEnd(reason: TaskEndReason | null | undefined): TaskOutcome {
  if (reason?.Reason == null || reason.Reason === "Success") return "succeeded";
  if (reason.Reason === "TaskCommitDenied") return "not needed";
  if (reason.Reason === "Resubmitted") return "resubmitted";
  if (reason.Reason === "TaskKilled") {
    const killed = reason["Kill Reason"] ?? "";
    if (DECOMMISSIONED.test(killed)) return "released";
    return NOT_NEEDED.test(killed) ? "not needed" : "failed";
  }
  if (reason.Reason === "ExecutorLostFailure") {
    const lost = reason["Loss Reason"] ?? "";
    if (saysReleased(lost) || TAKEN_AWAY.test(lost)) return "released";
  }
  return isOutOfMemory(reason) ? "out of memory" : "failed";
}

/** What Spark said about a task that failed, in a few lines. */
export function describeTaskEnd(reason: TaskEndReason): string {
  const { "Class Name": className, Description: description } = reason;
  if (className != null) return shortenMessage(`${className}: ${description ?? ""}`);
  const said = reason["Loss Reason"] ?? reason["Kill Reason"] ?? reason.Message ?? reason.Reason ?? "no reason given";
  return shortenMessage(said);
}

/** The first lines of a message, secrets redacted; in place of a Python traceback the error that it ends with. */
export function shortenMessage(message: string): string {
  const lines = message
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => line.trim() !== "");
  const traceback = lines.findIndex((line) => line.includes(TRACEBACK));
  const kept =
    traceback === -1
      ? lines.slice(0, MAX_MESSAGE_LINES)
      : [...lines.slice(0, traceback), lines[traceback]!.replace(TRACEBACK, pythonError(lines, traceback))];
  return redactBeginning(kept.join("\n"), MAX_MESSAGE_CHARACTERS);
}

/** The line of a traceback that names the error: the first behind it that is not indented. */
function pythonError(lines: readonly string[], traceback: number): string {
  return lines.slice(traceback + 1).find((line) => !/^\s/.test(line)) ?? TRACEBACK;
}

/** Counts failures that are the same: in one stage, of one kind, with one first line but for what is of the single occurrence. */
export class FailureCounter {
  readonly #groups = new Map<string, { stageId: number | null; kind: string; message: string; count: number }>();

  /** @param stageId null where the failure is no stage's */
  count(stageId: number | null, kind: string, message: string): void {
    const key = `${stageId} ${kind} ${withoutIds(message)}`;
    const group = this.#groups.get(key);
    if (group !== undefined) group.count += 1;
    else if (this.#groups.size < MAX_GROUPS) this.#groups.set(key, { stageId, kind, message, count: 1 });
  }

  /** In the order of their first occurrence. */
  toFailures(stageKey: (stageId: number) => string | null): TaskFailure[] {
    return [...this.#groups.values()].map(({ stageId, kind, message, count }) => ({
      stage: stageId === null ? null : stageKey(stageId),
      kind,
      message,
      count,
    }));
  }
}
