import type { Target } from "../target.ts";
import { ARCHIVES } from "./archives.ts";
import { CODECS } from "./codecs.ts";
import { DOCUMENTS } from "./documents.ts";
import { EVENT_LOGS } from "./event-logs.ts";
import { TIERS } from "./tiers.ts";

export const TARGETS: readonly Target[] = [EVENT_LOGS, CODECS, DOCUMENTS, TIERS, ARCHIVES];

/** Throws for a name that is none. */
export function findTarget(name: string): Target {
  const target = TARGETS.find((each) => each.name === name);
  if (target === undefined) throw new Error(`${name} is none of ${TARGETS.map((each) => each.name).join(", ")}`);
  return target;
}
