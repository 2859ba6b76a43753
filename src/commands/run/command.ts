import { basename, relative } from "node:path";
import type { ExitCode } from "../../lib/errors.ts";
import { unitOf } from "../../plan/pairs.ts";
import { createProgress, type ProgressOptions } from "../../progress/create-progress.ts";
import { renderSummary } from "../../report/summary.ts";
import type { CommandContext } from "../execute.ts";
import type { CollectConfig, RunConfig } from "../shared/config.ts";
import { untilSignal } from "../shared/until-signal.ts";
import { type RunContext, type RunOutcome, run } from "./run.ts";

const ENDING = "Ending: stopping what runs, keeping what is finished.";

export async function executeRun(config: RunConfig, context: CommandContext): Promise<ExitCode> {
  const outcome = await withContext(
    context,
    { showLogs: config.showLogs, unit: unitOf(config.partner) },
    (runContext) => run(config, runContext),
  );
  if (outcome.results.run.finishedAt === null && config.cluster === null) {
    process.stderr.write(`\nContinue this run with: ${describeSelf()} run --resume ${outcome.folder}\n`);
  }
  return outcome.exitCode;
}

export async function executeCollect(config: CollectConfig, context: CommandContext): Promise<ExitCode> {
  const { collectRun } = await import("../collect/collect-run.ts");
  const outcome = await withContext(context, {}, (runContext) => collectRun(config, runContext));
  process.stderr.write(`\nRemove what the run left on the cluster with: ${describeSelf()} cleanup ${config.runId}\n`);
  return outcome.exitCode;
}

async function withContext(
  { assetsDirectory, toolVersion }: CommandContext,
  options: Pick<ProgressOptions, "showLogs" | "unit">,
  work: (context: RunContext) => Promise<RunOutcome>,
): Promise<RunOutcome> {
  const progress = createCommandProgress(options);
  const outcome = await untilSignal(progress, ENDING, (signal) =>
    work({ assetsDirectory, toolVersion, environment: process.env, progress, signal }),
  );
  const color = process.stdout.isTTY && !process.env.NO_COLOR;
  // It escapes what it shows itself: its colours are escape sequences, too.
  const summary = renderSummary(outcome, {
    color,
    width: process.stdout.columns ?? 100,
    reportPath: outcome.htmlPath,
  });
  process.stdout.write(`${summary.trimEnd()}\n`);
  return outcome;
}

/** Progress as this command's surroundings want it. */
export function createCommandProgress(options: Pick<ProgressOptions, "showLogs" | "unit"> = {}) {
  return createProgress(process.stderr, {
    ci: process.env.GITHUB_ACTIONS === "true" ? "github" : null,
    color: !process.env.NO_COLOR,
    ...options,
  });
}

/** How this program was called, so that the next command can be copied. */
export function describeSelf(): string {
  const script = process.argv[1] ?? "spark-loadtest";
  return script.endsWith(".js") ? `node ${relative(process.cwd(), script)}` : basename(script);
}
