import { ownValue } from "../../lib/own-value.ts";
import { isAtLeast } from "../../lib/versions.ts";

/** One value in every version, or each from the version that brought it, oldest first. */
type Default = string | readonly (readonly [since: string, value: string])[];

/**
 * What Spark takes where a setting is not set, of those that decide how a query runs. Sources: the configuration pages of Spark 2.4 to
 * 4.1, and the migration guides of SQL and Core for what changed.
 */
const DEFAULTS: Readonly<Record<string, Default>> = {
  "spark.driver.memory": "1g",
  "spark.dynamicAllocation.enabled": "false",
  "spark.executor.memory": "1g",
  "spark.io.compression.codec": "lz4",
  "spark.locality.wait": "3s",
  "spark.memory.fraction": "0.6",
  "spark.memory.offHeap.enabled": "false",
  "spark.memory.storageFraction": "0.5",
  "spark.rdd.compress": "false",
  "spark.reducer.maxSizeInFlight": "48m",
  "spark.serializer": "org.apache.spark.serializer.JavaSerializer",
  "spark.shuffle.compress": "true",
  "spark.shuffle.file.buffer": "32k",
  "spark.shuffle.service.enabled": "false",
  "spark.shuffle.spill.compress": "true",
  "spark.speculation": "false",
  "spark.task.cpus": "1",
  "spark.task.maxFailures": "4",
  "spark.sql.adaptive.advisoryPartitionSizeInBytes": [["3.0", "64m"]],
  "spark.sql.adaptive.coalescePartitions.enabled": [["3.0", "true"]],
  "spark.sql.adaptive.coalescePartitions.parallelismFirst": [["3.2", "true"]],
  "spark.sql.adaptive.enabled": [
    ["0", "false"],
    ["3.2", "true"],
  ],
  "spark.sql.adaptive.localShuffleReader.enabled": [["3.0", "true"]],
  "spark.sql.adaptive.skewJoin.enabled": [["3.0", "true"]],
  "spark.sql.ansi.enabled": [
    ["3.0", "false"],
    ["4.0", "true"],
  ],
  "spark.sql.autoBroadcastJoinThreshold": "10m",
  "spark.sql.broadcastTimeout": "300",
  "spark.sql.cbo.enabled": "false",
  "spark.sql.codegen.wholeStage": "true",
  "spark.sql.execution.arrow.pyspark.enabled": [["3.0", "false"]],
  "spark.sql.files.maxPartitionBytes": "128m",
  "spark.sql.files.openCostInBytes": "4m",
  "spark.sql.join.preferSortMergeJoin": "true",
  "spark.sql.optimizer.dynamicPartitionPruning.enabled": [["3.0", "true"]],
  "spark.sql.parquet.compression.codec": "snappy",
  "spark.sql.parquet.enableVectorizedReader": "true",
  "spark.sql.parquet.filterPushdown": "true",
  "spark.sql.parquet.mergeSchema": "false",
  "spark.sql.shuffle.partitions": "200",
  "spark.sql.sources.v2.bucketing.enabled": [
    ["3.3", "false"],
    ["4.0", "true"],
  ],
};

/** The value of a setting that is not set; null where it is not known. */
export function defaultOf(name: string, sparkVersion: string | null): string | null {
  const known = ownValue(DEFAULTS, name);
  if (known === undefined || typeof known === "string") return known ?? null;
  if (sparkVersion === null) return null;
  return known.findLast(([since]) => isAtLeast(sparkVersion, since))?.[1] ?? null;
}

/** The settings whose value in two versions differs where they are not set. */
export function listChangedDefaults(
  before: string,
  now: string,
): { readonly name: string; readonly baseline: string; readonly current: string }[] {
  return Object.keys(DEFAULTS).flatMap((name) => {
    const [baseline, current] = [defaultOf(name, before), defaultOf(name, now)];
    return baseline === null || current === null || baseline === current ? [] : [{ name, baseline, current }];
  });
}
