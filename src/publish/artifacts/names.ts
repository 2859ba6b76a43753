import { toFileName } from "../../lib/files/file-name.ts";
import type { CommentKey } from "../comment/body.ts";

/** Name of the artifact with everything that a run left. */
export function nameArtifact({ artifactName, tier }: CommentKey): string {
  return toFileName(`${artifactName}-${tier}`);
}

/**
 * Name of the artifact with the documents alone. What the default branch ran is the baseline of later runs; from the rest a
 * comment can be made afterwards.
 */
export function nameDocuments(key: CommentKey, use: "baseline" | "results"): string {
  return `${nameArtifact(key)}-${use}`;
}
