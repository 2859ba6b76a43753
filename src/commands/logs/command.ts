import { ExitCode } from "../../lib/errors.ts";
import { toLogText, toPrintable } from "../../lib/text/printable.ts";
import { untilReaderGone } from "../shared/closed-pipe.ts";
import { createCommandProgress } from "../shared/command-progress.ts";
import { exitCodeOfSignal, untilSignal } from "../shared/until-signal.ts";
import type { LogsConfig } from "./options.ts";
import { printLogs } from "./print-logs.ts";

export async function executeLogs(config: LogsConfig): Promise<ExitCode> {
  const progress = createCommandProgress();
  return untilSignal(progress, "No longer following; the workflow goes on.", async (signal) => {
    const gone = untilReaderGone();
    const clean = process.env.GITHUB_ACTIONS === "true" ? toLogText : toPrintable;
    const write = (line: string) => process.stdout.write(`${clean(line)}\n`);
    try {
      await printLogs(config, { environment: process.env, signal: AbortSignal.any([signal, gone]) }, write);
    } catch (error) {
      if (!gone.aborted) throw error;
    }
    return exitCodeOfSignal(signal) ?? ExitCode.pass;
  });
}
