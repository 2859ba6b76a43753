import { createHash, randomBytes } from "node:crypto";
import { hasEnded, type ProcessIdentity } from "../process/identity.ts";

/**
 * A part for the name of what a process makes for the moment, by which others see whether that process still runs, also those of other
 * machines that see the same folder.
 */
export function markOwner(self: ProcessIdentity): string {
  return [self.pid, randomBytes(4).toString("hex"), self.started, digestPlace(self)].join("-");
}

/**
 * Whether the process of a mark has ended; false for one elsewhere, and for what is no mark. Names that earlier versions gave to folders say
 * neither when the process started nor where it ran.
 */
export function isOwnerGone(mark: string, self: ProcessIdentity): boolean {
  const [pid = "", , started = "", place = digestPlace(self)] = mark.split(/[-.]/);
  return /^\d+$/.test(pid) && place === digestPlace(self) && hasEnded({ ...self, pid: Number(pid), started });
}

/** Short enough for a file's name. */
function digestPlace({ host, machine }: ProcessIdentity): string {
  return createHash("sha256").update(`${host}/${machine}`).digest("hex").slice(0, 8);
}
