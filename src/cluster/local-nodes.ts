import type { OnClusterStep } from "./cluster.ts";
import { type Container, listContainers, type ToolContext } from "./docker.ts";
import { loadIntoNodes } from "./load-images.ts";

const KIND_CONTEXT = /^kind-(?<name>.+)$/;

interface LocalNodesOptions extends ToolContext {
  readonly context: string;
  /** URL of the context's API server. */
  readonly server: string;
  readonly onStep: OnClusterStep;
}

/**
 * Loads images into the nodes of a context's cluster where these are containers of the local Docker, as people expect of their
 * own kind cluster; of any other cluster, all images are missing: it pulls them. Throws where Docker does not answer.
 */
export async function loadIntoLocalNodes(
  images: readonly string[],
  { context, server, onStep, ...toolContext }: LocalNodesOptions,
): Promise<{ readonly missing: readonly string[] }> {
  const name = KIND_CONTEXT.exec(context)?.groups?.name;
  if (name === undefined) return { missing: [...images] };
  const containers = await listContainers([`io.x-k8s.kind.cluster=${name}`], toolContext);
  if (!servesAt(containers, server)) return { missing: [...images] };
  const nodes = containers.filter(({ role }) => role !== "external-load-balancer").map((node) => node.name);
  return loadIntoNodes(images, nodes, onStep, toolContext);
}

/** Whether one of the containers is the API server: a context on another machine may have the same name. */
export function servesAt(containers: readonly Pick<Container, "ports">[], server: string): boolean {
  const port = /^https:\/\/(?:127\.0\.0\.1|localhost|0\.0\.0\.0|\[::1?\]):(\d+)/.exec(server)?.[1];
  return port !== undefined && containers.some(({ ports }) => ports.includes(`:${port}->6443/tcp`));
}
