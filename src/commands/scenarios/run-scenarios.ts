import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { exitCodeOf } from "../../analyse/exit-code.ts";
import { readHelmStorage } from "../../cluster/helm/releases.ts";
import { pinKubeconfig } from "../../cluster/kubeconfig/pinned.ts";
import { rememberTool } from "../../cluster/tools/tools.ts";
import { prepareOutDirectory, writeDocument } from "../../documents/write.ts";
import { describeMachine } from "../../engine/describe-machine.ts";
import { BadInputError, ExitCode, errorMessage, InfrastructureError } from "../../lib/errors.ts";
import { makeDirectory } from "../../lib/files/make-directory.ts";
import { plural } from "../../lib/text/format.ts";
import type { Results } from "../../model/documents.ts";
import { discoverScenarios } from "../../scenarios/discover-scenarios.ts";
import { executeScenarios } from "../../scenarios/execute-scenarios.ts";
import { ScenarioNamespaces } from "../../scenarios/namespaces.ts";
import { judgeScenarios, type ScenarioResult, toCaseResult, toResultFile } from "../../scenarios/results.ts";
import { checkScenarioRights } from "../../scenarios/rights.ts";
import type { Scenario } from "../../scenarios/scenario.ts";
import type { RunContext, RunOutcome } from "../run/context.ts";
import { nameRun } from "../shared/name-run.ts";
import { findCluster } from "../shared/open-cluster.ts";
import type { ScenariosConfig } from "./options.ts";

export interface ScenariosContext extends Omit<RunContext, "assetsDirectory"> {
  /** Aborted by a second signal: nothing is waited for any more that can do without. */
  readonly hurry: AbortSignal;
}

export interface ScenariosOutcome extends RunOutcome {
  /** Why not every namespace is known to be gone; null where all are. */
  readonly trouble: InfrastructureError | null;
}

const RUN_NAME = "scenarios";
const WAIT_STEP = "Wait until the namespaces are gone";

/**
 * Runs a folder of scenarios and removes what they ran in. Throws LoadtestError where that could not be begun; then nothing was
 * made on the cluster.
 */
export async function runScenarios(config: ScenariosConfig, context: ScenariosContext): Promise<ScenariosOutcome> {
  const { environment, progress, signal } = context;
  const scenarios = await discoverScenarios(config.directory, {
    filters: config.filters,
    shard: config.shard,
    searchPath: environment.PATH ?? "",
  });
  const cluster = await findCluster(config, environment);
  const helmStorage = readHelmStorage(environment.HELM_DRIVER);
  await checkScenarioRights(
    cluster.kubeConfig(),
    { helmStorage, quota: Object.keys(config.quota).length > 0, keepOnFailure: config.keepOnFailure },
    { signal, retries: config.maxRetries, timeoutMs: 15_000 },
  );
  const id = nameRun(RUN_NAME, new Date());
  const folders = await prepareFolders(config, id, scenarios);
  progress.note(`Run ${id}: ${plural(scenarios.length, "scenario")} on ${cluster.name}, in ${folders.run}`);
  const kubeconfig = await pinKubeconfig(cluster);
  try {
    const helm = rememberTool("helm", { cacheDirectory: config.cacheDirectory, environment });
    const scriptEnvironment = {
      ...environment,
      KUBECONFIG: kubeconfig.path,
      RESULTS_DIR: folders.results,
    };
    const namespaces = new ScenarioNamespaces({
      kubeConfig: cluster.kubeConfig(),
      runId: id,
      owner: config.owner,
      prefix: config.namespacePrefix,
      podSecurity: config.podSecurity,
      quota: config.quota,
      timeoutSeconds: config.timeoutSeconds,
      maxRetries: config.maxRetries,
      cleanupTimeoutMs: config.cleanupTimeoutSeconds * 1000,
      helmStorage,
      helm: async (helmSignal) => ({
        helm: await helm(helmSignal),
        kubeconfigPath: kubeconfig.path,
        kubeContext: cluster.context,
        environment: scriptEnvironment,
        signal: helmSignal,
      }),
      signal,
      hurry: context.hurry,
      note: progress.note,
      onLeft: (left) =>
        progress.prepare({
          step: WAIT_STEP,
          state: left.length === 0 ? "done" : "running",
          detail: `${left.length} left`,
        }),
    });
    return await carryOut(scenarios, { id, folders, namespaces, scriptEnvironment }, config, context);
  } finally {
    kubeconfig.remove();
  }
}

interface Folders {
  readonly run: string;
  readonly logs: string;
  readonly results: string;
}

/** Makes the folders, and takes away what an earlier run said of these scenarios. Throws BadInputError. */
async function prepareFolders(config: ScenariosConfig, id: string, scenarios: readonly Scenario[]): Promise<Folders> {
  const run = config.outDirectory ?? resolve("spark-loadtest-runs", id);
  const folders = { run, logs: join(run, "logs"), results: config.resultsDirectory ?? join(run, RUN_NAME) };
  await prepareOutDirectory(run);
  try {
    await makeDirectory(folders.logs);
    await makeDirectory(folders.results);
    await Promise.all(scenarios.map(({ name }) => rm(resultPath(folders, name), { force: true })));
  } catch (error) {
    throw new BadInputError(`Cannot write the results: ${errorMessage(error)}`, {
      hint: "Choose other folders with --out and --results.",
      cause: error,
    });
  }
  return folders;
}

function resultPath({ results }: Folders, scenario: string): string {
  return join(results, `${scenario}.json`);
}

interface Begun {
  readonly id: string;
  readonly folders: Folders;
  readonly namespaces: ScenarioNamespaces;
  readonly scriptEnvironment: Readonly<Record<string, string>>;
}

/** Runs the scenarios, then reports while the namespaces go. */
async function carryOut(
  scenarios: readonly Scenario[],
  { id, folders, namespaces, scriptEnvironment }: Begun,
  config: ScenariosConfig,
  context: ScenariosContext,
): Promise<ScenariosOutcome> {
  const { progress, signal, hurry } = context;
  const startedAt = new Date().toISOString();
  const finished = new Map<string, ScenarioResult>();
  const writing: Promise<void>[] = [];
  progress.begin(
    scenarios.length,
    0,
    scenarios.map(({ name }) => name),
  );
  namespaces.sweep();
  const executed = executeScenarios(scenarios, {
    ...config,
    namespaces,
    timeoutMs: config.timeoutSeconds * 1000,
    environment: scriptEnvironment,
    logDirectory: folders.logs,
    signal,
    hurry,
    onEvent: progress.show,
    onFinished(result) {
      finished.set(result.name, result);
      writing.push(writeDocument(resultPath(folders, result.name), toResultFile(result)));
    },
  });
  // Whatever went wrong with them, the namespaces have to go.
  const [ended] = await Promise.allSettled([executed]);
  const cases = scenarios.flatMap(({ name }) => finished.get(name) ?? []).map(toCaseResult);
  const complete = cases.length === scenarios.length;
  const results: Results = {
    schema: "spark-loadtest/results/v1",
    run: {
      id,
      tier: RUN_NAME,
      engine: "scenarios",
      startedAt,
      finishedAt: complete ? new Date().toISOString() : null,
      commit: config.commit,
      ref: config.ref,
      toolVersion: context.toolVersion,
      host: describeMachine(),
    },
    cases,
  };
  const [trouble, reported] = await Promise.all([
    finish(namespaces, config.cleanupTimeoutSeconds),
    Promise.allSettled([report(results, folders.run), ...writing]),
  ]);
  if (ended.status === "rejected") throw ended.reason;
  const lost = reported.find((each) => each.status === "rejected");
  if (lost !== undefined) throw lost.reason;
  const verdict = judgeScenarios(results);
  const exitCode = exitCodeOf(results, verdict);
  const interrupted = (signal.aborted && !complete) || hurry.aborted;
  return {
    exitCode: interrupted ? (signal.reason as ExitCode) : exitCode || (trouble?.exitCode ?? ExitCode.pass),
    results,
    verdict,
    baseline: [],
    folder: folders.run,
    htmlPath: join(folders.run, "report.html"),
    trouble,
  };
}

/** Waits until the namespaces are gone. Gives what is left as an error, and throws none: the results count all the same. */
async function finish(namespaces: ScenarioNamespaces, timeoutSeconds: number): Promise<InfrastructureError | null> {
  try {
    const left = await namespaces.finish();
    if (left.length === 0) return null;
    const blockers = left.map(({ name, blocker }) => `${name} (${blocker})`).join("; ");
    return new InfrastructureError(`Not every namespace was gone after ${timeoutSeconds} s: ${blockers}`, {
      hint: "Kubernetes removes them once what blocks is gone; look again with: spark-loadtest cleanup",
    });
  } catch (error) {
    if (error instanceof InfrastructureError) return error;
    throw error;
  }
}

async function report(results: Results, folder: string): Promise<void> {
  // The report's code is loaded while the namespaces go, when there is nothing else to do.
  const { writeReports } = await import("../../report/report.ts");
  const verdict = judgeScenarios(results);
  await writeDocument(join(folder, "results.json"), results);
  await writeDocument(join(folder, "verdict.json"), verdict);
  await writeReports({ results, verdict, baseline: [] }, folder);
}
