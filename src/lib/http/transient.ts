import { errorCode, errorMessage } from "../errors.ts";

const CONNECTION_CODES: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "EAI_AGAIN",
  "ENOTFOUND",
]);

/** Node.js' codes for a certificate whose authority is not known here: https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const UNKNOWN_AUTHORITY: ReadonlySet<string> = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

/** Whether a status says "not now": too slow, throttled, an overloaded or starting server, a way to it that is broken. */
export function isTransientStatus(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

/** Whether an error, or what caused it, is a connection that could not be made or broke. */
export function isConnectionError(error: unknown): boolean {
  return CONNECTION_CODES.has(errorCode(rootCause(error)) ?? errorCode(error) ?? "");
}

/**
 * Why there was no answer, or no whole one, in a few words: what the first of the causes says ("connect ECONNREFUSED 10.0.0.1:443"),
 * where libraries only say "fetch failed".
 */
export function connectionMessage(error: unknown): string {
  const root = rootCause(error);
  const text = errorMessage(root);
  const code = errorCode(root);
  // Node.js' words for it before the answer, and in it.
  if (code === "ECONNRESET" && ["socket hang up", "aborted"].includes(text)) return "other side closed";
  // The words of hpagent, by which the Kubernetes client speaks with proxies.
  const [, refusal] = /^Bad response: (\d{3})$/.exec(text) ?? [];
  if (refusal !== undefined) return `the proxy refuses with HTTP ${refusal}`;
  if (isUnknownAuthority(error)) return `${text} (NODE_EXTRA_CA_CERTS=FILE adds the certificate of an authority)`;
  return text || code || errorMessage(error);
}

/** Whether a server's certificate, or that of a proxy that looks into what it carries, is of an authority that is not known here. */
export function isUnknownAuthority(error: unknown): boolean {
  return UNKNOWN_AUTHORITY.has(errorCode(rootCause(error)) ?? "");
}

/** The error at the end of the chain of causes; of a host with several addresses, that of the first. */
export function rootCause(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const next: unknown = error instanceof AggregateError && error.errors.length > 0 ? error.errors[0] : error.cause;
  return next instanceof Error ? rootCause(next) : error;
}
