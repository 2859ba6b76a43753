import { ExitCode, errorMessage, LoadtestError } from "../errors.ts";
import { toLogText } from "./printable.ts";

/** What people read when a command ends with an error, and the exit code it ends with. */
export function describeError(error: unknown): { text: string; exitCode: ExitCode } {
  if (error instanceof LoadtestError) {
    const hint = error.hint === undefined ? "" : `\n  ${error.hint.replaceAll("\n", "\n  ")}\n`;
    return { text: toLogText(`spark-loadtest: ${error.message}\n${hint}`), exitCode: error.exitCode };
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : errorMessage(error);
  return {
    text: toLogText(`spark-loadtest: internal error, please report it with what follows\n${detail}\n`),
    exitCode: ExitCode.internal,
  };
}
