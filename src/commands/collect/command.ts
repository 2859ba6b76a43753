import type { ExitCode } from "../../lib/errors.ts";
import { writeLines } from "../../lib/process/output.ts";
import { showOutcome } from "../run/show-outcome.ts";
import type { CommandContext } from "../shared/context.ts";
import { collectRun } from "./collect-run.ts";
import type { CollectConfig } from "./options.ts";

export async function executeCollect(config: CollectConfig, context: CommandContext): Promise<ExitCode> {
  const outcome = await showOutcome(context, {}, (runContext) => collectRun(config, runContext));
  writeLines(process.stderr, [
    "",
    `Remove what the run left on the cluster with: spark-loadtest cleanup ${config.runId}`,
  ]);
  return outcome.exitCode;
}
