import type { KubeConfig, V1Namespace } from "@kubernetes/client-node";
import pLimit from "p-limit";
import { RUN_LABEL } from "../../../cluster/namespaces/labels.ts";
import { findOwner, isExpired, isKept, isLeftOver, type Labelled } from "../../../cluster/namespaces/left-over.ts";
import {
  type BlockedNamespace,
  GONE_TIMEOUT_MS,
  listRunNamespaces,
  removeUntilGone,
} from "../../../cluster/namespaces/namespaces.ts";
import { deleteRun, listWorkflows, shutDownWorkflow, type WorkflowObject } from "../objects/workflow-client.ts";

const CONCURRENCY = 8;
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
  readonly left: readonly BlockedNamespace[];
}

/** Which workflows' runs are to be removed, of those that there are. Pure. */
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

/** Whether a namespace that a process looks after, and no workflow, is to be removed. */
export function isOwnedSelected(namespace: Labelled, scope: CleanupScope): boolean {
  switch (scope.kind) {
    case "all":
      return true;
    case "run":
      return namespace.metadata?.labels?.[RUN_LABEL] === scope.runId;
    case "expired":
      return isExpired(namespace, scope.nowMs);
    case "left-over":
      return isLeftOver(namespace, scope.nowMs);
  }
}

/**
 * Removes what runs left on a cluster: ends and deletes their workflows, deletes their namespaces, and waits until those are
 * gone. Idempotent; finds everything by its labels and touches nothing else.
 */
export async function cleanUpRuns(
  kubeConfig: KubeConfig,
  namespace: string,
  scope: CleanupScope,
  options: {
    readonly signal: AbortSignal;
    readonly keepWorkflows?: boolean;
    /** Called for each namespace of a scenario before it is deleted, while what is in it still works. */
    readonly beforeRemoval?: (namespace: string) => Promise<void>;
  },
): Promise<CleanupResult> {
  const { signal } = options;
  const [workflows, namespaces] = await Promise.all([
    listWorkflows(kubeConfig, namespace, signal),
    listRunNamespaces(kubeConfig, scope.kind === "run" ? scope.runId : null, signal),
  ]);
  const owned = namespaces.filter((each) => findOwner(each) !== null);
  const ofWorkflows = namespaces.filter((each) => !owned.includes(each));
  const selected = selectRuns(workflows, ofWorkflows, scope);
  // The workflows first: a pod that still runs would make its namespace again in its next attempt.
  await Promise.all(
    selected.workflows.map((name) => shutDownWorkflow(kubeConfig, namespace, name, "Terminate", signal)),
  );
  if (options.keepWorkflows !== true) {
    await Promise.all([...selected.runs].map((name) => deleteRun(kubeConfig, namespace, name, signal)));
  }
  const nameOf = ({ metadata }: V1Namespace) => metadata!.name!;
  const ofScenarios = owned.filter((each) => isOwnedSelected(each, scope)).map(nameOf);
  const { beforeRemoval } = options;
  if (beforeRemoval !== undefined) {
    const limit = pLimit(CONCURRENCY);
    await Promise.all(ofScenarios.map((name) => limit(() => beforeRemoval(name))));
  }
  const names = [
    ...ofWorkflows.filter(({ metadata }) => selected.runs.has(metadata?.labels?.[RUN_LABEL] ?? "")).map(nameOf),
    ...ofScenarios,
  ];
  if (names.length === 0) return { workflows: selected.workflows, namespaces: [], left: [] };
  const wanted = new Set(names);
  const isWanted = (each: V1Namespace) => wanted.has(nameOf(each));
  const left = await removeUntilGone(kubeConfig, null, { isWanted, timeoutMs: GONE_TIMEOUT_MS, signal });
  return { workflows: selected.workflows, namespaces: names, left };
}
