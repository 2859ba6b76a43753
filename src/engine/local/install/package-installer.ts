import { createHash } from "node:crypto";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ARTIFACTS_VARIABLE, MissingFilesError, missingFilesOf } from "../../../cluster/tools/artifacts.ts";
import { BadInputError, errorMessage, InfrastructureError, LoadtestError } from "../../../lib/errors.ts";
import { installFolder } from "../../../lib/files/install-folder.ts";
import { makeDirectory } from "../../../lib/files/make-directory.ts";
import { once } from "../../../lib/once.ts";
import type { Environment } from "../../../lib/process/environment.ts";
import { type ExecError, exec, isCommandFailure } from "../../../lib/process/exec.ts";
import { compareVersions, lineOf } from "../../../lib/versions.ts";
import { tellingLines, toReason } from "../../shared/reason.ts";
import { checkDiskSpace } from "./disk-space.ts";
import { guardCommand } from "./guard.ts";
import LOCKED from "./locked-packages.json" with { type: "json" };
import { missingPackages } from "./missing-packages.ts";
import { INDEX_HINT, listVersions, projectPage } from "./package-index.ts";
import { type Python, toolEnvironment } from "./python.ts";
import { ensureUv } from "./uv.ts";

/** uv, which installs a Python package into a folder. */
export interface PackageInstaller {
  /** The command of uv, which is had when it is first needed. Throws InfrastructureError where it can neither be found nor downloaded. */
  readonly uv: () => Promise<readonly string[]>;
  readonly python: Python;
  readonly environment: Readonly<Record<string, string>>;
  /** Folder for the output of each installation. */
  readonly logDirectory: string;
}

export function findInstaller(
  python: Python,
  environment: Environment,
  cacheDirectory: string,
  signal: AbortSignal,
): PackageInstaller {
  return {
    uv: once(() => ensureUv(environment, cacheDirectory, signal)),
    python,
    environment: toolEnvironment(environment),
    logDirectory: join(cacheDirectory, "logs"),
  };
}

export interface PackageRequest {
  readonly name: string;
  readonly version: string;
  /** Checksums of all that is installed, and of what builds it; null where they are not known, and the index is believed. */
  readonly locked: LockedRequirements | null;
  readonly folder: string;
  /** Another one than the installer's Python and machine. */
  readonly platform?: PackagePlatform;
  /** What the installation takes at its peak, downloads and builds included. */
  readonly peakBytes: number;
  readonly signal: AbortSignal;
  /** Called with what is being done: "downloading", "building". */
  readonly onStep?: (step: string) => void;
}

/** What wheels are made for. */
export interface PackagePlatform {
  /** "3.11" */
  readonly python: string;
  /** As uv names it: "x86_64-manylinux_2_28". */
  readonly tag: string;
}

/** Lines of requirements, each with a version and checksums. */
export interface LockedRequirements {
  readonly packages: readonly string[];
  /** What builds them; empty where all of them come as wheels. */
  readonly build: readonly string[];
}

/** What a PySpark is installed with: for the versions that were released when this tool was; null for all others. */
export function lockPyspark(version: string): LockedRequirements | null {
  const pysparks: Readonly<Record<string, { readonly py4j: string; readonly sha256: readonly string[] }>> =
    LOCKED.pyspark;
  const pyspark = Object.hasOwn(pysparks, version) ? pysparks[version] : undefined;
  if (pyspark === undefined) return null;
  const py4j: Readonly<Record<string, readonly string[]>> = LOCKED.py4j;
  return {
    packages: [
      toRequirement("pyspark", version, pyspark.sha256),
      toRequirement("py4j", pyspark.py4j, py4j[pyspark.py4j] ?? []),
    ],
    build: [toRequirement("setuptools", LOCKED.setuptools.version, LOCKED.setuptools.sha256)],
  };
}

function toRequirement(name: string, version: string, checksums: readonly string[]): string {
  return [`${name}==${version}`, ...checksums.map((sha256) => `--hash=sha256:${sha256}`)].join(" ");
}

/** This machine as wheels name it. */
const MACHINE = { x64: "x86_64", arm64: "aarch64" }[process.arch as string] ?? process.arch;

/** Steps by the lines of uv's output that begin them. It says nothing while it downloads sources. */
const STEPS = [
  { line: /^\s*Building\b/, step: "building" },
  { line: /^\s*(?:Built|Prepared)\b/, step: "unpacking" },
] as const;

/**
 * Installs one package and what it depends on into a folder that exists.
 *
 * @throws BadInputError for a version that the index does not have, InfrastructureError for everything else
 */
export async function installPackage(installer: PackageInstaller, request: PackageRequest): Promise<void> {
  const { name, version, folder, platform, signal } = request;
  await checkDiskSpace(folder, request.peakBytes, `To install ${name} ${version}`);
  const logFile = join(installer.logDirectory, `${name}-${version}.log`);
  // Its downloads and builds are larger than many a /tmp, and go with the folder when the process is killed.
  const temporary = join(folder, ".tmp");
  await makeDirectory(temporary);
  const requirements = await writeRequirements(request, temporary);
  const made = platform === undefined ? [] : ["--python-version", platform.python, "--python-platform", platform.tag];
  const artifacts = installer.environment[ARTIFACTS_VARIABLE];
  let place = INDEX;
  let refused: ExecError | undefined;
  try {
    const uv = await installer.uv().catch(async (error: unknown) => {
      throw missingFilesOf(error).length === 0 ? error : await addMissing(error, installer, request);
    });
    const command = [...uv, "pip", "install", "--no-progress", "--python", installer.python.path, ...made];
    const install = (...more: string[]) =>
      runInstaller([...command, ...more, "--target", folder, ...requirements], {
        installer,
        request,
        temporary,
        logFile,
      });
    if (artifacts) {
      place = artifacts;
      // uv asks the index for what its folders have, too, unless it may ask none.
      const error = await install("--no-index").catch((failure: unknown) => failure);
      if (error === undefined) return;
      if (!isCommandFailure(error) || OTHER_FILE.test(error.tail)) throw error;
      refused = error;
      place = INDEX;
    }
    request.onStep?.("downloading");
    await install();
  } catch (error) {
    if (!isCommandFailure(error)) throw error;
    const { environment, python } = installer;
    // Only a help to find the version that was meant.
    const offered = UNKNOWN_VERSION.test(error.tail)
      ? await listVersions(name, { environment, signal }).catch(() => [])
      : [];
    const explain = ({ tail }: ExecError, place: string) =>
      explainInstallFailure({ name, version, python, logFile, output: tail, place, offered });
    if (!NETWORK_FAILURE.test(error.tail)) throw explain(error, place);
    const unreachable = await addMissing(explain(error, place), installer, request);
    // Where the folder lacks nothing by name, what uv says of it tells more than that there is no network.
    if (refused === undefined || missingFilesOf(unreachable).length > 0) throw unreachable;
    throw explain(refused, artifacts ?? place);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function runInstaller(
  command: readonly string[],
  context: {
    readonly installer: PackageInstaller;
    readonly request: PackageRequest;
    readonly temporary: string;
    readonly logFile: string;
  },
): Promise<void> {
  const { installer, request, temporary, logFile } = context;
  const [program, ...args] = guardCommand(installer.python.path, command);
  await exec(program, args, {
    env: { ...installer.environment, TMPDIR: temporary },
    logFile,
    signal: request.signal,
    onLine: (line) => {
      const known = STEPS.find((step) => step.line.test(line));
      if (known !== undefined) request.onStep?.(known.step);
    },
  });
}

/** An error of something that could not be downloaded, which also says which packages are not in the folder of artifacts. */
async function addMissing(error: unknown, installer: PackageInstaller, request: PackageRequest): Promise<Error> {
  const { python, environment } = installer;
  const { platform, locked, name, version } = request;
  const folder = environment[ARTIFACTS_VARIABLE];
  const target = {
    python: platform?.python ?? lineOf(python.version),
    machine: platform?.tag.split("-")[0] ?? MACHINE,
  };
  const { packages, build } = locked ?? { packages: [`${name}==${version}`], build: [] };
  const lines = [...packages, ...build];
  const missing = missingPackages(lines, target, folder ? await readdir(folder) : []);
  const files = missing.map((each) => {
    const page = projectPage(each.name, environment);
    const isWheel = each.file.endsWith(".whl");
    return { name: each.file, source: isWheel ? `${page} for Python ${target.python} on ${target.machine}` : page };
  });
  const hint = error instanceof LoadtestError && error.hint !== undefined ? { hint: error.hint } : {};
  return new MissingFilesError(errorMessage(error), [...missingFilesOf(error), ...files], { ...hint, cause: error });
}

/** Arguments of uv that say what is to be installed. */
async function writeRequirements(
  { name, version, locked }: PackageRequest,
  folder: string,
): Promise<readonly string[]> {
  if (locked === null) return [`${name}==${version}`];
  const packages = join(folder, "requirements.txt");
  const build = join(folder, "build-constraints.txt");
  await writeFile(packages, `${locked.packages.join("\n")}\n`);
  const checked = ["--require-hashes", "--requirements", packages];
  if (locked.build.length === 0) return [...checked, "--only-binary", ":all:"];
  await writeFile(build, `${locked.build.join("\n")}\n`);
  return [...checked, "--build-constraints", build];
}

// Releases of uv before 0.13 wrap their lines.
const UNKNOWN_VERSION = /there\s+is\s+no\s+version\s+of\s+\S+==/;
const WRONG_PYTHON = /current\s+Python\s+version\s+\S+\s+does\s+not\s+satisfy\s+Python(\S+)/;
const OTHER_FILE = /Hash\s+mismatch\s+for\s+`([^`]+)`/;
const NETWORK_FAILURE = /Failed to fetch|error sending request|error decoding response body/;

/** For people, where packages come from that are in no folder. */
const INDEX = "the package index";

/** What a failed installation means, from uv's output; `offered`: the versions that the index has instead. */
export function explainInstallFailure(failure: {
  readonly name: string;
  readonly version: string;
  readonly python: Python;
  readonly logFile: string;
  readonly output: string;
  /** Where the packages were to come from: a folder, or "the package index". */
  readonly place: string;
  readonly offered: readonly string[];
}): BadInputError | InfrastructureError {
  const { name, version, output } = failure;
  if (UNKNOWN_VERSION.test(output)) {
    const near = nearVersions(version, failure.offered);
    return new BadInputError(
      `The package index has no ${name} ${version}${near.length > 0 ? `; it has ${near.join(", ")}` : ""}.`,
      {
        hint: "Give a version of pyspark in full that PyPI has.",
      },
    );
  }
  const from = failure.place === INDEX ? "" : ` from ${failure.place}`;
  const what = `uv could not install ${name} ${version}${from}`;
  const wrongPython = WRONG_PYTHON.exec(output)?.[1];
  if (wrongPython !== undefined) {
    return new InfrastructureError(
      `${what}: it needs Python ${wrongPython}, and ${failure.python.path} is ${failure.python.version}.`,
      {
        hint: "Put a newer Python first on PATH, or leave this version out: --only sparkVersion=...",
      },
    );
  }
  const otherFile = OTHER_FILE.exec(output)?.[1];
  if (otherFile !== undefined) {
    return new InfrastructureError(
      `${what}: what ${failure.place} has as ${otherFile} is not the file whose checksum is known.`,
      {
        hint:
          "Look at which index is asked (UV_DEFAULT_INDEX, UV_INDEX_URL, UV_FIND_LINKS, --artifacts). A build of your own needs a version of its own, " +
          `such as ${version}+mine. Its whole output is in ${failure.logFile}.`,
      },
    );
  }
  if (/No space left on device/.test(output)) {
    return new InfrastructureError(`${what}: no space left on device.`, {
      hint: "Make room, or choose another disk for the cache with --cache-dir.",
    });
  }
  if (NETWORK_FAILURE.test(output)) {
    const cause = toReason([...output.matchAll(/(?:cause|Caused by): (.+)/g)].at(-1)?.[1] ?? "no reason given");
    return new InfrastructureError(`${what}: the package index could not be reached (${cause}).`, { hint: INDEX_HINT });
  }
  const said = tellingLines(output, 3).join("\n  ");
  return new InfrastructureError(`${what}.\n  ${said}`, { hint: `Its whole output is in ${failure.logFile}.` });
}

/** The released versions of the same line, else the newest ones. */
function nearVersions(version: string, offered: readonly string[]): string[] {
  const released = offered.filter((candidate) => /^\d+(?:\.\d+)*$/.test(candidate)).sort(compareVersions);
  const line = lineOf(version);
  const near = released.filter((candidate) => candidate.startsWith(`${line}.`));
  return (near.length > 0 ? near : released).slice(-5);
}

/** Bytes of disk that the installation of one PySpark takes at its peak, measured with uv and 4.1.1: 2.35 GB. */
const PYSPARK_PEAK_BYTES = 2_500_000_000;

/** Said of a version that came out later than this tool. */
const UNKNOWN_CHECKSUM = "no checksum of this version is known here, so the package index, or --artifacts, is believed";

/** Folder of a PySpark version in the cache. */
export function pysparkFolder(cacheDirectory: string, version: string): string {
  return join(cacheDirectory, `pyspark-${version}`);
}

/**
 * Has a PySpark version in the cache. `onStep` also gets that the checksums of a version are not known.
 *
 * @returns whether it was installed now
 */
export function installPyspark(
  cacheDirectory: string,
  version: string,
  installer: PackageInstaller,
  signal: AbortSignal,
  onStep: (step: string) => void,
): Promise<boolean> {
  return installFolder(pysparkFolder(cacheDirectory, version), async (folder) => {
    const peakBytes = PYSPARK_PEAK_BYTES;
    const locked = lockPyspark(version);
    const say = locked === null ? (step: string) => onStep(`${step}; ${UNKNOWN_CHECKSUM}`) : onStep;
    const request = { name: "pyspark", version, locked, folder, peakBytes, signal, onStep: say };
    await installPackage(installer, request);
  });
}

/** Bytes of disk that the installation of Connect's client may take at its peak: not measured. Installed, that of Spark 4 has 330 MiB. */
const CONNECT_CLIENT_PEAK_BYTES = 1_000_000_000;

interface ConnectClientContext {
  readonly cacheDirectory: string;
  readonly installer: PackageInstaller;
  readonly signal: AbortSignal;
  readonly onStep: (step: string) => void;
}

/**
 * Has what PySpark needs for Spark Connect in the cache, beside PySpark itself: gRPC, pandas, Arrow.
 *
 * @param requirements file of the packages with their checksums, by the first number of Spark's version
 * @returns its folder, and whether it was installed now
 */
export async function installConnectClient(
  sparkLine: string,
  requirements: string,
  { cacheDirectory, python, ...rest }: ConnectClientContext & { readonly python: Python },
): Promise<{ readonly folder: string; readonly isNew: boolean }> {
  const client = await readConnectClient(sparkLine, requirements, lineOf(python.version));
  const folder = join(cacheDirectory, client.name);
  const isNew = await installFolder(folder, (made) => client.install(made, rest));
  return { folder, isNew };
}

/** More than half of the files, which each pod would unpack. */
const NEVER_IMPORTED = ["tests", "include", "*.pyi"];

/**
 * The same for another Python, as an archive whose one folder has it all. It is not compressed: to pack it took 20 s, and each pod 5 s of its
 * processor to unpack it, beside a Spark that starts.
 *
 * @returns the archive's file, which is named by what is in it, and whether it was made now
 */
export async function packConnectClient(
  sparkLine: string,
  requirements: string,
  { cacheDirectory, platform, ...rest }: ConnectClientContext & { readonly platform: PackagePlatform },
): Promise<{ readonly file: string; readonly isNew: boolean }> {
  const client = await readConnectClient(sparkLine, requirements, `${platform.python}-${platform.tag}`);
  const name = `${client.name}.tar`;
  const folder = join(cacheDirectory, `${client.name}-archive`);
  const isNew = await installFolder(folder, async (made) => {
    await makeDirectory(join(made, "client"));
    await client.install(join(made, "client"), { ...rest, platform });
    rest.onStep("packing");
    const env = rest.installer.environment;
    const unused = NEVER_IMPORTED.map((name) => `--exclude=${name}`);
    await exec("tar", ["-cf", join(made, name), ...unused, "-C", made, "client"], { env, signal: rest.signal });
    await rm(join(made, "client"), { recursive: true });
  });
  return { file: join(folder, name), isNew };
}

/** @param made what it is made for: wheels are made for a Python, and the list changes with this tool */
async function readConnectClient(sparkLine: string, requirements: string, made: string) {
  const text = await readFile(requirements, "utf8");
  const version = `${sparkLine}-python${made}-${createHash("sha256").update(text).digest("hex").slice(0, 8)}`;
  return {
    name: `connect-client-${version}`,
    install: async (
      folder: string,
      { installer, ...rest }: Omit<ConnectClientContext, "cacheDirectory"> & { readonly platform?: PackagePlatform },
    ) =>
      installPackage(installer, {
        ...{ name: "connect-client", version, folder, peakBytes: CONNECT_CLIENT_PEAK_BYTES, ...rest },
        locked: { packages: [text], build: [] },
      }),
  };
}
