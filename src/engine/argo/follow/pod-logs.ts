import { setTimeout as sleep } from "node:timers/promises";
import type { KubeConfig } from "@kubernetes/client-node";
import { kubeStatus } from "../../../kube/client.ts";
import { Patience } from "../../../kube/patience.ts";
import { ConnectionError, forgetCredentials, readKubeStream } from "../../../kube/stream.ts";
import { type ByteLine, ByteLines } from "../../../lib/files/byte-lines.ts";
import { backoffDelayMs } from "../../../lib/http/retry.ts";
import { LogCursor, splitTimestamp } from "./log-cursor.ts";

export interface PodLogOptions {
  readonly kubeConfig: KubeConfig;
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly signal: AbortSignal;
  /**
   * Aborted once the container is known to have ended: only then does the end of a stream mean the end of the log. A stream that
   * is cut off looks the same.
   */
  readonly containerEnded: AbortSignal;
  /** Lines without timestamps, in their order, none twice. Reading goes on when it resolves. */
  readonly onLines: (lines: readonly string[]) => Promise<void>;
  readonly unreachableTimeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly firstDelayMs?: number;
}

const LONGEST_LINE_BYTES = 64 * 1024;
const CUT = " [... cut at 64 KiB]";
const FIRST_DELAY_MS = 500;

/**
 * Follows a container's log, which has begun, to its end: attaches again where the stream drops or stalls, and reads once more what
 * was written last when the container has ended.
 *
 * @returns "complete", or "gone" when pod or log were removed before the end was read
 * @throws InfrastructureError where the right is missing, or the API server is away for too long
 */
export async function followPodLog(options: PodLogOptions): Promise<"complete" | "gone"> {
  const { signal, containerEnded, namespace, pod, container, idleTimeoutMs, unreachableTimeoutMs } = options;
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log`;
  let kubeConfig = options.kubeConfig;
  const patience = new Patience({
    what: `read the log of the pod ${pod}`,
    signal,
    unreachableTimeoutMs,
    // The watches, which lose the server too, tell it.
    onDisturbance: () => undefined,
    ...(options.firstDelayMs === undefined ? {} : { firstDelayMs: options.firstDelayMs }),
    onUnauthorized: () => {
      kubeConfig = forgetCredentials(kubeConfig);
    },
  });
  const cursor = new LogCursor();
  let quietEnds = 0;
  for (;;) {
    const last = containerEnded.aborted;
    try {
      const query = { container, follow: !last, timestamps: true, sinceTime: cursor.restart() };
      const lines = new ByteLines(LONGEST_LINE_BYTES);
      const give = async (found: readonly ByteLine[]) => {
        const fresh = found.flatMap((line) => takeLine(cursor, line));
        if (fresh.length === 0) return;
        quietEnds = 0;
        await options.onLines(fresh);
        signal.throwIfAborted();
      };
      const onOpen = () => patience.worked();
      for await (const chunk of readKubeStream(kubeConfig, path, { signal, idleTimeoutMs, query, onOpen })) {
        await give(lines.push(chunk));
      }
      if (last) {
        await give(lines.rest());
        return "complete";
      }
      // Its container has ended, and we are about to be told so; or the API server, or the kubelet, is going down.
      quietEnds += 1;
      await sleep(backoffDelayMs(quietEnds + 1, options.firstDelayMs ?? FIRST_DELAY_MS), undefined, {
        signal: AbortSignal.any([signal, containerEnded]),
      }).catch(() => undefined);
      signal.throwIfAborted();
    } catch (error) {
      signal.throwIfAborted();
      if (kubeStatus(error) === 404) return "gone";
      // The pod is there, but its container is not: it never started, or went with its node.
      if (kubeStatus(error) === 400 && last) return "gone";
      await patience.failed(kubeStatus(error) === 400 ? new ConnectionError("the container is starting") : error);
    }
  }
}

function takeLine(cursor: LogCursor, { bytes, cut }: ByteLine): string[] {
  const line = splitTimestamp(bytes.toString("utf8"));
  if (line === null || !cursor.take(line.timestamp)) return [];
  return [cut ? line.text + CUT : line.text];
}
