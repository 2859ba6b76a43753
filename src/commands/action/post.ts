import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { errorCode, errorMessage } from "../../lib/errors.ts";
import { createProgress } from "../../progress/create-progress.ts";
import { keyOf } from "../../publish/github/run-key.ts";
import * as runner from "../../publish/github/runner.ts";
import { describeMissingArtifacts, readServer } from "../../publish/github/server.ts";
import type { RunState } from "../../spec/spec.ts";
import { parseRunState } from "../../spec/state.ts";
import type { ActionState } from "./action-state.ts";
import { withoutRunnerVariables } from "./runner-environment.ts";

/** The runner gives a cancelled job five minutes for all its steps. */
const CLEANUP_TIMEOUT_MS = 180_000;

/**
 * What the main step did not come to, because the job was cancelled or its process was killed: removes what the run made, uploads
 * what it left. May be run again; says what it cannot do as a warning.
 */
export async function finishRun(state: ActionState): Promise<void> {
  const run = await readRun(state.runDirectory);
  if (run === null) return;
  runner.note(`The main step did not come to its end. Looking after what run ${run.run.id} left.`);
  if (!state.cleaned) await attempt("remove what the run made", () => removeLeft(state, run));
  if (!state.uploaded) await attempt("upload what the run left", () => upload(state, run));
}

async function attempt(what: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    runner.warn(`Could not ${what}: ${errorMessage(error)}`);
  }
}

/** null where the run had made nothing yet. */
async function readRun(runDirectory: string): Promise<RunState | null> {
  try {
    return parseRunState(await readFile(join(runDirectory, "run.json"), "utf8"));
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
    throw error;
  }
}

async function removeLeft({ runDirectory, cacheDirectory, cluster, keepCluster }: ActionState, { run }: RunState) {
  await rm(join(runDirectory, "scratch"), { recursive: true, force: true, maxRetries: 3 });
  // The processes of a run on this machine end with the one that started them.
  if (cluster === null || keepCluster) return;
  const { cleanUp } = await import("../cleanup/clean-up.ts");
  await cleanUp(
    { cluster, cacheDirectory, runId: run.id, all: false },
    {
      environment: withoutRunnerVariables(process.env),
      progress: createProgress(process.stdout, { ci: "github" }),
      signal: AbortSignal.timeout(CLEANUP_TIMEOUT_MS),
    },
  );
}

async function upload({ runDirectory, artifactName, retentionDays }: ActionState, { run }: RunState): Promise<void> {
  const server = readServer(process.env);
  if (!server.hasArtifacts) {
    runner.warn(`Nothing is uploaded: ${describeMissingArtifacts(server)}.`);
    return;
  }
  const [{ publishFolder }, { nameArtifact }] = await Promise.all([
    import("../../publish/publish.ts"),
    import("../../publish/artifacts/names.ts"),
  ]);
  const attempt = run.workflowJob?.attempt ?? 1;
  const secrets = [runner.getInput("github-token"), process.env.ACTIONS_RUNTIME_TOKEN ?? ""];
  const name = nameArtifact(keyOf(artifactName, run), attempt);
  const environment = process.env;
  await publishFolder(
    runDirectory,
    { name, retentionDays, attempt, secrets, environment },
    { note: runner.note, warn: runner.warn },
  );
}
