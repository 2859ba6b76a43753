import { rm } from "node:fs/promises";
import { join } from "node:path";
import { BadInputError, InfrastructureError } from "../../../lib/errors.ts";
import { makeDirectory } from "../../../lib/files/make-directory.ts";
import type { Environment } from "../../../lib/process/environment.ts";
import { exec, isCommandFailure } from "../../../lib/process/exec.ts";
import { tellingLines, toReason } from "../../shared/reason.ts";
import { checkDiskSpace } from "./disk-space.ts";
import { guardCommand } from "./guard.ts";
import { installFolder } from "./install-folder.ts";
import { findOnPath, type Python, toolEnvironment } from "./python.ts";

/** A command that installs a Python package into a folder. */
export interface PackageInstaller {
  readonly tool: "uv" | "pip";
  /** The command with everything but the folder and the requirement. */
  readonly command: readonly string[];
  readonly python: Python;
  readonly environment: Readonly<Record<string, string>>;
  /** Folder for the output of each installation. */
  readonly logDirectory: string;
}

const PIP_OPTIONS = [
  "install",
  // The folder that it goes to is the cache.
  "--no-cache-dir",
  // Spark's Python reads its modules out of a zip, not from here.
  "--no-compile",
  "--no-input",
  "--disable-pip-version-check",
  "--progress-bar=off",
];

/**
 * uv where there is one, else the pip of the Python, else a pip in a virtual environment of the cache.
 *
 * @throws InfrastructureError where the Python has neither pip nor venv
 */
export async function findInstaller(
  python: Python,
  environment: Environment,
  cacheDirectory: string,
  signal: AbortSignal,
): Promise<PackageInstaller> {
  const logDirectory = join(cacheDirectory, "logs");
  // Older releases of pip do not know it as an option, and ignore it as a variable.
  const common = {
    python,
    environment: { ...toolEnvironment(environment), PIP_ROOT_USER_ACTION: "ignore" },
    logDirectory,
  };
  const uv = findOnPath("uv", environment);
  if (uv !== null) {
    return { tool: "uv", command: [uv, "pip", "install", "--no-progress", "--python", python.path], ...common };
  }
  const env = common.environment;
  if (await succeeds(python.path, ["-m", "pip", "--version"], env, signal)) {
    return { tool: "pip", command: [python.path, "-m", "pip", ...PIP_OPTIONS], ...common };
  }
  const venv = join(cacheDirectory, `venv-${python.version}`);
  try {
    // A virtual environment names its own folder, so that it cannot be moved: it is made where it stays, again where it is broken.
    await exec(python.path, ["-m", "venv", "--clear", venv], { env, signal });
  } catch (error) {
    if (!isCommandFailure(error)) throw error;
    throw new InfrastructureError(
      `Python ${python.version} (${python.path}) has neither pip nor venv: ${tellingLines(error.tail, 2).join(" ")}`,
      { hint: "Install one of them (apt install python3-venv), or uv." },
    );
  }
  return { tool: "pip", command: [join(venv, "bin", "python"), "-m", "pip", ...PIP_OPTIONS], ...common };
}

async function succeeds(command: string, args: string[], env: Record<string, string>, signal: AbortSignal) {
  try {
    await exec(command, args, { env, signal });
    return true;
  } catch (error) {
    if (isCommandFailure(error)) return false;
    throw error;
  }
}

export interface PackageRequest {
  readonly name: string;
  readonly version: string;
  readonly folder: string;
  /** What the installation takes at its peak, downloads and builds included. */
  readonly peakBytes: number;
  readonly signal: AbortSignal;
  /** Called with what is being done: "downloading", "building". */
  readonly onStep?: (step: string) => void;
}

/** Steps as pip and uv name them in their output. */
const STEPS = [
  { line: /^\s*(?:Downloading|Collecting|Resolved)\b/, step: "downloading" },
  { line: /^\s*(?:Building|Preparing packages)\b/, step: "building" },
  { line: /^\s*(?:Installing collected|Prepared|Built)\b/, step: "unpacking" },
] as const;

/**
 * Installs one package and what it depends on into a folder that exists.
 *
 * @throws BadInputError for a version that the index does not have, InfrastructureError for everything else
 */
export async function installPackage(installer: PackageInstaller, request: PackageRequest): Promise<void> {
  const { name, version, folder, signal } = request;
  await checkDiskSpace(folder, request.peakBytes, `To install ${name} ${version}`);
  const logFile = join(installer.logDirectory, `${name}-${version}.log`);
  // Its downloads and builds are larger than many a /tmp, and go with the folder when the process is killed.
  const temporary = join(folder, ".tmp");
  await makeDirectory(temporary);
  const command = [...installer.command, "--target", folder, `${name}==${version}`];
  const [program, ...args] = guardCommand(installer.python.path, command);
  try {
    await exec(program, args, {
      env: { ...installer.environment, TMPDIR: temporary },
      logFile,
      signal,
      onLine: (line) => {
        const known = STEPS.find((step) => step.line.test(line));
        if (known !== undefined) request.onStep?.(known.step);
      },
    });
  } catch (error) {
    if (!isCommandFailure(error)) throw error;
    throw explainInstallFailure({
      name,
      version,
      tool: installer.tool,
      logFile,
      output: error.tail,
      python: installer.python,
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** What a failed installation means, from the output of pip or uv. */
export function explainInstallFailure(failure: {
  readonly name: string;
  readonly version: string;
  readonly tool: string;
  readonly python: Python;
  readonly logFile: string;
  readonly output: string;
}): BadInputError | InfrastructureError {
  const { name, version, output } = failure;
  const what = `${failure.tool} could not install ${name} ${version}`;
  const wrongPython = new RegExp(`\\b${version.replaceAll(".", "\\.")} Requires-Python (\\S+?)(?:;|\\s|$)`).exec(
    output,
  )?.[1];
  if (wrongPython !== undefined) {
    return new InfrastructureError(
      `${what}: it needs Python ${wrongPython}, and ${failure.python.path} is ${failure.python.version}.`,
      {
        hint: "Put a newer Python first on PATH, or leave this version out: --only sparkVersion=...",
      },
    );
  }
  const offered = /\(from versions: ([^)]*)\)/.exec(output)?.[1];
  const isUnknown = offered !== undefined ? offered !== "none" : /there is no version of \S+==/.test(output);
  if (isUnknown) {
    const near = nearVersions(version, offered?.split(", ") ?? []);
    return new BadInputError(
      `The package index has no ${name} ${version}${near.length > 0 ? `; it has ${near.join(", ")}` : ""}.`,
      {
        hint: "Give a version of pyspark in full that PyPI has.",
      },
    );
  }
  const said = tellingLines(output, 3).join("\n  ");
  if (/No space left on device|Errno 28|os error 28/.test(output)) {
    return new InfrastructureError(`${what}: no space left on device.`, {
      hint: "Make room, or choose another disk for the cache with --cache-dir.",
    });
  }
  if (offered === "none" || NETWORK_FAILURE.test(output)) {
    const cause = [...output.matchAll(/\[Errno [^\]]+\] [^'")\n]+|SSL: \w+|dns error[^\n]*/g)].at(-1)?.[0];
    return new InfrastructureError(
      `${what}: the package index could not be reached${cause === undefined ? `.\n  ${said}` : ` (${toReason(cause)}).`}`,
      {
        hint:
          "The first run downloads from PyPI. Check the network; behind a proxy set HTTPS_PROXY, for a mirror PIP_INDEX_URL " +
          "(uv: UV_DEFAULT_INDEX). Without a network, copy the cache folder of a machine that has run once.",
      },
    );
  }
  return new InfrastructureError(`${what}.\n  ${said}`, { hint: `Its whole output is in ${failure.logFile}.` });
}

const NETWORK_FAILURE =
  /name resolution|NewConnectionError|Connection (?:refused|reset)|Network is unreachable|timed out|ProxyError|SSLError|CERTIFICATE|dns error|error sending request|Failed to fetch/i;

/** The released versions of the same line, else the newest ones. */
function nearVersions(version: string, offered: readonly string[]): string[] {
  const released = offered.filter((candidate) => /^\d+(?:\.\d+)*$/.test(candidate));
  const line = version.split(".").slice(0, 2).join(".");
  const near = released.filter((candidate) => candidate.startsWith(`${line}.`));
  return (near.length > 0 ? near : released).slice(-5);
}

/** Bytes of disk that the installation of one PySpark takes at its peak, measured with pip and 4.1.4: 2.3 GB. */
const PYSPARK_PEAK_BYTES = 2_500_000_000;

/** Folder of a PySpark version in the cache. */
export function pysparkFolder(cacheDirectory: string, version: string): string {
  return join(cacheDirectory, `pyspark-${version}`);
}

/**
 * Has a PySpark version in the cache.
 *
 * @returns whether it was installed now
 */
export function installPyspark(
  cacheDirectory: string,
  version: string,
  installer: () => Promise<PackageInstaller>,
  signal: AbortSignal,
  onStep: (step: string) => void,
): Promise<boolean> {
  return installFolder(pysparkFolder(cacheDirectory, version), async (folder) => {
    const peakBytes = PYSPARK_PEAK_BYTES;
    await installPackage(await installer(), { name: "pyspark", version, folder, peakBytes, signal, onStep });
  });
}
