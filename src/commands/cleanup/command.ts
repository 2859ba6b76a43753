import { ExitCode } from "../../lib/errors.ts";
import { createCommandProgress } from "../shared/command-progress.ts";
import { exitCodeOfSignal, untilSignal } from "../shared/until-signal.ts";
import { cleanUp } from "./clean-up.ts";
import type { CleanupConfig } from "./options.ts";

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
