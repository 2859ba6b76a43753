import { InfrastructureError } from "../../lib/errors.ts";
import { ask, StatusError } from "../../lib/http/ask.ts";
import { discard } from "../../lib/http/request.ts";
import { connectionMessage } from "../../lib/http/transient.ts";
import type { Environment } from "../../lib/process/environment.ts";
import { renderExposition } from "../../report/metrics/exposition.ts";
import type { MetricFamily } from "../../report/metrics/families.ts";
import { encodeRemoteWrite, REMOTE_WRITE_HEADERS } from "./remote-write.ts";
import type { PushTarget } from "./target.ts";

const JOB = "spark_loadtest";
const RETRIES = 3;
/** Of one request, and of all together: whoever waits for the run's end waits for this, too. */
const REQUEST_TIMEOUT_MS = 10_000;
const TIMEOUT_MS = 30_000;

export interface PushOptions {
  /** Of the run; a Pushgateway keeps one set of metrics for each. */
  readonly tier: string;
  /** For the proxy. */
  readonly environment: Environment;
  readonly firstDelayMs?: number;
}

/**
 * Sends a run's metrics to a Pushgateway, where they replace those of the tier's last run, or to a receiver of remote write, with the
 * present moment as their time. No redirect is followed: what is sent is for the address that was given. Throws InfrastructureError whose
 * message has no credentials.
 */
export async function pushMetrics(
  families: readonly MetricFamily[],
  target: PushTarget,
  { tier, environment, firstDelayMs = 1_000 }: PushOptions,
): Promise<void> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const authorization = target.authorization === null ? {} : { authorization: target.authorization };
  for (const { url, headers, ...request } of toRequests(families, target, tier)) {
    await ask(
      url,
      {
        ...request,
        headers: { ...headers, ...authorization },
        environment,
        signal,
        retries: RETRIES,
        firstDelayMs,
        timeoutMs: REQUEST_TIMEOUT_MS,
        deadlineMs: Date.now() + TIMEOUT_MS,
      },
      async (answer) => discard(answer),
    ).catch((error: unknown) => {
      const isMoved = error instanceof StatusError && error.redirect !== null;
      throw new InfrastructureError(`The metrics could not be pushed to ${target.shownUrl}: ${describe(error)}`, {
        ...(isMoved ? { hint: `If that is where they belong: --push-metrics ${error.redirect}` } : {}),
      });
    });
  }
}

function describe(error: unknown): string {
  if (error instanceof StatusError && error.redirect !== null)
    return `${error.message}, a redirect to ${error.redirect}, and a push follows none`;
  if (error instanceof StatusError) return `${error.message}${error.said === "" ? "" : `: ${error.said}`}`;
  return error instanceof Error && error.name === "TimeoutError" ? "no answer in time" : connectionMessage(error);
}

interface PushRequest {
  readonly method: "PUT" | "POST";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

function toRequests(families: readonly MetricFamily[], { kind, url }: PushTarget, tier: string): PushRequest[] {
  if (kind === "remote-write") {
    return encodeRemoteWrite(families, Date.now()).map((body) => ({
      method: "POST",
      url,
      headers: REMOTE_WRITE_HEADERS,
      body,
    }));
  }
  const group = new URL(url);
  group.pathname = `${group.pathname.replace(/\/+$/, "")}/metrics/job/${JOB}/tier/${encodeURIComponent(tier)}`;
  const headers = { "content-type": "text/plain; version=0.0.4; charset=utf-8" };
  return [{ method: "PUT", url: group.href, headers, body: renderExposition(families) }];
}
