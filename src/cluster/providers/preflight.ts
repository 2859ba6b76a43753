import { statfs } from "node:fs/promises";
import { BadInputError, InfrastructureError } from "../../lib/errors.ts";
import { ownValue } from "../../lib/own-value.ts";
import { formatBytes } from "../../lib/text/format.ts";
import type { OnClusterStep } from "../cluster.ts";
import { type DockerInfo, readDockerInfo } from "../images/docker.ts";
import type { ClusterOptions } from "../options.ts";
import type { ToolName } from "../tools/releases.ts";
import { ensureTool } from "../tools/tools.ts";

const GIB = 1024 ** 3;
/** The control plane takes 1 GiB, Argo and the store half of one, a case with one executor 3 GiB and more. */
const LEAST_MEMORY_BYTES = 3.5 * GIB;
/** Nodes hold a copy of every image: a node image of 1 GB, and Spark's of 1 GB each. */
const LEAST_DISK_BYTES = 5 * GIB;

/** Throws BadInputError for a name that no cluster of the tool can have. */
export function checkName(name: string, longest: number): void {
  if (/^[a-z0-9]([a-z0-9-]*[a-z0-9])$/.test(name) && name.length <= longest) return;
  throw new BadInputError(`A cluster cannot be called ${name}.`, {
    hint: `--cluster-name takes small letters, digits and hyphens, 2 to ${longest} of them.`,
  });
}

/**
 * Throws BadInputError for arguments of --cluster-args that this tool gives itself.
 *
 * @param own each such argument, and the option to use in its place, if there is one
 */
export function checkArguments(args: readonly string[], own: Readonly<Record<string, string | null>>): void {
  for (const arg of args) {
    const option = ownValue(own, arg.replace(/=.*/s, ""));
    if (option === undefined) continue;
    throw new BadInputError(`--cluster-args cannot have ${arg}: this tool sets that itself.`, {
      hint: option === null ? "Leave it out." : `Use ${option} in its place.`,
    });
  }
}

interface LocalMachine {
  readonly onStep: OnClusterStep;
  readonly signal: AbortSignal;
  readonly options: ClusterOptions;
  /** The one that makes the cluster. */
  readonly tool: ToolName;
}

/** One thing that has to be right before a cluster is made on this machine: gives what was found, or throws what to do. */
type Check = (docker: DockerInfo) => string | null | Promise<string | null>;

const MACHINE_CHECKS: readonly Check[] = [checkMemory, (docker) => checkDisk(docker)];

/** Looks at what a cluster on this machine needs: Docker, the tool that makes it, memory, disk. Throws BadInputError, InfrastructureError. */
export async function checkLocalMachine({ onStep, signal, options, tool }: LocalMachine): Promise<void> {
  const step = "Check Docker and the tools";
  onStep({ step, state: "running" });
  const { cacheDirectory } = options;
  const docker = await readDockerInfo({ environment: options.environment, signal });
  const found = [`Docker ${docker.serverVersion}`];
  for (const check of MACHINE_CHECKS) {
    const fact = await check(docker);
    if (fact !== null) found.push(fact);
  }
  await ensureTool(tool, { cacheDirectory, environment: options.environment, signal, onStep });
  onStep({ step, state: "done", detail: found.join(", ") });
}

export function checkMemory({ memoryBytes }: Pick<DockerInfo, "memoryBytes">): string | null {
  if (memoryBytes === 0) return null;
  if (memoryBytes >= LEAST_MEMORY_BYTES) return `${formatBytes(memoryBytes)} of memory`;
  throw new InfrastructureError(
    `A cluster with one Spark case takes ${formatBytes(LEAST_MEMORY_BYTES)} of memory, and Docker has ${formatBytes(memoryBytes)}.`,
    { hint: "Give Docker Desktop more memory (Settings, Resources), or run without a cluster: --cluster local" },
  );
}

type ReadFileSystem = (path: string) => Promise<{ bavail: number; bsize: number }>;

/** Docker's disk, where it is one of this machine; that of Docker Desktop's virtual machine cannot be asked. */
export async function checkDisk(
  { rootDirectory }: Pick<DockerInfo, "rootDirectory">,
  readFileSystem: ReadFileSystem = statfs,
): Promise<string | null> {
  const found = await readFileSystem(rootDirectory).catch(() => null);
  if (found === null) return null;
  const freeBytes = found.bavail * found.bsize;
  if (freeBytes >= LEAST_DISK_BYTES) return `${formatBytes(freeBytes)} of disk`;
  throw new InfrastructureError(
    `A cluster's images take ${formatBytes(LEAST_DISK_BYTES)} of disk, and ${formatBytes(freeBytes)} are free in ${rootDirectory}.`,
    { hint: "Make room: docker system prune" },
  );
}
