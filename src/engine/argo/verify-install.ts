import { setTimeout as sleep } from "node:timers/promises";
import { AppsV1Api, CoreV1Api, type KubeConfig, type V1Deployment, type V1Pod } from "@kubernetes/client-node";
import type { OnClusterStep } from "../../cluster/cluster.ts";
import { InfrastructureError } from "../../lib/errors.ts";
import { askKubernetes } from "../../lib/kubernetes.ts";

const LOOK_AGAIN_MS = 500;
/** An error that may mend itself, such as a registry that answers the second time, gets this long. */
const PATIENCE_MS = 15_000;
const TIMEOUT_MS = 180_000;

/** A deployment that has to be up. */
export interface NeededDeployment {
  readonly namespace: string;
  readonly name: string;
}

/**
 * Waits until deployments are available, and ends early with Kubernetes' own reason where a pod of theirs cannot start.
 *
 * @throws InfrastructureError
 */
export async function verifyInstall(
  kubeConfig: KubeConfig,
  needed: readonly NeededDeployment[],
  onStep: OnClusterStep,
  signal: AbortSignal,
): Promise<void> {
  await Promise.all(needed.map((each) => waitForDeployment(kubeConfig, each, onStep, signal)));
}

async function waitForDeployment(
  kubeConfig: KubeConfig,
  { namespace, name }: NeededDeployment,
  onStep: OnClusterStep,
  signal: AbortSignal,
): Promise<void> {
  const apps = kubeConfig.makeApiClient(AppsV1Api);
  const core = kubeConfig.makeApiClient(CoreV1Api);
  const step = `Deployment ${name}`;
  const startedAtMs = Date.now();
  let troubleSinceMs: number | undefined;
  for (;;) {
    const read = () => apps.readNamespacedDeployment({ name, namespace });
    const deployment = await askKubernetes(`read the deployment ${namespace}/${name}`, read, { signal });
    if (isAvailable(deployment)) {
      onStep({ step, state: "done", detail: "available" });
      return;
    }
    const labelSelector = Object.entries(deployment.spec?.selector.matchLabels ?? {})
      .map(([key, value]) => `${key}=${value}`)
      .join(",");
    const list = () => core.listNamespacedPod({ namespace, labelSelector });
    const { items } = await askKubernetes(`list the pods of ${namespace}/${name}`, list, { signal });
    const trouble = items.map(findTrouble).find((each) => each !== null) ?? replicaFailure(deployment);
    troubleSinceMs = trouble === null ? undefined : (troubleSinceMs ?? Date.now());
    onStep({ step, state: "running", detail: trouble ?? "" });
    const overdue = Date.now() - startedAtMs > TIMEOUT_MS;
    if ((troubleSinceMs !== undefined && Date.now() - troubleSinceMs > PATIENCE_MS) || overdue) {
      throw new InfrastructureError(
        `The deployment ${namespace}/${name} does not start: ${trouble ?? `not available after ${TIMEOUT_MS / 1000} s`}`,
        { hint: `Look at: kubectl -n ${namespace} describe pods -l ${labelSelector}` },
      );
    }
    await sleep(LOOK_AGAIN_MS, undefined, { signal });
  }
}

/** Of what is installed now: an old pod that is still there does not count. */
function isAvailable({ metadata, spec, status }: V1Deployment): boolean {
  const replicas = spec?.replicas ?? 1;
  return (
    status?.observedGeneration === metadata?.generation &&
    (status?.updatedReplicas ?? 0) >= replicas &&
    (status?.availableReplicas ?? 0) >= replicas
  );
}

/** A quota or an admission rule that lets no pod be made. */
function replicaFailure({ status }: V1Deployment): string | null {
  const failure = status?.conditions?.find((each) => each.type === "ReplicaFailure" && each.status === "True");
  return failure?.message ?? null;
}

/** Why a pod does not start, in Kubernetes' words; null where nothing speaks against it yet. */
function findTrouble({ metadata, spec, status }: V1Pod): string | null {
  const statuses = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  for (const { name, state, lastState } of statuses) {
    const image = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].find(
      (each) => each.name === name,
    )?.image;
    const { reason = "", message = "" } = state?.waiting ?? {};
    if (reason !== "" && reason !== "ContainerCreating" && reason !== "PodInitializing") {
      const exitCode = lastState?.terminated?.exitCode;
      const crash = exitCode === undefined ? "" : ` (it ended with exit code ${exitCode})`;
      return `${metadata?.name}: ${reason} for the image ${image}${message === "" ? "" : `: ${message}`}${crash}`;
    }
  }
  const scheduled = status?.conditions?.find(({ type }) => type === "PodScheduled");
  if (scheduled?.status === "False") return `${metadata?.name}: ${scheduled.reason}: ${scheduled.message}`;
  return null;
}
