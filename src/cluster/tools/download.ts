import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import type { IncomingMessage } from "node:http";
import { Transform } from "node:stream";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { InfrastructureError } from "../../lib/errors.ts";
import { ask, StatusError } from "../../lib/http/ask.ts";
import { contentOf } from "../../lib/http/request.ts";
import { connectionMessage } from "../../lib/http/transient.ts";
import type { Environment } from "../../lib/process/environment.ts";
import { abortedError } from "./run-tool.ts";

const STALL_TIMEOUT_MS = 60_000;
const RETRIES = 2;
const REDIRECTS = 5;

export interface DownloadOptions {
  /** For the proxy. */
  readonly environment: Environment;
  readonly signal: AbortSignal;
  readonly firstDelayMs?: number;
}

/** Gets a small text, such as a file of checksums. Throws InfrastructureError with the reason in a few words. */
export function downloadText(url: string, options: DownloadOptions): Promise<string> {
  return download(url, options, (answer) => text(contentOf(answer)));
}

/**
 * Gets a file, unpacked where it is a `.gz`.
 *
 * @returns the SHA-256 of what came over the line, in hexadecimal
 * @throws InfrastructureError with the reason in a few words
 */
export function downloadFile(
  url: string,
  path: string,
  { gunzip, ...options }: DownloadOptions & { readonly gunzip: boolean },
): Promise<string> {
  return download(url, options, async (body) => {
    const hash = createHash("sha256");
    const measure = new Transform({
      transform(chunk: Buffer, _, done) {
        hash.update(chunk);
        done(null, chunk);
      },
    });
    const unpack = gunzip ? [createGunzip()] : [];
    await pipeline([body, measure, ...unpack, createWriteStream(path)]);
    return hash.digest("hex");
  });
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
