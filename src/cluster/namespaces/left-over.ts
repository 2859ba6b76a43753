import { hasEnded, type ProcessIdentity, parseProcessIdentity } from "../../lib/process/identity.ts";
import { EXPIRES_LABEL, KEEP_LABEL, PROCESS_ANNOTATION } from "./labels.ts";

/** An object of a run, of which only what says whose it is counts here. */
export interface Labelled {
  readonly metadata?: {
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

/** Whether a namespace's or a workflow's time is over. */
export function isExpired({ metadata }: Labelled, nowMs: number): boolean {
  const expires = Number(metadata?.labels?.[EXPIRES_LABEL]);
  // What has no expiry was not made by a run as we make them: not ours to judge.
  return Number.isFinite(expires) && expires * 1000 < nowMs;
}

/** Whether it was left on purpose, to be looked at. */
export function isKept({ metadata }: Labelled): boolean {
  return metadata?.labels?.[KEEP_LABEL] !== undefined;
}

/** The process that looks after a namespace; null for one that a workflow looks after. */
export function findOwner({ metadata }: Labelled): ProcessIdentity | null {
  return parseProcessIdentity(metadata?.annotations?.[PROCESS_ANNOTATION]);
}

/** Whether nobody looks after a process's namespace any more: its time is over, or its process has ended on this machine. */
export function isLeftOver(
  namespace: Labelled,
  nowMs: number,
  isOver: (owner: ProcessIdentity) => boolean = hasEnded,
): boolean {
  const owner = findOwner(namespace);
  if (owner === null) return false;
  return isExpired(namespace, nowMs) || (!isKept(namespace) && isOver(owner));
}
