import { setTimeout as sleep } from "node:timers/promises";
import { InfrastructureError } from "../errors.ts";

export interface RetryOptions {
  /** Further attempts after the first. */
  readonly retries: number;
  /** Ends the waits, with its reason. */
  readonly signal: AbortSignal;
  /** Called before the wait. `attempt` is the one that comes next, 2 for the first retry. */
  readonly onRetry?: ((retry: { attempt: number; delayMs: number; error: Error }) => void) | undefined;
}

/** More is not waited for before one attempt, whatever a server asks for. */
const LONGEST_DELAY_MS = 60_000;

/**
 * Milliseconds to wait before an attempt (2, 3, ...): exponential, with jitter between half and the whole, so that what failed
 * together does not come back together.
 *
 * @param firstDelayMs upper limit of the wait before the second attempt; doubled for each further one
 */
export function backoffDelayMs(attempt: number, firstDelayMs: number, random: () => number = Math.random): number {
  const limit = Math.min(firstDelayMs * 2 ** (attempt - 2), LONGEST_DELAY_MS);
  return Math.round(limit * (0.5 + random() / 2));
}

/** The same, or what a server asks for where that is longer. */
export function politeDelayMs(attempt: number, firstDelayMs: number, askedMs: number | null): number {
  return Math.max(backoffDelayMs(attempt, firstDelayMs), Math.min(askedMs ?? 0, LONGEST_DELAY_MS));
}

/** What a Retry-After header asks for (RFC 9110, 10.2.3: seconds, or a date), in milliseconds from now; null for nothing that says so. */
export function retryAfterMs(header: string | null | undefined, nowMs: number): number | null {
  if (!header) return null;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - nowMs;
  return Number.isNaN(ms) ? null : Math.max(0, ms);
}

/**
 * Runs `work`, which gets 1, 2, ..., again after an error, and throws its last one. Nothing is tried again after an abort.
 *
 * @param delayMs milliseconds to wait after an error before the attempt that comes next; null where that has no prospect
 */
export async function retry<T>(
  work: (attempt: number) => Promise<T>,
  delayMs: (error: Error, attempt: number) => number | null,
  { retries, signal, onRetry }: RetryOptions,
): Promise<T> {
  for (let attempt = 2; ; attempt++) {
    signal.throwIfAborted();
    try {
      return await work(attempt - 1);
    } catch (thrown) {
      const error = thrown as Error;
      const waitMs = signal.aborted || attempt > retries + 1 ? null : delayMs(error, attempt);
      if (waitMs === null) throw error;
      onRetry?.({ attempt, delayMs: waitMs, error });
      await sleep(waitMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }
}

/** Runs `work` again after an InfrastructureError; any other error, and an abort, ends it at once. */
export function retryInfrastructure<T>(
  work: (attempt: number) => Promise<T>,
  {
    firstDelayMs = 2_000,
    random = Math.random,
    ...options
  }: RetryOptions & { readonly firstDelayMs?: number; readonly random?: () => number },
): Promise<T> {
  const delayMs = (error: Error, attempt: number) =>
    error instanceof InfrastructureError ? backoffDelayMs(attempt, firstDelayMs, random) : null;
  return retry(work, delayMs, options);
}
