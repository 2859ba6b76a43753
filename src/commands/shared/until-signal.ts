import { ExitCode, errorMessage } from "../../lib/errors.ts";
import { describeError } from "../../lib/text/describe-error.ts";
import type { Progress } from "../../progress/create-progress.ts";

/** What escaped may have taken along something that is waited for: an end that takes longer than this does not come. */
const ESCAPE_GRACE_MS = 300_000;

/** Names of errors that an abort makes. */
const CUT_SHORT = ["AbortError", "ExecError"];

/**
 * Runs work that ends in an orderly way on SIGINT and SIGTERM. A second one ends the process at once; or, where `hurryMs` is given,
 * aborts `hurry`, and ends the process when the work has not ended by then.
 *
 * An error that nobody caught, of a dependency or ours, ends the work in the same way, with ExitCode.internal.
 *
 * @param ending what is said at the first signal
 */
export async function untilSignal<T>(
  progress: Progress,
  ending: string,
  work: (signal: AbortSignal, hurry: AbortSignal) => Promise<T>,
  { hurryMs = 0 }: { readonly hurryMs?: number } = {},
): Promise<T> {
  const abort = new AbortController();
  const hurry = new AbortController();
  const end = (exitCode: ExitCode) => () => {
    if (!abort.signal.aborted) {
      progress.note(`${ending} Once more to end at once.`);
      abort.abort(exitCode);
      return;
    }
    // A second signal ends the process without waiting for the orderly end.
    if (hurryMs === 0) process.exit(exitCode);
    if (hurry.signal.aborted) return;
    setTimeout(() => process.exit(exitCode), hurryMs).unref();
    hurry.abort(exitCode);
  };
  const onInterrupt = end(ExitCode.interrupted);
  const onTerminate = end(ExitCode.terminated);
  let escaped: { readonly error: unknown } | undefined;
  let watch: NodeJS.Timeout | undefined;
  const onEscape = (error: unknown) => {
    if (abort.signal.aborted) {
      // What is cut short by the end is part of it.
      const isCut = error === abort.signal.reason || (error instanceof Error && CUT_SHORT.includes(error.name));
      if (!isCut) progress.note(`! ${errorMessage(error)}`);
      return;
    }
    escaped = { error };
    const [first = "", ...lines] = describeError(error).text.trimEnd().split("\n");
    progress.note(first, ...lines, ending);
    watch = setTimeout(() => process.exit(ExitCode.internal), ESCAPE_GRACE_MS);
    abort.abort(ExitCode.internal);
  };
  process.on("SIGINT", onInterrupt).on("SIGTERM", onTerminate);
  process.on("uncaughtException", onEscape).on("unhandledRejection", onEscape);
  try {
    return await work(abort.signal, hurry.signal);
  } catch (error) {
    // What the end came to is a consequence.
    throw escaped === undefined ? error : escaped.error;
  } finally {
    clearTimeout(watch);
    progress.stop();
    process.off("SIGINT", onInterrupt).off("SIGTERM", onTerminate);
    process.off("uncaughtException", onEscape).off("unhandledRejection", onEscape);
  }
}

/** The exit code that a signal asked for; null where none came. */
export function exitCodeOfSignal(signal: AbortSignal): ExitCode | null {
  return signal.aborted ? (signal.reason as ExitCode) : null;
}
