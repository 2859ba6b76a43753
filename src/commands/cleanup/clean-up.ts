import type { Cluster } from "../../cluster/cluster.ts";
import { type HelmContext, uninstall } from "../../cluster/helm/helm.ts";
import { listReleases, readHelmStorage, uninstallReleases } from "../../cluster/helm/releases.ts";
import { deleteManagedNamespaces, notGone } from "../../cluster/namespaces/namespaces.ts";
import {
  type ClusterState,
  findAbandoned,
  isOwnerAlive,
  listClusterStates,
} from "../../cluster/providers/cluster-state.ts";
import { createCluster } from "../../cluster/providers/create-cluster.ts";
import { ensureTool } from "../../cluster/tools/tools.ts";
import { type CleanupScope, cleanUpRuns } from "../../engine/argo/cleanup/cleanup.ts";
import { ARGO_NAMESPACE, ARGO_RELEASE } from "../../engine/argo/install/argo-chart.ts";
import { OWN_RELEASE } from "../../engine/argo/install/charts.ts";
import { findController } from "../../engine/argo/install/controller.ts";
import {
  isOperatorOurs,
  OPERATOR_NAMESPACE,
  OPERATOR_RELEASE,
  removeOperatorDefinitions,
} from "../../engine/argo/install/operator.ts";
import { BadInputError, errorMessage, InfrastructureError } from "../../lib/errors.ts";
import { removeMonitoring } from "../../monitoring/install-monitoring.ts";
import type { UseCaseContext } from "../shared/context.ts";
import { isChosen, openCluster } from "../shared/open-cluster.ts";
import type { CleanupConfig } from "./options.ts";

type Context = Pick<UseCaseContext, "environment" | "progress" | "signal">;

/**
 * Removes what earlier runs left: clusters that this tool made and whose process is gone, then, on the cluster that is left,
 * workflows and namespaces by their labels. Throws InfrastructureError that names what could not be removed.
 */
export async function cleanUp(given: CleanupConfig, context: Context): Promise<void> {
  const { progress } = context;
  const { deleted, kept } = await deleteClusters(given, context);
  const config = kept === null ? given : { ...given, cluster: { ...given.cluster, ...kept } };
  let opened: Awaited<ReturnType<typeof openCluster>>;
  try {
    opened = await openCluster(config, context);
  } catch (error) {
    if (!(error instanceof BadInputError || error instanceof InfrastructureError)) throw error;
    // The one to look at has just been deleted.
    if (deleted.some((each) => isChosen(each, config.cluster))) return;
    if (config.cluster.provider !== null || config.cluster.context !== null) throw error;
    progress.note(`No other cluster was looked at: ${error.message}`);
    return;
  }
  const { cluster, namespace } = opened;
  const kubeConfig = cluster.kubeConfig();
  const scope: CleanupScope = config.all
    ? { kind: "all" }
    : config.runId === null
      ? { kind: "left-over", nowMs: Date.now() }
      : { kind: "run", runId: config.runId };
  const { workflows, namespaces, left } = await cleanUpRuns(kubeConfig, namespace, scope, {
    signal: context.signal,
    beforeRemoval: (name) => uninstallScenario(name, config, cluster, context),
  });
  for (const name of workflows) progress.note(`✓ workflow ${name}`);
  for (const name of namespaces.filter((each) => !left.some((blocked) => blocked.name === each))) {
    progress.note(`✓ namespace ${name}`);
  }
  const uninstalled = config.all && config.runId === null && (await removeInstall(config, cluster, namespace, context));
  if (left.length > 0) {
    throw notGone(left, "Kubernetes removes them once what blocks is gone; look again with: kubectl get namespaces");
  }
  if (!uninstalled && deleted.length + workflows.length + namespaces.length === 0)
    progress.note(`Nothing was left on ${cluster.name}.`);
}

interface DeletedClusters {
  readonly deleted: readonly ClusterState[];
  /** The cluster of the run that is cleaned up, where the run was to keep it and no other cluster was chosen. */
  readonly kept: Pick<ClusterState, "provider" | "name"> | null;
}

/** Clusters of this tool's own: the abandoned ones, that of the run unless it was to be kept, or all. */
async function deleteClusters(
  { runId, all, cluster: choice, cacheDirectory }: CleanupConfig,
  { environment, progress }: Context,
): Promise<DeletedClusters> {
  const states = await listClusterStates(cacheDirectory);
  const abandoned = findAbandoned(states, isOwnerAlive);
  const ofRun = runId === null ? undefined : states.find((state) => state.runId === runId);
  const kept = !all && ofRun?.keep && ofRun.complete ? ofRun : null;
  const selected = states.filter(
    (state) => all || (runId === null ? abandoned.includes(state) : state === ofRun && kept === null),
  );
  for (const { provider, name } of selected) {
    const cluster = createCluster({
      provider,
      name,
      context: null,
      nodeImage: null,
      clusterArgs: [],
      keep: false,
      runId: null,
      cacheDirectory,
      environment,
    });
    await cluster.delete({ evenIfKept: true });
    progress.note(`✓ ${provider} cluster ${name}`);
  }
  if (kept === null) return { deleted: selected, kept };
  const { provider, name } = kept;
  progress.note(
    `The ${provider} cluster ${name} stays: its run was to keep it. Delete it with: spark-loadtest cleanup --all`,
  );
  const isOther = choice.provider !== null || choice.context !== null;
  return { deleted: selected, kept: isOther ? null : { provider, name } };
}

/** Helm releases of a scenario that was killed, so that their hooks run. One that cannot be uninstalled is deleted without. */
async function uninstallScenario(
  name: string,
  config: CleanupConfig,
  cluster: Cluster,
  { environment, progress, signal }: Context,
): Promise<void> {
  try {
    await uninstallReleases(cluster.kubeConfig(), name, {
      signal,
      storage: readHelmStorage(environment.HELM_DRIVER),
      helm: () => prepareHelm(config, cluster, { environment, signal }),
      onFailure: (release, error) =>
        progress.note(`! The Helm release ${release} in ${name} goes without its hooks: ${errorMessage(error)}`),
    });
  } catch (error) {
    if (signal.aborted) throw error;
    progress.note(`! Helm releases in ${name} are deleted without their hooks: ${errorMessage(error)}`);
  }
}

async function prepareHelm(
  { cacheDirectory }: CleanupConfig,
  cluster: Cluster,
  { environment, signal }: Pick<Context, "environment" | "signal">,
): Promise<HelmContext> {
  return {
    helm: await ensureTool("helm", { environment, cacheDirectory, signal }),
    environment: environment,
    kubeconfigPath: cluster.kubeconfigPath,
    kubeContext: cluster.context,
    signal,
  };
}

/** What `install` made, if anything. A controller that somebody else installed stays. */
async function removeInstall(
  config: CleanupConfig,
  cluster: Cluster,
  namespace: string,
  { environment, progress, signal }: Context,
): Promise<boolean> {
  const kubeConfig = cluster.kubeConfig();
  const storage = readHelmStorage(environment.HELM_DRIVER);
  const controller = await findController(kubeConfig, signal);
  const isOurs = controller?.release === `${ARGO_NAMESPACE}/${ARGO_RELEASE}`;
  const hasOwn = (await listReleases(kubeConfig, namespace, { storage, signal })).includes(OWN_RELEASE);
  const helm = () => prepareHelm(config, cluster, { environment, signal });
  if (hasOwn) await uninstall(OWN_RELEASE, namespace, await helm());
  const monitoring = await removeMonitoring(kubeConfig, helm, signal);
  if (isOurs) await uninstall(ARGO_RELEASE, ARGO_NAMESPACE, await helm());
  const operatorIsOurs = await isOperatorOurs(kubeConfig, signal);
  if (operatorIsOurs) {
    await uninstall(OPERATOR_RELEASE, OPERATOR_NAMESPACE, await helm());
    await removeOperatorDefinitions(kubeConfig, signal);
  }
  if (monitoring.definitions.length > 0) {
    progress.note(`! ${monitoring.definitions.join(", ")} stay: the cluster has objects of them.`);
  }
  // Only those that an install of this tool made: they carry its label.
  const names = [
    ...(await deleteManagedNamespaces(
      kubeConfig,
      [namespace, ...(isOurs ? [ARGO_NAMESPACE] : []), ...(operatorIsOurs ? [OPERATOR_NAMESPACE] : [])],
      signal,
    )),
    ...monitoring.namespaces,
  ];
  if (!hasOwn && !isOurs && !operatorIsOurs && names.length === 0) return false;
  progress.note(`✓ what was installed${names.length > 0 ? `, with the namespaces ${names.join(" and ")}` : ""}`);
  return true;
}
