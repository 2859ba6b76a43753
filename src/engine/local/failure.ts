import tables from "../../../workflows/tables.json" with { type: "json" };
import type { ExecFailure } from "../../lib/process/exec.ts";
import { toReason } from "../shared/reason.ts";

/** Why an attempt of a case did not end well, and whether another attempt may. */
export interface AttemptFailure {
  readonly reason: string;
  /** The machine failed, not the workload. */
  readonly infrastructure: boolean;
}

const rules = tables.failures;
/** What the machine says when it fails, in lines that are no information or warning of Spark's. The first that is found counts. */
const MACHINE_FAILURES = rules.machine.map(({ pattern, reason }) => ({
  pattern: new RegExp(pattern),
  reason: reason.replace("{machine}", "machine"),
}));
/** Of the machine's words, those that a wrong setting of the user brings. */
const WRONG_JVM_OPTION = new RegExp(rules.wrongJvmOption);
const LOG_LINE = new RegExp(rules.logLine);
const CHATTER = new RegExp(rules.chatter);
const EXCEPTION = new RegExp(rules.exception);
/** What Spark throws for what another thread threw. */
const SAYS_NOTHING = new RegExp(rules.saysNothing);
/** The logger's, the task's that happened to fail first, and the class's packages, which say nothing to people. */
const PREFIXES = [rules.logLine, ...rules.prefixes].map((prefix) => new RegExp(prefix));

/**
 * What an attempt's end means.
 *
 * @param output the end of the attempt's log
 */
export function explainFailure(failure: ExecFailure, output: string): AttemptFailure {
  switch (failure.kind) {
    case "timeout":
      return { reason: `no end after ${Math.round(failure.timeoutMs / 1000)} s`, infrastructure: false };
    case "spawn":
      return { reason: `spark-submit could not be started (${failure.code})`, infrastructure: true };
    case "signal":
      return explainSignal(failure.signal);
    case "aborted":
      return { reason: "interrupted", infrastructure: false };
  }
  const lines = output.split(/\r?\n/);
  const words = lines.filter((line) => {
    const level = LOG_LINE.exec(line)?.[1];
    return level === undefined || level === "ERROR" || level === "FATAL";
  });
  const text = words.join("\n");
  if (!WRONG_JVM_OPTION.test(text)) {
    const machine = MACHINE_FAILURES.find(({ pattern }) => pattern.test(text));
    if (machine !== undefined) return { reason: machine.reason, infrastructure: true };
  }
  // Java gives the exit code of the Python process, which the shell's convention makes of its signal.
  if (failure.code === 137) return explainSignal("SIGKILL");
  return { reason: findTellingLine(words) ?? `exit code ${failure.code} without a word`, infrastructure: false };
}

function explainSignal(signal: string): AttemptFailure {
  // What a process brings on itself, and nobody else sends.
  if (rules.crashes.includes(signal)) return { reason: `crashed with ${signal}`, infrastructure: false };
  const hint = signal === "SIGKILL" ? " (the machine may be out of memory)" : "";
  return { reason: `killed by ${signal} from outside${hint}`, infrastructure: true };
}

/** The line that says best why a Spark application failed: Python's exception, Java's, the last error. */
function findTellingLine(lines: readonly string[]): string | null {
  const traceback = lines.lastIndexOf(rules.traceback);
  if (traceback >= 0) {
    const index = lines.findIndex((line, at) => at > traceback && /^\S/.test(line));
    // Py4J's own line says which object was called, the next one what Java threw.
    const at = lines[index]?.startsWith(rules.javaError) ? index + 1 : index;
    const line = lines[at];
    // A Python worker's exception stands below its own traceback.
    const inner = line?.endsWith(rules.traceback)
      ? lines.find((text, below) => below > at && /^\S/.test(text))
      : undefined;
    if (line !== undefined) return shortenException(inner ?? findCause(lines, at) ?? line);
  }
  const plain = lines.filter((line) => /^\S/.test(line) && !CHATTER.test(line));
  const exception = plain.findLast((line) => EXCEPTION.test(line));
  const line = exception ?? plain.findLast((line) => !LOG_LINE.test(line)) ?? plain.at(-1);
  return line === undefined ? null : shortenException(line);
}

/** What stands as the cause below a line that says nothing by itself; null where it says something, or nothing stands there. */
function findCause(lines: readonly string[], at: number): string | null {
  if (!SAYS_NOTHING.test(lines[at]!)) return null;
  const isCause = (line: string) => line.startsWith(rules.cause) && !SAYS_NOTHING.test(line);
  return lines.find((line, below) => below > at && isCause(line)) ?? null;
}

function shortenException(line: string): string {
  return toReason(PREFIXES.reduce((text, prefix) => text.replace(prefix, ""), line));
}
