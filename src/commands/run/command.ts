import type { ExitCode } from "../../lib/errors.ts";
import { unitOf } from "../../plan/execution.ts";
import type { CommandContext } from "../shared/context.ts";
import type { RunConfig } from "./options.ts";
import { run } from "./run.ts";
import { showOutcome } from "./show-outcome.ts";

export async function executeRun(config: RunConfig, context: CommandContext): Promise<ExitCode> {
  const outcome = await showOutcome(
    context,
    { showLogs: config.showLogs, unit: unitOf(config.partner) },
    (runContext) => run(config, runContext),
  );
  if (outcome.verdict.ending !== "complete" && config.cluster === null) {
    process.stderr.write(`\nContinue this run with: spark-loadtest run --resume ${outcome.folder}\n`);
  }
  return outcome.exitCode;
}
