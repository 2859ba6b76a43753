/** The catalog in which the built-in workload keeps its tables, where the session has one of this name. */
const CATALOG = "spark.sql.catalog.loadtest";

/**
 * Spark properties of a catalog of Iceberg tables below a folder: https://iceberg.apache.org/docs/latest/spark-configuration/
 *
 * @param warehouse address of the folder: "file:///tmp/warehouse"
 */
export function icebergConf(warehouse: string): Record<string, string> {
  return {
    "spark.sql.extensions": "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
    [CATALOG]: "org.apache.iceberg.spark.SparkCatalog",
    [`${CATALOG}.type`]: "hadoop",
    [`${CATALOG}.warehouse`]: warehouse,
  };
}
