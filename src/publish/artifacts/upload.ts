import { DefaultArtifactClient } from "@actions/artifact";

export interface Upload {
  readonly name: string;
  /** Absolute paths. */
  readonly files: readonly string[];
  /** The paths in the artifact are relative to it. */
  readonly directory: string;
  /** null for what the repository is set to. */
  readonly retentionDays: number | null;
}

export interface Uploaded {
  readonly id: number;
  /** Bytes of the zip. */
  readonly bytes: number;
}

/** Text like what a run writes becomes a tenth even at the fastest level, and event logs are compressed already. */
const COMPRESSION_LEVEL = 3;

/** Uploads files as one artifact of the workflow run. Throws what the artifact service's client throws. */
export async function uploadArtifact({ name, files, directory, retentionDays }: Upload): Promise<Uploaded> {
  const { id, size } = await new DefaultArtifactClient().uploadArtifact(name, [...files], directory, {
    compressionLevel: COMPRESSION_LEVEL,
    ...(retentionDays === null ? {} : { retentionDays }),
  });
  if (id === undefined) throw new Error("the artifact service gave no id");
  return { id, bytes: size ?? 0 };
}
