import { LimitError } from "../../lib/files/limit.ts";
import { ask, StatusError } from "../../lib/http/ask.ts";
import { readBytes } from "../../lib/http/request.ts";
import { connectionMessage } from "../../lib/http/transient.ts";
import type { Environment } from "../../lib/process/environment.ts";
import { describeFailure, type GithubClient, statusOf } from "../github/client.ts";

/** A zip of documents has a thousandth of that. */
const ARTIFACT = { mostBytes: 32 * 1024 * 1024, of: "The file" } as const;
const DOWNLOAD_TIMEOUT_MS = 60_000;
const RETRIES = 2;
const REDIRECTS = 5;
const FIRST_DELAY_MS = 1_000;

/** Why something could not be downloaded, for people. */
export class DownloadError extends Error {
  /** Whether it is not there any more, which is in the order of things. */
  readonly isGone: boolean;

  constructor(message: string, isGone: boolean, options?: ErrorOptions) {
    super(message, options);
    this.name = "DownloadError";
    this.isGone = isGone;
  }
}

export interface DownloadOptions {
  /** For the proxy of the storage. */
  readonly environment: Environment;
  readonly signal: AbortSignal;
}

export interface Repository {
  readonly owner: string;
  readonly repo: string;
}

/** What GitHub keeps files as: the zip of an artifact, an asset of a release. */
const SOURCES = {
  artifact: { route: "GET /repos/{owner}/{repo}/actions/artifacts/{id}/zip", headers: {} },
  asset: {
    route: "GET /repos/{owner}/{repo}/releases/assets/{id}",
    headers: { accept: "application/octet-stream" },
  },
} as const;

/** The content of an artifact or an asset, from the place that GitHub names for it. Throws DownloadError. */
export async function download(
  client: GithubClient,
  { owner, repo }: Repository,
  source: { readonly kind: keyof typeof SOURCES; readonly id: number },
  options: DownloadOptions,
): Promise<Buffer> {
  const { route, headers } = SOURCES[source.kind];
  try {
    const request = { redirect: "manual" } as const;
    const answer = await client.request(route, { owner, repo, id: source.id, headers, request });
    const { location } = answer.headers;
    if (location === undefined && answer.data instanceof ArrayBuffer) return Buffer.from(answer.data);
    if (location === undefined) throw new DownloadError("GitHub's API named no place to download it from", false);
    return await fetchBytes(location, options);
  } catch (error) {
    if (options.signal.aborted || error instanceof DownloadError) throw error;
    throw new DownloadError(describeFailure(error), [404, 410].includes(statusOf(error)), { cause: error });
  }
}

/** From the storage that the API named. It is another host, so it gets no token. */
async function fetchBytes(url: string, options: DownloadOptions): Promise<Buffer> {
  const limits = {
    retries: RETRIES,
    redirects: REDIRECTS,
    firstDelayMs: FIRST_DELAY_MS,
    timeoutMs: DOWNLOAD_TIMEOUT_MS,
  };
  const mayPass = (error: Error) => !isGone(error) && !(error instanceof LimitError);
  return ask(url, { ...options, ...limits, mayPass }, (answer) => readBytes(answer, ARTIFACT)).catch(
    (error: unknown) => {
      if (options.signal.aborted) throw error;
      const reason = error instanceof StatusError ? `the storage answered ${error.status}` : connectionMessage(error);
      throw new DownloadError(reason, isGone(error), { cause: error });
    },
  );
}

function isGone(error: unknown): boolean {
  return error instanceof StatusError && [403, 404, 410].includes(error.status);
}
