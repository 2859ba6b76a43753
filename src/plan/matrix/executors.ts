import type { Case } from "../../model/documents.ts";
import type { Tier } from "./tier.ts";

/** More than this is a slip of the pen. */
export const MOST_EXECUTORS = 1000;

/**
 * How many executors a case may have at once: as many as its tier says, unless its Spark properties do. 1 in the mode local, whose driver
 * does the work of one.
 *
 * @param conf what tier and user give the case
 */
export function executorsOf(
  { dimensions }: Pick<Case, "dimensions">,
  { executors }: Pick<Tier, "executors">,
  conf: Readonly<Record<string, string>>,
): number {
  return dimensions.mode === "local" ? 1 : countExecutors({ "spark.executor.instances": String(executors), ...conf });
}

/** The same of an application's Spark properties; 1 where they do not say. */
export function countExecutors(conf: Readonly<Record<string, string>>): number {
  const names = [
    "spark.executor.instances",
    ...(isDynamic(conf) ? ["spark.dynamicAllocation.maxExecutors", "spark.dynamicAllocation.initialExecutors"] : []),
  ];
  const counts = names.map((name) => conf[name] ?? "").filter((text) => /^\d+$/.test(text));
  return Math.max(1, ...counts.map(Number));
}

/** Whether Spark asks for executors as it has work for them. */
export function isDynamic(conf: Readonly<Record<string, string>>): boolean {
  return conf["spark.dynamicAllocation.enabled"] === "true";
}
