import { InfrastructureError } from "../../lib/errors.ts";
import { ExecError, type ExecOptions, type ExecResult, exec, isCommandFailure } from "../../lib/process/exec.ts";
import { toPrintable } from "../../lib/text/printable.ts";

/** Lines of a tool's output that people are shown. */
const LINES_SHOWN = 8;

/** What is known about a failure: text that a tool prints, and what to do then. */
export type FailureHints = readonly (readonly [pattern: RegExp, hint: string])[];

/**
 * Runs a tool; its failure becomes an InfrastructureError with its own last lines. An abort stays an ExecError.
 *
 * @param what for people: "kind create cluster"
 */
export async function runTool(
  what: string,
  [command, ...args]: readonly [string, ...string[]],
  options: ExecOptions,
  hints: FailureHints = [],
): Promise<ExecResult> {
  try {
    return await exec(command, args, options);
  } catch (error) {
    throw isCommandFailure(error) ? toolFailure(what, error, hints) : error;
  }
}

export function toolFailure(what: string, error: ExecError, hints: FailureHints = []): InfrastructureError {
  const how = error.message.replace(/^\S+ /, "");
  const hint = hints.find(([pattern]) => pattern.test(error.tail))?.[1];
  const lines = lastLines(error.tail);
  return new InfrastructureError(`${what} ${how}${lines.length === 0 ? "." : `:\n  ${lines.join("\n  ")}`}`, {
    cause: error,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** What a tool said last, without blank lines and the traces of its own code. */
export function lastLines(output: string, count = LINES_SHOWN): string[] {
  const stack = output.search(/^Stack Trace:/m);
  const lines = toPrintable(stack > 0 ? output.slice(0, stack) : output).split("\n");
  return lines
    .map((line) => line.trimEnd())
    .filter((line) => line !== "")
    .slice(-count);
}

/** What work ends with once its signal has aborted, whatever it was about. */
export function abortedError(what: string): ExecError {
  return new ExecError([what], { kind: "aborted" }, "");
}
