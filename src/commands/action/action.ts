import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { BadInputError, ExitCode, errorMessage, InfrastructureError } from "../../lib/errors.ts";
import { describeError } from "../../lib/text/describe-error.ts";
import { unitOf } from "../../plan/execution.ts";
import { createProgress } from "../../progress/create-progress.ts";
import { readGithubContext } from "../../publish/github/context.ts";
import * as runner from "../../publish/github/runner.ts";
import { countSteps, locateStep } from "../../publish/locate-step.ts";
import type { RunContext, RunOutcome } from "../run/context.ts";
import { run } from "../run/run.ts";
import { untilSignal } from "../shared/until-signal.ts";
import { type ActionConfig, describeNextRun, findInput, inInputWords } from "./action-config.ts";
import { type ActionState, saveActionState } from "./action-state.ts";
import { withoutRunnerVariables } from "./runner-environment.ts";

const ENDING = "Ending: stopping what runs, keeping what is finished.";

/** The action's main step: runs, then publishes what came of it, however the run ended. */
export async function executeAction(
  config: ActionConfig,
  { toolVersion }: { readonly toolVersion: string },
): Promise<ExitCode> {
  if (config.token !== null) runner.setSecret(config.token);
  const progress = createProgress(process.stdout, { ci: "github", unit: unitOf(config.run.partner) });
  let state = describeState(config);
  const save = (change: Partial<ActionState>) => {
    state = { ...state, ...change };
    saveActionState(runner.saveState, state);
  };
  // Before anything is made: the runner may end this process at any time.
  try {
    save({});
  } catch (error) {
    throw new InfrastructureError(
      `The state for the post step cannot be written (GITHUB_STATE): ${errorMessage(error)}`,
      {
        hint: "Nothing was begun, since nobody could look after it. See that the runner's disk has room, and that its files may be written.",
        cause: error,
      },
    );
  }
  const saveLate = (change: Partial<ActionState>) => {
    try {
      save(change);
    } catch (error) {
      runner.warn(`The state for the post step could not be written: ${errorMessage(error)}.`);
    }
  };
  const publishing = {
    note: progress.note,
    warn: runner.warn,
    onUploaded: () => saveLate({ uploaded: true }),
  };
  const context: Omit<RunContext, "signal"> = {
    assetsDirectory: dirname(fileURLToPath(import.meta.url)),
    toolVersion,
    environment: withoutRunnerVariables(process.env),
    progress,
    nextRun: describeNextRun(config, null),
    workflowJob: config.job,
    onCleaned: () => saveLate({ cleaned: true }),
    fetchBaseline: fetcherOf(config, progress.note),
  };
  let outcome: RunOutcome;
  try {
    outcome = await untilSignal(progress, ENDING, (signal) => run(config.run, { ...context, signal }));
  } catch (error) {
    const { publishFailure } = await import("./publish-outcome.ts");
    await publishFailure(error, config, publishing);
    throw error;
  }
  const { publishOutcome } = await import("./publish-outcome.ts");
  await publishOutcome(outcome, config, publishing);
  return endOutcome(outcome);
}

/** Says the last word of a run that did not pass. */
function endOutcome({ exitCode, verdict }: RunOutcome): ExitCode {
  if (exitCode === ExitCode.timeout)
    runner.annotate("error", "The run was ended by its timeout. Raise `timeout`, or take cases out.");
  if (exitCode !== ExitCode.pass) runner.note(`✕ ${verdict.headline}`);
  return exitCode;
}

/** Shows the error with which the main step ends, and gives its exit code. */
export function endAction(error: unknown): ExitCode {
  const shown = inInputWords(error);
  const { text, exitCode } = describeError(shown);
  runner.annotate(
    "error",
    text.trimEnd(),
    shown instanceof BadInputError ? locateInput(findInput(shown, runner.getInput)) : {},
  );
  return exitCode;
}

/** Where an input stands in the workflow's file, or the step; nothing where not even the file can be told. */
function locateInput(name: string | undefined): runner.AnnotationProperties {
  try {
    const { workspace, workflowFile } = readGithubContext(process.env);
    return locateStep(workspace, workflowFile, {
      actionRepository: process.env.GITHUB_ACTION_REPOSITORY || null,
      input: name === undefined ? undefined : { name, value: runner.getInput(name) },
    });
  } catch {
    return {};
  }
}

function describeState({ run: config, artifactName, retentionDays }: ActionConfig): ActionState {
  return {
    runDirectory: config.outDirectory!,
    cacheDirectory: config.cacheDirectory,
    cluster: config.cluster,
    keepCluster: config.onCluster.keepCluster,
    artifactName,
    retentionDays,
    cleaned: false,
    uploaded: false,
  };
}

function fetcherOf(config: ActionConfig, note: (text: string) => void): RunContext["fetchBaseline"] {
  const { baseline, github, job } = config;
  if (baseline.kind === "none" || baseline.kind === "folders") return undefined;
  const steps = countSteps(github.workspace, github.workflowFile, process.env.GITHUB_ACTION_REPOSITORY || null);
  return async (run, signal) => {
    const { fetchBaseline } = await import("../../publish/artifacts/fetch-baseline.ts");
    return fetchBaseline(baseline, {
      token: config.token,
      github,
      artifactName: config.artifactName,
      run,
      isOnlyJob: steps === 1 && Object.keys(job.matrix).length === 0,
      directory: `${config.run.outDirectory}-baseline`,
      note,
      environment: process.env,
      signal,
    });
  };
}
