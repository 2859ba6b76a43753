import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import { toDnsText } from "../../cluster/namespaces/labels.ts";

/** Id of a run. On a cluster it is the workflow's name too, so it is a DNS label: at most 53 characters. */
export function nameRun(tier: string, startedAt: Date): string {
  const time = startedAt.toISOString().replace(/[-:]|\..*/g, "");
  return `${toDnsText(tier)}-${time.toLowerCase()}-${randomBytes(2).toString("hex")}`;
}

/** Where a run is kept when nobody names a folder: absolute path. */
export function defaultDirectory(runId: string): string {
  return resolve("spark-loadtest-runs", runId);
}
