import { DefaultArtifactClient } from "@actions/artifact";

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
}

export interface Uploaded {
  readonly id: number;
  /** Bytes of the zip. */
  readonly bytes: number;
}

/** Text like what a run writes becomes a tenth even at the fastest level, and event logs are compressed already. */
const COMPRESSION_LEVEL = 3;

/** Uploads files as one artifact of the workflow run. Throws what the artifact service's client throws. */
export async function uploadArtifact({ name, files, directory, retentionDays, replace }: Upload): Promise<Uploaded> {
  const client = new DefaultArtifactClient();
  const options = { compressionLevel: COMPRESSION_LEVEL, ...(retentionDays === null ? {} : { retentionDays }) };
  const send = () => client.uploadArtifact(name, [...files], directory, options);
  const { id, size } = await send().catch(async (error: unknown) => {
    if (!replace || !isNameTaken(error)) throw error;
    await client.deleteArtifact(name);
    return send();
  });
  if (id === undefined) throw new Error("the artifact service gave no id");
  return { id, bytes: size ?? 0 };
}

/** Whether an upload was refused because the workflow run has an artifact of that name. */
export function isNameTaken(error: unknown): boolean {
  return /\b409\b|conflict|already exists/i.test(String(error));
}
