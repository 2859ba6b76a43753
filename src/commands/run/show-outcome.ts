import { writePainted } from "../../lib/process/output.ts";
import type { ProgressOptions } from "../../progress/create-progress.ts";
import { renderSummary } from "../../report/summary.ts";
import { createCommandProgress, usesColor } from "../shared/command-progress.ts";
import type { CommandContext } from "../shared/context.ts";
import { untilSignal } from "../shared/until-signal.ts";
import type { RunContext, RunOutcome } from "./context.ts";

const ENDING = "Ending: stopping what runs, keeping what is finished.";

/** Runs a use case that comes to a run's outcome, with progress and signals, and prints the summary of it. */
export async function showOutcome(
  { assetsDirectory, toolVersion }: CommandContext,
  options: Pick<ProgressOptions, "showLogs" | "unit">,
  work: (context: RunContext) => Promise<RunOutcome>,
): Promise<RunOutcome> {
  const progress = createCommandProgress(options);
  const outcome = await untilSignal(progress, ENDING, (signal) =>
    work({ assetsDirectory, toolVersion, environment: process.env, progress, signal }),
  );
  const summary = renderSummary(outcome, {
    color: usesColor(),
    width: process.stdout.columns ?? 100,
    reportPath: outcome.htmlPath,
  });
  writePainted(process.stdout, summary.split("\n"));
  return outcome;
}
