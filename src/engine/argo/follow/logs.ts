import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { KubeConfig, V1Pod } from "@kubernetes/client-node";
import pLimit from "p-limit";
import { AttemptLog } from "./log-file.ts";
import { followPodLog } from "./pod-logs.ts";

/** Each stream is a connection of its own to the API server, and from there to a kubelet. */
const STREAMS = 64;

export interface FollowLogsOptions {
  readonly kubeConfig: KubeConfig;
  readonly namespace: string;
  /** For the files; null to tell the lines only. */
  readonly directory: string | null;
  readonly signal: AbortSignal;
  readonly unreachableTimeoutMs: number;
  readonly idleTimeoutMs: number;
  /** Takes the lines in; the log is read on when it resolves. */
  readonly onLines: (executionId: string, lines: readonly string[]) => Promise<void>;
  /** A log that cannot be read, or written; once for all, since what breaks one breaks the others. */
  readonly onFailure: (error: unknown) => void;
}

interface Followed {
  readonly executionId: string;
  readonly ended: AbortController;
  readonly done: Promise<void>;
}

/** Follows the logs of the executions' pods, each attempt's into `<execution>.log`. */
export class FollowedLogs {
  readonly #options: FollowLogsOptions;
  readonly #limit = pLimit(STREAMS);
  readonly #pods = new Map<string, Followed>();

  constructor(options: FollowLogsOptions) {
    this.#options = options;
  }

  /** Looks at a pod of a case as it is now: begins when its main container has, and knows when that has ended. */
  see(pod: V1Pod, executionId: string, attempt: number): void {
    const name = pod.metadata?.name ?? "";
    const state = pod.status?.containerStatuses?.find((status) => status.name === "main")?.state;
    const terminated =
      state?.terminated !== undefined || pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";
    // One that never ran has no log, and neither does one whose node is gone.
    const ran = state?.running !== undefined || (state?.terminated?.containerID ?? "") !== "";
    if (ran && !this.#pods.has(name)) this.#begin(name, executionId, attempt);
    if (terminated) this.end(name);
  }

  /** The pod's container has ended, or the pod is gone. */
  end(pod: string): void {
    this.#pods.get(pod)?.ended.abort();
  }

  /** Resolves when everything that the case's ended pods wrote has been told, or the time is over. */
  async drain(executionId: string, timeoutMs: number): Promise<void> {
    const followed = [...this.#pods.values()].filter((pod) => pod.executionId === executionId);
    if (followed.length === 0) return;
    for (const { ended } of followed) ended.abort();
    const over = new AbortController();
    await Promise.race([
      Promise.all(followed.map(({ done }) => done)),
      sleep(timeoutMs, undefined, { signal: over.signal }).catch(() => undefined),
    ]);
    over.abort();
  }

  #begin(pod: string, executionId: string, attempt: number): void {
    const { directory, onLines, onFailure, signal, ...rest } = this.#options;
    const ended = new AbortController();
    const file = directory === null ? null : new AttemptLog(join(directory, `${executionId}.log`), attempt, pod);
    const follow = () =>
      followPodLog({
        ...rest,
        signal,
        pod,
        container: "main",
        containerEnded: ended.signal,
        async onLines(lines) {
          await file?.append(lines);
          await onLines(executionId, lines);
        },
      });
    const done = this.#limit(follow).then(
      () => undefined,
      (error: unknown) => {
        if (!signal.aborted) onFailure(error);
      },
    );
    this.#pods.set(pod, { executionId, ended, done });
  }
}
