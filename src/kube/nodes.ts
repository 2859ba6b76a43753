import { CoreV1Api, type KubeConfig, type V1Node } from "@kubernetes/client-node";
import { askKubernetes } from "./client.ts";

/** The nodes of the cluster; none where one may not look at them, which is no right that a run needs. Throws InfrastructureError. */
export async function listNodes(kubeConfig: KubeConfig, signal: AbortSignal): Promise<V1Node[]> {
  const api = kubeConfig.makeApiClient(CoreV1Api);
  const nodes = await askKubernetes("list the nodes", () => api.listNode(), { signal, nullOn: [403] });
  return nodes?.items ?? [];
}
