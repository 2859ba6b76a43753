import { basename, relative } from "node:path";
import type { RunConfig } from "../config/config.ts";
import { ExitCode } from "../lib/errors.ts";
import { createProgress } from "../progress.ts";
import { renderSummary } from "../report/summary.ts";
import { run } from "../run.ts";
import type { CommandContext } from "./execute.ts";

export async function executeRun(
  config: RunConfig,
  { assetsDirectory, toolVersion }: CommandContext,
): Promise<ExitCode> {
  const progress = createProgress(process.stderr);
  const abort = new AbortController();
  const end = (exitCode: ExitCode) => () => {
    // Whoever asks twice does not want to wait; what is left of Spark then ends with this process.
    if (abort.signal.aborted) process.exit(exitCode);
    progress.note("Ending: stopping what runs, keeping what is finished. Once more to end at once.");
    abort.abort(exitCode);
  };
  const onInterrupt = end(ExitCode.interrupted);
  const onTerminate = end(ExitCode.terminated);
  process.on("SIGINT", onInterrupt).on("SIGTERM", onTerminate);
  try {
    const outcome = await run(config, {
      assetsDirectory,
      toolVersion,
      environment: process.env,
      progress,
      signal: abort.signal,
    });
    progress.stop();
    const color = process.stdout.isTTY && !process.env.NO_COLOR;
    // It escapes what it shows itself: its colours are escape sequences, too.
    const summary = renderSummary(outcome, {
      color,
      width: process.stdout.columns ?? 100,
      reportPath: outcome.htmlPath,
    });
    process.stdout.write(`${summary.trimEnd()}\n`);
    if (outcome.results.run.finishedAt === null) {
      process.stderr.write(`\nContinue this run with: ${describeSelf()} run --resume ${outcome.folder}\n`);
    }
    return outcome.exitCode;
  } finally {
    progress.stop();
    process.off("SIGINT", onInterrupt).off("SIGTERM", onTerminate);
  }
}

/** How this program was called, so that the next command can be copied. */
function describeSelf(): string {
  const script = process.argv[1] ?? "spark-loadtest";
  return script.endsWith(".js") ? `node ${relative(process.cwd(), script)}` : basename(script);
}
