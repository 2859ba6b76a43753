import { readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** The tool's cache folder. */
export function findCache(): string {
  const { SPARK_LOADTEST_CACHE: own, XDG_CACHE_HOME: shared } = process.env;
  return own ?? join(shared ?? join(homedir(), ".cache"), "spark-loadtest");
}

/** Folder with bin/spark-submit of the newest PySpark in the tool's cache. Throws where there is none. */
export function findSparkHome(): string {
  const newest = readdirSync(findCache())
    .filter((name) => name.startsWith("pyspark-"))
    .sort((a, b) => a.localeCompare(b, "en", { numeric: true }))
    .at(-1);
  if (newest === undefined) throw new Error(`no PySpark in ${findCache()}: give --spark-home, or do a run first`);
  return join(findCache(), newest, "pyspark");
}
