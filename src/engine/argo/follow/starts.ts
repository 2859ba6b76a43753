import { CoreV1Api, type CoreV1Event, type KubeConfig, type V1Pod } from "@kubernetes/client-node";
import type { FollowLimits } from "../outcome/limits.ts";
import { deadlineMs, findStartProblem, isScalingUp, type StartProblem } from "../outcome/start-failure.ts";

/** When the events of a pod that does not start are asked for, counted from when it was first seen: not by polling, they cost. */
const ASK_EVENTS_MS = [8_000, 18_000, 40_000];

interface Start {
  readonly firstSeenAt: number;
  /** Since when a problem that may end the pod lasts; a "no-room" and the others have a clock each. */
  problemSince: number | null;
  problemGroup: "room" | "other" | null;
  problem: StartProblem | null;
  events: readonly CoreV1Event[];
  asked: number;
  decided: boolean;
}

/** Watches over the pods that have not started. Times are milliseconds of one monotonic clock, ours. */
export class FollowedStarts {
  readonly #limits: FollowLimits;
  readonly #starts = new Map<string, Start>();
  readonly #ask: (pod: V1Pod) => Promise<readonly CoreV1Event[]>;
  readonly #onNews: () => void;

  constructor(limits: FollowLimits, ask: (pod: V1Pod) => Promise<readonly CoreV1Event[]>, onNews: () => void) {
    this.#limits = limits;
    this.#ask = ask;
    this.#onNews = onNews;
  }

  /** What keeps the pod from starting, as of the last look. */
  problemOf(pod: string): StartProblem | null {
    return this.#starts.get(pod)?.problem ?? null;
  }

  forget(pod: string): void {
    this.#starts.delete(pod);
  }

  /**
   * Looks at all pods of the run.
   *
   * @returns the pods that cannot start, each once, and when to look again at the latest (Infinity: no need)
   */
  look(pods: Iterable<V1Pod>, nowMs: number): { readonly cannotStart: V1Pod[]; readonly againAtMs: number } {
    const all = [...pods];
    // One that is being ended gives its room back, though it is still there.
    const anyHasRoom = all.some((pod) => hasRoom(pod) && !this.#starts.get(pod.metadata?.name ?? "")?.decided);
    const cannotStart: V1Pod[] = [];
    let againAtMs = Number.POSITIVE_INFINITY;
    for (const pod of all) {
      const name = pod.metadata?.name ?? "";
      const known = this.#starts.get(name);
      const problem = findStartProblem(pod, known?.events);
      if (problem === null) {
        this.#starts.delete(name);
        continue;
      }
      const start = known ?? this.#begin(name, nowMs);
      this.#note(start, problem, anyHasRoom, nowMs);
      if (start.decided) continue;
      const deadline =
        start.problemSince === null
          ? Number.POSITIVE_INFINITY
          : deadlineMs(problem.kind, { ...start, since: start.problemSince }, this.#limits, isScalingUp(start.events));
      if (nowMs >= deadline) {
        start.decided = true;
        cannotStart.push(pod);
        continue;
      }
      const askAt = start.firstSeenAt + (ASK_EVENTS_MS[start.asked] ?? Number.POSITIVE_INFINITY);
      if (nowMs >= askAt) {
        start.asked += 1;
        void this.#askEvents(pod, start);
      }
      againAtMs = Math.min(againAtMs, deadline, nowMs >= askAt ? againAtMs : askAt);
    }
    return { cannotStart, againAtMs };
  }

  #begin(name: string, nowMs: number): Start {
    const start: Start = {
      firstSeenAt: nowMs,
      problemSince: null,
      problemGroup: null,
      problem: null,
      events: [],
      asked: 0,
      decided: false,
    };
    this.#starts.set(name, start);
    return start;
  }

  #note(start: Start, problem: StartProblem, anyHasRoom: boolean, nowMs: number): void {
    start.problem = problem;
    const room = problem.kind === "no-room";
    // Room comes when the pods that have it end: those that run, and those that are about to.
    const group = problem.kind === "starting" || (room && anyHasRoom) ? null : room ? "room" : "other";
    if (group === start.problemGroup) return;
    start.problemGroup = group;
    start.problemSince = group === null ? null : nowMs;
  }

  async #askEvents(pod: V1Pod, start: Start): Promise<void> {
    try {
      start.events = await this.#ask(pod);
      this.#onNews();
    } catch {
      // Without them a pod's own status still tells most; whoever may not read events gets that.
    }
  }
}

/** Whether a pod takes up a part of a node, and of a quota. */
export function hasRoom({ spec, status }: V1Pod): boolean {
  return spec?.nodeName !== undefined && (status?.phase === "Pending" || status?.phase === "Running");
}

/** The events of a pod. */
export async function readPodEvents(kubeConfig: KubeConfig, pod: V1Pod): Promise<readonly CoreV1Event[]> {
  const { namespace = "", uid = "" } = pod.metadata ?? {};
  const fieldSelector = `involvedObject.uid=${uid}`;
  const { items } = await kubeConfig.makeApiClient(CoreV1Api).listNamespacedEvent({ namespace, fieldSelector });
  return items;
}
