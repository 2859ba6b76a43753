import type { KubeConfig } from "@kubernetes/client-node";
import type { Cluster } from "../../cluster/cluster.ts";
import { type ClusterState, listClusterStates } from "../../cluster/providers/cluster-state.ts";
import { createCluster } from "../../cluster/providers/create-cluster.ts";
import { STATE_ANNOTATION } from "../../engine/argo/objects/names.ts";
import { readWorkflow } from "../../engine/argo/objects/workflow-client.ts";
import { BadInputError } from "../../lib/errors.ts";
import type { Environment } from "../../lib/process/environment.ts";
import { parseJson } from "../../lib/text/parse-json.ts";
import { planExecutions } from "../../plan/execution.ts";
import { createPlan } from "../../plan/plan.ts";
import type { RunRecord } from "../../spec/spec.ts";
import { parseRunState } from "../../spec/state.ts";
import type { AttachConfig, ClusterChoice } from "./cluster-options.ts";
import { defaultDirectory } from "./name-run.ts";

/**
 * Connects to a cluster that is there: of kind or Minikube the one that this tool made, else a kubeconfig context. Never makes
 * one. Throws BadInputError where there is none of that name, InfrastructureError where it does not answer.
 */
export async function openCluster(
  config: AttachConfig,
  context: { readonly environment: Environment; readonly signal: AbortSignal },
): Promise<{ readonly cluster: Cluster; readonly namespace: string }> {
  const cluster = await findCluster(config, context.environment);
  await cluster.preflight(() => undefined, context.signal);
  return { cluster, namespace: config.cluster.namespace };
}

/** Whether a cluster that this tool made is the one that is meant. */
export function isChosen(made: Pick<ClusterState, "provider" | "name">, { provider, name }: ClusterChoice): boolean {
  return made.name === name && (provider === null || made.provider === provider);
}

/** The same cluster, before anything is asked of it. Throws BadInputError. */
export async function findCluster(
  config: { readonly cluster: ClusterChoice; readonly cacheDirectory: string },
  environment: Environment,
): Promise<Cluster> {
  const { provider, name } = config.cluster;
  const state = (await listClusterStates(config.cacheDirectory)).find((each) => isChosen(each, config.cluster));
  if (state === undefined && provider !== null && provider !== "current") {
    throw new BadInputError(`This tool has made no ${provider} cluster ${name}.`, {
      hint: "Name another one with --cluster-name, or use any kubeconfig context with --context NAME.",
    });
  }
  const made = provider === "current" ? undefined : state;
  return createCluster({
    provider: "current",
    name,
    context: made === undefined ? config.cluster.context : null,
    nodeImage: null,
    clusterArgs: [],
    keep: true,
    runId: null,
    attachesOnly: true,
    cacheDirectory: config.cacheDirectory,
    environment: made === undefined ? environment : { ...environment, KUBECONFIG: made.kubeconfigPath },
  });
}

/**
 * What the Workflow of a run says of it.
 *
 * @param outDirectory of the run; null for the one that `run` would have made
 * @throws BadInputError for a workflow that is none of ours
 */
export async function readRun(
  kubeConfig: KubeConfig,
  namespace: string,
  runId: string,
  outDirectory: string | null,
  signal: AbortSignal,
): Promise<RunRecord> {
  const workflow = await readWorkflow(kubeConfig, namespace, runId, signal);
  const state = parseRunState(workflow.metadata.annotations?.[STATE_ANNOTATION] ?? "");
  const parameter = workflow.spec.arguments?.parameters?.find(({ name }) => name === "cases");
  const items = parseJson(parameter?.value ?? "");
  if (state === null || !Array.isArray(items)) {
    throw new BadInputError(`The workflow ${runId} does not say what it was submitted for.`, {
      hint: "Only runs that were submitted by `spark-loadtest run` or `spark-loadtest submit` can be taken up.",
    });
  }
  const submitted = new Set(items.map((item: { name?: string }) => item.name));
  const all = createPlan(state.tier, { only: [], exclude: [], coverage: "full" });
  const executions = planExecutions(all.cases, state.settings.partner).filter(({ id }) => submitted.has(id));
  const cases = new Set(executions.map((execution) => execution.case));
  return {
    ...state,
    plan: { ...all, cases: all.cases.filter((testCase) => cases.has(testCase)) },
    directory: outDirectory ?? defaultDirectory(runId),
  };
}
