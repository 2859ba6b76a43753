import { ExitCode, errorCode, errorMessage, InfrastructureError, LoadtestError } from "../errors.ts";
import { toLogText } from "./printable.ts";
import { redactText } from "./redact.ts";

/** What the system refuses because of the machine, wherever in this program that comes to light, and what to do. */
const REFUSALS: Readonly<Record<string, string>> = {
  EMFILE: "This process may open too few files at once: raise the limit (ulimit -n), or run less at once.",
  ENFILE: "The machine has too many files open: end what is not needed.",
  ENOSPC: "The disk is full: free some space.",
  EDQUOT: "The disk quota is used up: free some space.",
  EROFS: "The file system is read-only: use a folder elsewhere.",
  EACCES: "Check the permissions.",
  EPERM: "Check the permissions.",
  ENAMETOOLONG: "A name or a path is too long: use shorter ones.",
  ELOOP: "Links lead in a circle there: name the place itself.",
  EIO: "The disk, or the connection to it, is broken.",
  ENOMEM: "The machine has too little memory.",
  ESTALE: "The network file system has lost the file: mount it again.",
};

/** The same error as an ending, where it is the system's refusal. */
function toEnding(error: unknown): unknown {
  const hint = error instanceof Error && "syscall" in error ? REFUSALS[errorCode(error) ?? ""] : undefined;
  return hint === undefined ? error : new InfrastructureError(errorMessage(error), { hint, cause: error });
}

/** What people read when a command ends with an error, without secrets of what it was given, and the exit code it ends with. */
export function describeError(thrown: unknown): { text: string; exitCode: ExitCode } {
  const error = toEnding(thrown);
  if (error instanceof LoadtestError) {
    const hint = error.hint === undefined ? "" : `\n  ${error.hint.replaceAll("\n", "\n  ")}\n`;
    return { text: toLogText(redactText(`spark-loadtest: ${error.message}\n${hint}`)), exitCode: error.exitCode };
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : errorMessage(error);
  return {
    text: toLogText(redactText(`spark-loadtest: internal error, please report it with what follows\n${detail}\n`)),
    exitCode: ExitCode.internal,
  };
}
