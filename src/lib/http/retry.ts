import { setTimeout as sleep } from "node:timers/promises";
import pRetry from "p-retry";
import { InfrastructureError } from "../errors.ts";

export interface RetryOptions {
  /** Further attempts after the first. */
  readonly retries: number;
  readonly signal: AbortSignal;
  /** Upper limit of the wait before the second attempt; doubled for each further one. */
  readonly firstDelayMs?: number;
  readonly random?: () => number;
  /** Called before the wait. `attempt` is the one that comes next, 2 for the first retry. */
  readonly onRetry?: (retry: { attempt: number; delayMs: number; error: Error }) => void;
}

const LONGEST_DELAY_MS = 60_000;

/**
 * Milliseconds to wait before an attempt (2, 3, ...): exponential, with jitter between half and the whole, so that what failed
 * together does not come back together.
 */
export function backoffDelayMs(attempt: number, firstDelayMs: number, random: () => number): number {
  const limit = Math.min(firstDelayMs * 2 ** (attempt - 2), LONGEST_DELAY_MS);
  return Math.round(limit * (0.5 + random() / 2));
}

/** What a Retry-After header asks for (RFC 9110, 10.2.3: seconds, or a date), in milliseconds from now; null for nothing that says so. */
export function retryAfterMs(header: string | null | undefined, nowMs: number): number | null {
  if (!header) return null;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - nowMs;
  return Number.isNaN(ms) ? null : Math.max(0, ms);
}

/** Runs `work` again after an InfrastructureError; any other error, and an abort, ends it at once. `work` gets 1, 2, ... */
export function retryInfrastructure<T>(work: (attempt: number) => Promise<T>, options: RetryOptions): Promise<T> {
  return pRetry(work, {
    retries: options.retries,
    signal: options.signal,
    // The wait is ours, because it has to be told before it begins.
    minTimeout: 0,
    shouldRetry: ({ error }) => error instanceof InfrastructureError,
    onFailedAttempt: async ({ error, attemptNumber, retriesLeft }) => {
      if (!(error instanceof InfrastructureError) || retriesLeft === 0 || options.signal.aborted) return;
      const attempt = attemptNumber + 1;
      const delayMs = backoffDelayMs(attempt, options.firstDelayMs ?? 2_000, options.random ?? Math.random);
      options.onRetry?.({ attempt, delayMs, error });
      await sleep(delayMs, undefined, { signal: options.signal });
    },
  });
}
