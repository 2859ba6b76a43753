import { getOctokit } from "@actions/github";
import { LimitError, tooMany } from "../../lib/files/limit.ts";
import { createFetch } from "../../lib/http/fetch.ts";
import { retry, retryAfterMs } from "../../lib/http/retry.ts";
import { connectionMessage, isTransientStatus, rootCause } from "../../lib/http/transient.ts";
import type { Environment } from "../../lib/process/environment.ts";

export type GithubClient = ReturnType<typeof getOctokit>;

export interface ClientOptions {
  readonly token: string;
  /** For the proxy. */
  readonly environment: Environment;
  readonly signal: AbortSignal;
  /** Told before every wait. */
  readonly onWait: (message: string) => void;
  /** One request may take so long; and all the waits before one request. */
  readonly requestTimeoutMs?: number;
  readonly longestWaitMs?: number;
  readonly firstDelayMs?: number;
  /** GITHUB_API_URL unless given. */
  readonly baseUrl?: string;
}

const REQUEST_TIMEOUT_MS = 30_000;
const LONGEST_WAIT_MS = 120_000;
const FIRST_DELAY_MS = 1_000;
const RETRIES = 3;
/** A page of a hundred comments, each as long as GitHub takes one, has less; so has the asset of a release that is read. */
const ANSWER = { mostBytes: 32 * 1024 * 1024, of: "The answer of GitHub's API" } as const;
/** What `fetch` follows (https://fetch.spec.whatwg.org/#http-redirect-fetch). */
const MOST_REDIRECTS = 20;
const PAGE = 100;
/** A pull request has 2,500 comments at most, which are 25 pages. */
const MOST_PAGES = 100;
const LONGEST_SAID = 300;

/** An answer that is no success, or none at all. */
export interface RequestFailure {
  /** HTTP status; 0 where there was no answer. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/**
 * A client of GitHub's API (GITHUB_API_URL) that waits where GitHub asks for it, tries again what may work the next time, and
 * gives no request longer than half a minute. A request that makes something is sent again only where GitHub has said that it did
 * not look at it.
 */
export function createGithubClient(options: ClientOptions): GithubClient {
  const { signal, onWait } = options;
  const client = getOctokit(options.token, {
    log: { debug() {}, info() {}, warn() {}, error() {} },
    request: { fetch: ((input, init) => send(input, init)) as typeof fetch },
    ...(options.baseUrl === undefined ? {} : { baseUrl: options.baseUrl }),
  });
  const send = createWholeFetch(options, new URL(client.request.endpoint.DEFAULTS.baseUrl).origin);
  client.hook.wrap("request", async (request, parameters) => {
    let leftMs = options.longestWaitMs ?? LONGEST_WAIT_MS;
    let timeout: AbortSignal;
    const send = async () => {
      timeout = AbortSignal.timeout(options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS);
      // The hooks within this one are given the same object, whatever `request` is called with.
      parameters.request = { ...parameters.request, signal: AbortSignal.any([signal, timeout]) };
      return await request(parameters);
    };
    const delayMs = (error: Error, attempt: number) => {
      if (rootCause(error) instanceof LimitError) return null;
      const waitMs = retryDelayMs(toFailure(error, timeout.aborted), {
        attempt: attempt - 1,
        isSafe: ["GET", "HEAD"].includes(parameters.method),
        nowMs: Date.now(),
        firstDelayMs: options.firstDelayMs ?? FIRST_DELAY_MS,
      });
      return waitMs === null || waitMs > leftMs ? null : waitMs;
    };
    return retry(send, delayMs, {
      retries: RETRIES,
      signal,
      onRetry: ({ delayMs: waitMs, error }) => {
        leftMs -= waitMs;
        onWait(`GitHub's API: ${describeFailure(error)}; again in ${Math.ceil(waitMs / 1000)} s`);
      },
    });
  });
  return client;
}

/**
 * A `fetch` whose answers are there to their end: Octokit takes one that breaks for an empty one. The token goes to the API's own host only,
 * whatever the address of a list's next page is.
 */
function createWholeFetch({ environment, signal }: ClientOptions, origin: string): typeof fetch {
  const send = createFetch({ environment, signal, limit: ANSWER, redirects: MOST_REDIRECTS });
  return async (input, init = {}) => {
    const url = String(input);
    const headers = new Headers(init.headers);
    if (new URL(url).origin !== origin) headers.delete("authorization");
    const answer = await send(url, { ...init, headers });
    const { status, statusText } = answer;
    const whole = new Response(answer.body && (await answer.arrayBuffer()), {
      status,
      statusText,
      headers: answer.headers,
    });
    return Object.defineProperty(whole, "url", { value: url });
  };
}

/**
 * The pages of a list, as Octokit's `paginate.iterator` gives them.
 *
 * @param what they list, in the plural
 * @throws LimitError where the list goes on beyond MOST_PAGES, and what Octokit throws
 */
export async function* readPages<T>(
  pages: AsyncIterable<{ readonly data: readonly T[] }>,
  what: string,
): AsyncGenerator<readonly T[]> {
  let count = 0;
  for await (const { data } of pages) {
    count += 1;
    if (count > MOST_PAGES) throw tooMany("GitHub's list", MOST_PAGES * PAGE, what);
    yield data;
  }
}

function toFailure(error: unknown, timedOut: boolean): RequestFailure {
  const { status, response } = error as { status?: number; response?: { headers?: RequestFailure["headers"] } };
  // Octokit says 500 of what never had an answer.
  const answered = !timedOut && response !== undefined;
  return { status: answered ? (status ?? 0) : 0, headers: response?.headers ?? {} };
}

/**
 * Milliseconds to wait before the same request may be sent again; null where it is not worth it.
 * Source: https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api
 *
 * @param isSafe whether a request that arrived twice does no harm
 */
export function retryDelayMs(
  { status, headers }: RequestFailure,
  options: { attempt: number; isSafe: boolean; nowMs: number; firstDelayMs: number },
): number | null {
  const limited = status === 429 || (status === 403 && isLimited(headers));
  if (limited) {
    const asked = retryAfterMs(headers["retry-after"], options.nowMs);
    if (asked !== null) return asked;
    const reset = Number(headers["x-ratelimit-reset"]);
    if (headers["x-ratelimit-remaining"] === "0" && reset > 0) return Math.max(0, reset * 1000 - options.nowMs) + 1000;
    return 60_000;
  }
  const mayWorkLater = status === 0 || isTransientStatus(status);
  return mayWorkLater && options.isSafe ? options.firstDelayMs * 2 ** (options.attempt - 1) : null;
}

function isLimited(headers: RequestFailure["headers"]): boolean {
  return headers["retry-after"] !== undefined || headers["x-ratelimit-remaining"] === "0";
}

/** Status of an answer of the API; 0 where there was none. */
export function statusOf(error: unknown): number {
  const { status, response } = error as { status?: number; response?: unknown };
  return response === undefined ? 0 : (status ?? 0);
}

/** What came back, for people: "403 Resource not accessible by integration". */
export function describeFailure(error: unknown): string {
  const status = statusOf(error);
  const message = connectionMessage(error).split(" - https://")[0]!.slice(0, LONGEST_SAID).replace(/\.$/, "");
  return status === 0 ? message : `${status} ${message}`;
}
