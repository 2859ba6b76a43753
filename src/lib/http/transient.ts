import { errorCode, errorMessage } from "../errors.ts";

const CONNECTION_CODES: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "EAI_AGAIN",
  "ENOTFOUND",
  // Of undici, which the Kubernetes client uses.
  "UND_ERR_SOCKET",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_HEADERS_TIMEOUT",
]);

/** Whether a status says "not now": too slow, throttled, an overloaded or starting server, a way to it that is broken. */
export function isTransientStatus(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

/** Whether an error, or what caused it, is a connection that could not be made or broke. */
export function isConnectionError(error: unknown): boolean {
  const code = errorCode(error) ?? (error instanceof Error ? errorCode(error.cause) : undefined);
  return code !== undefined && CONNECTION_CODES.has(code);
}

/** Why there was no answer, or no whole one, in a few words. */
export function connectionMessage(error: unknown): string {
  // Of a host with several addresses.
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const text = errorMessage(first);
  // Node.js' words for it before the answer, and in it.
  if (errorCode(first) === "ECONNRESET" && ["socket hang up", "aborted"].includes(text)) return "other side closed";
  return text || errorCode(first) || errorMessage(error);
}
