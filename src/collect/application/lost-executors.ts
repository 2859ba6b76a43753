import type { LostExecutor } from "../../model/documents.ts";
import type { ApplicationRecord } from "../event-log/application-record.ts";
import { saysMemory, saysReleased } from "../event-log/failure-words.ts";
import { shortenMessage } from "../event-log/task-failures.ts";

/** 128 + SIGKILL: the way of Kubernetes and YARN with a container over its memory. */
const KILLED = /\bexit(ed)?( with)?( a)? ?(code|status)?:? ?137\b/i;
/** Masters whose executors are in no container: there anybody may have sent the SIGKILL. */
const WITHOUT_CONTAINERS = /^(local|spark:)/;

/**
 * The executors that an application lost, in the order of their loss. Those that went when all jobs had ended belong to the
 * teardown, whatever code is given (143 by a standalone worker, 137 by a Kubernetes that ran out of patience), unless the reason says
 * memory.
 */
export function findLostExecutors(record: ApplicationRecord): LostExecutor[] {
  const allJobsEnded = record.openJobs.length === 0;
  const lastJobEndMs = [...record.groups.values()].reduce((last, { endedAtMs }) => Math.max(last, endedAtMs ?? 0), 0);
  const contained = !WITHOUT_CONTAINERS.test(record.properties.get("spark.master") ?? "");
  const lost: LostExecutor[] = [];
  for (const { executorId, atMs, reason } of record.removedExecutors) {
    const forMemory = saysMemory(reason);
    const teardown = allJobsEnded && lastJobEndMs > 0 && atMs >= lastJobEndMs;
    if (!forMemory && (teardown || saysReleased(reason))) continue;
    const memoryKill = forMemory || (contained && KILLED.test(reason));
    lost.push({ executorId, atMs, reason: shortenMessage(reason), memoryKill });
  }
  return lost;
}
