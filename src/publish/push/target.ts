import { BadInputError } from "../../lib/errors.ts";
import { redactText } from "../../lib/text/redact.ts";

/** Where a run's metrics are sent. */
export interface PushTarget {
  readonly kind: "pushgateway" | "remote-write";
  /** Without credentials. */
  readonly url: string;
  /** For people: without the query, too, which may hold a token. */
  readonly shownUrl: string;
  /** Value of the header; secret. */
  readonly authorization: string | null;
}

/** The last parts of the paths of receivers: Prometheus and VictoriaMetrics, Mimir and Cortex, Thanos. */
const REMOTE_WRITE = /\/(write|push|receive)\/?$/;
const HINT =
  "Give a Pushgateway such as http://pushgateway:9091, or a receiver of remote write such as http://prometheus:9090/api/v1/write.";

/**
 * Reads an address for --push-metrics. Credentials are those of the address, or the bearer token. Throws BadInputError, which does
 * not repeat credentials.
 */
export function readPushTarget(text: string, token: string | undefined): PushTarget {
  let url: URL;
  let user: string;
  try {
    url = new URL(text);
    user = [url.username, url.password].map(decodeURIComponent).join(":");
  } catch {
    // Where it has what may be a user or a token, no part of it is shown.
    const shown = /^[\w./-]+$/.test(text) ? ` ${redactText(text)}` : "'s address";
    throw new BadInputError(`--push-metrics${shown} is no URL.`, { hint: HINT });
  }
  const { protocol, pathname, host } = url;
  if (protocol !== "http:" && protocol !== "https:") {
    throw new BadInputError(`--push-metrics starts with ${protocol} and not with http: or https:.`, { hint: HINT });
  }
  url.username = url.password = url.hash = "";
  const basic = user === ":" ? null : `Basic ${Buffer.from(user).toString("base64")}`;
  return {
    kind: REMOTE_WRITE.test(pathname) ? "remote-write" : "pushgateway",
    url: url.href,
    shownUrl: `${protocol}//${host}${pathname}`,
    authorization: basic ?? (token ? `Bearer ${token}` : null),
  };
}
