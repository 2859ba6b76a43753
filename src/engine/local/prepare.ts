import { access, constants } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import pLimit from "p-limit";
import { BadInputError, errorMessage } from "../../lib/errors.ts";
import { makeDirectory } from "../../lib/files/make-directory.ts";
import { compareVersions, lineOf } from "../../lib/versions.ts";
import type { Execution } from "../../plan/execution.ts";
import { jarsOf } from "../../plan/jars.ts";
import type { Tier } from "../../plan/matrix/tier.ts";
import type { RunSpec } from "../../spec/spec.ts";
import type { PrepareEvent } from "../engine.ts";
import { allFilesOrAbort } from "../shared/all-or-abort.ts";
import { fetchJar, jarFile } from "../shared/fetch-jar.ts";
import { showStep } from "../shared/show-step.ts";
import { needsData } from "../shared/workload.ts";
import { checkDataDirectory, checkDataSize, dataSetFolder, generateDataSet } from "./data-set.ts";
import { findJava } from "./install/java.ts";
import { findInstaller, installConnectClient, installPyspark, pysparkFolder } from "./install/package-installer.ts";
import { findPython } from "./install/python.ts";
import type { SparkInstallation } from "./spark-command.ts";

/** What the cases of a run need, ready. */
export interface Prepared {
  readonly sparks: ReadonlyMap<string, SparkInstallation>;
  /** Folder of Parquet files by data size; empty for a workload that asks for none. */
  readonly data: ReadonlyMap<string, string>;
  /** Jars that cases need beside their Spark, by the names of their files. */
  readonly jars: ReadonlyMap<string, string>;
  /** Folder of what PySpark needs for Connect, by Spark version; of those that cases connect to. */
  readonly connectClients: ReadonlyMap<string, string>;
  /** The built-in workload, or the tier's. */
  readonly script: string;
}

function builtinOf({ assetsDirectory }: Pick<RunSpec, "assetsDirectory">): string {
  return join(assetsDirectory, "workloads", "builtin.py");
}

type Inputs = Pick<RunSpec, "tier" | "assetsDirectory">;

function scriptOf(inputs: Inputs): string {
  return inputs.tier.workload?.script ?? builtinOf(inputs);
}

function sizesOf(executions: readonly Execution[], tier: Tier): string[] {
  return needsData(tier) ? unique(executions.map((execution) => execution.case.dimensions.dataSize)) : [];
}

/** Refuses a workload or data that are not there. Makes nothing. Throws BadInputError. */
export async function checkInputs(
  executions: readonly Execution[],
  inputs: Inputs,
  dataDirectory: string | null,
): Promise<void> {
  await checkReadable(scriptOf(inputs));
  if (dataDirectory !== null) await checkDataDirectory(dataDirectory);
  else sizesOf(executions, inputs.tier).forEach(checkDataSize);
}

/**
 * Has Python, Java, PySpark of each version and the data sets ready, from the cache where they are there.
 *
 * @throws BadInputError, InfrastructureError, or an ExecError when it was aborted
 */
export async function prepareMachine(
  executions: readonly Execution[],
  spec: RunSpec,
  onEvent: (event: PrepareEvent) => void,
  signal: AbortSignal,
): Promise<Prepared> {
  const { cacheDirectory, environment, settings } = spec;
  const versions = unique(executions.map((execution) => execution.case.dimensions.sparkVersion))
    .sort(compareVersions)
    .reverse();
  const script = scriptOf(spec);
  const sizes = sizesOf(executions, spec.tier);
  await makeFolder(join(cacheDirectory, "logs"), "cache", "--cache-dir");
  for (const name of ["logs", "eventlogs"]) await makeFolder(join(spec.directory, name), "run", "--out");

  // One step that fails ends the others, unless it lacks a file: then they say what they lack, too.
  const failed = new AbortController();
  const ended = AbortSignal.any([signal, failed.signal]);
  const python = await showStep("Python", onEvent, async () => {
    const found = await findPython(versions, environment, ended);
    return { value: found, detail: `${found.version} (${found.path})` };
  });
  const installer = findInstaller(python, environment, cacheDirectory, ended);
  const java = showStep("Java", onEvent, async (say) => {
    const found = await findJava(versions, { environment, cacheDirectory, onNotice: say, signal: ended });
    return { value: found, detail: `${found.version} (${found.source})` };
  });
  const limit = pLimit(Math.max(1, availableParallelism()));
  const sparks = new Map<string, Promise<SparkInstallation>>();
  const installs: Promise<void>[] = [];
  for (const version of versions) {
    const installed = limit(() =>
      showStep(`PySpark ${version}`, onEvent, async (say) => {
        const isNew = await installPyspark(cacheDirectory, version, installer, ended, say);
        return { value: undefined, detail: isNew ? "installed" : "in the cache" };
      }),
    );
    installs.push(installed);
    const home = join(pysparkFolder(cacheDirectory, version), "pyspark");
    sparks.set(
      version,
      Promise.all([java, installed]).then(([found]) => ({ version, home, python, java: found })),
    );
  }
  const data = new Map(
    sizes.map((size) => [size, settings.dataDirectory ?? dataSetFolder(cacheDirectory, size)] as const),
  );
  const generated =
    settings.dataDirectory !== null
      ? []
      : sizes.map(async (size) => {
          const spark = await sparks.get(versions[0]!)!;
          await showStep(`Data set ${size}`, onEvent, async (_, sayFraction) => {
            const isNew = await generateDataSet(size, {
              spark,
              cacheDirectory,
              script: builtinOf(spec),
              environment,
              onFraction: sayFraction,
              signal: ended,
            });
            return { value: undefined, detail: isNew ? "generated" : "in the cache" };
          });
        });
  const neededJars = new Map(
    executions.flatMap((execution) => jarsOf(execution.case, spec.tier)).map((jar) => [jarFile(jar), jar] as const),
  );
  const jars = new Map(
    [...neededJars].map(([name, jar]) => {
      const fetched = showStep(name, onEvent, async () => {
        const { path, detail } = await fetchJar(jar, { cacheDirectory, environment, signal: ended });
        return { value: path, detail };
      });
      return [name, fetched] as const;
    }),
  );
  const connecting = versions.filter((version) => executions.some((execution) => connectsTo(execution, version)));
  const clientLines = new Map(
    unique(connecting.map((version) => lineOf(version, 1))).map((line) => {
      const installed = limit(() =>
        showStep(`Spark Connect's client ${line}`, onEvent, async (onStep) => {
          const requirements = join(spec.assetsDirectory, "images", `requirements-${line}.txt`);
          const context = { cacheDirectory, python, installer, signal: ended, onStep };
          const { folder, isNew } = await installConnectClient(line, requirements, context);
          return { value: folder, detail: isNew ? "installed" : "in the cache" };
        }),
      );
      return [line, installed] as const;
    }),
  );
  const connectClients = new Map(connecting.map((version) => [version, clientLines.get(lineOf(version, 1))!]));
  const work = [java, ...installs, ...sparks.values(), ...jars.values(), ...clientLines.values(), ...generated];
  await allFilesOrAbort(work, failed);
  return {
    sparks: await allValues(sparks),
    data,
    jars: await allValues(jars),
    connectClients: await allValues(connectClients),
    script,
  };
}

async function makeFolder(path: string, what: string, option: string): Promise<void> {
  try {
    await makeDirectory(path);
    await access(path, constants.W_OK);
  } catch (error) {
    throw new BadInputError(`The ${what} folder ${path} cannot be written: ${errorMessage(error)}`, {
      hint: `Choose another folder with ${option}.`,
      cause: error,
    });
  }
}

async function checkReadable(script: string): Promise<void> {
  try {
    await access(script, constants.R_OK);
  } catch (error) {
    throw new BadInputError(`The workload ${script} cannot be read: ${errorMessage(error)}`, { cause: error });
  }
}

function connectsTo({ case: { dimensions } }: Execution, sparkVersion: string): boolean {
  return dimensions.orchestrator === "connect" && dimensions.sparkVersion === sparkVersion;
}

async function allValues<T>(promises: ReadonlyMap<string, Promise<T>>): Promise<Map<string, T>> {
  return new Map(await Promise.all([...promises].map(async ([name, promise]) => [name, await promise] as const)));
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
