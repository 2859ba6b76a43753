import type { ExecFailure } from "../../lib/process/exec.ts";
import { toReason } from "../shared/reason.ts";

/** Why an attempt of a case did not end well, and whether another attempt may. */
export interface AttemptFailure {
  readonly reason: string;
  /** The machine failed, not the workload. */
  readonly infrastructure: boolean;
}

/** What the machine says when it fails, in lines that are no information or warning of Spark's. The first that is found counts. */
const MACHINE_FAILURES: readonly { readonly pattern: RegExp; readonly reason: string }[] = [
  { pattern: /No space left on device/, reason: "no space left on device" },
  {
    pattern: /Cannot allocate memory|insufficient memory for the Java Runtime|Could not reserve enough space/,
    reason: "the machine has no memory left for another JVM",
  },
  { pattern: /Too many open files/, reason: "too many open files" },
  {
    pattern: /Resource temporarily unavailable|unable to create (?:new )?native thread/,
    reason: "no process or thread left",
  },
  { pattern: /Address already in use|BindException/, reason: "a network address is already in use" },
  { pattern: /JAVA_GATEWAY_EXITED|Java gateway process exited/, reason: "the JVM ended before Python could reach it" },
  { pattern: /Error occurred during initialization of (?:VM|boot layer)/, reason: "the JVM did not start" },
];

/** Of the machine's words, those that a wrong setting of the user brings. */
const WRONG_JVM_OPTION =
  /Unrecognized (?:VM )?option|Invalid (?:maximum|initial) heap size|Initial heap size set to a larger value/;

const LOG_LINE = /^\d\d\/\d\d\/\d\d \d\d:\d\d:\d\d (INFO|WARN|DEBUG|TRACE|ERROR|FATAL) /;
const CHATTER = /^(?:WARNING:|Using |Setting default|To adjust|Picked up |NOTE:|log4j:|SLF4J|:: |\s*$)/;
const TRACEBACK = "Traceback (most recent call last):";

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

/** What a process brings on itself, and nobody else sends. */
const CRASHES: readonly string[] = ["SIGSEGV", "SIGABRT", "SIGBUS", "SIGILL", "SIGFPE"];

function explainSignal(signal: string): AttemptFailure {
  if (CRASHES.includes(signal)) return { reason: `crashed with ${signal}`, infrastructure: false };
  const hint = signal === "SIGKILL" ? " (the machine may be out of memory)" : "";
  return { reason: `killed by ${signal} from outside${hint}`, infrastructure: true };
}

/** The line that says best why a Spark application failed: Python's exception, Java's, the last error. */
function findTellingLine(lines: readonly string[]): string | null {
  const traceback = lines.lastIndexOf(TRACEBACK);
  if (traceback >= 0) {
    const index = lines.findIndex((line, at) => at > traceback && /^\S/.test(line));
    // Py4J's own line says which object was called, the next one what Java threw.
    const at = lines[index]?.startsWith("py4j.protocol.Py4JJavaError") ? index + 1 : index;
    const line = lines[at];
    // A Python worker's exception stands below its own traceback.
    const inner = line?.endsWith(TRACEBACK) ? lines.find((text, below) => below > at && /^\S/.test(text)) : undefined;
    if (line !== undefined) return shortenException(inner ?? line);
  }
  const plain = lines.filter((line) => /^\S/.test(line) && !CHATTER.test(line));
  const exception = plain.findLast((line) =>
    /^(?:Exception in thread "[^"]*" )?[\w.$]*(?:Exception|Error)\b/.test(line),
  );
  const line = exception ?? plain.findLast((line) => !LOG_LINE.test(line)) ?? plain.at(-1);
  return line === undefined ? null : shortenException(line);
}

/** Without the logger's prefix, the task that happened to fail first and the class's packages, which say nothing to people. */
function shortenException(line: string): string {
  return toReason(
    line
      .replace(LOG_LINE, "")
      .replace(/^: /, "")
      .replace(/^Exception in thread "[^"]*" /, "")
      .replace(/^.*Job aborted due to stage failure: .* most recent failure: Lost task [^)]*\) \([^)]*\): /, "")
      .replace(/^(?:[a-z_][\w$]*\.)+(?=[A-Z])/, ""),
  );
}
