import { ExitCode } from "../../lib/errors.ts";
import { toPrintable } from "../../lib/text/printable.ts";
import { createCommandProgress } from "../run/command.ts";
import { untilReaderGone } from "../shared/closed-pipe.ts";
import type { LogsConfig, WatchConfig } from "../shared/config.ts";
import { exitCodeOfSignal, untilSignal } from "../shared/until-signal.ts";
import { watchRun } from "./watch-run.ts";

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
    const { printLogs } = await import("../logs/print-logs.ts");
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
