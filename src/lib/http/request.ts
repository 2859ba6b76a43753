import { type Agent, type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { pipeline, Readable } from "node:stream";
import { buffer, text } from "node:stream/consumers";
import type { ReadableStream } from "node:stream/web";
import { createGunzip } from "node:zlib";
import { errorCode } from "../errors.ts";
import { limitBytes, type SizeLimit } from "../files/limit.ts";
import type { Environment } from "../process/environment.ts";
import { findProxy } from "./proxy.ts";
import { connectionMessage } from "./transient.ts";

export interface RequestOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A Blob, as `openAsBlob` makes one of a file, is read as it is sent. */
  readonly body?: string | Uint8Array | Blob;
  /** For the proxy; empty for what is on this machine. */
  readonly environment: Environment;
  /** Of the server, in place of the system's: a certificate in PEM. */
  readonly ca?: Buffer | undefined;
  /** Ends the request, and the reading of its answer. */
  readonly signal: AbortSignal;
  /** Longest time without a byte, before the answer and in it. */
  readonly stallTimeoutMs?: number;
  /**
   * Redirects that are followed, none unless given. To another host goes a GET or HEAD only, and of its headers only those that say in
   * which form the answer is wanted: all others are for the host that they were given for.
   */
  readonly redirects?: number;
}

const CONNECT_TIMEOUT_MS = 15_000;
/** Of an answer that nobody reads: what is longer is not waited for, and costs its connection. */
const LONGEST_DISCARDED_BYTES = 64 * 1024;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const HEADERS_FOR_ANYBODY: ReadonlySet<string> = new Set(["accept", "accept-encoding", "user-agent"]);

/**
 * Sends a request, by the proxy that the environment names.
 *
 * By node:http, and not by `fetch` or undici 7: an answer that waits to be read while its server closes ends the whole process there
 * (https://github.com/nodejs/undici/issues/5360, mended in undici 8, which needs Node 22), and they send a copy of every body.
 *
 * @returns the answer, whatever its status
 * @throws the abort's reason, or Node.js' error
 */
export async function sendRequest(url: string | URL, options: RequestOptions): Promise<IncomingMessage> {
  const { signal, redirects = 0, headers = {} } = options;
  const target = new URL(url);
  const proxy = findProxy(target, options.environment);
  const agent = proxy === null ? undefined : await createAgent(target, proxy);
  signal.throwIfAborted();
  const answer = await send(target, agent, options).catch((error: unknown) => {
    signal.throwIfAborted();
    throw proxy !== null && isUnreachable(error) ? toProxyError(error) : error;
  });
  if (proxy !== null && answer.statusCode === 407) {
    answer.destroy();
    throw refusedByProxy(target, 407);
  }
  const next = redirects === 0 ? null : findRedirect(answer, target);
  if (next === null) return answer;
  discard(answer);
  const left = { ...options, redirects: redirects - 1 };
  if (next.origin === target.origin) return sendRequest(next, left);
  const { method = "GET" } = options;
  if (!["GET", "HEAD"].includes(method)) {
    throw new Error(`${target.host} redirects to another host, ${next.host}, where no ${method} is sent`);
  }
  const safeHeaders = Object.entries(headers).filter(([name]) => HEADERS_FOR_ANYBODY.has(name.toLowerCase()));
  return sendRequest(next, { ...left, headers: Object.fromEntries(safeHeaders) });
}

/** Where an answer redirects to; null where it does not, or to what is no address of a web server. */
export function findRedirect({ headers, statusCode = 0 }: IncomingMessage, target: URL): URL | null {
  const { location } = headers;
  if (location === undefined || !REDIRECTS.has(statusCode) || !URL.canParse(location, target)) return null;
  const next = new URL(location, target);
  return /^https?:$/.test(next.protocol) ? next : null;
}

/** Whether no connection was made. The one to the server itself is the proxy's, where there is one. */
function isUnreachable(error: unknown): boolean {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error && "syscall" in first && /^(connect|getaddrinfo)$/.test(String(first.syscall));
}

function toProxyError(error: unknown): Error {
  return Object.assign(new Error(`${connectionMessage(error)} (the proxy)`), { code: errorCode(error) });
}

function refusedByProxy(url: URL, status: number): Error {
  return new Error(`the proxy refuses ${url.host} with HTTP ${status}`);
}

// Most machines have no proxy, and need not wait for the agents.
async function createAgent(url: URL, proxy: URL): Promise<Agent> {
  if (proxy.protocol.startsWith("socks")) return new (await import("socks-proxy-agent")).SocksProxyAgent(proxy);
  return url.protocol === "https:"
    ? new (await import("https-proxy-agent")).HttpsProxyAgent(proxy)
    : new (await import("http-proxy-agent")).HttpProxyAgent(proxy);
}

function send(url: URL, agent: Agent | undefined, options: RequestOptions): Promise<IncomingMessage> {
  const { method = "GET", headers = {}, body, ca, signal, stallTimeoutMs } = options;
  return new Promise((resolve, reject) => {
    // Node.js sends the body of a DELETE without saying so.
    const length =
      body === undefined ? {} : { "content-length": body instanceof Blob ? body.size : Buffer.byteLength(body) };
    const request = (url.protocol === "https:" ? requestHttps : requestHttp)(url, {
      method,
      headers: { ...headers, ...length },
      signal,
      ...(agent === undefined ? {} : { agent }),
      ...(ca === undefined ? {} : { ca }),
      ...(stallTimeoutMs === undefined ? {} : { timeout: stallTimeoutMs }),
    });
    let answer: IncomingMessage | undefined;
    const end = (message: string) =>
      (answer ?? request).destroy(Object.assign(new Error(message), { code: "ETIMEDOUT" }));
    const connecting = setTimeout(() => end(`no connection within ${CONNECT_TIMEOUT_MS / 1000} s`), CONNECT_TIMEOUT_MS);
    request.once("socket", (socket) => {
      if (socket.connecting) socket.once("connect", () => clearTimeout(connecting));
      else clearTimeout(connecting);
    });
    request.once("close", () => clearTimeout(connecting));
    if (stallTimeoutMs !== undefined) request.once("timeout", () => end(`nothing came for ${stallTimeoutMs / 1000} s`));
    request.once("proxyConnect", ({ statusCode }: { readonly statusCode: number }) => {
      if (statusCode !== 200) request.destroy(refusedByProxy(url, statusCode));
    });
    request.once("response", (response) => {
      answer = response;
      resolve(response);
    });
    request.on("error", reject);
    // What goes wrong is the request's error, too.
    if (body instanceof Blob) pipeline(Readable.fromWeb(body.stream() as ReadableStream), request, () => undefined);
    else request.end(body);
  });
}

/**
 * The content of an answer, unpacked where the server packed it for the way. It ends with a LimitError, and closes the connection, where
 * it has more than `limit`.
 */
export function contentOf(answer: IncomingMessage, limit: SizeLimit): Readable {
  const unpack = answer.headers["content-encoding"] === "gzip" ? [createGunzip()] : [];
  const content = limitBytes(limit);
  // The errors of each are the last stream's, too.
  pipeline([answer, ...unpack, content], () => undefined);
  return content;
}

/** All of an answer's content as text. */
export function readText(answer: IncomingMessage, limit: SizeLimit): Promise<string> {
  return text(contentOf(answer, limit));
}

/** All of an answer's content. */
export function readBytes(answer: IncomingMessage, limit: SizeLimit): Promise<Buffer> {
  return buffer(contentOf(answer, limit));
}

/** Lets an answer go whose content nobody needs. */
export function discard(answer: IncomingMessage): void {
  let bytes = 0;
  answer.on("error", () => undefined);
  answer.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > LONGEST_DISCARDED_BYTES) answer.destroy();
  });
}
