import { chmod, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { errorMessage, InfrastructureError } from "../../lib/errors.ts";
import { installFolder } from "../../lib/files/install-folder.ts";
import { pathExists } from "../../lib/files/path-exists.ts";
import { ExecError, exec } from "../../lib/process/exec.ts";
import { findOnPath } from "../../lib/process/find-on-path.ts";
import { findVersion, isAtLeast } from "../../lib/versions.ts";
import type { OnClusterStep } from "../cluster.ts";
import { type DownloadOptions, downloadFile } from "./download.ts";
import { TOOL_RELEASES, type ToolName, type ToolRelease, toPlatform } from "./releases.ts";

export interface ToolOptions extends DownloadOptions {
  readonly cacheDirectory: string;
  readonly onStep?: OnClusterStep;
  /** For tests, which serve releases of their own. */
  readonly release?: Partial<ToolRelease>;
}

/**
 * The path of a tool: the PATH's, where it is new enough, else the one of the tool cache, which it is downloaded into first and
 * checked against the checksum that is pinned. The cache is laid out as that of GitHub's runners (`<tool>/<version>/<arch>` and `<arch>.complete`), and is theirs where RUNNER_TOOL_CACHE names it.
 *
 * @throws InfrastructureError with how to install the tool by hand
 */
export async function ensureTool(tool: ToolName, options: ToolOptions): Promise<string> {
  const release = { ...TOOL_RELEASES[tool], ...options.release };
  const found = await findOnPath(tool, options.environment);
  if (found !== null && (await isNewEnough(found, release, options))) return found;

  const root = options.environment.RUNNER_TOOL_CACHE || join(options.cacheDirectory, "tools");
  const folder = join(root, tool, release.version, process.arch);
  const path = join(folder, tool);
  if (await isInstalled(folder, tool)) return path;
  const step = `Get ${tool} ${release.version}`;
  options.onStep?.({ step, state: "running" });
  try {
    await install(tool, release, folder, options);
  } catch (error) {
    if (error instanceof ExecError && error.failure.kind === "aborted") throw error;
    const missing = found === null ? "is not on the PATH" : `on the PATH (${found}) is older than ${release.minimum}`;
    throw new InfrastructureError(
      `${tool} ${missing}, and ${tool} ${release.version} could not be downloaded: ${errorMessage(error)}`,
      {
        hint: `Install it yourself: ${release.manual}\nBehind a proxy, set HTTPS_PROXY.`,
        cause: error,
      },
    );
  }
  options.onStep?.({ step, state: "done" });
  return path;
}

/** ensureTool() that looks once. */
export function rememberTool(
  tool: ToolName,
  options: Pick<ToolOptions, "cacheDirectory" | "environment">,
): (signal: AbortSignal) => Promise<string> {
  const { cacheDirectory, environment } = options;
  let path: string | null = null;
  return async (signal) => {
    path ??= await ensureTool(tool, { cacheDirectory, environment, signal });
    return path;
  };
}

async function isNewEnough(path: string, release: ToolRelease, { environment, signal }: ToolOptions): Promise<boolean> {
  try {
    const env = environment;
    const { stdout } = await exec(path, release.versionArgs, { env, signal, timeoutMs: 30_000 });
    const version = findVersion(stdout);
    return version === null || isAtLeast(version, release.minimum);
  } catch (error) {
    if (signal.aborted) throw error;
    // What cannot even say its version (another architecture, a broken link) is as good as missing.
    return false;
  }
}

async function isInstalled(folder: string, tool: ToolName): Promise<boolean> {
  return (await pathExists(`${folder}.complete`)) && (await pathExists(join(folder, tool)));
}

async function install(tool: ToolName, release: ToolRelease, folder: string, options: ToolOptions): Promise<void> {
  const { version, packing, maxBytes } = release;
  const platform = toPlatform(process.platform, process.arch);
  const file = release.file(version, platform);
  const url = `${release.baseUrl}/${file}`;
  const expected = release.sha256[`${platform.os}-${platform.arch}`];

  const fill = async (partial: string) => {
    const target = join(partial, packing === "tar" ? "archive" : tool);
    const got = await downloadFile(url, target, { ...options, maxBytes, gunzip: packing === "gzip" });
    if (got.sha256 !== expected) {
      throw new InfrastructureError(`${got.from} has the SHA-256 ${got.sha256}, and ${expected} is pinned`);
    }
    if (packing === "tar") await unpack(target, tool, platform, options);
    await chmod(join(partial, tool), 0o755);
  };
  await installFolder(folder, fill, () => isInstalled(folder, tool));
  await writeFile(`${folder}.complete`, "");
}

/** helm's archives hold `linux-amd64/helm`. */
async function unpack(
  archive: string,
  tool: string,
  { os, arch }: { os: string; arch: string },
  { environment, signal }: ToolOptions,
): Promise<void> {
  const folder = join(archive, "..");
  const args = ["-xzf", archive, "-C", folder, "--strip-components=1", `${os}-${arch}/${tool}`];
  await exec("tar", args, { env: environment, signal });
  await rm(archive);
}
