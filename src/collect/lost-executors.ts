import type { LostExecutor } from "../model/documents.ts";
import type { ApplicationRecord } from "./application-record.ts";
import { shortenMessage } from "./task-failures.ts";

/** What Spark says of executors that it let go by itself: at the end, or because they were idle. */
const ORDERLY =
  /driver (was |is )?(stopp|shut)|killed by driver|idle|shutdown hooks cannot be modified during shutdown/i;

/** What says memory by itself; 52 is Spark's own code for an OutOfMemoryError (SparkExitCode.OOM). */
const MEMORY_KILL =
  /\bexit(ed)?( with)?( a)? ?(code|status)?:? ?52\b|OOM|out ?of ?memory|exceeding (memory|physical|virtual)/i;
/** 128 + SIGKILL: the way of Kubernetes and YARN with a container over its memory. */
const KILLED = /\bexit(ed)?( with)?( a)? ?(code|status)?:? ?137\b/i;
/** Masters whose executors are in no container: there anybody may have sent the SIGKILL. */
const WITHOUT_CONTAINERS = /^(local|spark:)/;

/**
 * The executors that an application lost, in the order of their loss. Those that went when all jobs had ended belong to the
 * teardown, whatever reason is given (a standalone worker says "exited with code 143"), unless it was a memory kill.
 */
export function findLostExecutors(record: ApplicationRecord): LostExecutor[] {
  const allJobsEnded = record.openJobs.size === 0;
  const lastJobEndMs = Math.max(...[...record.groups.values()].map(({ endedAtMs }) => endedAtMs ?? 0), 0);
  const contained = !WITHOUT_CONTAINERS.test(record.properties.get("spark.master") ?? "");
  const lost: LostExecutor[] = [];
  for (const { executorId, atMs, reason } of record.removedExecutors) {
    const memoryKill = MEMORY_KILL.test(reason) || (contained && KILLED.test(reason));
    const teardown = allJobsEnded && lastJobEndMs > 0 && atMs >= lastJobEndMs;
    if (!memoryKill && (teardown || ORDERLY.test(reason))) continue;
    lost.push({ executorId, atMs, reason: shortenMessage(reason), memoryKill });
  }
  return lost;
}
