import { createHash } from "node:crypto";
import type { Run } from "../../model/documents.ts";

/** What makes two runs the same thing measured again. */
export type RunIdentity = Pick<Run, "tier" | "engine" | "workload" | "workflowJob">;

/** Whose artifacts, baseline and comment these are. */
export interface RunKey {
  /** The action's input of that name. */
  readonly artifactName: string;
  readonly tier: string;
  /**
   * Eight hexadecimal digits that follow from workflow, job, values in the matrix, step, engine, tier file and script; null for a run of
   * an earlier version, which does not say.
   */
  readonly id: string | null;
}

const ID_DIGITS = 8;

/** The key of a run. The repository is not part of it: artifacts and comments belong to one anyway. */
export function keyOf(artifactName: string, { tier, engine, workload, workflowJob }: RunIdentity): RunKey {
  if (workload === undefined || workflowJob === undefined) return { artifactName, tier, id: null };
  const { workflow, job, matrix, step } = workflowJob;
  const values = Object.entries(matrix).sort(([a], [b]) => (a < b ? -1 : 1));
  const parts = [workflow, job, values, step, engine, workload.tiersFile, workload.script];
  const id = createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, ID_DIGITS);
  return { artifactName, tier, id };
}
