import type { KubeConfig } from "@kubernetes/client-node";
import { EXPIRES_LABEL, KEEP_LABEL, RUN_LABEL } from "../../cluster/labels.ts";
import { deleteNamespaces, listRunNamespaces, waitUntilGone } from "../../cluster/namespaces.ts";
import { deleteRun, listWorkflows, shutDownWorkflow, type WorkflowObject } from "./workflow-client.ts";

/** How long a namespace may take to go before its blocker is named. */
const GONE_TIMEOUT_MS = 120_000;
const ENDED_PHASES = ["Succeeded", "Failed", "Error"];

/**
 * What is to be removed: one run, whatever its state; all runs; those that are past their time; or also those that have ended and
 * were not to be kept.
 */
export type CleanupScope =
  | { readonly kind: "run"; readonly runId: string }
  | { readonly kind: "all" }
  | { readonly kind: "expired"; readonly nowMs: number }
  | { readonly kind: "left-over"; readonly nowMs: number };

/** What a cleanup removed, and what it could not. */
export interface CleanupResult {
  readonly workflows: readonly string[];
  readonly namespaces: readonly string[];
  readonly left: readonly { readonly name: string; readonly blocker: string }[];
}

interface Labelled {
  readonly metadata?: { readonly labels?: Readonly<Record<string, string>> };
}

function isExpired({ metadata }: Labelled, nowMs: number): boolean {
  const expires = Number(metadata?.labels?.[EXPIRES_LABEL]);
  // What has no expiry was not made by a run as we make them: not ours to judge.
  return Number.isFinite(expires) && expires * 1000 < nowMs;
}

function isKept({ metadata }: Labelled): boolean {
  return metadata?.labels?.[KEEP_LABEL] !== undefined;
}

/** Which runs' objects are to be removed, of those that there are. Pure. */
export function selectRuns(
  workflows: readonly WorkflowObject[],
  namespaces: readonly Labelled[],
  scope: CleanupScope,
): { readonly workflows: string[]; readonly runs: ReadonlySet<string> } {
  const runOf = ({ metadata }: Labelled) => metadata?.labels?.[RUN_LABEL] ?? "";
  const known = new Set([...workflows, ...namespaces].map(runOf));
  const isSelected = (runId: string): boolean => {
    if (scope.kind === "all") return true;
    if (scope.kind === "run") return runId === scope.runId;
    const workflow = workflows.find((each) => runOf(each) === runId);
    const objects = [...workflows, ...namespaces].filter((each) => runOf(each) === runId);
    if (objects.every((each) => isExpired(each, scope.nowMs))) return true;
    if (scope.kind === "expired" || objects.some(isKept)) return false;
    // A run without its workflow has nobody left who would remove its namespaces.
    return workflow === undefined || ENDED_PHASES.includes(workflow.status?.phase ?? "");
  };
  const runs = new Set([...known].filter((runId) => runId !== "" && isSelected(runId)));
  return { runs, workflows: workflows.filter((each) => runs.has(runOf(each))).map(({ metadata }) => metadata.name) };
}

/**
 * Removes what runs left on a cluster: ends and deletes their workflows, deletes their namespaces, and waits until those are
 * gone. Idempotent; finds everything by its labels and touches nothing else.
 */
export async function cleanUpRuns(
  kubeConfig: KubeConfig,
  namespace: string,
  scope: CleanupScope,
  options: { readonly signal: AbortSignal; readonly keepWorkflows?: boolean },
): Promise<CleanupResult> {
  const { signal } = options;
  const [workflows, namespaces] = await Promise.all([
    listWorkflows(kubeConfig, namespace, signal),
    listRunNamespaces(kubeConfig, scope.kind === "run" ? scope.runId : null, signal),
  ]);
  const selected = selectRuns(workflows, namespaces, scope);
  // The workflows first: a pod that still runs would make its namespace again in its next attempt.
  await Promise.all(
    selected.workflows.map((name) => shutDownWorkflow(kubeConfig, namespace, name, "Terminate", signal)),
  );
  if (options.keepWorkflows !== true) {
    await Promise.all([...selected.runs].map((name) => deleteRun(kubeConfig, namespace, name, signal)));
  }
  const names = namespaces
    .filter(({ metadata }) => selected.runs.has(metadata?.labels?.[RUN_LABEL] ?? ""))
    .map(({ metadata }) => metadata!.name!);
  await deleteNamespaces(kubeConfig, names, signal);
  const left = await waitUntilGone(kubeConfig, names, { timeoutMs: GONE_TIMEOUT_MS, signal, runId: null });
  return { workflows: selected.workflows, namespaces: names, left };
}
