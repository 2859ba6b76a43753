import { randomBytes } from "node:crypto";
import { toDnsText } from "../../cluster/namespaces/labels.ts";

/** Id of a run. On a cluster it is the workflow's name too, so it is a DNS label: at most 53 characters. */
export function nameRun(tier: string, startedAt: Date): string {
  const time = startedAt.toISOString().replace(/[-:]|\..*/g, "");
  return `${toDnsText(tier)}-${time.toLowerCase()}-${randomBytes(2).toString("hex")}`;
}
