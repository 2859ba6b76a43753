import { setTimeout as sleep } from "node:timers/promises";
import { CoreV1Api, type KubeConfig, type V1Namespace } from "@kubernetes/client-node";
import pLimit from "p-limit";
import { InfrastructureError } from "../lib/errors.ts";
import { askKubernetes, kubeStatus } from "../lib/kubernetes.ts";
import { MANAGED_BY, MANAGER, RUN_LABEL } from "./labels.ts";

/** Namespaces are deleted side by side, but not so many that the API server throttles us. */
const CONCURRENCY = 16;
const LOOK_AGAIN_MS = 1_000;

/** Has a namespace with at least these labels. One that is there keeps what it has. */
export async function ensureNamespace(
  kubeConfig: KubeConfig,
  name: string,
  labels: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<{ readonly created: boolean }> {
  const api = kubeConfig.makeApiClient(CoreV1Api);
  const ask = <T>(what: string, request: () => Promise<T>, final: number[] = []) =>
    askKubernetes(`${what} the namespace ${name}`, request, { signal, final });
  try {
    await ask("create", () => api.createNamespace({ body: { metadata: { name, labels: { ...labels } } } }), [409]);
    return { created: true };
  } catch (error) {
    if (kubeStatus(error) !== 409) throw error;
  }
  const found = await ask("read", () => api.readNamespace({ name }));
  if (found.metadata?.deletionTimestamp !== undefined) {
    throw new InfrastructureError(`The namespace ${name} is being deleted: ${describeBlocker(found)}`, {
      hint: "Wait until it is gone, or choose another one with --namespace.",
    });
  }
  return { created: false };
}

/** Namespaces of runs, by their labels; of one run where `runId` is given. Never others, even with names like ours. */
export async function listRunNamespaces(
  kubeConfig: KubeConfig,
  runId: string | null,
  signal: AbortSignal,
): Promise<V1Namespace[]> {
  const api = kubeConfig.makeApiClient(CoreV1Api);
  const run = runId === null ? RUN_LABEL : `${RUN_LABEL}=${runId}`;
  const labelSelector = `${MANAGED_BY}=${MANAGER},${run}`;
  const { items } = await askKubernetes("list the namespaces of runs", () => api.listNamespace({ labelSelector }), {
    signal,
  });
  return items;
}

/** Asks for the deletion of namespaces; does not wait for it. */
export async function deleteNamespaces(
  kubeConfig: KubeConfig,
  names: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const api = kubeConfig.makeApiClient(CoreV1Api);
  const limit = pLimit(CONCURRENCY);
  const remove = async (name: string) => {
    try {
      // 409: it is being deleted already.
      await askKubernetes(`delete the namespace ${name}`, () => api.deleteNamespace({ name }), {
        signal,
        final: [404, 409],
      });
    } catch (error) {
      const status = kubeStatus(error);
      if (status !== 404 && status !== 409) throw error;
    }
  };
  await Promise.all(names.map((name) => limit(() => remove(name))));
}

/** Deletes those of the namespaces that this tool made, by their label; gives their names. */
export async function deleteManagedNamespaces(
  kubeConfig: KubeConfig,
  names: readonly string[],
  signal: AbortSignal,
): Promise<string[]> {
  const api = kubeConfig.makeApiClient(CoreV1Api);
  const list = () => api.listNamespace({ labelSelector: `${MANAGED_BY}=${MANAGER}` });
  const { items } = await askKubernetes("list the namespaces of this tool", list, { signal });
  const managed = items.map(({ metadata }) => metadata!.name!).filter((name) => names.includes(name));
  await deleteNamespaces(kubeConfig, managed, signal);
  return managed;
}

/**
 * Waits until no namespace of these is left, or the time is over.
 *
 * @returns what is left, each with what Kubernetes says about it
 */
export async function waitUntilGone(
  kubeConfig: KubeConfig,
  names: readonly string[],
  options: { readonly timeoutMs: number; readonly signal: AbortSignal; readonly runId: string | null },
): Promise<{ readonly name: string; readonly blocker: string }[]> {
  const deadline = Date.now() + options.timeoutMs;
  const wanted = new Set(names);
  for (;;) {
    const left = (await listRunNamespaces(kubeConfig, options.runId, options.signal)).filter((namespace) =>
      wanted.has(namespace.metadata?.name ?? ""),
    );
    if (left.length === 0) return [];
    if (Date.now() >= deadline || options.signal.aborted) {
      return left.map((namespace) => ({ name: namespace.metadata!.name!, blocker: describeBlocker(namespace) }));
    }
    await sleep(LOOK_AGAIN_MS, undefined, { signal: options.signal });
  }
}

/** Why a namespace is not gone yet, in Kubernetes' words: a finalizer, an API service that does not answer, what is left in it. */
export function describeBlocker(namespace: V1Namespace): string {
  const blocking = (namespace.status?.conditions ?? []).filter(
    ({ type, status }) => status === "True" && type.startsWith("Namespace"),
  );
  const messages = blocking.map(({ reason, message }) => message ?? reason ?? "").filter((text) => text !== "");
  return messages.length > 0 ? messages.join("; ") : "Kubernetes is still deleting what is in it";
}
