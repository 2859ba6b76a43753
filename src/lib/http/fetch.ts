import { Readable } from "node:stream";
import type { Environment } from "../process/environment.ts";
import { contentOf, sendRequest } from "./request.ts";

export interface FetchOptions {
  /** For the proxy; empty for what is on this machine. */
  readonly environment: Environment;
  /** Ends requests that bring no signal of their own, and the reading of their answers. */
  readonly signal: AbortSignal;
}

/** What `fetch` follows (https://fetch.spec.whatwg.org/#http-redirect-fetch). */
const MOST_REDIRECTS = 20;
/** Statuses whose answers have no body, with which a Response may have none either. */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

/**
 * A `fetch` for libraries that take one: by sendRequest(), so by the environment's proxy and not by undici, and with Node.js' own errors.
 * A redirect keeps its method. Bodies are texts or bytes.
 */
export function createFetch({ environment, signal }: FetchOptions): typeof fetch {
  return async (input, init = {}) => {
    const url = input instanceof Request ? input.url : String(input);
    const { method = "GET", body, redirect } = init;
    const answer = await sendRequest(url, {
      method,
      headers: { "accept-encoding": "gzip", ...Object.fromEntries(new Headers(init.headers)) },
      ...(body === undefined || body === null ? {} : { body: body as string | Uint8Array }),
      environment,
      signal: init.signal ?? signal,
      redirects: redirect === "manual" ? 0 : MOST_REDIRECTS,
    });
    const { statusCode: status = 0, statusMessage: statusText = "", headers } = answer;
    const hasBody = method !== "HEAD" && !WITHOUT_BODY.has(status);
    if (!hasBody) answer.resume();
    const response = new Response(hasBody ? (Readable.toWeb(contentOf(answer)) as BodyInit) : null, {
      status,
      statusText,
      headers: Object.entries(headers).map(([name, value]) => [name, String(value)]),
    });
    return Object.defineProperty(response, "url", { value: url });
  };
}
