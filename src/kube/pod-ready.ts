import type { V1Pod } from "@kubernetes/client-node";

/** Whether a pod takes requests: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-conditions */
export function isPodReady({ status }: V1Pod): boolean {
  return status?.conditions?.some((each) => each.type === "Ready" && each.status === "True") ?? false;
}
