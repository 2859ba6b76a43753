import tables from "../../../workflows/tables.json" with { type: "json" };
import type { Case } from "../../model/documents.ts";
import { executorsOf } from "../../plan/matrix/executors.ts";
import type { Tier } from "../../plan/matrix/tier.ts";

/** Properties that every Spark of a run has unless the tier or the user says otherwise. */
export const DEFAULT_CONF: Readonly<Record<string, string>> = tables.sparkConf;

/** Memory of a driver that has executors of their own to do the work: it plans and collects little. */
export const DRIVER_MEMORY_MB = 1024;

const PARTITIONS_PER_CORE = 4;

/**
 * Partitions of a shuffle unless tier or user say: as many tasks for a core, whatever the number of executors.
 *
 * @param conf what tier and user give the case
 */
export function defaultPartitions(testCase: Case, tier: Tier, conf: Readonly<Record<string, string>>): string {
  return String(executorsOf(testCase, tier, conf) * tier.cores * PARTITIONS_PER_CORE);
}
