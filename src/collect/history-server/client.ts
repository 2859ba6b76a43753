import { z } from "zod";
import { ExitCode, errorMessage, InfrastructureError, LoadtestError } from "../../lib/errors.ts";
import { retryInfrastructure } from "../../lib/http/retry.ts";
import { toPrintable } from "../../lib/text/printable.ts";

export interface ClientOptions {
  readonly signal: AbortSignal;
  /** For one answer, to its end. */
  readonly timeoutMs: number;
  /** Upper limit of the wait before a second attempt. */
  readonly firstDelayMs: number;
}

/** An answer that asking again would not change. */
export class RefusedError extends LoadtestError {
  /** Of HTTP; null where the answer is no answer of a History Server's. */
  readonly status: number | null;

  constructor(message: string, status: number | null, options: { hint?: string; cause?: unknown } = {}) {
    super(ExitCode.infrastructure, message, options);
    this.status = status;
  }
}

const RETRIES = 3;
/** What a server, or a way to it, says while it starts or has too much to do. */
const PASSING: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

/** Asks a History Server's REST API v1. Answers that may be better the next time are asked for again, at most three times. */
export class HistoryServerClient {
  readonly #baseUrl: URL;
  readonly #options: ClientOptions;

  constructor(baseUrl: URL, options: ClientOptions) {
    this.#baseUrl = new URL(baseUrl.href.endsWith("/") ? baseUrl.href : `${baseUrl.href}/`);
    this.#options = options;
  }

  /**
   * @param path behind `/api/v1/`, with its query
   * @throws InfrastructureError where there is no answer, RefusedError where there is another one than asked for
   */
  read<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.output<Schema>> {
    return this.#retry(async () => {
      const response = await this.#get(path);
      const text = await response.text().catch((error: unknown) => this.#fail(path, error));
      const answer = schema.safeParse(this.#parse(path, response, text));
      if (answer.success) return answer.data;
      throw new RefusedError(`${this.#name(path)} is not what Spark gives: ${z.prettifyError(answer.error)}`, null);
    });
  }

  /** Hands an answer to `take` as a stream, which is called again where the first one broke. Throws as `read` does. */
  stream(path: string, take: (body: AsyncIterable<Uint8Array>) => Promise<void>): Promise<void> {
    return this.#retry(async () => {
      const { body } = await this.#get(path);
      if (body === null) throw new RefusedError(`${this.#name(path)} is empty`, null);
      await take(body).catch((error: unknown) => this.#fail(path, error));
    });
  }

  #retry<T>(work: () => Promise<T>): Promise<T> {
    const { signal, firstDelayMs } = this.#options;
    return retryInfrastructure(work, { retries: RETRIES, signal, firstDelayMs });
  }

  async #get(path: string): Promise<Response> {
    const { signal, timeoutMs } = this.#options;
    const url = new URL(`api/v1/${path}`, this.#baseUrl);
    const ended = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    const headers = { accept: "*/*" };
    const response = await fetch(url, { signal: ended, headers }).catch((error: unknown) => this.#fail(path, error));
    if (response.ok) return response;
    const said = shorten(await response.text().catch(() => ""));
    const message = `${this.#name(path)} is HTTP ${response.status}${said === "" ? "" : ` (${said})`}`;
    throw PASSING.has(response.status) ? new InfrastructureError(message) : new RefusedError(message, response.status);
  }

  #parse(path: string, response: Response, text: string): unknown {
    try {
      return JSON.parse(text);
    } catch (error) {
      const type = response.headers.get("content-type") ?? "";
      if (!/\bjson\b/.test(type))
        throw new RefusedError(`${this.#name(path)} is no JSON (${shorten(type)})`, null, { cause: error });
      throw new InfrastructureError(`${this.#name(path)} is cut off or damaged`, { cause: error });
    }
  }

  #fail(path: string, error: unknown): never {
    const { signal, timeoutMs } = this.#options;
    if (signal.aborted) throw signal.reason;
    if (error instanceof LoadtestError) throw error;
    // Whoever took so long once would do so again.
    if (error instanceof Error && error.name === "TimeoutError")
      throw new RefusedError(`${this.#name(path)} did not come within ${timeoutMs / 1000} s`, null, { cause: error });
    // What `fetch` throws says "fetch failed"; its cause says why.
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    throw new InfrastructureError(`${this.#name(path)} did not come: ${errorMessage(cause)}`, { cause: error });
  }

  #name(path: string): string {
    return `The History Server's answer to /api/v1/${path.replace(/\?.*/, "")}`;
  }
}

/** The first line of a text of somebody else's, or its name where it is a page. */
function shorten(text: string): string {
  if (/^\s*<(!doctype|html)/i.test(text)) return "a page";
  return toPrintable(text.trim().split("\n", 1)[0] ?? "").slice(0, 200);
}
