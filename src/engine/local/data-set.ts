import { readdir } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { BadInputError, errorMessage, InfrastructureError } from "../../lib/errors.ts";
import { installFolder } from "../../lib/files/install-folder.ts";
import type { Environment } from "../../lib/process/environment.ts";
import { isCommandFailure } from "../../lib/process/exec.ts";
import { explainFailure } from "./failure.ts";
import { checkDiskSpace } from "./install/disk-space.ts";
import { commonConf, type SparkInstallation } from "./spark-command.ts";
import { removeScratch, submit } from "./submit.ts";

/** To be raised when generate_trips of the built-in workload changes, so that old data are not taken for new. */
const GENERATOR_VERSION = "1";

/** Bytes on disk of each size, with room for what is written beside it. */
const SIZE_BYTES: Readonly<Record<string, number>> = {
  tiny: 100_000_000,
  "1gb": 2_000_000_000,
  "11gb": 20_000_000_000,
};
const DRIVER_MEMORY_MB = 2048;

/** Folder of the Parquet files of a size in the cache. */
export function dataSetFolder(cacheDirectory: string, size: string): string {
  return join(cacheDirectory, "data", GENERATOR_VERSION, size, "parquet");
}

/** @throws BadInputError for a size that is none of the generator's */
export function checkDataSize(size: string): void {
  if (Object.hasOwn(SIZE_BYTES, size)) return;
  throw new BadInputError(
    `There is no data set of the size "${size}" (there are ${Object.keys(SIZE_BYTES).join(", ")}).`,
    {
      hint: "Choose another dataSize, or give Parquet files of your own with --data DIR.",
    },
  );
}

/** Checks the user's own data: a folder that can be read and has Parquet files, at any depth. */
export async function checkDataDirectory(path: string): Promise<void> {
  const hint = "--data takes a folder of Parquet files.";
  let names: string[];
  try {
    names = await readdir(path, { recursive: true });
  } catch (error) {
    throw new BadInputError(`The data folder ${path} cannot be read: ${errorMessage(error)}`, { hint, cause: error });
  }
  if (names.some((name) => name.endsWith(".parquet"))) return;
  throw new BadInputError(`The data folder ${path} holds no .parquet file (${names.length} others).`, { hint });
}

/**
 * Has a generated data set in the cache.
 *
 * @param onFraction called with the part that is done, 0..1
 * @returns whether it was generated now
 * @throws InfrastructureError
 */
export async function generateDataSet(
  size: string,
  context: {
    readonly spark: SparkInstallation;
    readonly cacheDirectory: string;
    readonly script: string;
    readonly environment: Environment;
    readonly onFraction: (fraction: number) => void;
    readonly signal: AbortSignal;
  },
): Promise<boolean> {
  const { spark, cacheDirectory, signal } = context;
  return installFolder(join(cacheDirectory, "data", GENERATOR_VERSION, size), async (folder) => {
    await checkDiskSpace(folder, SIZE_BYTES[size] ?? 0, `To generate the data set ${size}`);
    const scratch = join(folder, "scratch");
    const logFile = join(cacheDirectory, "logs", `data-${size}.log`);
    try {
      await submit({
        spark,
        name: `spark-loadtest data ${size}`,
        master: `local[${availableParallelism()}]`,
        conf: commonConf(scratch, DRIVER_MEMORY_MB),
        script: context.script,
        args: ["--generate", size, "--data", join(folder, "parquet")],
        scratch,
        environment: context.environment,
        logFile,
        logHeader: `data set ${size}, ${new Date().toISOString()}`,
        onLine: (line) => {
          const fraction = /^progress (\d(?:\.\d+)?)$/.exec(line)?.[1];
          if (fraction !== undefined) context.onFraction(Math.min(1, Number(fraction)));
        },
        signal,
      });
    } catch (error) {
      if (!isCommandFailure(error)) throw error;
      const { reason } = explainFailure(error.failure, error.tail);
      throw new InfrastructureError(
        `The data set ${size} could not be generated with Spark ${spark.version}: ${reason}`,
        {
          hint: `Its whole log is ${logFile}.`,
          cause: error,
        },
      );
    }
    await removeScratch(scratch);
  });
}
