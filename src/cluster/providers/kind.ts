import { chmod, rm } from "node:fs/promises";
import { join } from "node:path";
import { InfrastructureError } from "../../lib/errors.ts";
import { makeDirectory } from "../../lib/files/make-directory.ts";
import { replaceFile } from "../../lib/files/replace-file.ts";
import { isCommandFailure } from "../../lib/process/exec.ts";
import { quoteCommand } from "../../lib/text/shell.ts";
import type { Cluster } from "../cluster.ts";
import { listContainers } from "../images/docker.ts";
import { loadIntoNodes } from "../images/load-images.ts";
import type { ClusterOptions } from "../options.ts";
import { type FailureHints, runTool } from "../tools/run-tool.ts";
import { rememberTool } from "../tools/tools.ts";
import { clustersDirectory } from "./cluster-state.ts";
import { delayAbort } from "./delay-abort.ts";
import { AlreadyThereError, type LocalTool, localCluster, localKubeconfigPath } from "./local-cluster.ts";
import { checkArguments, checkLocalMachine, checkName } from "./preflight.ts";
import { removeUntilGone } from "./remove-until-gone.ts";

/** The control plane's container is `<name>-control-plane`, and host names end at 63 characters. */
const LONGEST_NAME = 49;
const QUERY_TIMEOUT_MS = 30_000;
const NODES_TIMEOUT_MS = 30_000;
/** The first time, an image of 1 GB is pulled. */
const CREATE_TIMEOUT_MS = 900_000;

const HINTS: FailureHints = [
  [
    /failed to pull image|No such image|manifest unknown|pull access denied/,
    "Check the network and the image's name: docker pull IMAGE, then --node-image IMAGE",
  ],
  [
    /Reached target .*Multi-User|too many open files/i,
    "Raise the limits: sudo sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=512",
  ],
  [/port is already allocated|address already in use/, "Another program has the port that --cluster-args asks for."],
  [/no space left on device/i, "Make room on Docker's disk: docker system prune"],
  [
    /failed to init node with kubeadm|timed out waiting for the condition|could not.*kubelet/i,
    "Check that the machine has memory and disk left, and Docker the cgroups that kind needs: https://kind.sigs.k8s.io/docs/user/known-issues/",
  ],
  [/unknown (flag|shorthand)|ERROR: (accepts|unknown command)/, "Check --cluster-args: kind create cluster --help"],
];

/** kind: Kubernetes in containers of the local Docker, https://kind.sigs.k8s.io */
export function kindCluster(options: ClusterOptions): Cluster {
  return localCluster(kindTool(options), options);
}

function kindTool(options: ClusterOptions): LocalTool {
  const { name, cacheDirectory, nodeImage, clusterArgs } = options;
  // Of the providers that kind has, Docker is the one whose images can be loaded.
  const env = { ...options.environment, KIND_EXPERIMENTAL_PROVIDER: "docker" };
  const kubeconfigPath = localKubeconfigPath(options, "kind");
  const label = `io.x-k8s.kind.cluster=${name}`;
  const scratch = join(clustersDirectory(cacheDirectory), `kind-${name}.scratch`);
  const kind = rememberTool("kind", options);
  const nodes = async (signal: AbortSignal) => {
    const containers = await listContainers(label, { environment: env, signal });
    const nodes = containers.filter(({ labels }) => labels["io.x-k8s.kind.role"] !== "external-load-balancer");
    return nodes.map((container) => container.name);
  };

  return {
    provider: "kind",
    context: `kind-${name}`,
    deleteCommand: quoteCommand(["kind", "delete", "cluster", "--name", name]),
    async preflight({ onStep, signal }) {
      checkName(name, LONGEST_NAME);
      checkArguments(clusterArgs, {
        "--name": "--cluster-name",
        "-n": "--cluster-name",
        "--image": "--node-image",
        "--kubeconfig": null,
      });
      await checkLocalMachine({ onStep, signal, options, tool: "kind" });
    },
    async exists(signal) {
      const list: [string, ...string[]] = [await kind(signal), "get", "clusters", "--quiet"];
      const { stdout } = await runTool("kind get clusters", list, { env, signal, timeoutMs: QUERY_TIMEOUT_MS });
      return stdout.split("\n").includes(name);
    },
    async make({ onStep, signal }, onNodes) {
      const step = `Create the kind cluster ${name}`;
      onStep({ step, state: "running" });
      // kind rewrites its kubeconfig in place and leaves a lock behind when it is killed: it gets one that nobody reads.
      await rm(scratch, { recursive: true, force: true });
      await makeDirectory(scratch);
      await chmod(scratch, 0o700);
      const image = nodeImage === null ? [] : ["--image", nodeImage];
      // A container that Docker is asked for comes up though kind is gone: that step is not cut short.
      const abort = delayAbort(signal, NODES_TIMEOUT_MS);
      const args = ["--name", name, "--kubeconfig", join(scratch, "config"), ...image, ...clusterArgs];
      try {
        await runTool(
          "kind create cluster",
          [await kind(signal), "create", "cluster", ...args],
          {
            env,
            signal: abort.signal,
            timeoutMs: CREATE_TIMEOUT_MS,
            onLine(line) {
              if (line.includes("• Preparing nodes")) abort.hold();
              if (/[✓✗] Preparing nodes/.test(line)) abort.release();
              // "✓ Preparing nodes 📦": the containers run, and containerd in them. Without the line, images wait for the end.
              if (line.includes("✓ Preparing nodes")) onNodes();
              const phase = /[•✓] (?<name>[^\p{Extended_Pictographic}]+)/u.exec(line)?.groups?.name?.trim();
              if (phase !== undefined && line.includes("•")) onStep({ step, state: "running", detail: phase });
            },
          },
          HINTS,
        );
      } catch (error) {
        const cause = error instanceof InfrastructureError ? error.cause : null;
        if (isCommandFailure(cause) && cause.tail.includes("already exist for a cluster with the name")) {
          throw new AlreadyThereError(`Somebody else made the kind cluster ${name} in the meantime.`, {
            hint: "Start again to use it, or choose another name with --cluster-name.",
          });
        }
        throw error;
      } finally {
        abort.release();
        await rm(scratch, { recursive: true, force: true });
      }
      onStep({ step, state: "done" });
    },
    async writeKubeconfig(signal) {
      const get: [string, ...string[]] = [await kind(signal), "get", "kubeconfig", "--name", name];
      try {
        const { stdout } = await runTool("kind get kubeconfig", get, { env, signal, timeoutMs: QUERY_TIMEOUT_MS });
        // kubeadm may be writing what kind reads here.
        if (!/client-key-data: \S{100,}/.test(stdout)) return false;
        await replaceFile(kubeconfigPath, stdout, { ownerOnly: true });
        return true;
      } catch (error) {
        if (error instanceof InfrastructureError && isCommandFailure(error.cause)) return false;
        throw error;
      }
    },
    async load(images, { onStep, signal }) {
      return loadIntoNodes(images, await nodes(signal), onStep, { environment: env, signal });
    },
    async remove(signal, interrupted) {
      await rm(scratch, { recursive: true, force: true });
      const args = ["delete", "cluster", "--name", name, "--kubeconfig", kubeconfigPath];
      const command: [string, ...string[]] = [await kind(signal), ...args];
      const remove = () => runTool("kind delete cluster", command, { env, signal });
      await removeUntilGone(label, remove, { environment: env, signal, interrupted });
    },
    async exportLogs(directory, signal) {
      await runTool("kind export logs", [await kind(signal), "export", "logs", directory, "--name", name], {
        env,
        signal,
      });
    },
  };
}
