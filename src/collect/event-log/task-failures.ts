import { redactText } from "../../lib/text/redact.ts";
import type { TaskFailure } from "../../model/documents.ts";
import type { TaskEndReason } from "./spark-events.ts";

const MAX_MESSAGE_LINES = 3;
const MAX_MESSAGE_CHARACTERS = 500;
/** A log of a job that fails a million times over must not fill the memory with its messages. */
const MAX_GROUPS = 200;

const TRACEBACK = "Traceback (most recent call last):";
const OUT_OF_MEMORY_CLASS = /(^|\.)(Spark)?OutOfMemoryError$/;

export type TaskOutcome = "succeeded" | "failed" | "out of memory" | "not needed";

/**
 * How a task ended. Spark kills tasks whose result it no longer needs (the other copy of a speculative task was first, a stage was
 * cancelled because its job has ended or AQE found it superfluous): these are no failures.
 */
export function classifyTaskEnd(reason: TaskEndReason | undefined): TaskOutcome {
  if (reason === undefined || reason.Reason === undefined || reason.Reason === "Success") return "succeeded";
  if (reason.Reason === "TaskKilled") {
    return /another attempt succeeded|cancel|Job \S+ (was )?(finished|completed)/i.test(reason["Kill Reason"] ?? "")
      ? "not needed"
      : "failed";
  }
  return OUT_OF_MEMORY_CLASS.test(reason["Class Name"] ?? "") ? "out of memory" : "failed";
}

/** What Spark said about a task that failed, in a few lines. */
export function describeTaskEnd(reason: TaskEndReason): string {
  const { "Class Name": className, Description: description } = reason;
  if (className !== undefined) return shortenMessage(`${className}: ${description ?? ""}`);
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
  const text = redactText(kept.join("\n"));
  return text.length > MAX_MESSAGE_CHARACTERS ? `${text.slice(0, MAX_MESSAGE_CHARACTERS - 1)}…` : text;
}

/** The line of a traceback that names the error: the first behind it that is not indented. */
function pythonError(lines: readonly string[], traceback: number): string {
  return lines.slice(traceback + 1).find((line) => !/^\s/.test(line)) ?? TRACEBACK;
}

/** Counts failures that are the same: in one stage, of one kind, with one first line but for its numbers. */
export class FailureCounter {
  readonly #groups = new Map<string, { stageId: number | null; kind: string; message: string; count: number }>();

  /** @param stageId null where the failure is no stage's */
  count(stageId: number | null, kind: string, message: string): void {
    const firstLine = message.split("\n", 1)[0]!.replace(/\d+/g, "#");
    const key = `${stageId} ${kind} ${firstLine}`;
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
