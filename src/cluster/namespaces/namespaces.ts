import { CoreV1Api, type KubeConfig, type V1Namespace, type V1ObjectMeta } from "@kubernetes/client-node";
import pLimit from "p-limit";
import { askKubernetes, type KubeRetryOptions } from "../../kube/client.ts";
import { type KubeObject, watchResource } from "../../kube/watch.ts";
import { errorMessage, InfrastructureError } from "../../lib/errors.ts";
import { MANAGED_BY, MANAGER, RUN_LABEL } from "./labels.ts";

/** Namespaces are deleted side by side, but not so many that the API server throttles us. */
const CONCURRENCY = 16;
/** How long a namespace may take to go before its blocker is named. */
export const GONE_TIMEOUT_MS = 120_000;

/**
 * Has a namespace with these labels. One that is there keeps what it has.
 *
 * @param beforeCreate called where there is none, before one is asked for: who is ended in between still knows what may be there
 */
export async function ensureNamespace(
  kubeConfig: KubeConfig,
  name: string,
  labels: Readonly<Record<string, string>>,
  signal: AbortSignal,
  beforeCreate: () => void = () => undefined,
): Promise<{ readonly created: boolean }> {
  const api = kubeConfig.makeApiClient(CoreV1Api);
  const read = () => api.readNamespace({ name });
  let found = await askKubernetes(`read the namespace ${name}`, read, { signal, nullOn: [404] });
  if (found === null) {
    beforeCreate();
    const create = () => api.createNamespace({ body: { metadata: { name, labels: { ...labels } } } });
    const made = await askKubernetes(`create the namespace ${name}`, create, { signal, nullOn: [409] });
    if (made !== null) return { created: true };
    found = await askKubernetes(`read the namespace ${name}`, read, { signal });
  }
  if (found.metadata?.deletionTimestamp !== undefined) {
    throw new InfrastructureError(`The namespace ${name} is being deleted: ${describeBlocker(found)}`, {
      hint: "Wait until it is gone, or choose another one with --namespace.",
    });
  }
  return { created: false };
}

/**
 * Creates a namespace that has to be a new one.
 *
 * @returns its uid; null where the name is taken, be it by one that is going
 */
export async function createNamespace(
  kubeConfig: KubeConfig,
  metadata: Pick<V1ObjectMeta, "labels" | "annotations"> & { readonly name: string },
  options: KubeRetryOptions,
): Promise<string | null> {
  const api = kubeConfig.makeApiClient(CoreV1Api);
  const create = () => api.createNamespace({ body: { metadata } });
  const made = await askKubernetes(`create the namespace ${metadata.name}`, create, { ...options, nullOn: [409] });
  return made && (made.metadata?.uid ?? "");
}

/** Namespaces of runs, by their labels; of one run where `runId` is given. Never others, even with names like ours. */
export async function listRunNamespaces(
  kubeConfig: KubeConfig,
  runId: string | null,
  signal: AbortSignal,
): Promise<V1Namespace[]> {
  const api = kubeConfig.makeApiClient(CoreV1Api);
  const list = () => api.listNamespace({ labelSelector: selectRun(runId) });
  const { items } = await askKubernetes("list the namespaces of runs", list, { signal });
  return items;
}

function selectRun(runId: string | null): string {
  return `${MANAGED_BY}=${MANAGER},${runId === null ? RUN_LABEL : `${RUN_LABEL}=${runId}`}`;
}

/** A namespace; one that was made anew under the name is another, and is not touched where `uid` is given. */
export interface NamespaceRef {
  readonly name: string;
  readonly uid?: string | undefined;
}

/** Asks for the deletion of a namespace; one that is gone, or going, is no error. */
export async function deleteNamespace(
  kubeConfig: KubeConfig,
  { name, uid }: NamespaceRef,
  options: KubeRetryOptions,
): Promise<void> {
  const api = kubeConfig.makeApiClient(CoreV1Api);
  const body = uid === undefined ? {} : { body: { preconditions: { uid } } };
  const remove = () => api.deleteNamespace({ name, ...body });
  // 409: it is being deleted already, or is another one.
  await askKubernetes(`delete the namespace ${name}`, remove, { ...options, nullOn: [404, 409] });
}

/**
 * Deletes those of the namespaces that this tool made, by their label, and waits until they are gone: until then nothing can be
 * installed in their names. Gives their names.
 *
 * @throws InfrastructureError where one is not gone in time
 */
export async function deleteManagedNamespaces(
  kubeConfig: KubeConfig,
  names: readonly string[],
  signal: AbortSignal,
): Promise<string[]> {
  const isWanted = ({ metadata }: V1Namespace) => names.includes(metadata!.name!);
  const options = { isWanted, timeoutMs: GONE_TIMEOUT_MS, signal };
  const { found, left } = await removeSelected(kubeConfig, `${MANAGED_BY}=${MANAGER}`, options);
  if (left.length > 0 && !signal.aborted) throw notGone(left, "Try again later: spark-loadtest cleanup --all");
  return found;
}

export function notGone(left: readonly BlockedNamespace[], hint: string): InfrastructureError {
  const names = left.map(({ name, blocker }) => `${name} (${blocker})`).join("; ");
  return new InfrastructureError(`Not everything could be removed: ${names}`, { hint });
}

/** A namespace that is still there, with what Kubernetes says about it. */
export interface BlockedNamespace {
  readonly name: string;
  readonly blocker: string;
}

export interface RemovalOptions {
  readonly isWanted: (namespace: V1Namespace) => boolean;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** What is left, after each change. */
  readonly onLeft?: (left: readonly BlockedNamespace[]) => void;
  readonly onDisturbance?: (message: string) => void;
}

/**
 * Deletes the wanted ones of the runs' namespaces, found by their labels, as far as they are not being deleted already, and waits
 * until they are gone. One list and one watch, however long it takes and however many they are.
 *
 * @returns what is left when the time is over, or `signal` aborts
 * @throws InfrastructureError where the API server is away until the time is over, or a right is missing
 */
export async function removeUntilGone(
  kubeConfig: KubeConfig,
  /** Only namespaces of this run; null for those of all runs. */
  runId: string | null,
  options: RemovalOptions,
): Promise<BlockedNamespace[]> {
  const { left } = await removeSelected(kubeConfig, selectRun(runId), options);
  return left;
}

interface Removal {
  /** Names of all that were wanted and there. */
  readonly found: string[];
  readonly left: BlockedNamespace[];
}

async function removeSelected(
  kubeConfig: KubeConfig,
  labelSelector: string,
  options: RemovalOptions,
): Promise<Removal> {
  const { isWanted, timeoutMs, signal, onLeft } = options;
  const ended = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const limit = pLimit(CONCURRENCY);
  const found = new Set<string>();
  const left = new Map<string, V1Namespace>();
  const asked = new Set<string>();
  const failures = new Map<string, string>();
  const failed = new AbortController();
  const describe = (): BlockedNamespace[] =>
    [...left].map(([name, namespace]) => ({ name, blocker: failures.get(name) ?? describeBlocker(namespace) }));
  const remove = async ({ name, uid }: NamespaceRef) => {
    if (asked.has(`${name} ${uid}`)) return;
    asked.add(`${name} ${uid}`);
    try {
      await limit(() => deleteNamespace(kubeConfig, { name, uid }, { signal: ended }));
    } catch (error) {
      if (ended.aborted) return;
      failures.set(name, errorMessage(error));
      // What is left cannot be waited for where it is not even going.
      if ([...left.keys()].every((each) => failures.has(each))) failed.abort();
    }
  };
  let listed = false;
  const events = watchResource<V1Namespace & KubeObject>({
    kubeConfig,
    path: "/api/v1/namespaces",
    labelSelector,
    what: "wait until the namespaces are gone",
    signal: AbortSignal.any([ended, failed.signal]),
    unreachableTimeoutMs: timeoutMs,
    onDisturbance: options.onDisturbance ?? (() => undefined),
  });
  for await (const event of events) {
    if (event.type === "listed") listed = true;
    else if (event.type === "deleted") left.delete(event.object.metadata.name);
    else if (isWanted(event.object)) {
      const { name, uid, deletionTimestamp } = event.object.metadata as V1ObjectMeta & KubeObject["metadata"];
      found.add(name);
      left.set(name, event.object);
      if (deletionTimestamp === undefined) void remove({ name, uid });
    }
    if (!listed) continue;
    onLeft?.(describe());
    if (left.size === 0) break;
  }
  if (!listed && !signal.aborted) {
    throw new InfrastructureError("Could not make sure that the namespaces are gone: the API server did not answer.", {
      hint: "Check that the cluster is up (kubectl get --raw /readyz), then run: spark-loadtest cleanup",
    });
  }
  return { found: [...found], left: describe() };
}

/** Why a namespace is not gone yet, in Kubernetes' words: a finalizer, an API service that does not answer, what is left in it. */
export function describeBlocker(namespace: V1Namespace): string {
  const blocking = (namespace.status?.conditions ?? []).filter(
    ({ type, status }) => status === "True" && type.startsWith("Namespace"),
  );
  const messages = blocking.map(({ reason, message }) => message ?? reason ?? "").filter((text) => text !== "");
  return messages.length > 0 ? messages.join("; ") : "Kubernetes is still deleting what is in it";
}
