import { InfrastructureError } from "../../../lib/errors.ts";
import { PINS } from "../../../lib/pins.ts";
import type { Environment } from "../../../lib/process/environment.ts";
import { exec, isCommandFailure } from "../../../lib/process/exec.ts";
import { findOnPath } from "../../../lib/process/find-on-path.ts";
import { compareVersions, isAtLeast } from "../../../lib/versions.ts";

/** A Python interpreter that can run PySpark's driver. */
export interface Python {
  /** Absolute path of the interpreter. */
  readonly path: string;
  /** "3.11.7" */
  readonly version: string;
}

/** Python's `Requires-Python` of each Spark line, from the packages' metadata; the first line that is not newer counts. */
const OLDEST_PYTHON = [
  { spark: "4.3", python: "3.11" },
  { spark: "4.1", python: "3.10" },
  { spark: "0", python: "3.9" },
] as const;

const INTERPRETERS = ["python3", "python", ...[14, 13, 12, 11, 10, 9].map((minor) => `python3.${minor}`)];
const PROBE = "import sys; print(sys.executable); print('%d.%d.%d' % sys.version_info[:3])";

/** The oldest Python that serves all the Spark versions: "3.11". */
export function oldestPython(sparkVersions: readonly string[]): string {
  const needs = sparkVersions.map(
    (version) => OLDEST_PYTHON.find(({ spark }) => isAtLeast(version, spark))?.python ?? "3.9",
  );
  return needs.sort(compareVersions).at(-1) ?? "3.9";
}

/** The environment for tools of the machine: everything but what changes which modules Python finds. */
export function toolEnvironment(environment: Environment): Record<string, string> {
  const { PYTHONPATH: _path, PYTHONHOME: _home, VIRTUAL_ENV: _venv, ...rest } = environment;
  return Object.fromEntries(Object.entries(rest).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/**
 * The first Python on PATH that is new enough for all the Spark versions, else one that uv finds or installs.
 *
 * @throws InfrastructureError naming what was found instead
 */
export async function findPython(
  sparkVersions: readonly string[],
  environment: Environment,
  signal: AbortSignal,
): Promise<Python> {
  const oldest = oldestPython(sparkVersions);
  const seen = new Map<string, string>();
  for (const name of INTERPRETERS) {
    const path = await findOnPath(name, environment);
    if (path === null) continue;
    const python = await probePython(path, environment, signal);
    if (python === null) continue;
    if (isAtLeast(python.version, oldest)) return python;
    seen.set(path, python.version);
  }
  const uv = await findOnPath("uv", environment);
  const managed = uv === null ? null : await findWithUv(uv, oldest, environment, signal);
  if (managed !== null) return managed;
  const found = [...seen].map(([path, version]) => `${path} is ${version}`).join(", ");
  throw new InfrastructureError(
    `No Python ${oldest} or newer, which Spark ${sparkVersions.join(", ")} needs: looked on PATH for ` +
      `${INTERPRETERS.slice(0, 3).join(", ")} ... ${INTERPRETERS.at(-1)} and uv; ${found === "" ? "found none" : found}.`,
    { hint: `Install Python ${oldest} or newer (apt install python3, or brew install python), or uv.` },
  );
}

/** null where it does not run: a shim without a version behind it, a store's placeholder. */
async function probePython(path: string, environment: Environment, signal: AbortSignal): Promise<Python | null> {
  try {
    const { stdout } = await exec(path, ["-c", PROBE], {
      env: toolEnvironment(environment),
      signal,
      timeoutMs: 20_000,
    });
    const [executable, version] = stdout.trim().split("\n").slice(-2);
    return executable && version && /^\d+\.\d+\.\d+$/.test(version) ? { path: executable, version } : null;
  } catch (error) {
    if (isCommandFailure(error)) return null;
    throw error;
  }
}

async function findWithUv(
  uv: string,
  oldest: string,
  environment: Environment,
  signal: AbortSignal,
): Promise<Python | null> {
  const env = toolEnvironment(environment);
  const find = async (): Promise<Python | null> => {
    const { stdout } = await exec(uv, ["python", "find", "--no-project", `>=${oldest}`], { env, signal });
    return probePython(stdout.trim(), environment, signal);
  };
  try {
    return await find();
  } catch (error) {
    if (!isCommandFailure(error)) throw error;
  }
  try {
    await exec(uv, ["python", "install", PINS.python], { env, signal });
    return await find();
  } catch (error) {
    if (!isCommandFailure(error)) throw error;
    return null;
  }
}
