import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { errorCode, errorMessage, InfrastructureError } from "../../lib/errors.ts";
import { makeDirectory } from "../../lib/files/make-directory.ts";
import { replaceFile } from "../../lib/files/replace-file.ts";
import { hasEnded, identifyProcess } from "../../lib/process/identity.ts";

const SCHEMA = "spark-loadtest/cluster/v1";

const clusterStateSchema = z.object({
  schema: z.literal(SCHEMA),
  provider: z.enum(["kind", "minikube"]),
  name: z.string(),
  /** The run that made it; null where no run did. */
  runId: z.string().nullable(),
  /** The process that uses it. */
  pid: z.number().int(),
  host: z.string(),
  /** As in ProcessIdentity; null in the states that earlier versions wrote. */
  machine: z.string().nullable().default(null),
  started: z.string().nullable().default(null),
  createdAt: z.string(),
  keep: z.boolean(),
  /** Whether the tool got through; false of one that is being made, or whose making was killed. */
  complete: z.boolean(),
  kubeconfigPath: z.string(),
});

/** A cluster that this tool made: written before it is made, removed after it is gone. Holds no secret. */
export type ClusterState = Readonly<z.infer<typeof clusterStateSchema>>;

/** Folder of the states and kubeconfigs. */
export function clustersDirectory(cacheDirectory: string): string {
  return join(cacheDirectory, "clusters");
}

/** The state of a cluster that this process is about to make or to take over. */
export function describeCluster(
  cluster: Pick<ClusterState, "provider" | "name" | "runId" | "keep" | "complete" | "kubeconfigPath">,
): ClusterState {
  return { schema: SCHEMA, ...cluster, ...identifyProcess(), createdAt: new Date().toISOString() };
}

function statePath(cacheDirectory: string, { provider, name }: Pick<ClusterState, "provider" | "name">): string {
  return join(clustersDirectory(cacheDirectory), `${provider}-${name}.json`);
}

/**
 * Writes a state in one step.
 *
 * @param exclusive leaves one that is there as it is, and gives false
 */
export async function writeClusterState(
  cacheDirectory: string,
  state: ClusterState,
  { exclusive = false } = {},
): Promise<boolean> {
  const path = statePath(cacheDirectory, state);
  try {
    await makeDirectory(clustersDirectory(cacheDirectory));
    return await replaceFile(path, `${JSON.stringify(state, null, 2)}\n`, { exclusive });
  } catch (error) {
    throw new InfrastructureError(`Could not write ${path}: ${errorMessage(error)}`, {
      hint: "Choose another folder with --cache-dir.",
      cause: error,
    });
  }
}

/** null for a cluster that this tool did not make, or that is gone. */
export async function readClusterState(
  cacheDirectory: string,
  cluster: Pick<ClusterState, "provider" | "name">,
): Promise<ClusterState | null> {
  return readState(statePath(cacheDirectory, cluster));
}

export async function removeClusterState(
  cacheDirectory: string,
  cluster: Pick<ClusterState, "provider" | "name">,
): Promise<void> {
  await rm(statePath(cacheDirectory, cluster), { force: true });
}

/** Clusters that this tool made and has not deleted, the newest first. Files that are no state (any more) are passed over. */
export async function listClusterStates(cacheDirectory: string): Promise<ClusterState[]> {
  const directory = clustersDirectory(cacheDirectory);
  const names = await readdir(directory).catch((error) => {
    if (errorCode(error) === "ENOENT") return [];
    throw error;
  });
  const states = await Promise.all(
    names.filter((name) => name.endsWith(".json")).map((name) => readState(join(directory, name))),
  );
  return states
    .filter((state) => state !== null)
    .sort((a, b) => b.createdAt.localeCompare(a.createdAt) || a.name.localeCompare(b.name));
}

async function readState(path: string): Promise<ClusterState | null> {
  try {
    return clusterStateSchema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch {
    return null;
  }
}

/** Whether nobody looks after a cluster (any more), though it was not to be kept or is not even whole. */
export function isAbandoned(state: ClusterState, isAlive: (state: ClusterState) => boolean = isOwnerAlive): boolean {
  return !(state.keep && state.complete) && !isAlive(state);
}

/** The clusters that `cleanup` may delete. */
export function findAbandoned(
  states: readonly ClusterState[],
  isAlive: (state: ClusterState) => boolean = isOwnerAlive,
): ClusterState[] {
  return states.filter((state) => isAbandoned(state, isAlive));
}

/** Whether the process of a state may still run; one on another machine cannot be asked, and counts as alive. */
export function isOwnerAlive({
  pid,
  host,
  machine,
  started,
}: Pick<ClusterState, "pid" | "host" | "machine" | "started">): boolean {
  return !hasEnded({ pid, host, machine: machine ?? identifyProcess().machine, started: started ?? "" });
}
