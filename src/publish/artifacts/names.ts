import { toFileName } from "../../lib/files/file-name.ts";
import type { RunKey } from "../github/run-key.ts";

/**
 * Name of the artifact with everything that a run left. A workflow run that was started again has one of each attempt.
 *
 * @param attempt of the workflow run, from 1
 */
export function nameArtifact({ artifactName, tier, id }: RunKey, attempt: number): string {
  const name = toFileName([artifactName, tier, ...(id === null ? [] : [id])].join("-"));
  return attempt > 1 ? `${name}-attempt-${attempt}` : name;
}

/** Name of the artifact with the documents of a run that is part of the baseline; by it later runs find them, of whatever attempt. */
export function nameBaseline(key: RunKey): string {
  return `${nameArtifact(key, 1)}-baseline`;
}

const RESULTS = "-results";

/** Name of the artifact with the documents of any other run, from which a comment can be made afterwards. */
export function nameResults(key: RunKey, attempt: number): string {
  return `${nameArtifact(key, attempt)}${RESULTS}`;
}

/** The name of the artifact with everything, of the one with the documents; null for another artifact. */
export function readResultsName(name: string, artifactName: string): { full: string; attempt: number } | null {
  if (!name.startsWith(`${artifactName}-`) || !name.endsWith(RESULTS)) return null;
  const full = name.slice(0, -RESULTS.length);
  const rest = full.slice(artifactName.length + 1);
  if (!/^[A-Za-z][A-Za-z0-9_-]{0,59}$/.test(rest)) return null;
  return { full, attempt: Number(/-attempt-(\d{1,5})$/.exec(rest)?.[1] ?? 1) };
}
