import { errorMessage, fetchErrorMessage, InfrastructureError } from "../../lib/errors.ts";
import { retryInfrastructure } from "../../lib/http/retry.ts";
import { renderExposition } from "../../report/metrics/exposition.ts";
import type { MetricFamily } from "../../report/metrics/families.ts";
import { encodeRemoteWrite, REMOTE_WRITE_HEADERS } from "./remote-write.ts";
import type { PushTarget } from "./target.ts";

const JOB = "spark_loadtest";
const RETRIES = 3;
/** Of one request, and of all together: whoever waits for the run's end waits for this, too. */
const REQUEST_TIMEOUT_MS = 10_000;
const TIMEOUT_MS = 30_000;
/** What a server, or a way to it, says while it starts or has too much to do. */
const PASSING: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

export interface PushOptions {
  /** Of the run; a Pushgateway keeps one set of metrics for each. */
  readonly tier: string;
  readonly firstDelayMs?: number;
}

/**
 * Sends a run's metrics to a Pushgateway, where they replace those of the tier's last run, or to a receiver of remote write, with the
 * present moment as their time. Throws InfrastructureError whose message has no credentials.
 */
export async function pushMetrics(
  families: readonly MetricFamily[],
  target: PushTarget,
  { tier, firstDelayMs = 1_000 }: PushOptions,
): Promise<void> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  for (const request of toRequests(families, target, tier)) {
    const send = () => sendRequest(request, target, signal);
    await retryInfrastructure(send, { retries: RETRIES, firstDelayMs, signal }).catch((error: unknown) => {
      throw new InfrastructureError(`The metrics could not be pushed to ${target.shownUrl}: ${errorMessage(error)}`);
    });
  }
}

interface PushRequest {
  readonly method: "PUT" | "POST";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer>;
}

function toRequests(families: readonly MetricFamily[], { kind, url }: PushTarget, tier: string): PushRequest[] {
  if (kind === "remote-write") {
    return encodeRemoteWrite(families, Date.now()).map((body) => ({
      method: "POST",
      url,
      headers: REMOTE_WRITE_HEADERS,
      body: new Uint8Array(body),
    }));
  }
  const group = new URL(url);
  group.pathname = `${group.pathname.replace(/\/+$/, "")}/metrics/job/${JOB}/tier/${encodeURIComponent(tier)}`;
  const headers = { "content-type": "text/plain; version=0.0.4; charset=utf-8" };
  return [{ method: "PUT", url: group.href, headers, body: renderExposition(families) }];
}

/** Throws InfrastructureError for what may go better the next time, any other error for what will not. */
async function sendRequest(
  { method, url, headers, body }: PushRequest,
  { authorization }: PushTarget,
  signal: AbortSignal,
): Promise<void> {
  const response = await fetch(url, {
    method,
    headers: { ...headers, ...(authorization === null ? {} : { authorization }) },
    body,
    signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]),
  }).catch((error: unknown) => {
    const isLate = error instanceof Error && error.name === "TimeoutError";
    throw new InfrastructureError(isLate ? "no answer in time" : fetchErrorMessage(error));
  });
  const text = (await response.text().catch(() => "")).trim().split("\n")[0]!.slice(0, 300);
  if (response.ok) return;
  const answer = `HTTP ${response.status}${text === "" ? "" : `: ${text}`}`;
  throw PASSING.has(response.status) ? new InfrastructureError(answer) : new Error(answer);
}
