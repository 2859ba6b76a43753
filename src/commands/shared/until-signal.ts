import { ExitCode } from "../../lib/errors.ts";
import type { Progress } from "../../progress/create-progress.ts";

/**
 * Runs work that ends in an orderly way on SIGINT and SIGTERM. A second one ends the process at once; or, where `hurryMs` is given,
 * aborts `hurry`, and ends the process when the work has not ended by then.
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
  process.on("SIGINT", onInterrupt).on("SIGTERM", onTerminate);
  try {
    return await work(abort.signal, hurry.signal);
  } finally {
    progress.stop();
    process.off("SIGINT", onInterrupt).off("SIGTERM", onTerminate);
  }
}

/** The exit code that a signal asked for; null where none came. */
export function exitCodeOfSignal(signal: AbortSignal): ExitCode | null {
  return signal.aborted ? (signal.reason as ExitCode) : null;
}
