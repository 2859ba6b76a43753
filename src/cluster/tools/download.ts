import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { EnvHttpProxyAgent, fetch } from "undici";
import { errorCode, errorMessage, fetchErrorMessage, InfrastructureError } from "../../lib/errors.ts";
import { retryInfrastructure } from "../../lib/http/retry.ts";
import type { Environment } from "../../lib/process/environment.ts";
import { abortedError } from "./run-tool.ts";

/** Of silence. */
const STALL_TIMEOUT_MS = 60_000;
const CONNECT_TIMEOUT_MS = 15_000;
const RETRIES = 2;

export interface DownloadOptions {
  /** For HTTPS_PROXY, HTTP_PROXY and NO_PROXY. */
  readonly environment: Environment;
  readonly signal: AbortSignal;
  readonly firstDelayMs?: number;
}

/** An answer that another attempt does not change. */
class FinalAnswer extends Error {}

/** Gets a small text, such as a file of checksums. Throws InfrastructureError with the reason in a few words. */
export async function downloadText(url: string, options: DownloadOptions): Promise<string> {
  let text = "";
  await request(url, options, async (body) => {
    const chunks: Buffer[] = [];
    for await (const chunk of body) chunks.push(chunk as Buffer);
    text = Buffer.concat(chunks).toString("utf8");
  });
  return text;
}

/**
 * Gets a file, unpacked where it is a `.gz`.
 *
 * @returns the SHA-256 of what came over the line, in hexadecimal
 * @throws InfrastructureError with the reason in a few words
 */
export async function downloadFile(
  url: string,
  path: string,
  { gunzip, ...options }: DownloadOptions & { readonly gunzip: boolean },
): Promise<string> {
  let checksum = "";
  await request(url, options, async (body) => {
    const hash = createHash("sha256");
    const measure = new Transform({
      transform(chunk: Buffer, _, done) {
        hash.update(chunk);
        done(null, chunk);
      },
    });
    const unpack = gunzip ? [createGunzip()] : [];
    await pipeline([body, measure, ...unpack, createWriteStream(path)]);
    checksum = hash.digest("hex");
  });
  return checksum;
}

async function request(
  address: string,
  { environment, signal, firstDelayMs }: DownloadOptions,
  read: (body: Readable) => Promise<void>,
): Promise<void> {
  const proxy = (name: string) => environment[name.toLowerCase()] || environment[name];
  const [httpProxy, httpsProxy, noProxy] = [proxy("HTTP_PROXY"), proxy("HTTPS_PROXY"), proxy("NO_PROXY")];
  const url = new URL(address);
  // fetch() takes no address with a user in it, and no message may hold the password.
  const user = [url.username, url.password].map(decodeURIComponent).join(":");
  const headers = user === ":" ? {} : { authorization: `Basic ${Buffer.from(user).toString("base64")}` };
  Object.assign(url, { username: "", password: "" });
  const dispatcher = new EnvHttpProxyAgent({
    // Empty texts, so that it does not ask the environment itself.
    httpProxy: httpProxy ?? "",
    httpsProxy: httpsProxy ?? "",
    noProxy: noProxy ?? "",
    connect: { timeout: CONNECT_TIMEOUT_MS },
    bodyTimeout: STALL_TIMEOUT_MS,
    headersTimeout: STALL_TIMEOUT_MS,
  });
  const attempt = async () => {
    try {
      const response = await fetch(url, { dispatcher, signal, headers });
      // `read` listens to the body at once: an error that nobody listens to would end this process.
      if (response.ok && response.body !== null) return await read(Readable.fromWeb(response.body));
      await response.body?.cancel();
      const reason = `${url} answers HTTP ${response.status}`;
      throw response.status >= 500 || response.status === 429
        ? new InfrastructureError(reason)
        : new FinalAnswer(reason);
    } catch (error) {
      if (signal.aborted) throw abortedError(`download ${url}`);
      if (error instanceof InfrastructureError || error instanceof FinalAnswer) throw error;
      // A disk that is full stays full.
      if (["ENOSPC", "EACCES", "EROFS", "EDQUOT"].includes(errorCode(error) ?? "")) {
        throw new FinalAnswer(errorMessage(error), { cause: error });
      }
      throw new InfrastructureError(`${url}: ${fetchErrorMessage(error)}`, { cause: error });
    }
  };
  try {
    await retryInfrastructure(attempt, {
      retries: RETRIES,
      signal,
      ...(firstDelayMs === undefined ? {} : { firstDelayMs }),
    });
  } catch (error) {
    if (signal.aborted) throw abortedError(`download ${url}`);
    throw error instanceof FinalAnswer ? new InfrastructureError(error.message, { cause: error.cause }) : error;
  } finally {
    await dispatcher.destroy();
  }
}
