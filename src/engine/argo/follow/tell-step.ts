import { toReason } from "../../shared/reason.ts";
import type { PodNode } from "../objects/node-status.ts";
import type { FollowEvent } from "./event.ts";

/** The name of what a pod does that is no case: "data 1gb", or the name of its step. */
export function stepNameOf({ template, displayName, inputs }: PodNode): string {
  const size = inputs.size;
  if (template === "data" && size !== undefined) return `data ${size}`;
  // Behind it, in brackets, is the number of the attempt, or an item of a list.
  const open = displayName.indexOf("(");
  return open >= 0 && displayName.endsWith(")") ? displayName.slice(0, open) : displayName;
}

/** Where the steps that are no case stand; a later attempt of a step stands for the earlier ones. */
export function describeSteps(
  nodes: readonly PodNode[],
  problemOf: (pod: string) => string | null,
): Extract<FollowEvent, { type: "step" }>[] {
  const steps = new Map<string, Extract<FollowEvent, { type: "step" }>>();
  const ordered = nodes.toSorted((a, b) => (a.startedAt ?? "").localeCompare(b.startedAt ?? ""));
  for (const node of ordered) {
    const step = stepNameOf(node);
    steps.delete(step);
    const { startedAt, finishedAt } = node;
    steps.set(step, { type: "step", step, ...describeStep(node, problemOf(node.podName)), startedAt, finishedAt });
  }
  return [...steps.values()];
}

function describeStep(
  node: PodNode,
  problem: string | null,
): Pick<Extract<FollowEvent, { type: "step" }>, "state" | "reason"> {
  switch (node.phase) {
    case "Succeeded":
    case "Skipped":
    case "Omitted":
      return { state: "done", reason: null };
    case "Failed":
    case "Error":
      return {
        state: "failed",
        reason: toReason(node.result?.reason ?? problem ?? node.message ?? "Argo gives no reason"),
      };
    default: {
      const reason = problem ?? (node.phase === "Pending" ? node.message : null);
      return { state: "running", reason: reason === null ? null : toReason(reason) };
    }
  }
}
