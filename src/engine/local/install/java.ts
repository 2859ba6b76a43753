import { chmod, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { downloadFile } from "../../../cluster/tools/download.ts";
import { runTool } from "../../../cluster/tools/run-tool.ts";
import { InfrastructureError } from "../../../lib/errors.ts";
import { installFolder } from "../../../lib/files/install-folder.ts";
import { makeDirectory } from "../../../lib/files/make-directory.ts";
import { pathExists } from "../../../lib/files/path-exists.ts";
import { PINS } from "../../../lib/pins.ts";
import type { Environment } from "../../../lib/process/environment.ts";
import { exec, isCommandFailure } from "../../../lib/process/exec.ts";
import { findOnPath } from "../../../lib/process/find-on-path.ts";
import { isAtLeast } from "../../../lib/versions.ts";
import { checkDiskSpace } from "./disk-space.ts";
import { toolEnvironment } from "./python.ts";

/** A Java runtime for Spark. */
export interface Java {
  readonly home: string;
  /** "17.0.15" */
  readonly version: string;
  /** Where it was found, for people: "JAVA_HOME", "PATH", "Temurin". */
  readonly source: string;
}

/** The Java releases that each Spark line supports; the first line that is not newer counts. */
const SUPPORTED_JAVA = [
  { spark: "4.3", java: [17, 21, 25] },
  { spark: "4.0", java: [17, 21] },
  { spark: "0", java: [8, 11, 17] },
] as const;

/** A Java runtime that is downloaded where a machine has none: a `.tar.gz` with one folder in it. */
export interface JreRelease {
  /** "17.0.20.1+1" */
  readonly version: string;
  readonly baseUrl: string;
  /** The most that an archive may have. */
  readonly maxBytes: number;
  /** Archives below `baseUrl`, by platform and architecture as Node.js calls them. */
  readonly archives: Readonly<Record<string, { readonly file: string; readonly sha256: string }>>;
}

/** Archive and runtime. */
const JRE_PEAK_BYTES = 250_000_000;
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
  const version = /^[ \t]*java\.version = (\S+)/m.exec(text)?.[1];
  const home = /^[ \t]*java\.home = (.+)$/m.exec(text)?.[1]?.trim();
  return version === undefined || home === undefined ? null : { version, home };
}

/** The release of a Java version: 8 for "1.8.0_392", 17 for "17.0.15" or "17-ea". */
export function javaRelease(version: string): number {
  const [first, second] = version.split(/[._-]/);
  return Number(first === "1" ? second : first);
}

/**
 * The first Java that serves all the Spark versions: JAVA_HOME, `java` on PATH, what CI machines name in JAVA_HOME_17_X64 and
 * the like, the cache. Else a JRE of Eclipse Temurin. `onNotice` gets why one that was found is not used.
 *
 * @throws InfrastructureError naming what was found and why the JRE could not be had
 */
export async function findJava(
  sparkVersions: readonly string[],
  context: {
    readonly environment: Environment;
    readonly cacheDirectory: string;
    readonly onNotice: (text: string) => void;
    readonly signal: AbortSignal;
  },
  release: JreRelease = PINS.jre,
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
    return await installJre(release, context);
  } catch (error) {
    if (!(error instanceof InfrastructureError)) throw error;
    const looked = rejected.length > 0 ? rejected.join(", ") : "none in JAVA_HOME or on PATH";
    throw new InfrastructureError(
      `No Java ${releases.join(" or ")} found (${looked}), and a JRE could not be installed. ${error.message}`,
      {
        hint:
          "Install Java 17 (apt install openjdk-17-jre-headless) or set JAVA_HOME. It is downloaded from GitHub; behind a proxy, set " +
          `HTTPS_PROXY. ${error.hint ?? ""}`.trim(),
        cause: error,
      },
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
  release: JreRelease,
  context: { readonly environment: Environment; readonly cacheDirectory: string; readonly signal: AbortSignal },
): Promise<Java> {
  const { version } = release;
  const target = join(context.cacheDirectory, `jre-${version}`);
  await installFolder(target, (folder) => downloadJre(folder, release, context));
  const homes = [join(target, WRAPPED), ...HOMES.map((home) => join(target, home))];
  for (const home of homes) {
    if (await pathExists(join(home, "bin", "java"))) return { home, version, source: `Temurin ${version}` };
  }
  throw new InfrastructureError(`${target} holds no Java.`, { hint: "Remove the folder, and run this again." });
}

/** Where an archive has Java: at its top, or as macOS wants it. */
const HOMES = ["", join("Contents", "Home")] as const;
const WRAPPED = "wrapped";

async function downloadJre(
  folder: string,
  { version, baseUrl, maxBytes, archives }: JreRelease,
  { environment, signal }: { readonly environment: Environment; readonly signal: AbortSignal },
): Promise<void> {
  const platform = `${process.platform}-${process.arch}`;
  const archive = archives[platform];
  if (archive === undefined) throw new InfrastructureError(`Temurin ${version} is not known for ${platform}.`);
  await checkDiskSpace(folder, JRE_PEAK_BYTES, `To install Java ${version}`);
  const url = `${baseUrl}/${archive.file}`;
  const path = join(folder, "archive");
  const { sha256, from } = await downloadFile(url, path, { environment, signal, maxBytes, gunzip: false });
  if (sha256 !== archive.sha256) {
    throw new InfrastructureError(`${from} has the SHA-256 ${sha256}, and ${archive.sha256} is pinned.`);
  }
  await runTool("tar", ["tar", "-xzf", path, "-C", folder, "--strip-components=1"], { env: environment, signal });
  await rm(path);
  for (const home of HOMES) {
    const java = join(folder, home, "bin", "java");
    if (!(await pathExists(java))) continue;
    const found = await probeJava(java, true, environment, signal);
    if (typeof found === "string") await wrapJava(folder, join(home, "bin", "java"));
    return;
  }
  throw new InfrastructureError(`${url} holds no Java.`);
}

/**
 * A Java home whose `java` drops the one option that a runtime without jdk.incubator.vector cannot serve: a JVM that is asked for a
 * missing module does not start. Spark uses the module for linear algebra only, where it is there.
 */
async function wrapJava(folder: string, java: string): Promise<void> {
  const script = [
    "#!/bin/bash",
    "# The runtime lacks the module that Spark 4 asks for, and Spark works without it.",
    `here="$(cd "$(dirname "\${BASH_SOURCE[0]}")" && pwd)"`,
    "args=()",
    `for arg; do [[ $arg == ${VECTOR_MODULE} ]] || args+=("$arg"); done`,
    `exec "$here/../../${java}" "\${args[@]}"`,
    "",
  ].join("\n");
  const bin = join(folder, WRAPPED, "bin");
  await makeDirectory(bin);
  await writeFile(join(bin, "java"), script);
  await chmod(join(bin, "java"), 0o755);
}
