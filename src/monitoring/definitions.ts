import {
  ApiextensionsV1Api,
  CustomObjectsApi,
  type KubeConfig,
  PatchStrategy,
  setHeaderOptions,
  type V1CustomResourceDefinition,
} from "@kubernetes/client-node";
import { MANAGED_BY, MANAGER } from "../cluster/namespaces/labels.ts";
import { askKubernetes } from "../kube/client.ts";

/** Of the Prometheus Operator's definitions, which Helm installs and never removes. */
const GROUP = "monitoring.coreos.com";

/** The Prometheus Operator's definitions that are on the cluster, or those of them with a label. */
export async function listDefinitions(
  kubeConfig: KubeConfig,
  signal: AbortSignal,
  labelSelector?: string,
): Promise<V1CustomResourceDefinition[]> {
  const api = kubeConfig.makeApiClient(ApiextensionsV1Api);
  const list = () => api.listCustomResourceDefinition(labelSelector === undefined ? {} : { labelSelector });
  const { items } = await askKubernetes("list the definitions of the Prometheus Operator", list, { signal });
  return items.filter(({ spec }) => spec.group === GROUP);
}

/** Marks the definitions as made by this tool, for removeDefinitions. */
export async function labelDefinitions(kubeConfig: KubeConfig, signal: AbortSignal): Promise<void> {
  const api = kubeConfig.makeApiClient(ApiextensionsV1Api);
  const body = { metadata: { labels: { [MANAGED_BY]: MANAGER } } };
  const names = (await listDefinitions(kubeConfig, signal)).map(({ metadata }) => metadata?.name ?? "");
  await Promise.all(
    names.map((name) => {
      const patch = () =>
        api.patchCustomResourceDefinition(
          { name, body },
          setHeaderOptions("Content-Type", PatchStrategy.StrategicMergePatch),
        );
      return askKubernetes(`label the definition ${name}`, patch, { signal });
    }),
  );
}

/**
 * Deletes the definitions that are labelled, unless the cluster has an object of any of them by then: it would go with them.
 *
 * @returns names of the definitions that stay
 */
export async function removeDefinitions(kubeConfig: KubeConfig, signal: AbortSignal): Promise<string[]> {
  const definitions = await listDefinitions(kubeConfig, signal, `${MANAGED_BY}=${MANAGER}`);
  const used = await Promise.all(definitions.map((definition) => isUsed(kubeConfig, definition, signal)));
  const names = definitions.map(({ metadata }) => metadata?.name ?? "");
  if (used.includes(true)) return names;
  const api = kubeConfig.makeApiClient(ApiextensionsV1Api);
  await Promise.all(
    names.map((name) => {
      const remove = () => api.deleteCustomResourceDefinition({ name });
      return askKubernetes(`delete the definition ${name}`, remove, { signal, nullOn: [404] });
    }),
  );
  return [];
}

async function isUsed(
  kubeConfig: KubeConfig,
  { metadata, spec }: V1CustomResourceDefinition,
  signal: AbortSignal,
): Promise<boolean> {
  const api = kubeConfig.makeApiClient(CustomObjectsApi);
  const version = spec.versions.find(({ served }) => served)?.name ?? "";
  const list = () => api.listClusterCustomObject({ group: GROUP, version, plural: spec.names.plural, limit: 1 });
  const { items } = (await askKubernetes(`look for objects of ${metadata?.name}`, list, { signal })) as {
    items: unknown[];
  };
  return items.length > 0;
}
