import type { IncomingMessage } from "node:http";
import { z } from "zod";
import { ExitCode, InfrastructureError, LoadtestError } from "../../lib/errors.ts";
import { LimitError } from "../../lib/files/limit.ts";
import { ask, mayPass, StatusError } from "../../lib/http/ask.ts";
import { contentOf, readText } from "../../lib/http/request.ts";
import { connectionMessage } from "../../lib/http/transient.ts";
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
/** The lists of an application with 10,000 stages, or a page of tasks, have a tenth of it. */
const MOST_ANSWER_BYTES = 128 * 1024 * 1024;
const ISSUES_SHOWN = 3;

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
    return this.#ask(path, async (response) => {
      const limit = { mostBytes: MOST_ANSWER_BYTES, of: this.#name(path) };
      const answer = schema.safeParse(this.#parse(path, response, await readText(response, limit)));
      if (answer.success) return answer.data;
      const issues = z.prettifyError(new z.ZodError(answer.error.issues.slice(0, ISSUES_SHOWN)));
      throw new RefusedError(`${this.#name(path)} is not what Spark gives: ${issues}`, null);
    });
  }

  /**
   * Hands an answer of `mostBytes` at most to `take` as a stream, which is called again where the first one broke. Throws as `read` does.
   */
  stream(path: string, mostBytes: number, take: (body: AsyncIterable<Uint8Array>) => Promise<void>): Promise<void> {
    return this.#ask(path, (response) => take(contentOf(response, { mostBytes, of: this.#name(path) })));
  }

  async #ask<T>(path: string, read: (response: IncomingMessage) => Promise<T>): Promise<T> {
    const url = new URL(`api/v1/${path}`, this.#baseUrl);
    try {
      return await ask(
        url,
        {
          ...this.#options,
          environment: {},
          headers: { accept: "*/*", "accept-encoding": "gzip" },
          retries: RETRIES,
          // A server that took so long once takes as long again: no second attempt.
          mayPass: (error) => mayPass(error) && error.name !== "TimeoutError",
        },
        read,
      );
    } catch (error) {
      throw this.#explain(path, error);
    }
  }

  #parse(path: string, { headers }: IncomingMessage, answer: string): unknown {
    try {
      return JSON.parse(answer);
    } catch (error) {
      const type = headers["content-type"] ?? "";
      if (!/\bjson\b/.test(type))
        throw new RefusedError(`${this.#name(path)} is no JSON (${toPrintable(type)})`, null, { cause: error });
      throw new InfrastructureError(`${this.#name(path)} is cut off or damaged`, { cause: error });
    }
  }

  #explain(path: string, error: unknown): unknown {
    const { signal, timeoutMs } = this.#options;
    if (error instanceof LimitError) return new RefusedError(`${error.message}.`, null, { cause: error });
    if (signal.aborted || error instanceof LoadtestError) return error;
    if (error instanceof StatusError) {
      const said = error.redirect === null ? error.said : `a redirect to ${error.redirect}, which is not followed`;
      const message = `${this.#name(path)} is HTTP ${error.status}${said === "" ? "" : ` (${said})`}`;
      return mayPass(error) ? new InfrastructureError(message) : new RefusedError(message, error.status);
    }
    if (error instanceof Error && error.name === "TimeoutError")
      return new RefusedError(`${this.#name(path)} did not come within ${timeoutMs / 1000} s`, null, { cause: error });
    return new InfrastructureError(`${this.#name(path)} did not come: ${connectionMessage(error)}`, { cause: error });
  }

  #name(path: string): string {
    return `The History Server's answer to /api/v1/${path.replace(/\?.*/, "")}`;
  }
}
