import { Readable } from "node:stream";
import type { SizeLimit } from "../files/limit.ts";
import type { Environment } from "../process/environment.ts";
import { contentOf, discard, sendRequest } from "./request.ts";

export interface FetchOptions {
  /** For the proxy; empty for what is on this machine. */
  readonly environment: Environment;
  /** Ends requests that bring no signal of their own, and the reading of their answers. */
  readonly signal?: AbortSignal;
  /** Of servers, in place of the system's: a certificate in PEM. */
  readonly ca?: Buffer | undefined;
  /** Of each answer. */
  readonly limit: SizeLimit;
  /** How many are followed where a request does not say that it wants none. */
  readonly redirects: number;
}

/** Statuses whose answers have no body, with which a Response may have none either. */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

/**
 * A `fetch` for libraries that take one: by sendRequest(), so by the environment's proxy and not by undici, and with Node.js' own errors.
 * A redirect keeps its method. Bodies are bytes, a Blob or what is a text.
 */
export function createFetch({ environment, signal, ca, limit, redirects }: FetchOptions): typeof fetch {
  return async (input, init = {}) => {
    const url = input instanceof Request ? input.url : String(input);
    const { method = "GET", body, redirect } = init;
    const answer = await sendRequest(url, {
      method,
      headers: { "accept-encoding": "gzip", ...Object.fromEntries(new Headers(init.headers)) },
      ...(body === undefined || body === null
        ? {}
        : { body: body instanceof Uint8Array || body instanceof Blob ? body : String(body) }),
      environment,
      signal: init.signal ?? signal ?? new AbortController().signal,
      ca,
      redirects: redirect === "manual" ? 0 : redirects,
    });
    const { statusCode: status = 0, statusMessage: statusText = "", headers } = answer;
    const hasBody = method !== "HEAD" && !WITHOUT_BODY.has(status);
    if (!hasBody) discard(answer);
    const response = new Response(hasBody ? (Readable.toWeb(contentOf(answer, limit)) as BodyInit) : null, {
      status,
      statusText,
      headers: Object.entries(headers).map(([name, value]) => [name, String(value)]),
    });
    return Object.defineProperty(response, "url", { value: url });
  };
}
