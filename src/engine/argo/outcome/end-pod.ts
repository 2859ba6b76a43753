import { CoreV1Api, type KubeConfig, PatchStrategy, setHeaderOptions, type V1Pod } from "@kubernetes/client-node";
import { askKubernetes } from "../../../kube/client.ts";

/** One second is the shortest that there is. */
const SHORTEST_DEADLINE_SECONDS = 1;

/**
 * Ends a pod that cannot start so that Argo takes it for failed and does not try again. (Argo makes a pending pod that is deleted
 * once more.) One that has a node is ended by its kubelet, by a deadline; for one that has none, nobody but the scheduler cares,
 * and its status is set.
 *
 * @throws InfrastructureError where the rights are missing
 */
export async function endPod(kubeConfig: KubeConfig, pod: V1Pod, reason: string, signal: AbortSignal): Promise<void> {
  const api = kubeConfig.makeApiClient(CoreV1Api);
  const { name = "", namespace = "" } = pod.metadata ?? {};
  const merge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
  const scheduled = pod.spec?.nodeName !== undefined;
  const patch = () =>
    scheduled
      ? api.patchNamespacedPod(
          { name, namespace, body: { spec: { activeDeadlineSeconds: SHORTEST_DEADLINE_SECONDS } } },
          merge,
        )
      : api.patchNamespacedPodStatus(
          { name, namespace, body: { status: { phase: "Failed", reason: "CannotStart", message: reason } } },
          merge,
        );
  await askKubernetes(`end the pod ${name}`, patch, { signal, nullOn: [404] });
}
