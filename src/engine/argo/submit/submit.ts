import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { KubeConfig } from "@kubernetes/client-node";
import { GRACE_SECONDS, KEEP_SECONDS, runLabels } from "../../../cluster/namespaces/labels.ts";
import { listNodes } from "../../../kube/nodes.ts";
import { BadInputError, errorMessage } from "../../../lib/errors.ts";
import type { Execution } from "../../../plan/execution.ts";
import { asksForGpu } from "../../../plan/jars.ts";
import type { Tier } from "../../../plan/matrix/tier.ts";
import type { ClusterRunSpec } from "../../../spec/spec.ts";
import { needsData } from "../../shared/workload.ts";
import { type RunManifests, submitRun } from "../objects/workflow-client.ts";
import { hasGpu, maxParallelOnNodes } from "./capacity.ts";
import {
  type ImageTemplates,
  imageOf,
  type ManifestSpec,
  type PlacedParts,
  toAccount,
  toConfigMap,
  toSecret,
  toWorkflow,
} from "./manifests.ts";

/** A ConfigMap holds 1 MiB, as a Secret does; names and labels need a little of it. */
const MAX_CONFIG_MAP_BYTES = 1_000_000;

/** The files that every pod of a run gets: our scripts, and the workload as workload.py. Throws BadInputError. */
export async function readInputs(tier: Tier, assetsDirectory: string): Promise<Record<string, string>> {
  const scripts = join(assetsDirectory, "workflows");
  const names = (await readdir(scripts)).filter((name) => /\.(py|json)$/.test(name));
  const read = async (name: string) => [name, await readFile(join(scripts, name), "utf8")] as const;
  const builtin = join(assetsDirectory, "workloads", "builtin.py");
  const workload = tier.workload?.script ?? builtin;
  try {
    const files = Object.fromEntries(await Promise.all(names.map(read)));
    // It generates the data, also for a workload of the user's.
    if (tier.workload !== null && needsData(tier)) files["builtin.py"] = await readFile(builtin, "utf8");
    return { ...files, "workload.py": await readFile(workload, "utf8") };
  } catch (error) {
    throw new BadInputError(`The workload ${workload} cannot be read: ${errorMessage(error)}`, { cause: error });
  }
}

/** The same files, where images have no placeholders that are no dimensions. Throws BadInputError for those, too. */
export async function checkInputs(
  executions: readonly Execution[],
  tier: Tier,
  assetsDirectory: string,
  images: ImageTemplates,
): Promise<Record<string, string>> {
  const files = await readInputs(tier, assetsDirectory);
  for (const execution of executions) imageOf(execution, images);
  return files;
}

/**
 * Submits the workflow of a run. Throws BadInputError for more than Kubernetes takes, InfrastructureError.
 *
 * @param files of readInputs()
 * @param parts of placeParts()
 */
export async function submit(
  executions: readonly Execution[],
  spec: ClusterRunSpec,
  files: Readonly<Record<string, string>>,
  parts: PlacedParts,
  kubeConfig: KubeConfig,
  signal: AbortSignal,
): Promise<void> {
  const { tier, limits } = spec;
  const mayUseGpu = executions.some((execution) => asksForGpu(execution.case, tier));
  const nodes = mayUseGpu || limits.maxParallel === null ? await listNodes(kubeConfig, signal) : [];
  const maxParallel = limits.maxParallel ?? maxParallelOnNodes(nodes, executions, spec);
  const manifestSpec = { ...spec, parts, hasGpu: hasGpu(nodes) };
  await submitRun(kubeConfig, createManifests(executions, manifestSpec, maxParallel, files), signal);
}

/** The labels of everything that a run makes on a cluster. */
export function runLabelsOf({ run, limits, onCluster }: ClusterRunSpec): Record<string, string> {
  const keptSeconds = onCluster.keepOnFailure ? KEEP_SECONDS : GRACE_SECONDS;
  const expiresAtMs = Date.now() + (limits.timeoutSeconds + keptSeconds) * 1000;
  return runLabels({ id: run.id, owner: onCluster.owner, expiresAtMs });
}

/** The objects of a run. Throws BadInputError for more than a ConfigMap or a Secret takes. */
export function createManifests(
  executions: readonly Execution[],
  spec: ClusterRunSpec & Pick<ManifestSpec, "parts" | "hasGpu">,
  maxParallel: number,
  files: Readonly<Record<string, string>>,
): RunManifests {
  const manifestSpec = { ...spec, labels: runLabelsOf(spec), maxParallel };
  const configMap = toConfigMap(executions, manifestSpec, files);
  const secret = toSecret(executions, manifestSpec);
  const sizes = [configMap.data, secret?.stringData ?? {}].map((data) => Buffer.byteLength(JSON.stringify(data)));
  const bytes = Math.max(...sizes);
  if (bytes > MAX_CONFIG_MAP_BYTES) {
    throw new BadInputError(
      `What the pods of ${executions.length} cases have to read takes ${bytes} bytes; 1 MiB fit.`,
      {
        hint: "Run fewer cases at once: choose some with --only, or --coverage pairwise; with --baseline-image, fewer --pairs.",
      },
    );
  }
  return { account: toAccount(manifestSpec), secret, configMap, workflow: toWorkflow(executions, manifestSpec) };
}
