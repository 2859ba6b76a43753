import type { KubeConfig, V1Pod } from "@kubernetes/client-node";
import type { OnClusterStep } from "../../../cluster/cluster.ts";
import { type KubeObject, watchResource } from "../../../kube/watch.ts";
import { InfrastructureError } from "../../../lib/errors.ts";
import { OWN_RELEASE } from "../install/charts.ts";
import { type VerifyLimits, verifyInstall } from "../install/verify.ts";
import { STORE_NAME } from "../objects/names.ts";

const SELECTOR = `app.kubernetes.io/component=store,app.kubernetes.io/instance=${OWN_RELEASE}`;
/** The chart's volume of what is stored. */
const VOLUME = "artifacts";
/** Longer than at the start: there is work that would be lost. */
const LIMITS: VerifyLimits = { patienceMs: 60_000, timeoutMs: 180_000 };

/**
 * Watches the pod of the object store while a run needs it. One that is away is waited for, as at its start; Argo tries again meanwhile.
 * Ends when `signal` aborts.
 *
 * @throws InfrastructureError where it does not come back, or has gone with what it held: no case could read its data, or hand over
 *   anything
 */
export async function watchStore(
  kubeConfig: KubeConfig,
  namespace: string,
  onStep: OnClusterStep,
  signal: AbortSignal,
  limits = LIMITS,
): Promise<void> {
  const pods = watchResource<V1Pod & KubeObject>({
    kubeConfig,
    path: `/api/v1/namespaces/${namespace}/pods`,
    labelSelector: SELECTOR,
    what: "watch the object store",
    signal,
    // Who follows the workflow says it.
    onDisturbance: () => undefined,
  });
  const known = new Map<string, V1Pod>();
  /** The pod that served first, where what it holds is on no claim. */
  let holder: string | undefined;
  let isListed = false;
  for await (const event of pods) {
    if (event.type === "listed") isListed = true;
    else if (event.type === "deleted") known.delete(event.object.metadata.name);
    else known.set(event.object.metadata.name, event.object);
    if (!isListed) continue;
    const there = [...known.values()].filter(({ status }) => status?.phase !== "Failed");
    if (holder !== undefined && !there.some(({ metadata }) => metadata?.uid === holder)) {
      const gone = [...known.values()].find(({ metadata }) => metadata?.uid === holder);
      const { reason, message } = gone?.status ?? {};
      const why = [reason, message].filter((each) => each !== undefined && each !== "").join(": ");
      throw new InfrastructureError(
        `The pod of the object store is gone${why === "" ? "" : ` (${why})`}, and with it what it held: data sets, and what cases need and made.`,
        {
          hint: `What is fetched is kept. Look at: kubectl -n ${namespace} get events. A store with a claim outlives its pod: persistence.enabled, in a file for --values`,
        },
      );
    }
    const serving = there.find(isReady);
    if (serving !== undefined) holder ??= isOnItsDisk(serving) ? serving.metadata?.uid : undefined;
    else await verifyInstall(kubeConfig, [{ kind: "Deployment", namespace, name: STORE_NAME }], onStep, signal, limits);
  }
}

function isReady({ metadata, status }: V1Pod): boolean {
  const ready = status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") ?? false;
  return ready && metadata?.deletionTimestamp === undefined;
}

function isOnItsDisk({ spec }: V1Pod): boolean {
  return spec?.volumes?.find(({ name }) => name === VOLUME)?.emptyDir !== undefined;
}
