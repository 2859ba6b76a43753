import { join } from "node:path";
import { AppsV1Api, type KubeConfig, VersionApi } from "@kubernetes/client-node";
import type { Cluster, OnClusterStep } from "../cluster/cluster.ts";
import { type ChartSource, getChart } from "../cluster/helm/chart.ts";
import { type HelmContext, helm, renderChart, setValues, uninstall } from "../cluster/helm/helm.ts";
import { MANAGED_BY, MANAGER } from "../cluster/namespaces/labels.ts";
import { deleteManagedNamespaces, ensureNamespace } from "../cluster/namespaces/namespaces.ts";
import { OWN_CHART, OWN_RELEASE } from "../engine/argo/install/charts.ts";
import { verifyInstall } from "../engine/argo/install/verify.ts";
import { askKubernetes } from "../kube/client.ts";
import { labelDefinitions, listDefinitions, removeDefinitions } from "./definitions.ts";
import { findMonitoring, type Monitoring, type MonitoringService } from "./find-monitoring.ts";
import {
  findImages,
  MONITORING_CHART,
  MONITORING_NAMESPACE,
  MONITORING_RELEASE,
  MONITORING_WORKLOADS,
  monitoringValues,
} from "./monitoring-chart.ts";

const STEP = "Prometheus and Grafana";

export interface InstallMonitoringOptions {
  readonly cluster: Cluster;
  /** Of the runs. */
  readonly namespace: string;
  /** Of Argo's controller. */
  readonly argoNamespace: string;
  /** null for the version that was tested. */
  readonly source: ChartSource | null;
  /** Folder with charts/spark-loadtest. */
  readonly assetsDirectory: string;
  readonly helm: HelmContext;
  readonly cacheDirectory: string;
  readonly onStep: OnClusterStep;
}

/**
 * Has Prometheus and Grafana on a cluster, those that are there or new ones, and shows them what our chart has for them. Done again
 * it changes nothing.
 *
 * @throws InfrastructureError with Kubernetes' own reason where a pod does not start
 */
export async function installMonitoring(options: InstallMonitoringOptions): Promise<void> {
  const { cluster, namespace, assetsDirectory, helm: context, onStep } = options;
  const kubeConfig = cluster.kubeConfig();
  const found = await findMonitoring(kubeConfig, context.signal);
  const others = [found.prometheus, found.grafana].find((each) => each !== null && !isOurs(each));
  if (others) onStep({ step: STEP, state: "done", detail: `found in the namespace ${others.namespace}` });
  else await installChart(options);
  const values = others
    ? ownValues(options, found, (await listDefinitions(kubeConfig, context.signal)).length > 0)
    : ownValues(options, null, true);
  const chart = join(assetsDirectory, OWN_CHART);
  // Values of an earlier version of the chart may lack what this one has.
  await helm(
    ["upgrade", OWN_RELEASE, chart, "--reset-then-reuse-values", ...setValues(values), "-n", namespace],
    context,
  );
  onStep({ step: "Dashboard", state: "done", detail: `of the runs in the namespace ${namespace}` });
  if (!others) await verifyInstall(kubeConfig, MONITORING_WORKLOADS, onStep, context.signal);
}

function isOurs({ namespace }: MonitoringService): boolean {
  return namespace === MONITORING_NAMESPACE;
}

/**
 * Values that switch on what our chart has for Prometheus and Grafana.
 *
 * @param found what somebody else installed; null for what we did
 * @param hasOperator whether the cluster knows PodMonitors and the like
 */
function ownValues(
  { namespace, argoNamespace }: InstallMonitoringOptions,
  found: Monitoring | null,
  hasOperator: boolean,
): Record<string, unknown> {
  const release = found?.prometheus?.release ?? null;
  return {
    dashboard: {
      enabled: true,
      // A sidecar looks in all namespaces or in its own: it finds what is in its own.
      namespace: found === null ? MONITORING_NAMESPACE : (found.grafana?.namespace ?? ""),
      links: { argo: `http://127.0.0.1:2746/workflows/${namespace}` },
    },
    prometheus: {
      namespace: found === null ? MONITORING_NAMESPACE : (found.prometheus?.namespace ?? ""),
      operator: { enabled: hasOperator, argoNamespace, labels: release === null ? {} : { release } },
    },
  };
}

async function installChart({
  cluster,
  namespace,
  source,
  helm: context,
  cacheDirectory,
  onStep,
}: InstallMonitoringOptions): Promise<void> {
  const { signal } = context;
  const kubeConfig = cluster.kubeConfig();
  const versionApi = kubeConfig.makeApiClient(VersionApi);
  const [{ version, args, note }, installed, definitions] = await Promise.all([
    getChart(MONITORING_CHART, source, { ...context, cacheDirectory }),
    findInstalledChart(kubeConfig, signal),
    listDefinitions(kubeConfig, signal),
  ]);
  const isInstalled = installed === `${MONITORING_CHART.name}-${version}`;
  if (!isInstalled) onStep({ step: STEP, state: "running", detail: `chart ${version}` });
  const values = setValues(monitoringValues(namespace));
  const chart = [MONITORING_RELEASE, ...args, ...values, "-n", MONITORING_NAMESPACE];
  const { gitVersion } = await askKubernetes("read its version", () => versionApi.getCode(), { signal });
  const manifests = await renderChart([...chart, "--kube-version", gitVersion], context);
  // Also of one that is installed: its images may have come to this machine since.
  await cluster.loadImages(findImages(manifests), onStep, signal);
  if (isInstalled) {
    onStep({ step: STEP, state: "done", detail: `chart ${version}, installed already` });
    return;
  }
  await ensureNamespace(kubeConfig, MONITORING_NAMESPACE, { [MANAGED_BY]: MANAGER }, signal);
  await helm(["upgrade", "--install", ...chart], context);
  // Those that were there before are not ours to remove.
  if (definitions.length === 0) await labelDefinitions(kubeConfig, signal);
  const detail = note ?? `chart ${version}`;
  onStep({ step: STEP, state: "done", detail: `${detail}, namespace ${MONITORING_NAMESPACE}` });
}

/** The upstream chart that our release is of, with its version; null where there is none. */
async function findInstalledChart(kubeConfig: KubeConfig, signal: AbortSignal): Promise<string | null> {
  const api = kubeConfig.makeApiClient(AppsV1Api);
  const [{ namespace, name }] = MONITORING_WORKLOADS;
  const read = () => api.readNamespacedDeployment({ name, namespace });
  const deployment = await askKubernetes("look for the Prometheus Operator", read, { signal, nullOn: [404] });
  return deployment && (deployment.metadata?.labels?.chart ?? "");
}

/** What a removal did. */
export interface RemovedMonitoring {
  /** Names of the namespaces that go. */
  readonly namespaces: readonly string[];
  /** Names of the definitions that stay, since the cluster has objects of them. */
  readonly definitions: readonly string[];
}

/**
 * Removes what installMonitoring() installed, and nothing that somebody else did. One that is not there is no error.
 *
 * @param helm asked for only where there is something to uninstall
 */
export async function removeMonitoring(
  kubeConfig: KubeConfig,
  helm: () => Promise<HelmContext>,
  signal: AbortSignal,
): Promise<RemovedMonitoring> {
  if ((await findInstalledChart(kubeConfig, signal)) !== null) {
    await uninstall(MONITORING_RELEASE, MONITORING_NAMESPACE, await helm());
  }
  const namespaces = await deleteManagedNamespaces(kubeConfig, [MONITORING_NAMESPACE], signal);
  return { namespaces, definitions: await removeDefinitions(kubeConfig, signal) };
}
