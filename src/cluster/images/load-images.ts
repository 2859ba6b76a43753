import { InfrastructureError } from "../../lib/errors.ts";
import { type ExecError, exec, isCommandFailure } from "../../lib/process/exec.ts";
import type { OnClusterStep } from "../cluster.ts";
import { toolFailure } from "../tools/run-tool.ts";
import { canonicalImage, findLocalImage, type ToolContext } from "./docker.ts";
import { pipeCommands } from "./pipe-commands.ts";

/** A node that is a container, and what its containerd says of itself. */
interface Node {
  readonly name: string;
  /** Ids of the images that it has, by their names. */
  readonly images: ReadonlyMap<string, string>;
  /** null for containerd's own choice. */
  readonly snapshotter: string | null;
}

/** Images that the local Docker has, with their ids, and those that it has not; each in its order, and once. */
export async function sortImages(
  images: readonly string[],
  context: ToolContext,
): Promise<{ readonly local: readonly { image: string; id: string }[]; readonly missing: readonly string[] }> {
  const found = await Promise.all(
    [...new Set(images)].map(async (image) => ({ image, id: await findLocalImage(image, context) })),
  );
  return {
    local: found.flatMap(({ image, id }) => (id === null ? [] : [{ image, id }])),
    missing: found.flatMap(({ image, id }) => (id === null ? [image] : [])),
  };
}

/**
 * Loads images of the local Docker into nodes that are containers with containerd, as kind's are, one image after the other so
 * that the first is there first. An image that a node has already is not sent again.
 *
 * @returns images that the local Docker has not
 */
export async function loadIntoNodes(
  images: readonly string[],
  nodeNames: readonly string[],
  onStep: OnClusterStep,
  context: ToolContext,
): Promise<{ readonly missing: readonly string[] }> {
  const [{ local, missing }, nodes] = await Promise.all([
    sortImages(images, context),
    Promise.all(nodeNames.map((name) => readNode(name, context))),
  ]);
  for (const { image, id } of local) {
    const step = `Load the image ${image}`;
    const without = nodes.filter((node) => node.images.get(canonicalImage(image)) !== id);
    if (without.length === 0) {
      onStep({ step, state: "done", detail: "the nodes have it" });
      continue;
    }
    onStep({ step, state: "running" });
    await Promise.all(without.map((node) => loadImage(image, node, context)));
    onStep({ step, state: "done" });
  }
  return { missing };
}

async function readNode(name: string, context: ToolContext): Promise<Node> {
  const [images, config] = await Promise.all([
    askNode(name, ["crictl", "images", "--output", "json"], context),
    askNode(name, ["containerd", "config", "dump"], context),
  ]);
  return { name, images: parseImages(images), snapshotter: parseSnapshotter(config) };
}

/** Output of a command on a node; empty where it fails, which costs time only. */
async function askNode(
  node: string,
  command: readonly string[],
  { environment, signal }: ToolContext,
): Promise<string> {
  try {
    const { stdout } = await exec("docker", ["exec", node, ...command], {
      env: environment,
      signal,
      timeoutMs: 30_000,
    });
    return stdout;
  } catch (error) {
    if (!isCommandFailure(error)) throw error;
    return "";
  }
}

function parseImages(json: string): Map<string, string> {
  try {
    const { images } = JSON.parse(json) as { images: { id: string; repoTags?: string[] }[] };
    return new Map(images.flatMap(({ id, repoTags }) => (repoTags ?? []).map((tag) => [tag, id] as const)));
  } catch {
    return new Map();
  }
}

/** kind chooses it by the file system below; ctr does not read the setting itself. */
export function parseSnapshotter(config: string): string | null {
  const section =
    /^[ \t]*\[plugins\.["']io\.containerd\.(?:grpc\.v1\.cri["']\.containerd|cri\.v1\.images["'])\]\n((?![ \t]*\[).*\n)*/m;
  const match = section.exec(config);
  return match === null ? null : (/^[ \t]*snapshotter = ["']([\w.-]+)["']/m.exec(match[0])?.[1] ?? null);
}

async function loadImage(image: string, node: Node, { environment, signal }: ToolContext): Promise<void> {
  const snapshotter = node.snapshotter === null ? [] : [`--snapshotter=${node.snapshotter}`];
  const transfer = (flags: readonly string[]) =>
    pipeCommands(
      ["docker", "save", "--", image],
      [
        "docker",
        "exec",
        "-i",
        node.name,
        "ctr",
        "--namespace=k8s.io",
        "images",
        "import",
        ...snapshotter,
        ...flags,
        "-",
      ],
      { env: environment, signal },
    );
  try {
    // All platforms, because an image for another one can run under emulation.
    await transfer(["--all-platforms"]);
  } catch (error) {
    if (!isCommandFailure(error)) throw error;
    // A Docker that keeps its images in containerd names platforms in an archive that it has not pulled
    // (https://github.com/kubernetes-sigs/kind/issues/3795); the node's own is among those that it has.
    await transfer([]).catch((again) => {
      throw isCommandFailure(again) ? loadFailure(image, again) : again;
    });
  }
}

export function loadFailure(image: string, error: ExecError): InfrastructureError {
  const { message } = toolFailure(`Loading the image ${image}`, error);
  const full = /no space left on device/i.test(error.tail);
  return new InfrastructureError(message, {
    hint: full
      ? "Make room on Docker's disk: docker system prune"
      : "Check that Docker has the whole image: docker pull",
    cause: error,
  });
}
