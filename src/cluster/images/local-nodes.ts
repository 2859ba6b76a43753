import type { KubeConfig, V1Node } from "@kubernetes/client-node";
import { listNodes } from "../../kube/nodes.ts";
import type { OnClusterStep } from "../cluster.ts";
import { type Container, listContainers, type ToolContext } from "./docker.ts";
import { loadIntoNodes } from "./load-images.ts";

/** What kind and Minikube put on the containers that are their nodes. */
const NODE_LABELS = ["io.x-k8s.kind.cluster", "created_by.minikube.sigs.k8s.io"];

interface LocalNodesOptions extends ToolContext {
  readonly config: KubeConfig;
  readonly onStep: OnClusterStep;
}

/**
 * Loads images into the nodes of a cluster where these are containers of the local Docker, as people expect of their own kind
 * or Minikube; of any other cluster, all images are missing: it pulls them. Throws where Docker does not answer.
 */
export async function loadIntoLocalNodes(
  images: readonly string[],
  { config, onStep, ...context }: LocalNodesOptions,
): Promise<{ readonly missing: readonly string[] }> {
  const containers = (await Promise.all(NODE_LABELS.map((label) => listContainers(label, context)))).flat();
  if (containers.length === 0) return { missing: [...images] };
  const nodes = findLocalNodes(await listNodes(config, context.signal), containers);
  return nodes === null ? { missing: [...images] } : loadIntoNodes(images, nodes, onStep, context);
}

/**
 * Names of the containers that are a cluster's nodes; null unless all of them are, with containerd in them. Name and address
 * have to agree, because a cluster on another machine may have nodes of the same names.
 */
export function findLocalNodes(
  nodes: readonly Pick<V1Node, "metadata" | "status">[],
  containers: readonly Container[],
): string[] | null {
  const local = nodes.flatMap(({ metadata, status }) => {
    if (!status?.nodeInfo?.containerRuntimeVersion.startsWith("containerd://")) return [];
    const addresses = (status.addresses ?? []).map(({ address }) => address);
    const match = containers.find(
      ({ name, ips }) => name === metadata?.name && ips.some((ip) => addresses.includes(ip)),
    );
    return match === undefined ? [] : [match.name];
  });
  return local.length > 0 && local.length === nodes.length ? local : null;
}
