import type { ExitCode } from "../../lib/errors.ts";
import { writePainted, writeText } from "../../lib/process/output.ts";
import { describeError } from "../../lib/text/describe-error.ts";
import { renderScenariosSummary } from "../../report/scenarios/summary.ts";
import { createCommandProgress, usesColor } from "../shared/command-progress.ts";
import type { CommandContext } from "../shared/context.ts";
import { exitCodeOfSignal, untilSignal } from "../shared/until-signal.ts";
import type { ScenariosConfig } from "./options.ts";
import { runScenarios } from "./run-scenarios.ts";

const ENDING = "Ending: stopping the scripts, removing the namespaces.";
/** After a second signal, to end the scripts and to ask for the deletion of the namespaces. */
const HURRY_MS = 10_000;

export async function executeScenarios(config: ScenariosConfig, { toolVersion }: CommandContext): Promise<ExitCode> {
  const progress = createCommandProgress({ showLogs: config.showLogs, unit: "scenario" });
  const outcome = await untilSignal(
    progress,
    ENDING,
    async (signal, hurry) => {
      try {
        return await runScenarios(config, { toolVersion, environment: process.env, progress, signal, hurry });
      } catch (error) {
        const exitCode = exitCodeOfSignal(signal);
        // After a signal, an error is a consequence of the ending, and the exit code is that of the signal.
        if (exitCode === null) throw error;
        return exitCode;
      }
    },
    { hurryMs: HURRY_MS },
  );
  if (typeof outcome === "number") return outcome;
  const summary = renderScenariosSummary(outcome.document, {
    color: usesColor(),
    width: process.stdout.columns ?? 100,
    reportPath: outcome.htmlPath,
  });
  writePainted(process.stdout, summary.split("\n"));
  for (const problem of outcome.problems) writeText(process.stderr, describeError(problem).text);
  return outcome.exitCode;
}
