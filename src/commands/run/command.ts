import type { ExitCode } from "../../lib/errors.ts";
import { writeLines } from "../../lib/process/output.ts";
import { quoteCommand } from "../../lib/text/shell.ts";
import { unitOf } from "../../plan/execution.ts";
import { attachOptionsOf } from "../shared/cluster-options.ts";
import type { CommandContext } from "../shared/context.ts";
import type { RunOutcome } from "./context.ts";
import type { RunConfig } from "./options.ts";
import { run } from "./run.ts";
import { showOutcome } from "./show-outcome.ts";

export async function executeRun(config: RunConfig, context: CommandContext): Promise<ExitCode> {
  const outcome = await showOutcome(
    context,
    { showLogs: config.showLogs, unit: unitOf(config.partner) },
    (runContext) => run(config, runContext),
  );
  if (outcome.verdict.ending !== "complete") writeLines(process.stderr, describeNext(config, outcome));
  return outcome.exitCode;
}

/** How to go on with a run that was ended. */
function describeNext({ cluster, onCluster }: RunConfig, { folder, results }: RunOutcome): string[] {
  const call = (...words: string[]) => quoteCommand(["spark-loadtest", ...words]);
  if (cluster === null) return ["", `Continue this run with: ${call("run", "--resume", folder)}`];
  if (!onCluster.keepCluster) return [];
  const options = [results.run.id, ...attachOptionsOf(cluster)];
  return [
    "",
    `Its workflow was left on the cluster. Take it up with: ${call("collect", ...options)}`,
    `Remove it with: ${call("cleanup", ...options)}`,
  ];
}
