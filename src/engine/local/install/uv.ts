import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import yauzl from "yauzl";
import { MissingFilesError } from "../../../cluster/tools/artifacts.ts";
import { errorMessage, InfrastructureError } from "../../../lib/errors.ts";
import { hashFile } from "../../../lib/files/hash-file.ts";
import { installFolder } from "../../../lib/files/install-folder.ts";
import { PINS } from "../../../lib/pins.ts";
import type { Environment } from "../../../lib/process/environment.ts";
import { ExecError } from "../../../lib/process/exec.ts";
import { findOnPath } from "../../../lib/process/find-on-path.ts";
import { fetchFile, findFile, INDEX_HINT } from "./package-index.ts";

/** The uv that is downloaded where PATH has none. */
export interface UvRelease {
  readonly version: string;
  /** The most that a wheel may have. */
  readonly maxBytes: number;
  /** Platform tag and SHA-256 of the wheels on PyPI, by platform and architecture as Node.js calls them. */
  readonly wheels: Readonly<Record<string, { readonly tag: string; readonly sha256: string }>>;
}

/**
 * The command of uv: the one on PATH, else one of the cache, which is its wheel from the package index that uv itself would ask.
 *
 * @throws InfrastructureError with how to install it by hand, or an ExecError when it was aborted
 */
export async function ensureUv(
  environment: Environment,
  cacheDirectory: string,
  signal: AbortSignal,
  release: UvRelease = PINS.uv,
): Promise<string[]> {
  const found = await findOnPath("uv", environment);
  if (found !== null) return [found];
  const target = join(cacheDirectory, `uv-${release.version}`);
  try {
    await installFolder(target, (folder) => downloadUv(folder, release, environment, signal));
  } catch (error) {
    if (error instanceof ExecError) throw error;
    throw new InfrastructureError(
      `uv is not on the PATH, and uv ${release.version} could not be downloaded: ${errorMessage(error)}`,
      { hint: `Install uv (https://docs.astral.sh/uv/getting-started/installation/). ${INDEX_HINT}`, cause: error },
    );
  }
  // A user without uv has no use for uv's cache, which takes three times the room of what is installed.
  return [join(target, "uv"), "--no-cache"];
}

async function downloadUv(
  folder: string,
  { version, maxBytes, wheels }: UvRelease,
  environment: Environment,
  signal: AbortSignal,
): Promise<void> {
  const platform = `${process.platform}-${process.arch}`;
  const wheel = wheels[platform];
  if (wheel === undefined) throw new InfrastructureError(`no wheel is known for ${platform}`);
  if (/^(?:1|y|yes|t|true|on)$/i.test(environment.UV_OFFLINE ?? "")) throw new InfrastructureError("UV_OFFLINE is set");
  const name = `uv-${version}-py3-none-${wheel.tag}.whl`;
  const path = join(folder, name);
  const file = await findFile("uv", name, { environment, signal }).catch((error: unknown) => {
    if (!(error instanceof InfrastructureError)) throw error;
    throw new MissingFilesError(error.message, [{ name, source: error.message }], { cause: error });
  });
  if (file === null) throw new InfrastructureError(`the package index has no ${name}`);
  await fetchFile(file, path, { environment, signal, maxBytes });
  const sha256 = await hashFile(path);
  if (sha256 !== wheel.sha256) {
    throw new InfrastructureError(`${name} has the SHA-256 ${sha256}, and ${wheel.sha256} is expected`);
  }
  const zip = await yauzl.openPromise(path);
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName !== `uv-${version}.data/scripts/uv`) continue;
    await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(join(folder, "uv"), { mode: 0o755 }));
  }
  await rm(path);
}
