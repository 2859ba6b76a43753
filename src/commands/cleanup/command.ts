import { ExitCode } from "../../lib/errors.ts";
import { createCommandProgress } from "../run/command.ts";
import type { CleanupConfig } from "../shared/config.ts";
import { exitCodeOfSignal, untilSignal } from "../shared/until-signal.ts";
import { cleanUp } from "./clean-up.ts";

export async function executeCleanup(config: CleanupConfig): Promise<ExitCode> {
  const progress = createCommandProgress();
  return untilSignal(progress, "Ending; what is left can be removed by `cleanup` again.", async (signal) => {
    try {
      await cleanUp(config, { environment: process.env, progress, signal });
    } catch (error) {
      // What breaks because it is being ended is not a failure of its own.
      if (!signal.aborted) throw error;
    }
    return exitCodeOfSignal(signal) ?? ExitCode.pass;
  });
}
