import { stringify } from "yaml";
import { ExitCode } from "../../lib/errors.ts";
import { writeDocument, writeLines } from "../../lib/process/output.ts";
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
    for (const manifest of manifests) {
      writeLines(process.stdout, ["---"]);
      writeDocument(process.stdout, manifest, (value) => stringify(value));
    }
    return ExitCode.pass;
  }
  writeLines(process.stdout, [runId]);
  writeLines(process.stderr, [`Follow it with: spark-loadtest watch ${runId}`]);
  return ExitCode.pass;
}
