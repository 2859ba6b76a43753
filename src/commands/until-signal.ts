import { ExitCode } from "../lib/errors.ts";
import type { Progress } from "../progress.ts";

/**
 * Runs work that ends in an orderly way on SIGINT and SIGTERM; a second one ends the process at once.
 *
 * @param ending what is said at the first signal
 */
export async function untilSignal<T>(
  progress: Progress,
  ending: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const abort = new AbortController();
  const end = (exitCode: ExitCode) => () => {
    // Whoever asks twice does not want to wait.
    if (abort.signal.aborted) process.exit(exitCode);
    progress.note(`${ending} Once more to end at once.`);
    abort.abort(exitCode);
  };
  const onInterrupt = end(ExitCode.interrupted);
  const onTerminate = end(ExitCode.terminated);
  process.on("SIGINT", onInterrupt).on("SIGTERM", onTerminate);
  try {
    return await work(abort.signal);
  } finally {
    progress.stop();
    process.off("SIGINT", onInterrupt).off("SIGTERM", onTerminate);
  }
}

/** The exit code that a signal asked for; null where none came. */
export function exitCodeOfSignal(signal: AbortSignal): ExitCode | null {
  return signal.aborted ? (signal.reason as ExitCode) : null;
}
