import type { Case } from "../../model/documents.ts";
import { bringsRapids, rapidsBuildOf } from "../../plan/jars.ts";
import type { Tier } from "../../plan/matrix/tier.ts";

/** Of an explained case, before its log tells what would not run on a GPU. */
export const EXPLAINED_REASON =
  "There was no GPU to run on: the RAPIDS Accelerator only said what would not run on one.";

const PLUGIN = "com.nvidia.spark.SQLPlugin";
/** Where the images of Apache Spark have the script that finds a pod's GPUs. */
const DISCOVERY_SCRIPT = "/opt/spark/examples/src/main/scripts/getGpusResources.sh";

/**
 * Spark properties of the RAPIDS Accelerator:
 * https://docs.nvidia.com/spark-rapids/user-guide/latest/getting-started/kubernetes.html and its option `spark.rapids.sql.mode`.
 *
 * @param gpu the cores of an executor that has one GPU of its pod's; null where there is none, and the plugin only explains
 */
export function rapidsConf(
  sparkVersion: string,
  gpu: { readonly executorCores: number } | null,
): Record<string, string> {
  const build = rapidsBuildOf(sparkVersion);
  return {
    "spark.plugins": PLUGIN,
    "spark.rapids.sql.explain": "NOT_ON_GPU",
    // The plugin refuses a patch release that came out after it; its word for using the build of another one.
    ...(build === sparkVersion
      ? {}
      : {
          "spark.rapids.shims-provider-override": `com.nvidia.spark.rapids.shims.spark${build.replaceAll(".", "")}.SparkShimServiceProvider`,
        }),
    ...(gpu === null
      ? {
          "spark.rapids.sql.mode": "explainOnly",
          // 25.04.0 asks CUDA for the GPU's architecture all the same: https://github.com/NVIDIA/cudf-spark/issues/12723
          "spark.rapids.skipGpuArchitectureCheck": "true",
          // Releases of 2026 put their own in, also where they only explain.
          "spark.shuffle.manager": "sort",
        }
      : {
          "spark.rapids.sql.enabled": "true",
          // Spark asks Kubernetes for as many nvidia.com/gpu as an executor has.
          "spark.executor.resource.gpu.amount": "1",
          "spark.executor.resource.gpu.vendor": "nvidia.com",
          "spark.executor.resource.gpu.discoveryScript": DISCOVERY_SCRIPT,
          "spark.task.resource.gpu.amount": String(1 / gpu.executorCores),
        }),
  };
}

/** Whether a case runs with the plugin in its explain-only mode, which measures no GPU. A tier that brings the plugin itself answers for it. */
export function isExplained(
  testCase: Case,
  tier: Pick<Tier, "sparkConf">,
  conf: Readonly<Record<string, string>>,
): boolean {
  return bringsRapids(testCase, tier) && conf["spark.rapids.sql.mode"]?.toLowerCase() === "explainonly";
}
