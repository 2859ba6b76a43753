import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import type { IncomingMessage } from "node:http";
import { type Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { errorMessage, InfrastructureError } from "../../lib/errors.ts";
import { LimitError, limitBytes } from "../../lib/files/limit.ts";
import { ask, StatusError } from "../../lib/http/ask.ts";
import { readText } from "../../lib/http/request.ts";
import { connectionMessage } from "../../lib/http/transient.ts";
import type { Environment } from "../../lib/process/environment.ts";
import { findArtifact, MissingFilesError, nameIn } from "./artifacts.ts";
import { abortedError } from "./run-tool.ts";

const STALL_TIMEOUT_MS = 60_000;
const RETRIES = 2;
const REDIRECTS = 5;
/** The page of a package index that lists the files of a project has some megabytes. */
const TEXT = { mostBytes: 32 * 1024 * 1024, of: "It" } as const;

export interface DownloadOptions {
  /** For the proxy, and the folder of artifacts. */
  readonly environment: Environment;
  readonly signal: AbortSignal;
  readonly firstDelayMs?: number;
}

/** Gets a small text, such as a file of checksums. Throws InfrastructureError with the reason in a few words. */
export function downloadText(url: string, options: DownloadOptions): Promise<string> {
  return download(url, options, (answer) => readText(answer, TEXT));
}

/** A file that was got. */
export interface DownloadedFile {
  /** Of what came over the line or lay in the folder, in hexadecimal. */
  readonly sha256: string;
  /** Address or path of where it came from. */
  readonly from: string;
  readonly isArtifact: boolean;
}

/**
 * Gets a file, unpacked where it is a `.gz`: from the folder of artifacts where that has one of its name, else from its address.
 *
 * @param options `maxBytes` is the most that comes over the line, and that it is unpacked to
 * @throws InfrastructureError with the reason in a few words; MissingFilesError where it cannot be had
 */
export async function downloadFile(
  url: string,
  path: string,
  { gunzip, maxBytes, ...options }: DownloadOptions & { readonly gunzip: boolean; readonly maxBytes: number },
): Promise<DownloadedFile> {
  const store = async (body: Readable) => {
    const limit = { mostBytes: maxBytes, of: "It" };
    const hash = createHash("sha256");
    const measure = new Transform({
      transform(chunk: Buffer, _, done) {
        hash.update(chunk);
        done(null, chunk);
      },
    });
    const unpack = gunzip ? [createGunzip(), limitBytes(limit)] : [];
    await pipeline([body, limitBytes(limit), measure, ...unpack, createWriteStream(path)]);
    return hash.digest("hex");
  };
  const artifact = await findArtifact(url, options.environment);
  try {
    return artifact === null
      ? { sha256: await download(url, options, store), from: url, isArtifact: false }
      : { sha256: await store(createReadStream(artifact)), from: artifact, isArtifact: true };
  } catch (error) {
    if (artifact !== null) throw new InfrastructureError(`${artifact}: ${errorMessage(error)}`, { cause: error });
    if (!(error instanceof InfrastructureError) || error.cause instanceof LimitError) throw error;
    throw new MissingFilesError(error.message, [{ name: nameIn(url), source: error.message }], { cause: error.cause });
  }
}

async function download<T>(
  url: string,
  options: DownloadOptions,
  read: (body: IncomingMessage) => Promise<T>,
): Promise<T> {
  try {
    const limits = { retries: RETRIES, redirects: REDIRECTS, stallTimeoutMs: STALL_TIMEOUT_MS };
    return await ask(url, { ...options, ...limits }, read);
  } catch (error) {
    // Without the password that an address may hold.
    const shown = Object.assign(new URL(url), { username: "", password: "" });
    if (options.signal.aborted) throw abortedError(`download ${shown}`);
    const reason = error instanceof StatusError ? ` answers HTTP ${error.status}` : `: ${connectionMessage(error)}`;
    throw new InfrastructureError(`${shown}${reason}`, { cause: error });
  }
}
