import type { IncomingMessage } from "node:http";
import { errorCode, InfrastructureError, LoadtestError } from "../errors.ts";
import { LimitError } from "../files/limit.ts";
import { toPrintable } from "../text/printable.ts";
import { contentOf, findRedirect, type RequestOptions, sendRequest } from "./request.ts";
import { politeDelayMs, retry, retryAfterMs } from "./retry.ts";
import { isTransientStatus, rootCause } from "./transient.ts";

export interface AskOptions extends RequestOptions {
  /** Further attempts after the first. */
  readonly retries: number;
  /** Upper limit of the wait before the second attempt; doubled for each further one. */
  readonly firstDelayMs?: number;
  /** Of one attempt, to the end of its answer; one that took longer ends with a TimeoutError. */
  readonly timeoutMs?: number;
  /** In milliseconds since 1970; a wait that would end later is not begun. */
  readonly deadlineMs?: number;
  /** Whether the same request may go better the next time. */
  readonly mayPass?: (error: Error) => boolean;
}

/** An answer that is no success. */
export class StatusError extends Error {
  readonly status: number;
  /** The first line of the answer, or what it is where it is a page; empty for none. */
  readonly said: string;
  readonly retryAfterMs: number | null;
  /** Address of a redirect that was not followed, fit to be shown. */
  readonly redirect: string | null;

  constructor(status: number, said: string, retryAfterMs: number | null, redirect: string | null = null) {
    super(`HTTP ${status}`);
    this.name = new.target.name;
    this.status = status;
    this.said = said;
    this.retryAfterMs = retryAfterMs;
    this.redirect = redirect;
  }
}

const FIRST_DELAY_MS = 2_000;
const LONGEST_SAID = 300;
const REFUSAL = { mostBytes: 64 * 1024, of: "A refusal" };
/** A disk that is full stays full. */
const DISK_CODES: ReadonlySet<string> = new Set(["ENOSPC", "EDQUOT", "EACCES", "EPERM", "EROFS"]);

/** Whether a request that ended with an error may go better the next time. */
export function mayPass(error: Error): boolean {
  if (error instanceof StatusError) return isTransientStatus(error.status);
  if (rootCause(error) instanceof LimitError) return false;
  if (error instanceof LoadtestError) return error instanceof InfrastructureError;
  // A TypeError is a bug.
  return !(error instanceof TypeError) && !DISK_CODES.has(errorCode(error) ?? "");
}

/**
 * Sends a request and takes its answer in, again with backoff and jitter while that may go better the next time, and not before the
 * server wants to be asked.
 *
 * @param read takes in an answer of status 2xx; called again where that broke
 * @throws StatusError, the abort's reason, what `read` throws, or Node.js' error
 */
export function ask<T>(
  url: string | URL,
  options: AskOptions,
  read: (answer: IncomingMessage) => Promise<T>,
): Promise<T> {
  const { signal, timeoutMs, firstDelayMs = FIRST_DELAY_MS, deadlineMs = Number.POSITIVE_INFINITY } = options;
  const isWorthIt = options.mayPass ?? mayPass;
  const attempt = async () => {
    const limit = timeoutMs === undefined ? signal : AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    try {
      const answer = await sendRequest(url, { ...options, signal: limit });
      const { statusCode: status = 0, headers } = answer;
      if (status >= 200 && status < 300) return await read(answer);
      const next = findRedirect(answer, new URL(url));
      const redirect = next === null ? null : next.origin + next.pathname;
      const said = await readRefusal(answer);
      throw new StatusError(status, said, retryAfterMs(headers["retry-after"], Date.now()), redirect);
    } catch (error) {
      limit.throwIfAborted();
      throw error;
    }
  };
  const delayMs = (error: Error, next: number) => {
    if (!isWorthIt(error)) return null;
    const waitMs = politeDelayMs(next, firstDelayMs, error instanceof StatusError ? error.retryAfterMs : null);
    return Date.now() + waitMs < deadlineMs ? waitMs : null;
  };
  return retry(attempt, delayMs, options);
}

async function readRefusal(answer: IncomingMessage): Promise<string> {
  let text = "";
  try {
    const decoder = new TextDecoder();
    for await (const chunk of contentOf(answer, REFUSAL)) text += decoder.decode(chunk, { stream: true });
  } catch {
    // What came of it may do.
  }
  if (/^\s*<(!doctype|html)/i.test(text)) return "a page";
  return (toPrintable(text).trim().split("\n", 1)[0] ?? "").slice(0, LONGEST_SAID);
}
