import { setTimeout as sleep } from "node:timers/promises";
import { ApiException } from "@kubernetes/client-node";
import { errorCode, errorMessage, InfrastructureError } from "../lib/errors.ts";
import { LimitError } from "../lib/files/limit.ts";
import { politeDelayMs, retry, retryAfterMs } from "../lib/http/retry.ts";
import {
  connectionMessage,
  isConnectionError,
  isTransientStatus,
  isUnknownAuthority,
  rootCause,
} from "../lib/http/transient.ts";
import { parseJson } from "../lib/text/parse-json.ts";

const LONGEST_SAID = 2_000;

/** HTTP status of an answer of the API server, undefined for anything else. */
export function kubeStatus(error: unknown): number | undefined {
  return error instanceof ApiException ? error.code : undefined;
}

/** What the API server or the connection says, in one line, for people. */
export function kubeMessage(error: unknown): string {
  if (error instanceof ApiException) {
    const body: unknown = typeof error.body === "string" ? parseJson(error.body) : error.body;
    const message =
      typeof body === "object" && body !== null && "message" in body ? String(body.message).slice(0, LONGEST_SAID) : "";
    return message || `HTTP ${error.code}`;
  }
  const text = isUnknownAuthority(error) ? errorMessage(rootCause(error)) : connectionMessage(error);
  const code = errorCode(rootCause(error));
  return code !== undefined && !text.includes(code) ? `${text} (${code})` : text;
}

/** Whether the same request may work a little later. */
export function isTransient(error: unknown): boolean {
  const status = kubeStatus(error);
  if (status === undefined) return isConnectionError(error);
  // 409: two writers at once.
  return status === 409 || isTransientStatus(status);
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
  const attempt = async () => {
    try {
      return await (timeoutMs === undefined ? request() : withTimeout(request(), timeoutMs));
    } catch (error) {
      if (nullOn.includes(kubeStatus(error) ?? 0)) return null;
      throw error;
    }
  };
  const delayMs = (error: Error, next: number) => (isTransient(error) ? kubeDelayMs(error, next, firstDelayMs) : null);
  try {
    return await retry(attempt, delayMs, { retries, signal });
  } catch (error) {
    throw signal.aborted ? error : toInfrastructureError(what, error);
  }
}

/** Milliseconds to wait before an attempt (2, 3, ...): the backoff, or what the API server asks for where that is longer. */
export function kubeDelayMs(error: unknown, attempt: number, firstDelayMs: number): number {
  const asked = error instanceof ApiException ? retryAfterMs(error.headers["retry-after"], Date.now()) : null;
  return politeDelayMs(attempt, firstDelayMs, asked);
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
  if (error instanceof InfrastructureError && !(error instanceof LimitError)) return error;
  const status = kubeStatus(error);
  const hint =
    status === 401
      ? "The credentials of the kubeconfig context are not accepted (any more): log in again."
      : status === 403
        ? adviseOnRefusal(kubeMessage(error))
        : isUnknownAuthority(error)
          ? "The certificate-authority of the kubeconfig is not the server's, or a proxy looks into what it carries."
          : error instanceof LimitError
            ? "See with kubectl what it is that is so large, and remove what is not needed any more."
            : isTransient(error)
              ? "Check that the cluster is up: kubectl get --raw /readyz"
              : undefined;
  return new InfrastructureError(`Could not ${what}: ${kubeMessage(error)}`, {
    cause: error,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** The API server says 403 not only where a right is missing. */
const REFUSALS: readonly (readonly [said: RegExp, advice: string])[] = [
  [
    /exceeded quota|must specify (limits|requests)/,
    "The namespace has a ResourceQuota: raise it, or run fewer cases at once.",
  ],
  [/violates PodSecurity/, "The namespace's Pod Security Standard refuses it: use a namespace with another one."],
  [
    /admission webhook|denied the request|ValidatingAdmissionPolicy/,
    "A policy of the cluster refuses it: ask who looks after the cluster.",
  ],
  [/is being terminated/, "The namespace is being removed: wait until it is gone, or use another one."],
];

function adviseOnRefusal(said: string): string {
  const known = REFUSALS.find(([pattern]) => pattern.test(said));
  return known?.[1] ?? "Ask for this right, or use another kubeconfig context (--context).";
}
