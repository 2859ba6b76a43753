import type { LogsConfig, WatchConfig } from "../config/config.ts";
import { ExitCode } from "../lib/errors.ts";
import { toPrintable } from "../lib/printable.ts";
import { watchRun } from "../watch-run.ts";
import { untilReaderGone } from "./closed-pipe.ts";
import { createCommandProgress } from "./run.ts";
import { exitCodeOfSignal, untilSignal } from "./until-signal.ts";

/** Follows a workflow; an interrupt ends the watching only. */
export async function executeWatch(config: WatchConfig): Promise<ExitCode> {
  const progress = createCommandProgress({ showLogs: config.showLogs });
  return untilSignal(progress, "No longer watching; the workflow goes on.", async (signal) => {
    const exitCode = await watchRun(config, { environment: process.env, progress, signal });
    return exitCodeOfSignal(signal) ?? exitCode;
  });
}

export async function executeLogs(config: LogsConfig): Promise<ExitCode> {
  const progress = createCommandProgress();
  return untilSignal(progress, "No longer following; the workflow goes on.", async (signal) => {
    const { printLogs } = await import("../print-logs.ts");
    const gone = untilReaderGone();
    const write = (line: string) => process.stdout.write(`${toPrintable(line)}\n`);
    try {
      await printLogs(config, { environment: process.env, signal: AbortSignal.any([signal, gone]) }, write);
    } catch (error) {
      if (!gone.aborted) throw error;
    }
    return exitCodeOfSignal(signal) ?? ExitCode.pass;
  });
}
