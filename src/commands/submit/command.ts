import { ExitCode } from "../../lib/errors.ts";
import { createCommandProgress } from "../shared/command-progress.ts";
import type { CommandContext } from "../shared/context.ts";
import { untilSignal } from "../shared/until-signal.ts";
import type { SubmitConfig } from "./options.ts";
import { submitTier } from "./submit-tier.ts";

export async function executeSubmit(
  config: SubmitConfig,
  { assetsDirectory, toolVersion }: CommandContext,
): Promise<ExitCode> {
  const progress = createCommandProgress();
  const { runId, manifests } = await untilSignal(progress, "Ending.", (signal) =>
    submitTier(config, { assetsDirectory, toolVersion, environment: process.env, progress, signal }),
  );
  if (manifests !== null) {
    process.stdout.write(manifests);
    return ExitCode.pass;
  }
  process.stdout.write(`${runId}\n`);
  process.stderr.write(`Follow it with: spark-loadtest watch ${runId}\n`);
  return ExitCode.pass;
}
