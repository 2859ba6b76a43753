import { setTimeout as sleep } from "node:timers/promises";
import {
  AppsV1Api,
  CoreV1Api,
  type KubeConfig,
  type V1Deployment,
  type V1Pod,
  type V1StatefulSet,
} from "@kubernetes/client-node";
import type { OnClusterStep } from "../../../cluster/cluster.ts";
import { askKubernetes } from "../../../kube/client.ts";
import { InfrastructureError } from "../../../lib/errors.ts";

const LOOK_AGAIN_MS = 500;
/** An error that may mend itself, such as a registry that answers the second time, gets this long. */
const PATIENCE_MS = 15_000;
const TIMEOUT_MS = 180_000;

export interface VerifyLimits {
  readonly patienceMs: number;
  readonly timeoutMs: number;
}

/** What has to be up. */
export interface NeededWorkload {
  readonly kind: "Deployment" | "StatefulSet";
  readonly namespace: string;
  readonly name: string;
}

/**
 * Waits until workloads are available, and ends early with Kubernetes' own reason where a pod of theirs cannot start. One that is
 * not there is waited for: an operator may yet make it.
 *
 * @throws InfrastructureError
 */
export async function verifyInstall(
  kubeConfig: KubeConfig,
  needed: readonly NeededWorkload[],
  onStep: OnClusterStep,
  signal: AbortSignal,
  limits: VerifyLimits = { patienceMs: PATIENCE_MS, timeoutMs: TIMEOUT_MS },
): Promise<void> {
  // One that does not start says why; the others may well wait for it.
  const failed = new AbortController();
  const ended = AbortSignal.any([signal, failed.signal]);
  await Promise.all(
    needed.map((each) =>
      waitForWorkload(kubeConfig, each, onStep, ended, limits).catch((error) => {
        failed.abort(error);
        throw error;
      }),
    ),
  );
}

async function waitForWorkload(
  kubeConfig: KubeConfig,
  needed: NeededWorkload,
  onStep: OnClusterStep,
  signal: AbortSignal,
  { patienceMs, timeoutMs }: VerifyLimits,
): Promise<void> {
  const { kind, namespace, name } = needed;
  const core = kubeConfig.makeApiClient(CoreV1Api);
  const step = `${kind} ${name}`;
  const what = `${kind.toLowerCase()} ${namespace}/${name}`;
  const startedAtMs = Date.now();
  let troubleSinceMs: number | undefined;
  for (;;) {
    const workload = await readWorkload(kubeConfig, needed, `read the ${what}`, signal);
    if (workload !== null && isAvailable(workload)) {
      onStep({ step, state: "done", detail: "available" });
      return;
    }
    const labelSelector = Object.entries(workload?.spec?.selector.matchLabels ?? {})
      .map(([key, value]) => `${key}=${value}`)
      .join(",");
    let trouble: string | null = null;
    if (workload !== null) {
      const list = () => core.listNamespacedPod({ namespace, labelSelector });
      const { items } = await askKubernetes(`list the pods of ${namespace}/${name}`, list, { signal });
      trouble = items.map(findTrouble).find((each) => each !== null) ?? replicaFailure(workload);
    }
    troubleSinceMs = trouble === null ? undefined : (troubleSinceMs ?? Date.now());
    onStep({ step, state: "running", detail: trouble ?? "" });
    const overdue = Date.now() - startedAtMs > timeoutMs;
    if ((troubleSinceMs !== undefined && Date.now() - troubleSinceMs > patienceMs) || overdue) {
      const state = workload === null ? "not made" : "not available";
      throw new InfrastructureError(
        `The ${what} does not start: ${trouble ?? `${state} after ${timeoutMs / 1000} s`}`,
        {
          hint:
            workload === null
              ? `Look at: kubectl -n ${namespace} get events`
              : `Look at: kubectl -n ${namespace} describe pods -l ${labelSelector}`,
        },
      );
    }
    await sleep(LOOK_AGAIN_MS, undefined, { signal });
  }
}

async function readWorkload(
  kubeConfig: KubeConfig,
  { kind, namespace, name }: NeededWorkload,
  what: string,
  signal: AbortSignal,
): Promise<V1Deployment | V1StatefulSet | null> {
  const apps = kubeConfig.makeApiClient(AppsV1Api);
  const read = (): Promise<V1Deployment | V1StatefulSet> =>
    kind === "Deployment"
      ? apps.readNamespacedDeployment({ name, namespace })
      : apps.readNamespacedStatefulSet({ name, namespace });
  return askKubernetes(what, read, { signal, nullOn: [404] });
}

/** Of what is installed now: an old pod that is still there does not count. One that was scaled to none serves nobody. */
function isAvailable({ metadata, spec, status }: V1Deployment | V1StatefulSet): boolean {
  const replicas = Math.max(1, spec?.replicas ?? 1);
  return (
    status?.observedGeneration === metadata?.generation &&
    (status?.updatedReplicas ?? 0) >= replicas &&
    (status?.availableReplicas ?? 0) >= replicas
  );
}

/** A quota or an admission rule that lets no pod be made. */
function replicaFailure({ status }: V1Deployment | V1StatefulSet): string | null {
  const failure = status?.conditions?.find((each) => each.type === "ReplicaFailure" && each.status === "True");
  return failure?.message ?? null;
}

/** Why a pod does not start, in Kubernetes' words; null where nothing speaks against it yet. */
export function findTrouble({ metadata, spec, status }: V1Pod): string | null {
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
