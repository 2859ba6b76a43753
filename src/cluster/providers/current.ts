import { join } from "node:path";
import { type KubeConfig, VersionApi } from "@kubernetes/client-node";
import { kubeMessage, toInfrastructureError } from "../../kube/client.ts";
import { InfrastructureError } from "../../lib/errors.ts";
import { makeDirectory } from "../../lib/files/make-directory.ts";
import { replaceFile } from "../../lib/files/replace-file.ts";
import { isCommandFailure } from "../../lib/process/exec.ts";
import { findVersion, isAtLeast } from "../../lib/versions.ts";
import type { Cluster } from "../cluster.ts";
import { loadIntoLocalNodes } from "../images/local-nodes.ts";
import { findContext, renderPodKubeconfig } from "../kubeconfig/kubeconfig.ts";
import type { ClusterOptions } from "../options.ts";
import { waitForApiServer } from "./api-server.ts";
import { clustersDirectory } from "./cluster-state.ts";

const ANSWER_TIMEOUT_MS = 15_000;
/** Pod Security Standards, which the cases' namespaces ask for, are complete from here on. */
const LEAST_KUBERNETES = "1.25.0";

/** A cluster that somebody else made and looks after: it is neither created nor deleted. */
export function currentCluster(options: ClusterOptions): Cluster {
  const { cacheDirectory } = options;
  const environment = options.environment;
  const { attachesOnly = false } = options;
  const { config, context, path } = findContext(options.context, options.environment, {
    hint: attachesOnly
      ? "Set KUBECONFIG, or bring up a cluster first: spark-loadtest install --cluster kind"
      : "Set KUBECONFIG, or have a cluster made: --cluster kind",
  });
  const kubeconfigPath = path ?? join(clustersDirectory(cacheDirectory), "pod.kubeconfig");
  const attach = async (signal: AbortSignal) => {
    await waitForApiServer(`the context ${context}`, async () => config, {
      signal,
      timeoutMs: ANSWER_TIMEOUT_MS,
      hint: "Check the cluster and the network (kubectl get --raw /readyz), or choose another --context.",
    });
    if (path !== null) return;
    await makeDirectory(clustersDirectory(cacheDirectory));
    await replaceFile(kubeconfigPath, renderPodKubeconfig(config), { ownerOnly: true });
  };

  return {
    provider: "current",
    name: context,
    context,
    kubeconfigPath,
    async preflight(onStep) {
      const step = `Check the cluster of the context ${context}`;
      onStep({ step, state: "running" });
      const version = await readVersion(config, context);
      onStep({ step, state: "done", detail: `Kubernetes ${version}` });
    },
    exists: async () => true,
    async create(_, signal) {
      await attach(signal);
      return { created: false };
    },
    completion: async () => undefined,
    attach,
    async loadImages(images, onStep, signal) {
      try {
        return await loadIntoLocalNodes(images, { config, onStep, environment, signal });
      } catch (error) {
        const cause = error instanceof InfrastructureError ? error.cause : error;
        // Without a Docker there is nothing to load from.
        if (isCommandFailure(cause) && cause.command[1] === "ps") return { missing: [...images] };
        throw error;
      }
    },
    kubeConfig: () => config,
    exportLogs: async () => undefined,
    delete: async () => undefined,
  };
}

async function readVersion(config: KubeConfig, context: string): Promise<string> {
  let named: string;
  try {
    named = (await config.makeApiClient(VersionApi).getCode()).gitVersion;
  } catch (error) {
    if (error instanceof InfrastructureError) throw error;
    const { hint } = toInfrastructureError("", error);
    throw new InfrastructureError(`The API server of the context ${context} does not answer: ${kubeMessage(error)}`, {
      hint: hint ?? "Check the cluster and the network (kubectl get --raw /readyz), or choose another --context.",
      cause: error,
    });
  }
  const version = findVersion(named);
  if (version === null || isAtLeast(version, LEAST_KUBERNETES)) return named;
  throw new InfrastructureError(`The cluster of the context ${context} has Kubernetes ${named}.`, {
    hint: `Use one with Kubernetes ${LEAST_KUBERNETES} or newer.`,
  });
}
