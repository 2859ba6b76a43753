import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { KubeConfig } from "@kubernetes/client-node";
import { NodeHttpKubeConfig } from "../../kube/config.ts";
import { errorMessage, InfrastructureError } from "../../lib/errors.ts";
import { makeDirectory } from "../../lib/files/make-directory.ts";
import type { Cluster, OnClusterStep } from "../cluster.ts";
import type { ClusterOptions } from "../options.ts";
import { ensureTool } from "../tools/tools.ts";
import { waitForApiServer } from "./api-server.ts";
import {
  clustersDirectory,
  describeCluster,
  isAbandoned,
  isOwnerAlive,
  readClusterState,
  removeClusterState,
  writeClusterState,
} from "./cluster-state.ts";
import { deferred, untilAborted } from "./deferred.ts";

/** Of a cluster that is there already. */
const ANSWER_TIMEOUT_MS = 30_000;
/** Of a cluster that another process is making. */
const OTHER_MAKES_TIMEOUT_MS = 300_000;
/** A tool that has made a cluster ends after its API server is up; much later than this is an error. */
const MADE_TIMEOUT_MS = 120_000;
const DELETE_TIMEOUT_MS = 180_000;

/** What a tool is run with. */
export interface LocalContext {
  readonly signal: AbortSignal;
  readonly onStep: OnClusterStep;
}

/** Somebody else made a cluster of the name in the meantime, which is not ours to remove. */
export class AlreadyThereError extends InfrastructureError {}

/** What differs between the tools that make clusters of containers on this machine. */
export interface LocalTool {
  readonly provider: "kind" | "minikube";
  readonly context: string;
  /** How people delete the cluster themselves. */
  readonly deleteCommand: string;
  preflight(context: LocalContext): Promise<void>;
  exists(signal: AbortSignal): Promise<boolean>;
  /** Runs until the tool is through; calls `onNodes` when images can be loaded. */
  make(context: LocalContext, onNodes: () => void): Promise<void>;
  /** Writes the kubeconfig if it can be had; false while it cannot. */
  writeKubeconfig(signal: AbortSignal): Promise<boolean>;
  load(images: readonly string[], context: LocalContext): Promise<{ readonly missing: readonly string[] }>;
  /** Idempotent. `interrupted`: make() was ended half-way. */
  remove(signal: AbortSignal, interrupted: boolean): Promise<void>;
  exportLogs(directory: string, signal: AbortSignal): Promise<void>;
}

/** Where the kubeconfig of a cluster on this machine is kept; the user's own is left alone. */
export function localKubeconfigPath({ cacheDirectory, name }: ClusterOptions, provider: LocalTool["provider"]): string {
  return join(clustersDirectory(cacheDirectory), `${provider}-${name}.kubeconfig`);
}

/** The life of a cluster on this machine, which is the same whatever makes it. */
export function localCluster(tool: LocalTool, options: ClusterOptions): Cluster {
  const { cacheDirectory, name, keep, runId } = options;
  const { provider, context, deleteCommand } = tool;
  const identity = { provider, name };
  const kubeconfigPath = localKubeconfigPath(options, provider);
  const what = `the ${provider} cluster ${name}`;
  const nodesUp = deferred<void>();
  let making: { readonly abort: AbortController; readonly done: Promise<void> } | null = null;
  let mine = false;
  /** What exists() said, for the create() that comes after it. */
  let wasThere: boolean | null = null;

  const own = (complete: boolean, exclusive = false) => {
    const state = describeCluster({ ...identity, runId, keep, complete, kubeconfigPath });
    return writeClusterState(cacheDirectory, state, { exclusive });
  };

  const readConfig = (signal: AbortSignal) => {
    let config: KubeConfig | null = null;
    return async () => {
      if (config === null && (await tool.writeKubeconfig(signal))) config = readKubeconfig(kubeconfigPath, context);
      return config;
    };
  };

  async function removeAll(interrupted = false): Promise<void> {
    try {
      await tool.remove(AbortSignal.timeout(DELETE_TIMEOUT_MS), interrupted);
    } catch (error) {
      throw new InfrastructureError(`Could not delete ${what}: ${errorMessage(error)}`, {
        hint: `Delete it yourself: ${deleteCommand}`,
        cause: error,
      });
    }
    await rm(kubeconfigPath, { force: true });
    await removeClusterState(cacheDirectory, identity);
  }

  async function attach(signal: AbortSignal): Promise<void> {
    if (!(await tool.exists(signal))) {
      throw new InfrastructureError(`There is no ${provider} cluster ${name}.`, {
        hint: "Name another with --cluster and --cluster-name, or make it: spark-loadtest install",
      });
    }
    await useExisting(signal, ANSWER_TIMEOUT_MS);
  }

  async function useExisting(signal: AbortSignal, timeoutMs: number): Promise<void> {
    await makeDirectory(clustersDirectory(cacheDirectory));
    await waitForApiServer(what, readConfig(signal), {
      signal,
      timeoutMs,
      hint: `Start its containers, or delete it so that a run makes a new one: ${deleteCommand}`,
    });
    nodesUp.resolve();
  }

  /** Whether there is a cluster now that can be used; one whose making was killed is removed. */
  async function takeExisting(signal: AbortSignal): Promise<boolean> {
    const [exists, state] = await Promise.all([
      wasThere ?? tool.exists(signal),
      readClusterState(cacheDirectory, identity),
    ]);
    wasThere = null;
    if (state?.complete && !exists) {
      // The cluster was deleted by hand: there is nothing to delete.
      await removeClusterState(cacheDirectory, identity);
      return false;
    }
    if (state !== null && isOwnerAlive(state)) {
      await useExisting(signal, state.complete ? ANSWER_TIMEOUT_MS : OTHER_MAKES_TIMEOUT_MS);
      return true;
    }
    if (state !== null && !state.complete) {
      await removeAll();
      return false;
    }
    if (!exists) return false;
    // A cluster whose run was killed is this one's now: nobody else may delete it, and we do.
    if (state !== null && !state.keep) mine = await own(true);
    await useExisting(signal, ANSWER_TIMEOUT_MS);
    return true;
  }

  async function make(onStep: OnClusterStep, signal: AbortSignal): Promise<void> {
    if (!(await own(false, true))) {
      throw new InfrastructureError(`Another run is making ${what} at this moment.`, {
        hint: "Start again when it is up, or choose another name with --cluster-name.",
      });
    }
    mine = true;
    const abort = new AbortController();
    const failed = new AbortController();
    const ending = AbortSignal.any([signal, abort.signal]);
    const waiting = AbortSignal.any([ending, failed.signal]);
    const made = tool.make({ onStep, signal: ending }, nodesUp.resolve);
    const answers = waitForApiServer(what, readConfig(waiting), {
      signal: waiting,
      // The tool has limits of its own, and ends this wait when it fails.
      timeoutMs: Number.POSITIVE_INFINITY,
      hint: "",
    });
    const done = made
      .then(() => own(true))
      .then(() => nodesUp.resolve())
      .catch(async (error) => {
        failed.abort();
        // It may be writing the kubeconfig at this moment.
        await answers.catch(() => undefined);
        if (error instanceof AlreadyThereError) await removeClusterState(cacheDirectory, identity);
        else await removeAll(ending.aborted).catch((removal) => Promise.reject(joinErrors(error, removal)));
        throw error;
      });
    making = { abort, done };
    try {
      await Promise.race([answers, done.then(() => within(answers, MADE_TIMEOUT_MS, what))]);
    } catch (error) {
      answers.catch(() => undefined);
      abort.abort();
      // What the tool failed of says more than a wait that was cut short by it.
      await done.catch((reason) => {
        throw error instanceof InfrastructureError ? error : reason;
      });
      await removeAll();
      throw error;
    }
  }

  return {
    provider,
    name,
    context,
    kubeconfigPath,
    async preflight(onStep, signal) {
      await tool.preflight({ onStep, signal });
      // A cluster that is there may have all that Helm would install.
      if (await tool.exists(signal)) return;
      await ensureTool("helm", { cacheDirectory, environment: options.environment, signal, onStep });
    },
    async exists(signal) {
      wasThere = await tool.exists(signal);
      return wasThere;
    },
    async create(onStep, signal) {
      try {
        if (await takeExisting(signal)) return { created: mine };
        await make(onStep, signal);
        return { created: true };
      } catch (error) {
        nodesUp.reject(error);
        throw error;
      }
    },
    completion: async () => making?.done,
    async attach(signal) {
      try {
        await attach(signal);
      } catch (error) {
        nodesUp.reject(error);
        throw error;
      }
    },
    async loadImages(images, onStep, signal) {
      await untilAborted(nodesUp.promise, signal, "load images");
      try {
        return await tool.load(images, { onStep, signal });
      } catch (error) {
        // A tool that fails takes its nodes away, and why it failed says more than that they are gone.
        if (!signal.aborted) await making?.done;
        throw error;
      }
    },
    kubeConfig: () => readKubeconfig(kubeconfigPath, context),
    async exportLogs(directory) {
      await makeDirectory(directory);
      await tool.exportLogs(directory, AbortSignal.timeout(60_000)).catch(() => undefined);
    },
    async delete({ evenIfKept = false } = {}) {
      making?.abort.abort();
      await making?.done.catch(() => undefined);
      const state = await readClusterState(cacheDirectory, identity);
      if (state === null) return;
      if (!mine && !evenIfKept && !isAbandoned(state)) return;
      await removeAll();
    },
  };
}

/** Why it failed is what people need first; that something is left is not to be lost either. */
function joinErrors(error: unknown, removal: unknown): unknown {
  if (!(error instanceof InfrastructureError && removal instanceof InfrastructureError)) return removal;
  return new InfrastructureError(`${error.message}\n${removal.message}`, {
    ...(removal.hint === undefined ? {} : { hint: removal.hint }),
    cause: error,
  });
}

/** A kubeconfig file with one of its contexts chosen. Throws where it cannot be read. */
export function readKubeconfig(path: string, context: string): KubeConfig {
  const config = new NodeHttpKubeConfig();
  config.loadFromFile(path);
  config.setCurrentContext(context);
  return config;
}

async function within(work: Promise<void>, timeoutMs: number, what: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new InfrastructureError(`${what} is made, and its API server does not answer.`, {
      hint: "Look at its nodes' containers: docker ps --all",
    });
    timer = setTimeout(() => reject(error), timeoutMs);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
