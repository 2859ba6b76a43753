import type { KubeConfig, V1Pod } from "@kubernetes/client-node";
import type { OnClusterStep } from "../../../cluster/cluster.ts";
import { isPodReady } from "../../../kube/pod-ready.ts";
import { type KubeObject, watchResource } from "../../../kube/watch.ts";
import { InfrastructureError } from "../../../lib/errors.ts";
import { OWN_RELEASE } from "../install/charts.ts";
import { findTrouble } from "../install/verify.ts";

const SELECTOR = `app.kubernetes.io/component=store,app.kubernetes.io/instance=${OWN_RELEASE}`;
/** The chart's volume of what is stored. */
const VOLUME = "artifacts";
const STEP = "Object store";
/** A pod that moves to another node may have its image to pull. Argo tries again for about as long. */
const PATIENCE_MS = 180_000;

/**
 * Watches the pod of the object store while a run needs it. One that is away is waited for. Ends when `signal` aborts. It asks for pods
 * alone, which is what those who may only submit can see.
 *
 * @throws InfrastructureError where it does not come back, or has gone with what it held: no case could read its data, or hand over
 *   anything
 */
export async function watchStore(
  kubeConfig: KubeConfig,
  namespace: string,
  onStep: OnClusterStep,
  signal: AbortSignal,
  patienceMs = PATIENCE_MS,
): Promise<void> {
  const late = new AbortController();
  const events = watchResource<V1Pod & KubeObject>({
    kubeConfig,
    path: `/api/v1/namespaces/${namespace}/pods`,
    labelSelector: SELECTOR,
    what: "watch the object store",
    signal: AbortSignal.any([signal, late.signal]),
    // Who follows the workflow says it.
    onDisturbance: () => undefined,
  });
  const pods = new Map<string, V1Pod>();
  /** The pod that served first, where what it holds is on no claim. */
  let holder: string | undefined;
  let trouble: string | null = null;
  let timer: NodeJS.Timeout | undefined;
  let isListed = false;
  try {
    for await (const event of events) {
      if (event.type === "listed") isListed = true;
      else if (event.type === "deleted") pods.delete(event.object.metadata.name);
      else pods.set(event.object.metadata.name, event.object);
      if (!isListed) continue;
      const all = [...pods.values()];
      const there = all.filter(({ status }) => status?.phase !== "Failed");
      if (holder !== undefined && !there.some(({ metadata }) => metadata?.uid === holder)) {
        throw lostError(
          namespace,
          all.find(({ metadata }) => metadata?.uid === holder),
        );
      }
      const serving = there.find(isServing);
      if (serving !== undefined) {
        holder ??= isOnItsDisk(serving) ? serving.metadata?.uid : undefined;
        if (timer !== undefined) onStep({ step: STEP, state: "done", detail: "serves again" });
        clearTimeout(timer);
        timer = undefined;
      } else {
        trouble = there.map(findTrouble).find((each) => each !== null) ?? null;
        onStep({ step: STEP, state: "running", detail: trouble ?? "is away" });
        timer ??= setTimeout(() => late.abort(), patienceMs);
      }
    }
  } finally {
    clearTimeout(timer);
  }
  if (!late.signal.aborted || signal.aborted) return;
  throw new InfrastructureError(
    `The object store has been away for ${patienceMs / 1000} s${trouble === null ? "" : `: ${trouble}`}`,
    { hint: `Look at: kubectl -n ${namespace} describe pods -l ${SELECTOR}` },
  );
}

function lostError(namespace: string, pod: V1Pod | undefined): InfrastructureError {
  const { reason, message } = pod?.status ?? {};
  const why = [reason, message].filter((each) => each !== undefined && each !== "").join(": ");
  return new InfrastructureError(
    `The pod of the object store is gone${why === "" ? "" : ` (${why})`}, and with it what it held: data sets, and what cases need and made.`,
    {
      hint: `What is fetched is kept. Look at: kubectl -n ${namespace} get events. A store with a claim outlives its pod: persistence.enabled, in a file for --values`,
    },
  );
}

function isServing(pod: V1Pod): boolean {
  return isPodReady(pod) && pod.metadata?.deletionTimestamp === undefined;
}

function isOnItsDisk({ spec }: V1Pod): boolean {
  return spec?.volumes?.find(({ name }) => name === VOLUME)?.emptyDir !== undefined;
}
