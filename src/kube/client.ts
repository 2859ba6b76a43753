import { setTimeout as sleep } from "node:timers/promises";
import { ApiException } from "@kubernetes/client-node";
import { errorCode, errorMessage, InfrastructureError } from "../lib/errors.ts";
import { backoffDelayMs, retryAfterMs } from "../lib/http/retry.ts";
import { parseJson } from "../lib/text/parse-json.ts";

/** More is not waited for, whatever the server asks for. */
const LONGEST_ASKED_MS = 30_000;

/** Statuses that say "not now": throttling, a conflict of two writers, an API server that is overloaded or starting. */
const TRANSIENT_STATUSES: ReadonlySet<number> = new Set([408, 409, 429, 500, 502, 503, 504]);
const TRANSIENT_CODES: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "EAI_AGAIN",
  "ENOTFOUND",
  "UND_ERR_SOCKET",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_HEADERS_TIMEOUT",
]);

/** HTTP status of an answer of the API server, undefined for anything else. */
export function kubeStatus(error: unknown): number | undefined {
  return error instanceof ApiException ? error.code : undefined;
}

/** What the API server or the connection says, in one line, for people. */
export function kubeMessage(error: unknown): string {
  if (error instanceof ApiException) {
    const body: unknown = typeof error.body === "string" ? parseJson(error.body) : error.body;
    const message = typeof body === "object" && body !== null && "message" in body ? String(body.message) : "";
    return message || `HTTP ${error.code}`;
  }
  const cause = error instanceof Error ? error.cause : undefined;
  const code = errorCode(error) ?? errorCode(cause);
  const text = errorMessage(cause ?? error);
  return code !== undefined && !text.includes(code) ? `${text} (${code})` : text;
}

/** Whether the same request may work a little later. */
export function isTransient(error: unknown): boolean {
  const status = kubeStatus(error);
  if (status !== undefined) return TRANSIENT_STATUSES.has(status);
  const code = errorCode(error) ?? (error instanceof Error ? errorCode(error.cause) : undefined);
  return code !== undefined && TRANSIENT_CODES.has(code);
}

export interface KubeRetryOptions {
  readonly signal: AbortSignal;
  /** Further attempts after the first. */
  readonly retries?: number;
  readonly firstDelayMs?: number;
  /** Of one attempt: one that has no answer by then counts as a server that is away. Without it, the client's five minutes. */
  readonly timeoutMs?: number;
}

/**
 * Sends a request to the API server, again with backoff and jitter while it says "not now", and not before it wants to be asked.
 *
 * @param what for people, after "could not": "create the namespace x"
 * @returns null where the answer has one of the statuses of `nullOn`: 404 for what is not there, 409 for a name that is taken
 * @throws InfrastructureError when it stays that way, or at once with what the server said
 */
export async function askKubernetes<T>(
  what: string,
  request: () => Promise<T>,
  options: KubeRetryOptions & { readonly nullOn: readonly number[] },
): Promise<T | null>;
export async function askKubernetes<T>(what: string, request: () => Promise<T>, options: KubeRetryOptions): Promise<T>;
export async function askKubernetes<T>(
  what: string,
  request: () => Promise<T>,
  options: KubeRetryOptions & { readonly nullOn?: readonly number[] },
): Promise<T | null> {
  const { signal, retries = 4, firstDelayMs = 500, nullOn = [], timeoutMs } = options;
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted();
    try {
      return await (timeoutMs === undefined ? request() : withTimeout(request(), timeoutMs));
    } catch (error) {
      const status = kubeStatus(error);
      if (status !== undefined && nullOn.includes(status)) return null;
      if (!isTransient(error) || attempt > retries) throw toInfrastructureError(what, error);
      const delayMs = Math.max(backoffDelayMs(attempt + 1, firstDelayMs, Math.random), askedDelayMs(error));
      await sleep(delayMs, undefined, { signal });
    }
  }
}

/** How long the API server asks to be left alone by an answer; 0 where it does not. */
export function askedDelayMs(error: unknown): number {
  const asked = error instanceof ApiException ? retryAfterMs(error.headers["retry-after"], Date.now()) : null;
  return Math.min(asked ?? 0, LONGEST_ASKED_MS);
}

async function withTimeout<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  const timer = new AbortController();
  // Its answer may still come; whoever asked has gone on.
  work.catch(() => undefined);
  const late = sleep(timeoutMs, undefined, { signal: timer.signal }).then(() => {
    throw Object.assign(new Error(`no answer within ${Math.round(timeoutMs / 1000)} s`), { code: "ETIMEDOUT" });
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    timer.abort();
    late.catch(() => undefined);
  }
}

/** An error of the API server as an ending that people can act on. */
export function toInfrastructureError(what: string, error: unknown): InfrastructureError {
  if (error instanceof InfrastructureError) return error;
  const status = kubeStatus(error);
  const hint =
    status === 401
      ? "The credentials of the kubeconfig context are not accepted (any more): log in again."
      : status === 403
        ? "Ask for this right, or use another kubeconfig context (--context)."
        : isTransient(error)
          ? "Check that the cluster is up: kubectl get --raw /readyz"
          : undefined;
  return new InfrastructureError(`Could not ${what}: ${kubeMessage(error)}`, {
    cause: error,
    ...(hint === undefined ? {} : { hint }),
  });
}
