import { setTimeout as sleep } from "node:timers/promises";
import { describeFailure, type GithubClient, statusOf } from "../github/client.ts";

/** A zip of documents has a thousandth of that. */
const MOST_BYTES = 32 * 1024 * 1024;
const DOWNLOAD_TIMEOUT_MS = 60_000;

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

export interface Repository {
  readonly owner: string;
  readonly repo: string;
}

/** The zip of an artifact. Throws DownloadError. */
export function downloadArtifact(client: GithubClient, { owner, repo }: Repository, id: number, signal: AbortSignal) {
  return download(signal, async () => {
    const { headers, status } = await client.rest.actions.downloadArtifact({
      owner,
      repo,
      artifact_id: id,
      archive_format: "zip",
      request: { redirect: "manual" },
    });
    return { status: status as number, location: headers.location };
  });
}

/** The content of a release's asset. Throws DownloadError. */
export async function downloadAsset(
  client: GithubClient,
  { owner, repo }: Repository,
  id: number,
  signal: AbortSignal,
): Promise<Buffer> {
  return download(signal, async () => {
    const { headers, data, status } = await client.rest.repos.getReleaseAsset({
      owner,
      repo,
      asset_id: id,
      headers: { accept: "application/octet-stream" },
      request: { redirect: "manual" },
    });
    return { status: status as number, location: headers.location, data: data as unknown };
  });
}

async function download(
  signal: AbortSignal,
  ask: () => Promise<{ status: number; location?: string | undefined; data?: unknown }>,
): Promise<Buffer> {
  try {
    const { location, data } = await ask();
    if (data instanceof ArrayBuffer) return Buffer.from(data);
    if (location === undefined) throw new DownloadError("GitHub's API named no place to download it from", false);
    return await fetchBytes(location, signal);
  } catch (error) {
    if (signal.aborted || error instanceof DownloadError) throw error;
    throw new DownloadError(describeFailure(error), [404, 410].includes(statusOf(error)), { cause: error });
  }
}

/** From the storage that the API named. It is another host, so it gets no token. */
async function fetchBytes(url: string, signal: AbortSignal): Promise<Buffer> {
  for (let attempt = 1; ; attempt++) {
    try {
      const response = await fetch(url, {
        signal: AbortSignal.any([signal, AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS)]),
      });
      if (!response.ok) {
        const isGone = [403, 404, 410].includes(response.status);
        throw new DownloadError(`the storage answered ${response.status}`, isGone);
      }
      return await readBounded(response);
    } catch (error) {
      if (signal.aborted || attempt === 3 || (error instanceof DownloadError && error.isGone)) throw error;
      await sleep(1000 * attempt, undefined, { signal });
    }
  }
}

async function readBounded(response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new DownloadError(`it is larger than ${MOST_BYTES / 1024 / 1024} MB`, true);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
