import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { GRACE_SECONDS, KEEP_SECONDS, runLabels } from "../../../cluster/namespaces/labels.ts";
import { BadInputError, errorMessage } from "../../../lib/errors.ts";
import type { Case } from "../../../model/documents.ts";
import type { Tier } from "../../../plan/matrix/tier.ts";
import { submitRun } from "../objects/workflow-client.ts";
import type { ArgoEngineOptions, Submission } from "../options.ts";
import { listNodes, maxParallelOnNodes } from "./capacity.ts";
import { needsData, type RunManifests, type RunSpec, toConfigMap, toSecret, toWorkflow } from "./manifests.ts";

/** A ConfigMap holds 1 MiB; names and labels need a little of it. */
const MAX_CONFIG_MAP_BYTES = 1_000_000;

/** The files that every pod of a run gets: our scripts, and the workload as workload.py. Throws BadInputError. */
export async function readInputs(tier: Tier, assetsDirectory: string): Promise<Record<string, string>> {
  const scripts = join(assetsDirectory, "workflows");
  const names = (await readdir(scripts)).filter((name) => name.endsWith(".py"));
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

/** Submits the workflow of a run. Throws BadInputError for more than Kubernetes takes, InfrastructureError. */
export async function submit(
  cases: readonly Case[],
  options: Pick<ArgoEngineOptions, "cluster" | "runId" | "namespace" | "tier" | "samples" | "warmups">,
  submission: Submission,
  signal: AbortSignal,
): Promise<void> {
  const { cluster, tier } = options;
  const kubeConfig = cluster.kubeConfig();
  const maxParallel = submission.maxParallel ?? maxParallelOnNodes(await listNodes(kubeConfig, signal), tier);
  const files = await readInputs(tier, submission.assetsDirectory);
  await submitRun(kubeConfig, createManifests(cases, options, { ...submission, maxParallel }, files), signal);
}

/** The objects of a run. Throws BadInputError for more than a ConfigMap takes. */
export function createManifests(
  cases: readonly Case[],
  options: Pick<ArgoEngineOptions, "runId" | "namespace" | "tier" | "samples" | "warmups">,
  submission: Submission & { readonly maxParallel: number },
  files: Readonly<Record<string, string>>,
): RunManifests {
  const { runId, namespace, tier, samples, warmups } = options;
  const { timeoutSeconds, keepOnFailure } = submission;
  const expiresAtMs = Date.now() + (timeoutSeconds + (keepOnFailure ? KEEP_SECONDS : GRACE_SECONDS)) * 1000;
  const spec: RunSpec = {
    ...submission,
    runId,
    namespace,
    tier,
    samples,
    warmups,
    labels: runLabels({ id: runId, owner: submission.owner, expiresAtMs }),
    state: submission.state(),
    keepSeconds: KEEP_SECONDS,
  };
  const configMap = toConfigMap(cases, spec, files);
  const bytes = Buffer.byteLength(JSON.stringify(configMap.data));
  if (bytes > MAX_CONFIG_MAP_BYTES) {
    throw new BadInputError(`What the pods of ${cases.length} cases have to read takes ${bytes} bytes; 1 MiB fit.`, {
      hint: "Run fewer cases at once: choose some with --only, or --coverage pairwise; with --baseline-image, fewer --pairs.",
    });
  }
  return { secret: toSecret(spec), configMap, workflow: toWorkflow(cases, spec) };
}
