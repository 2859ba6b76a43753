import { rm } from "node:fs/promises";
import { join } from "node:path";
import { readHelmStorage } from "../../cluster/helm/releases.ts";
import { pinKubeconfig } from "../../cluster/kubeconfig/pinned.ts";
import { rememberTool } from "../../cluster/tools/tools.ts";
import { writeDocument } from "../../documents/write.ts";
import { describeMachine } from "../../engine/describe-machine.ts";
import { BadInputError, ExitCode, errorMessage, InfrastructureError } from "../../lib/errors.ts";
import { toFileName } from "../../lib/files/file-name.ts";
import { makeDirectory } from "../../lib/files/make-directory.ts";
import { plural } from "../../lib/text/format.ts";
import type { ScenarioResult, ScenariosDocument } from "../../model/scenarios.ts";
import {
  HTML_REPORT,
  prepareOutDirectory,
  SCENARIO_REPORTS,
  SCENARIOS_DOCUMENT,
  writeOutputs,
} from "../../publish/outputs.ts";
import { discoverScenarios } from "../../scenarios/discover-scenarios.ts";
import { executeScenarios } from "../../scenarios/execute-scenarios.ts";
import { ScenarioNamespaces } from "../../scenarios/namespaces.ts";
import { toExitCode, toResultFile } from "../../scenarios/results.ts";
import { checkScenarioRights } from "../../scenarios/rights.ts";
import { LOG_FOLDER, type Scenario } from "../../scenarios/scenario.ts";
import type { UseCaseContext } from "../shared/context.ts";
import { defaultDirectory, nameRun } from "../shared/name-run.ts";
import { findCluster } from "../shared/open-cluster.ts";
import type { ScenariosConfig } from "./options.ts";

export interface ScenariosContext extends Omit<UseCaseContext, "assetsDirectory"> {
  /** Aborted by a second signal: nothing is waited for that the run can leave to the cluster. */
  readonly hurry: AbortSignal;
}

export interface ScenariosOutcome {
  readonly exitCode: ExitCode;
  readonly document: ScenariosDocument;
  readonly htmlPath: string;
  /** Results that could not be written, and namespaces that are not known to be gone. */
  readonly problems: readonly InfrastructureError[];
}

const RUN_NAME = "scenarios";
const WAIT_STEP = "Wait until the namespaces are gone";

/**
 * Runs a folder of scenarios and removes their namespaces. Throws LoadtestError where it could not begin; nothing was then made on
 * the cluster.
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
  for (const { name } of scenarios) {
    const fileName = toFileName(name);
    if (fileName !== name)
      progress.note(`The files of ${name} are called ${fileName}: not everywhere may they be called so.`);
  }
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
    const prepared = { id, clusterName: cluster.name, folders, namespaces, scriptEnvironment };
    return await executeAndReport(scenarios, prepared, config, context);
  } finally {
    kubeconfig.remove();
  }
}

interface Folders {
  readonly run: string;
  readonly results: string;
}

/** Makes the folders, and removes the result files that an earlier run wrote of these scenarios. Throws BadInputError. */
async function prepareFolders(config: ScenariosConfig, id: string, scenarios: readonly Scenario[]): Promise<Folders> {
  const run = config.outDirectory ?? defaultDirectory(id);
  const folders = { run, results: config.resultsDirectory ?? join(run, RUN_NAME) };
  await prepareOutDirectory(run);
  try {
    await makeDirectory(join(run, LOG_FOLDER));
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
  return join(results, `${toFileName(scenario)}.json`);
}

interface Prepared {
  readonly id: string;
  readonly clusterName: string;
  readonly folders: Folders;
  readonly namespaces: ScenarioNamespaces;
  readonly scriptEnvironment: Readonly<Record<string, string>>;
}

/** Runs the scenarios, and writes the reports while the last namespaces are being removed. */
async function executeAndReport(
  scenarios: readonly Scenario[],
  { id, clusterName, folders, namespaces, scriptEnvironment }: Prepared,
  config: ScenariosConfig,
  context: ScenariosContext,
): Promise<ScenariosOutcome> {
  const { progress, signal, hurry } = context;
  const startedAt = new Date().toISOString();
  const results = new Map<string, ScenarioResult>();
  const begun = new Set<string>();
  const writes: Promise<void>[] = [];
  progress.begin(
    scenarios.length,
    0,
    scenarios.map(({ name }) => name),
  );
  namespaces.startRemovalOfLeftOvers();
  const executing = executeScenarios(scenarios, {
    ...config,
    namespaces,
    timeoutMs: config.timeoutSeconds * 1000,
    environment: scriptEnvironment,
    runDirectory: folders.run,
    signal,
    hurry,
    onEvent(event) {
      progress.show(event);
      if (event.type === "started") begun.add(event.name);
      if (event.type !== "finished") return;
      results.set(event.name, event.outcome);
      const write = writeDocument(resultPath(folders, event.name), toResultFile(event.outcome));
      // It is told once the scenarios have ended, and until then nobody waits for it.
      write.catch(() => undefined);
      writes.push(write);
    },
  });
  // An error of the execution is thrown after the namespaces have been removed.
  const [executed] = await Promise.allSettled([executing]);
  const finished = scenarios.flatMap(({ name }) => results.get(name) ?? []);
  const complete = finished.length === scenarios.length;
  const document: ScenariosDocument = {
    schema: "spark-loadtest/scenarios/v1",
    run: {
      id,
      startedAt,
      finishedAt: complete ? new Date().toISOString() : null,
      ending: complete ? "complete" : signal.aborted ? "interrupted" : "crashed",
      planned: scenarios.length,
      cutOff: scenarios.map(({ name }) => name).filter((name) => begun.has(name) && !results.has(name)),
      cluster: clusterName,
      commit: config.commit,
      ref: config.ref,
      toolVersion: context.toolVersion,
      host: describeMachine(),
    },
    scenarios: finished,
  };
  const [cleanupError, written] = await Promise.all([
    removeNamespaces(namespaces, config.cleanupTimeoutSeconds),
    Promise.allSettled([writeOutputs([SCENARIOS_DOCUMENT, SCENARIO_REPORTS], document, folders.run), ...writes]),
  ]);
  if (executed.status === "rejected") throw executed.reason;
  const writeErrors = written.flatMap((write): unknown[] => (write.status === "rejected" ? [write.reason] : []));
  const problems = [...writeErrors, cleanupError].filter((error) => error instanceof InfrastructureError);
  const bug = writeErrors.find((error) => !(error instanceof InfrastructureError));
  if (bug !== undefined) throw bug;
  const interrupted = (signal.aborted && !complete) || hurry.aborted;
  return {
    exitCode: interrupted
      ? (signal.reason as ExitCode)
      : toExitCode(finished) || (problems[0]?.exitCode ?? ExitCode.pass),
    document,
    htmlPath: join(folders.run, HTML_REPORT),
    problems,
  };
}

/** Waits until the namespaces are gone. Returns an error, and does not throw it: the results count all the same. */
async function removeNamespaces(
  namespaces: ScenarioNamespaces,
  timeoutSeconds: number,
): Promise<InfrastructureError | null> {
  try {
    const left = await namespaces.waitUntilGone();
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
