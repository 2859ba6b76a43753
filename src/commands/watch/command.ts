import type { ExitCode } from "../../lib/errors.ts";
import { createCommandProgress } from "../shared/command-progress.ts";
import { exitCodeOfSignal, untilSignal } from "../shared/until-signal.ts";
import type { WatchConfig } from "./options.ts";
import { watchRun } from "./watch-run.ts";

/** Follows a workflow; an interrupt ends the watching only. */
export async function executeWatch(config: WatchConfig): Promise<ExitCode> {
  const progress = createCommandProgress({ showLogs: config.showLogs });
  return untilSignal(progress, "No longer watching; the workflow goes on.", async (signal) => {
    const exitCode = await watchRun(config, { environment: process.env, progress, signal });
    return exitCodeOfSignal(signal) ?? exitCode;
  });
}
