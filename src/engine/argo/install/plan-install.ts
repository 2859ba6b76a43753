import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { AppsV1Api, type KubeConfig } from "@kubernetes/client-node";
import { parse } from "yaml";
import type { ChartInfo } from "../../../cluster/helm/chart.ts";
import { askKubernetes } from "../../../kube/client.ts";
import { PINS } from "../../../lib/pins.ts";
import type { InstallSettings } from "../../../spec/spec.ts";
import { STORE_NAME } from "../objects/names.ts";
import { ARGO_NAMESPACE, ARGO_RELEASE } from "./argo-chart.ts";
import { OWN_CHART, OWN_RELEASE } from "./charts.ts";
import { type Controller, checkArgoVersion, findController } from "./controller.ts";

/** What an install finds on a cluster, and what of it is left to do. */
export interface InstallPlan {
  readonly controller: Controller | null;
  /** Whether Argo Workflows is to be installed, or brought to the version of the chart. */
  readonly installsArgo: boolean;
  /** Of the controller that is there, or of the one that is to come: "v4.0.6". */
  readonly argoVersion: string;
  /** Our chart with its version, as it is installed: "spark-loadtest-0.1.0"; null where it is not. */
  readonly release: string | null;
  /** Whether our chart is to be installed, or brought to this version. */
  readonly installsOwn: boolean;
}

/** What the plan of an install is made of beside its settings. */
export interface InstallQuestion {
  /** null for a cluster that is being made: nothing is on it. */
  readonly kubeConfig: KubeConfig | null;
  /** What the upstream chart says of itself; asked for only where the cluster does not have what is needed. */
  readonly readArgoChart: () => Promise<ChartInfo>;
  readonly assetsDirectory: string;
  /** Argo's Web UI. */
  readonly withServer: boolean;
  /** Whether to bring what is there already to this version; it restarts the store, which then forgets its artifacts. */
  readonly force: boolean;
  readonly signal: AbortSignal;
}

/** Looks at what a cluster has. A cluster that has everything is asked alone: no chart is downloaded for it. Throws InfrastructureError. */
export async function planInstall(
  { namespace, argoChart, valuesFile }: InstallSettings,
  { kubeConfig, readArgoChart, assetsDirectory, withServer, force, signal }: InstallQuestion,
): Promise<InstallPlan> {
  if (kubeConfig === null) {
    const argoVersion = (await readArgoChart()).appVersion;
    return { controller: null, installsArgo: true, argoVersion, release: null, installsOwn: true };
  }
  const [controller, release, own] = await Promise.all([
    findController(kubeConfig, signal),
    findRelease(kubeConfig, namespace, signal),
    readVersion(join(assetsDirectory, OWN_CHART)),
  ]);
  const installsOwn = release !== `${OWN_RELEASE}-${own}` || force || valuesFile !== null;
  const there = { controller, release, installsOwn };
  if (controller !== null && !isOurs(controller)) {
    checkArgoVersion(controller);
    return { ...there, installsArgo: false, argoVersion: controller.version };
  }
  // A folder or a file of the chart says itself which version it is.
  const wanted = argoChart?.kind === "path" ? (await readArgoChart()).version : argoChart?.version;
  const hasChart = controller?.chart === `argo-workflows-${wanted ?? PINS.charts["argo-workflows"].version}`;
  if (controller !== null && hasChart && (controller.server !== null || !withServer)) {
    return { ...there, installsArgo: false, argoVersion: controller.version };
  }
  return { ...there, installsArgo: true, argoVersion: (await readArgoChart()).appVersion };
}

/** Whether an install of this tool made a controller. */
export function isOurs({ release }: Controller): boolean {
  return release === `${ARGO_NAMESPACE}/${ARGO_RELEASE}`;
}

async function readVersion(chart: string): Promise<string> {
  const { version } = parse(await readFile(join(chart, "Chart.yaml"), "utf8")) as { version: string };
  return version;
}

async function findRelease(kubeConfig: KubeConfig, namespace: string, signal: AbortSignal): Promise<string | null> {
  const api = kubeConfig.makeApiClient(AppsV1Api);
  const read = () => api.readNamespacedDeployment({ name: STORE_NAME, namespace });
  const store = await askKubernetes("look for the object store", read, { signal, nullOn: [404] });
  return store && (store.metadata?.labels?.["helm.sh/chart"] ?? OWN_RELEASE);
}
