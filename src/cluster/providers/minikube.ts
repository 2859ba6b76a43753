import { readFile, rm } from "node:fs/promises";
import { InfrastructureError } from "../../lib/errors.ts";
import { makeDirectory } from "../../lib/files/make-directory.ts";
import { replaceFile } from "../../lib/files/replace-file.ts";
import { type ExecOptions, isCommandFailure } from "../../lib/process/exec.ts";
import { quoteCommand } from "../../lib/text/shell.ts";
import type { Cluster } from "../cluster.ts";
import { loadIntoNodes, sortImages } from "../images/load-images.ts";
import type { ClusterOptions } from "../options.ts";
import { type FailureHints, runTool } from "../tools/run-tool.ts";
import { rememberTool } from "../tools/tools.ts";
import { clustersDirectory } from "./cluster-state.ts";
import { type LocalTool, localCluster, localKubeconfigPath, readKubeconfig } from "./local-cluster.ts";
import { checkArguments, checkLocalMachine, checkName } from "./preflight.ts";
import { removeUntilGone } from "./remove-until-gone.ts";

const LONGEST_NAME = 49;
const QUERY_TIMEOUT_MS = 60_000;
/** The first time, images of 2 GB are pulled. */
const CREATE_TIMEOUT_MS = 1_200_000;
const LOAD_TIMEOUT_MS = 600_000;

/**
 * containerd, because images are then loaded without detours; the API server is waited for, and nothing else; a machine that
 * runs nothing but this test gives it all it has; addons are not needed. What --cluster-args says comes later and wins.
 */
const START_ARGS = [
  ...["--driver=docker", "--container-runtime=containerd"],
  ...["--memory=no-limit", "--cpus=no-limit", "--wait=apiserver", "--install-addons=false"],
];

const HINTS: FailureHints = [
  [/DRV_AS_ROOT/, 'Run it as a user of the group docker, or: --cluster-args "--force"'],
  [/K8S_INSTALL_FAILED|kubeadm init/, "Look at what the node says: minikube logs, or try --cluster kind"],
  [/PROVIDER_DOCKER|DRV_NOT_HEALTHY/, "Check Docker: docker info"],
  [
    /RSRC_INSUFFICIENT|no space left on device/i,
    "Make room on Docker's disk (docker system prune), or give Docker more memory.",
  ],
  [/INET_|failed to (pull|download)|dial tcp/i, "Check the network; behind a proxy, set HTTPS_PROXY."],
  [/unknown (flag|shorthand)/i, "Check --cluster-args: minikube start --help"],
];

/** Minikube: Kubernetes in a container of the local Docker, or what --cluster-args says, https://minikube.sigs.k8s.io */
export function minikubeCluster(options: ClusterOptions): Cluster {
  return localCluster(minikubeTool(options), options);
}

function minikubeTool(options: ClusterOptions): LocalTool {
  const { name, cacheDirectory, nodeImage, clusterArgs } = options;
  const kubeconfigPath = localKubeconfigPath(options, "minikube");
  // Minikube rewrites its kubeconfig in place: it gets one that nobody else reads.
  const scratch = `${kubeconfigPath}.scratch`;
  const env = {
    ...options.environment,
    KUBECONFIG: scratch,
    MINIKUBE_IN_STYLE: "false",
    MINIKUBE_WANTUPDATENOTIFICATION: "false",
  };
  const find = rememberTool("minikube", options);
  let isMaking = false;
  const run = async (args: readonly string[], options: ExecOptions & { readonly signal: AbortSignal }) =>
    runTool(`minikube ${args[0]}`, [await find(options.signal), ...args], options, HINTS);
  const minikube = (args: readonly string[], signal: AbortSignal, timeoutMs = QUERY_TIMEOUT_MS) =>
    run(args, { env, signal, timeoutMs });

  const listProfiles = async (signal: AbortSignal) =>
    (await minikube(["profile", "list", "--light", "--output", "json"], signal)).stdout;
  // Further nodes come up after the first, and are to have the images, too.
  const hasOneNode = !clusterArgs.some((arg) => /^(--nodes|-n|--ha)\b/.test(arg));

  return {
    provider: "minikube",
    context: name,
    deleteCommand: quoteCommand(["minikube", "delete", "-p", name]),
    async preflight({ onStep, signal }) {
      checkName(name, LONGEST_NAME);
      checkArguments(clusterArgs, {
        "--profile": "--cluster-name",
        "-p": "--cluster-name",
        "--base-image": "--node-image",
      });
      await checkLocalMachine({ onStep, signal, options, tool: "minikube" });
    },
    async exists(signal) {
      return parseProfiles(await listProfiles(signal)).some((profile) => profile.Name === name);
    },
    async make({ onStep, signal }, onNodes) {
      isMaking = true;
      const step = `Create the Minikube cluster ${name}`;
      onStep({ step, state: "running" });
      await makeDirectory(clustersDirectory(cacheDirectory));
      const image = nodeImage === null ? [] : [`--base-image=${nodeImage}`];
      const args = ["-p", name, ...START_ARGS, "--embed-certs", "--interactive=false", ...image, ...clusterArgs];
      await rm(scratch, { force: true });
      await run(["start", ...args], {
        env,
        signal,
        timeoutMs: CREATE_TIMEOUT_MS,
        onLine(line) {
          const phase = /^\* (.+?)(?: \.\.\.)?$/.exec(line)?.[1];
          if (phase !== undefined) onStep({ step, state: "running", detail: phase });
          // "Preparing Kubernetes v1.34.4 on containerd 2.1.0": the runtime has its settings and was restarted.
          if (hasOneNode && phase?.startsWith("Preparing Kubernetes")) onNodes();
        },
      });
      onNodes();
      onStep({ step, state: "done" });
    },
    async writeKubeconfig(signal) {
      if (!isMaking) {
        // For one that is there: ports change when its container starts again.
        await rm(scratch, { force: true });
        try {
          await run(["update-context", "-p", name], { env, signal, timeoutMs: QUERY_TIMEOUT_MS });
        } catch (error) {
          if (error instanceof InfrastructureError && isCommandFailure(error.cause)) return false;
          throw error;
        }
      }
      if (!hasContext(scratch, name)) return false;
      await replaceFile(kubeconfigPath, await readFile(scratch, "utf8"), { ownerOnly: true });
      return true;
    },
    async load(images, { onStep, signal }) {
      const context = { environment: env, signal };
      const profile = parseProfiles(await listProfiles(signal)).find((candidate) => candidate.Name === name);
      const nodes = profile === undefined ? null : nodeContainers(profile);
      if (nodes !== null) return loadIntoNodes(images, nodes, onStep, context);
      // Any other driver or runtime. It writes each image to a file, copies that to the node, and keeps it.
      const { local, missing } = await sortImages(images, context);
      for (const { image } of local) {
        const step = `Load the image ${image}`;
        onStep({ step, state: "running" });
        await minikube(["image", "load", image, "-p", name, "--daemon"], signal, LOAD_TIMEOUT_MS);
        onStep({ step, state: "done" });
      }
      return { missing };
    },
    async remove(signal, interrupted) {
      const remove = () => minikube(["delete", "-p", name], signal, LOAD_TIMEOUT_MS);
      const context = { environment: env, signal, interrupted };
      await removeUntilGone(`name.minikube.sigs.k8s.io=${name}`, remove, context);
      await rm(scratch, { force: true });
    },
    async exportLogs(directory, signal) {
      await minikube(["logs", "-p", name, "--file", `${directory}/minikube.log`], signal);
    },
  };
}

interface Profile {
  readonly Name: string;
  readonly Config?: {
    readonly Driver: string;
    readonly KubernetesConfig: { readonly ContainerRuntime: string };
    readonly Nodes: readonly { readonly Name: string }[];
  } | null;
}

/** Of `minikube profile list --output json`: those that are whole and those that are not. */
function parseProfiles(json: string): Profile[] {
  const { valid, invalid } = JSON.parse(json) as Record<string, Profile[] | null | undefined>;
  return [...(valid ?? []), ...(invalid ?? [])];
}

/** The containers that are a profile's nodes, where images can be sent straight to the containerd in them; else null. */
function nodeContainers({ Name, Config }: Profile): string[] | null {
  if (Config?.Driver !== "docker" || Config.KubernetesConfig.ContainerRuntime !== "containerd") return null;
  // The first node has the profile's name, the others have theirs behind it: "x", "x-m02".
  return Config.Nodes.map((node, index) => (index === 0 ? Name : `${Name}-${node.Name}`));
}

/** Minikube writes its kubeconfig in place, so that half of it may be read. */
function hasContext(path: string, context: string): boolean {
  try {
    return readKubeconfig(path, context).getCurrentCluster() !== null;
  } catch {
    return false;
  }
}
