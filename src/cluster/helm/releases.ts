import { CoreV1Api, type KubeConfig, type V1ObjectMeta } from "@kubernetes/client-node";
import { askKubernetes, type KubeRetryOptions } from "../../kube/client.ts";
import { type HelmContext, uninstall } from "./helm.ts";

/** Where Helm keeps what it knows of a release: its HELM_DRIVER. */
export type HelmStorage = "secrets" | "configmaps";

/** What HELM_DRIVER names; other storages than these two are not in the cluster. */
export function readHelmStorage(driver: string | undefined): HelmStorage {
  return driver?.startsWith("configmap") ? "configmaps" : "secrets";
}

/** Names of the releases that are installed in a namespace, by the labels that Helm puts on each revision it keeps. */
export async function listReleases(
  kubeConfig: KubeConfig,
  namespace: string,
  options: KubeRetryOptions & { readonly storage: HelmStorage },
): Promise<string[]> {
  const api = kubeConfig.makeApiClient(CoreV1Api);
  const query = { namespace, labelSelector: "owner=helm" };
  const list = (): Promise<{ items: { metadata?: V1ObjectMeta }[] }> =>
    options.storage === "secrets" ? api.listNamespacedSecret(query) : api.listNamespacedConfigMap(query);
  const { items } = await askKubernetes(`look for Helm releases in the namespace ${namespace}`, list, options);
  const newest = new Map<string, { revision: number; status: string }>();
  for (const { metadata } of items) {
    const { name = "", version, status = "" } = metadata?.labels ?? {};
    const revision = Number(version);
    if (name !== "" && revision > (newest.get(name)?.revision ?? 0)) newest.set(name, { revision, status });
  }
  // `helm uninstall --keep-history` leaves the revisions.
  return [...newest].filter(([, { status }]) => status !== "uninstalled").map(([name]) => name);
}

export interface ReleaseRemoval extends KubeRetryOptions {
  readonly storage: HelmStorage;
  /** Asked for only where there is a release. */
  readonly helm: () => Promise<HelmContext>;
  /** Told of a release that could not be uninstalled; the others are, all the same. */
  readonly onFailure: (release: string, error: unknown) => void;
}

/**
 * Uninstalls what is installed in a namespace, so that hooks run. No helm is started where there is nothing. Throws
 * InfrastructureError where the API server does not say what there is, or there is no helm.
 */
export async function uninstallReleases(
  kubeConfig: KubeConfig,
  namespace: string,
  options: ReleaseRemoval,
): Promise<void> {
  const releases = await listReleases(kubeConfig, namespace, options);
  if (releases.length === 0) return;
  const context = await options.helm();
  for (const release of releases) {
    await uninstall(release, namespace, context).catch((error) => {
      if (context.signal.aborted) throw error;
      options.onFailure(release, error);
    });
  }
}
