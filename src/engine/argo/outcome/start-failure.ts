import type { CoreV1Event, V1ContainerStatus, V1Pod } from "@kubernetes/client-node";
import tables from "../../../../workflows/tables.json" with { type: "json" };
import { toReason } from "../../shared/reason.ts";
import type { FollowLimits } from "./limits.ts";

/**
 * What keeps a pod from starting. "final": time does not mend it; "passing": it may, as a registry may answer again; "no-room": the
 * end of another pod would; "starting": nothing is wrong, it only takes its time.
 */
export interface StartProblem {
  readonly kind: "final" | "passing" | "no-room" | "starting";
  /** Kubernetes' words, in one line. */
  readonly reason: string;
}

/** Reasons for which a container waits (kubelet, `pkg/kubelet/images/types.go` and `container/sync_result.go`). */
const { finalSeconds, passingSeconds, noSuchImage } = tables.waiting;
/** What registries say of an image that they do not have, or do not give us. */
const NO_SUCH_IMAGE = new RegExp(noSuchImage, "i");

/** Warnings about a pod whose containers are not even waiting for their image. */
const WARNINGS: ReadonlySet<string> = new Set([
  "FailedMount",
  "FailedAttachVolume",
  "FailedMapVolume",
  "FailedCreatePodSandBox",
  "FailedCreatePodContainer",
  "NetworkNotReady",
  "FailedBinding",
]);
/** Of the cluster autoscaler, of Karpenter. */
const SCALE_UP: ReadonlySet<string> = new Set(["TriggeredScaleUp", "Nominated"]);

/**
 * Why a pod has not started; null when it has, or has ended.
 *
 * @param events of this pod, where they were asked for
 */
export function findStartProblem(pod: V1Pod, events: readonly CoreV1Event[] = []): StartProblem | null {
  const { status } = pod;
  if (status?.phase !== "Pending" || pod.metadata?.deletionTimestamp !== undefined) return null;
  const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  for (const container of containers) {
    const problem = findWaiting(container);
    if (problem !== null) return problem;
  }
  const scheduled = status.conditions?.find(({ type }) => type === "PodScheduled");
  if (scheduled?.status === "False") {
    const reason = toReason(`${scheduled.reason ?? "Unschedulable"}: ${scheduled.message ?? "no node takes the pod"}`);
    return { kind: "no-room", reason };
  }
  const warning = latest(events.filter(({ type, reason }) => type === "Warning" && WARNINGS.has(reason ?? "")));
  if (warning !== undefined) {
    return { kind: "passing", reason: toReason(`${warning.reason}: ${warning.message ?? ""}`) };
  }
  const pulling = latest(events.filter(({ reason }) => reason === "Pulling" || reason === "Pulled"));
  if (pulling?.reason === "Pulling")
    return { kind: "starting", reason: toReason(pulling.message ?? "pulling its image") };
  return {
    kind: "starting",
    reason: pod.spec?.nodeName === undefined ? "waiting for a node" : "starting its containers",
  };
}

function findWaiting({ state }: V1ContainerStatus): StartProblem | null {
  const { reason = "", message = "" } = state?.waiting ?? {};
  const isPassing = Object.hasOwn(passingSeconds, reason);
  if (!isPassing && !Object.hasOwn(finalSeconds, reason)) return null;
  const kind = isPassing && !NO_SUCH_IMAGE.test(message) ? "passing" : "final";
  return { kind, reason: toReason(message === "" ? reason : `${reason}: ${message}`) };
}

function latest(events: readonly CoreV1Event[]): CoreV1Event | undefined {
  const at = (event: CoreV1Event) => Number(event.lastTimestamp ?? event.eventTime ?? event.firstTimestamp ?? 0);
  return events.toSorted((a, b) => at(a) - at(b)).at(-1);
}

/** Whether an autoscaler is about to make room for the pod. */
export function isScalingUp(events: readonly CoreV1Event[]): boolean {
  return events.some(({ reason }) => SCALE_UP.has(reason ?? ""));
}

/** Whether a message of Argo's says that no room in a quota keeps it from making a pod, which it goes on trying. */
export function isQuotaMessage(message: string | null): message is string {
  return message !== null && /exceeded quota/i.test(message);
}

/** Whether a message of Argo's says that the object store had no room for what a pod made, in the words of its VersityGW. */
export function isFullStoreMessage(message: string | null): boolean {
  return ["failed to put", "No space left on device"].every((words) => message?.includes(words));
}

/**
 * Until when a problem is borne; Infinity for one that is none. Times are milliseconds of one clock.
 *
 * @param start when the pod was first seen, and since when it has the problem
 */
export function deadlineMs(
  kind: StartProblem["kind"],
  start: { readonly firstSeenAt: number; readonly since: number },
  limits: FollowLimits,
  scalingUp: boolean,
): number {
  const { since, firstSeenAt } = start;
  switch (kind) {
    case "final":
      return since + limits.cannotStartMs;
    case "passing": {
      // A registry whose name is looked up in vain takes long to say even that: it counts as a part of the wait.
      const early = firstSeenAt + limits.mayStartMs + limits.cannotStartMs;
      return early > since
        ? Math.max(since + limits.cannotStartMs, Math.min(since + limits.mayStartMs, early))
        : since + limits.mayStartMs;
    }
    case "no-room":
      return since + (scalingUp ? limits.scaleUpMs : limits.noRoomMs);
    case "starting":
      return Number.POSITIVE_INFINITY;
  }
}
