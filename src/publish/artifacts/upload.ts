import { DefaultArtifactClient } from "@actions/artifact";
import { sendRequest } from "../../lib/http/request.ts";
import { connectionMessage } from "../../lib/http/transient.ts";
import type { Environment } from "../../lib/process/environment.ts";

export interface Upload {
  readonly name: string;
  /** Absolute paths. */
  readonly files: readonly string[];
  /** The paths in the artifact are relative to it. */
  readonly directory: string;
  /** null for what the repository is set to. */
  readonly retentionDays: number | null;
  /** Takes the place of one of that name that this workflow run has, from an attempt before. */
  readonly replace: boolean;
  /** The runner's, with the address of its artifact service and the proxy; this process has the same. */
  readonly environment: Environment;
}

export interface Uploaded {
  readonly id: number;
  /** Bytes of the zip. */
  readonly bytes: number;
}

/** Text like what a run writes becomes a tenth even at the fastest level, and event logs are compressed already. */
const COMPRESSION_LEVEL = 3;
const PROBE_TIMEOUT_MS = 10_000;

/** Uploads files as one artifact of the workflow run. Throws what the artifact service's client throws, or why it cannot be reached. */
export async function uploadArtifact(upload: Upload): Promise<Uploaded> {
  const { name, files, directory, retentionDays, replace, environment } = upload;
  const client = new DefaultArtifactClient();
  const options = { compressionLevel: COMPRESSION_LEVEL, ...(retentionDays === null ? {} : { retentionDays }) };
  const send = () => client.uploadArtifact(name, [...files], directory, options);
  try {
    const { id, size } = await send().catch(async (error: unknown) => {
      if (!replace || !isNameTaken(error)) throw error;
      await client.deleteArtifact(name);
      return send();
    });
    if (id === undefined) throw new Error("the artifact service gave no id");
    return { id, bytes: size ?? 0 };
  } catch (error) {
    throw (await findCause(error, environment)) ?? error;
  }
}

/** Of a connection that failed, the client says a code and no more: what it means is seen by asking the same place once. */
async function findCause(error: unknown, environment: Environment): Promise<Error | null> {
  const [, code] = /Unable to make request: (\w+)/.exec(String(error)) ?? [];
  const url = environment.ACTIONS_RESULTS_URL;
  if (code === undefined || url === undefined) return null;
  try {
    (await sendRequest(url, { environment, signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) })).destroy();
  } catch (cause) {
    return new Error(connectionMessage(cause), { cause: error });
  }
  return new Error(`the connection to ${new URL(url).host} failed (${code})`, { cause: error });
}

/** Whether an upload was refused because the workflow run has an artifact of that name. */
export function isNameTaken(error: unknown): boolean {
  return /\b409\b|conflict|already exists/i.test(String(error));
}
