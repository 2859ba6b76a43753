import { ExitCode } from "../../lib/errors.ts";
import { writeLines } from "../../lib/process/output.ts";
import { untilReaderGone } from "../shared/closed-pipe.ts";
import { createCommandProgress } from "../shared/command-progress.ts";
import { exitCodeOfSignal, untilSignal } from "../shared/until-signal.ts";
import type { LogsConfig } from "./options.ts";
import { printLogs } from "./print-logs.ts";

export async function executeLogs(config: LogsConfig): Promise<ExitCode> {
  const progress = createCommandProgress();
  return untilSignal(progress, "No longer following; the workflow goes on.", async (signal) => {
    const gone = untilReaderGone();
    const write = (line: string) => writeLines(process.stdout, [line]);
    try {
      await printLogs(config, { environment: process.env, signal: AbortSignal.any([signal, gone]) }, write);
    } catch (error) {
      if (!gone.aborted) throw error;
    }
    return exitCodeOfSignal(signal) ?? ExitCode.pass;
  });
}
