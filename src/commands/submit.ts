import type { ClusterConfig, RunConfig } from "../config/config.ts";
import { ExitCode } from "../lib/errors.ts";
import { submitTier } from "../submit-tier.ts";
import type { CommandContext } from "./execute.ts";
import { createCommandProgress, describeSelf } from "./run.ts";
import { untilSignal } from "./until-signal.ts";

export async function executeSubmit(
  config: RunConfig & { readonly cluster: ClusterConfig },
  { assetsDirectory, toolVersion }: CommandContext,
): Promise<ExitCode> {
  const progress = createCommandProgress(false);
  const runId = await untilSignal(progress, "Ending.", (signal) =>
    submitTier(config, { assetsDirectory, toolVersion, environment: process.env, progress, signal }),
  );
  process.stdout.write(`${runId}\n`);
  process.stderr.write(`Follow it with: ${describeSelf()} watch ${runId}\n`);
  return ExitCode.pass;
}
