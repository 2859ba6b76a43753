import type { IncomingMessage } from "node:http";
import { ApiException, type KubeConfig } from "@kubernetes/client-node";
import { tooLarge } from "../lib/files/limit.ts";
import { API_ANSWER, requestApiServer, serverOf } from "./request.ts";

/** A pause of the timer beyond this is a machine that slept, and its connections are dead whatever the socket says. */
const SLEPT_MS = 10_000;
const LONGEST_TICK_MS = 5_000;
/** Of the answer to a request that was refused. */
const LONGEST_REFUSAL_BYTES = 64 * 1024;
const HEADERS = { accept: "application/json, */*" };

export interface KubeStreamOptions {
  /** Ends the request, and the reading of its answer, at once. */
  readonly signal: AbortSignal;
  /** Longest time without a byte, before the answer and in it. */
  readonly idleTimeoutMs: number;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
}

/** The connection ended in a way that is no answer. */
export class ConnectionError extends Error {
  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }
}

/** Nothing came, and the connection was given up from this side. */
export class StalledError extends ConnectionError {}

/**
 * Sends a GET to the API server and gives the answer's bytes as they come. Each stream is a connection of its own, which is
 * closed when the reading ends, however it ends. (The watch of @kubernetes/client-node passes over lines that it cannot
 * read and keeps neither the server's message nor its Retry-After.)
 *
 * @throws ApiException for an answer other than 200, ConnectionError, Node.js' system errors, what a credential plugin throws
 */
export async function* readKubeStream(
  kubeConfig: KubeConfig,
  path: string,
  options: KubeStreamOptions & { readonly onOpen?: () => void },
): AsyncGenerator<Buffer, void> {
  const { signal, idleTimeoutMs } = options;
  signal.throwIfAborted();
  const ended = new AbortController();
  const guard = guardIdle(idleTimeoutMs, (error) => ended.abort(error));
  const onAbort = () => ended.abort(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    const url = toUrl(kubeConfig, path, options.query);
    const answer = await requestApiServer(kubeConfig, url, { headers: HEADERS, signal: ended.signal });
    guard.touch();
    if (answer.statusCode !== 200) throw await toApiException(answer);
    options.onOpen?.();
    for await (const chunk of answer) {
      guard.touch();
      yield chunk as Buffer;
    }
    if (!answer.complete) throw new ConnectionError("the connection was cut off");
  } catch (error) {
    throw ended.signal.aborted ? ended.signal.reason : error;
  } finally {
    guard.stop();
    signal.removeEventListener("abort", onAbort);
    ended.abort();
  }
}

/** The whole answer of a GET as JSON. Throws as readKubeStream(), and a LimitError for one of more than API_ANSWER has. */
export async function getKubeJson(kubeConfig: KubeConfig, path: string, options: KubeStreamOptions): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of readKubeStream(kubeConfig, path, options)) {
    bytes += chunk.length;
    if (bytes > API_ANSWER.mostBytes) throw tooLarge(API_ANSWER);
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString("utf8"));
}

/** The same configuration without remembered credentials: the next request asks the credential plugin again. */
export function forgetCredentials(kubeConfig: KubeConfig): KubeConfig {
  const fresh = new (kubeConfig.constructor as new () => KubeConfig)();
  fresh.loadFromOptions({
    clusters: kubeConfig.getClusters(),
    contexts: kubeConfig.getContexts(),
    users: kubeConfig.getUsers(),
    currentContext: kubeConfig.getCurrentContext(),
  });
  return fresh;
}

function toUrl(kubeConfig: KubeConfig, path: string, query: KubeStreamOptions["query"] = {}): URL {
  const url = new URL(serverOf(kubeConfig) + path);
  for (const [key, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(key, String(value));
  return url;
}

async function toApiException(answer: IncomingMessage): Promise<ApiException<string>> {
  let body = "";
  for await (const chunk of answer.setEncoding("utf8")) {
    body += chunk;
    if (body.length > LONGEST_REFUSAL_BYTES) break;
  }
  const headers = Object.entries(answer.headers).map(([name, value]) => [name, String(value)]);
  return new ApiException(answer.statusCode ?? 0, answer.statusMessage ?? "", body, Object.fromEntries(headers));
}

/**
 * Calls back once when nothing has come for `timeoutMs`, or the machine slept. By the wall clock, since the other one stands still
 * in sleep.
 */
function guardIdle(timeoutMs: number, onIdle: (error: StalledError) => void): { touch(): void; stop(): void } {
  const tickMs = Math.min(timeoutMs / 4, LONGEST_TICK_MS);
  let touchedAt = Date.now();
  let tickedAt = touchedAt;
  const timer = setInterval(() => {
    const now = Date.now();
    if (now < touchedAt) touchedAt = now;
    if (now - tickedAt > tickMs + SLEPT_MS) onIdle(new StalledError("this machine slept"));
    else if (now - touchedAt >= timeoutMs)
      onIdle(new StalledError(`nothing came for ${Math.round(timeoutMs / 1000)} s`));
    tickedAt = now;
  }, tickMs);
  return {
    touch() {
      touchedAt = Date.now();
    },
    stop() {
      clearInterval(timer);
    },
  };
}
