import type { Evidence, LostExecutor } from "../model/documents.ts";

/** Exit code 137 only says SIGKILL. Where no container limits the memory, anybody may have sent it. */
const BARE_KILL = /^command exited with code 137$/i;
const WITHOUT_CONTAINERS = /^(local|spark:)/;

/** The lost executors that were killed for their memory, as far as their reasons tell. */
export function findMemoryKills(evidence: Evidence | null): LostExecutor[] {
  const uncontained = WITHOUT_CONTAINERS.test(evidence?.properties["spark.master"] ?? "");
  return (evidence?.lostExecutors ?? []).filter(
    ({ memoryKill, reason }) => memoryKill && !(uncontained && BARE_KILL.test(reason.trim())),
  );
}

/** How many there were; `counted` is the metric oomKills, for an application whose lost executors are not known. */
export function countMemoryKills(evidence: Evidence | null, counted: number | null): number {
  const told = evidence !== null && evidence.lostExecutors.length > 0;
  return told ? findMemoryKills(evidence).length : (counted ?? 0);
}
