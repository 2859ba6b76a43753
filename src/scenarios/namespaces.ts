import { CoreV1Api, type KubeConfig, type V1Namespace } from "@kubernetes/client-node";
import pLimit from "p-limit";
import type { HelmContext } from "../cluster/helm/helm.ts";
import { type HelmStorage, uninstallReleases } from "../cluster/helm/releases.ts";
import {
  EXPIRES_LABEL,
  GRACE_SECONDS,
  KEEP_LABEL,
  KEEP_SECONDS,
  PROCESS_ANNOTATION,
  runLabels,
  SCENARIO_ANNOTATION,
} from "../cluster/namespaces/labels.ts";
import { isKept, isLeftOver } from "../cluster/namespaces/left-over.ts";
import {
  type BlockedNamespace,
  createNamespace,
  deleteNamespace,
  listRunNamespaces,
  type NamespaceRef,
  removeUntilGone,
} from "../cluster/namespaces/namespaces.ts";
import { askKubernetes, type KubeRetryOptions } from "../kube/client.ts";
import { errorMessage, InfrastructureError } from "../lib/errors.ts";
import { identifyProcess } from "../lib/process/identity.ts";
import { createSuffix, nameAttempt } from "./names.ts";

/** Of one request; the API server answers most within milliseconds, and a busy one within seconds. */
const REQUEST_TIMEOUT_MS = 15_000;
/** After a removal failed, the API server is not asked for another one for so long. */
const AWAY_MS = 30_000;
/** So many namespaces are removed at a time; each may start a helm. */
const CONCURRENCY = 8;
/** Kubernetes removes a namespace within some seconds; one that takes longer is blocked by something that can be named. */
const BLOCKED_AFTER_MS = 15_000;
const QUOTA_NAME = "spark-loadtest";
const POD_SECURITY_LABEL = "pod-security.kubernetes.io/enforce";

/** The namespace of one attempt of a scenario, and the name of the release that is to be installed in it. */
export interface ScenarioNamespace extends NamespaceRef {
  readonly release: string;
}

export interface ScenarioNamespacesOptions {
  readonly kubeConfig: KubeConfig;
  readonly runId: string;
  readonly owner: string;
  readonly prefix: string;
  /** null for the cluster's default. */
  readonly podSecurity: string | null;
  readonly quota: Readonly<Record<string, string>>;
  /** Of a scenario's attempt: a namespace expires some time after it. */
  readonly timeoutSeconds: number;
  /** Further attempts after the first, for requests and for names that are taken. */
  readonly maxRetries: number;
  readonly cleanupTimeoutMs: number;
  readonly helm: (signal: AbortSignal) => Promise<HelmContext>;
  readonly helmStorage: HelmStorage;
  /** Ends creations; removals go on. */
  readonly signal: AbortSignal;
  /** Once aborted, deletions are asked for without Helm's hooks, and nobody waits for their end. */
  readonly hurry: AbortSignal;
  readonly note: (text: string) => void;
  /** Told of the namespaces that are still there, each time that changes. */
  readonly onLeft: (left: readonly BlockedNamespace[]) => void;
}

/**
 * The namespaces of a run. Each is made for one attempt of one scenario; removals go on beside the next attempts. A namespace whose
 * creation was asked for and not answered is found by its labels in waitUntilGone().
 */
export class ScenarioNamespaces {
  readonly #options: ScenarioNamespacesOptions;
  readonly #limit = pLimit(CONCURRENCY);
  readonly #process = JSON.stringify(identifyProcess());
  readonly #creations = new Set<Promise<unknown>>();
  readonly #removals = new Set<Promise<void>>();
  readonly #kept = new Set<string>();
  /** Of namespaces whose removal failed. */
  readonly #unfinished: NamespaceRef[] = [];
  /** Since a removal failed, no other one is tried before this time; milliseconds since 1970. */
  #awayUntilMs = 0;
  #createdAny = false;

  constructor(options: ScenarioNamespacesOptions) {
    this.#options = options;
  }

  /** Makes a namespace of a name that is not in use. Throws InfrastructureError, or what `signal` was aborted with. */
  create(scenario: string): Promise<ScenarioNamespace> {
    this.#createdAny = true;
    const creation = this.#create(scenario);
    return this.#track(this.#creations, creation);
  }

  /** Begins to remove a namespace: its Helm releases first, so that their hooks run. */
  startRemoval(namespace: NamespaceRef): void {
    this.#track(this.#removals, this.#remove(namespace));
  }

  /**
   * Leaves a namespace for people to look at, and marks it as kept. One that could not be marked is left, too; a later `cleanup`
   * removes it, since its process has ended.
   */
  async keep({ name }: NamespaceRef): Promise<void> {
    this.#kept.add(name);
    const { kubeConfig, note } = this.#options;
    const expires = Math.floor(Date.now() / 1000) + KEEP_SECONDS;
    const body = [
      { op: "add", path: toPointer(KEEP_LABEL), value: "true" },
      { op: "replace", path: toPointer(EXPIRES_LABEL), value: String(expires) },
    ];
    const patch = () => kubeConfig.makeApiClient(CoreV1Api).patchNamespace({ name, body });
    try {
      await askKubernetes(`mark the namespace ${name} as kept`, patch, this.#retryOptions());
    } catch (error) {
      note(`! ${errorMessage(error)}`);
    }
  }

  /** Begins to remove, by label, the namespaces of earlier runs whose process has ended or that have expired. */
  startRemovalOfLeftOvers(): void {
    this.#track(this.#removals, this.#removeLeftOvers());
  }

  /**
   * Waits until every namespace of the run is gone, also those whose creation got no answer. After `hurry` it only asks for their
   * deletion.
   *
   * @returns what is left when the time is over
   * @throws InfrastructureError where that cannot be told
   */
  async waitUntilGone(): Promise<readonly BlockedNamespace[]> {
    const { kubeConfig, runId, cleanupTimeoutMs, hurry, note, onLeft } = this.#options;
    await Promise.allSettled([...this.#creations]);
    await Promise.all([...this.#removals]);
    if (!this.#createdAny) return [];
    this.#awayUntilMs = 0;
    await Promise.all(this.#unfinished.splice(0).map((namespace) => this.#remove(namespace)));
    for (const { name } of this.#unfinished)
      note(`! Helm releases in ${name} could not be looked for, and go without hooks.`);
    const isWanted = (namespace: V1Namespace) => !isKept(namespace) && !this.#kept.has(namespace.metadata?.name ?? "");
    const blocked = new BlockerNotes(note);
    try {
      const left = await removeUntilGone(kubeConfig, runId, {
        isWanted,
        timeoutMs: cleanupTimeoutMs,
        signal: hurry,
        onDisturbance: note,
        onLeft: (now) => {
          blocked.left = now;
          onLeft(now);
        },
      });
      if (!hurry.aborted) return left;
    } finally {
      blocked.stop();
    }
    // After `hurry` the deletion of each has to be asked for, and nobody waits until it is done.
    const namespaces = (await listRunNamespaces(kubeConfig, runId, new AbortController().signal)).filter(isWanted);
    await Promise.all(
      namespaces
        .filter(({ metadata }) => metadata?.deletionTimestamp === undefined)
        .map(({ metadata }) => this.#delete({ name: metadata!.name!, uid: metadata!.uid })),
    );
    return [];
  }

  async #create(scenario: string): Promise<ScenarioNamespace> {
    const { kubeConfig, runId, owner, prefix, podSecurity, timeoutSeconds, maxRetries, signal } = this.#options;
    for (let attempt = 0; attempt <= maxRetries; attempt++) {
      const { namespace: name, release } = nameAttempt(scenario, prefix, createSuffix());
      const expiresAtMs = Date.now() + (timeoutSeconds + GRACE_SECONDS) * 1000;
      const labels = {
        ...runLabels({ id: runId, owner, expiresAtMs }),
        ...(podSecurity === null ? {} : { [POD_SECURITY_LABEL]: podSecurity }),
      };
      const annotations = { [PROCESS_ANNOTATION]: this.#process, [SCENARIO_ANNOTATION]: scenario };
      const uid = await createNamespace(kubeConfig, { name, labels, annotations }, { ...this.#retryOptions(), signal });
      // There is a namespace of this name, or one that is being deleted.
      if (uid === null) continue;
      const namespace = { name, uid, release };
      try {
        await this.#limitResources(name);
      } catch (error) {
        this.startRemoval(namespace);
        throw error;
      }
      return namespace;
    }
    throw new InfrastructureError(`No name for the namespace of ${scenario} was free in ${maxRetries + 1} attempts.`, {
      hint: "Choose another --namespace-prefix.",
    });
  }

  async #limitResources(namespace: string): Promise<void> {
    const { kubeConfig, quota, signal } = this.#options;
    if (Object.keys(quota).length === 0) return;
    const body = { metadata: { name: QUOTA_NAME }, spec: { hard: { ...quota } } };
    const create = () => kubeConfig.makeApiClient(CoreV1Api).createNamespacedResourceQuota({ namespace, body });
    const what = `create the ResourceQuota of the namespace ${namespace}`;
    // A request whose answer was lost is sent again; the ResourceQuota that it finds is its own.
    await askKubernetes(what, create, { ...this.#retryOptions(), signal, nullOn: [409] });
  }

  /** A namespace whose removal fails, or comes within AWAY_MS of a failure, is tried again by waitUntilGone(). */
  async #remove(namespace: NamespaceRef): Promise<void> {
    await this.#limit(async () => {
      if (Date.now() >= this.#awayUntilMs) {
        try {
          await this.#uninstallReleases(namespace.name);
          await this.#delete(namespace);
          return;
        } catch {
          // The other removals would spend their attempts on the same API server.
          this.#awayUntilMs = Date.now() + AWAY_MS;
        }
      }
      this.#unfinished.push(namespace);
    });
  }

  async #uninstallReleases(namespace: string): Promise<void> {
    const { kubeConfig, helm, helmStorage, hurry, note } = this.#options;
    if (hurry.aborted) return;
    try {
      await uninstallReleases(kubeConfig, namespace, {
        ...this.#retryOptions(),
        signal: hurry,
        storage: helmStorage,
        helm: () => helm(hurry),
        onFailure: (release, error) =>
          note(`! The Helm release ${release} in ${namespace} goes without its hooks: ${errorMessage(error)}`),
      });
    } catch (error) {
      if (!hurry.aborted) throw error;
    }
  }

  #delete(namespace: NamespaceRef): Promise<void> {
    return deleteNamespace(this.#options.kubeConfig, namespace, this.#retryOptions());
  }

  async #removeLeftOvers(): Promise<void> {
    const { kubeConfig, signal, note } = this.#options;
    try {
      const now = Date.now();
      const left = (await listRunNamespaces(kubeConfig, null, signal)).filter((each) => isLeftOver(each, now));
      const going = left.filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
      if (going.length === 0) return;
      note(`Removing what earlier runs left: ${going.map(({ metadata }) => metadata?.name).join(", ")}`);
      await Promise.all(going.map(({ metadata }) => this.#remove({ name: metadata!.name!, uid: metadata!.uid })));
    } catch (error) {
      if (!signal.aborted) note(`! What earlier runs left was not looked for: ${errorMessage(error)}`);
    }
  }

  /** Of requests that `signal` does not end, which are those that remove something. */
  #retryOptions(): KubeRetryOptions {
    const { maxRetries } = this.#options;
    return { signal: new AbortController().signal, retries: maxRetries, timeoutMs: REQUEST_TIMEOUT_MS };
  }

  #track<T>(set: Set<Promise<T>> | Set<Promise<unknown>>, promise: Promise<T>): Promise<T> {
    const promises = set as Set<Promise<unknown>>;
    promises.add(promise);
    const forget = () => promises.delete(promise);
    promise.then(forget, forget);
    return promise;
  }
}

/** Notes once of each namespace that is still there what blocks it, and again when that changes. */
class BlockerNotes {
  left: readonly BlockedNamespace[] = [];
  readonly #said = new Map<string, string>();
  readonly #timer: NodeJS.Timeout;

  constructor(note: (text: string) => void) {
    this.#timer = setInterval(() => {
      for (const { name, blocker } of this.left) {
        if (this.#said.get(name) === blocker) continue;
        this.#said.set(name, blocker);
        note(`! The namespace ${name} is not gone yet: ${blocker}`);
      }
    }, BLOCKED_AFTER_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

/** A label as a JSON pointer to it. */
function toPointer(label: string): string {
  return `/metadata/labels/${label.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}
