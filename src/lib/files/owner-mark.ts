import { createHash, randomBytes } from "node:crypto";
import { hasEnded, type ProcessIdentity } from "../process/identity.ts";

/**
 * A part for the name of what a process makes for the moment, by which others see whether that process still runs.
 *
 * @param place of the process, which tells it from those of other machines that see the same folder
 */
export function markOwner({ pid, started }: ProcessIdentity, place: string): string {
  return [pid, randomBytes(4).toString("hex"), started, digest(place)].join("-");
}

/**
 * Whether the process of a mark has ended; false for one elsewhere, and for what is no mark. Names that earlier versions gave to folders say
 * neither when the process started nor where it ran.
 */
export function isOwnerGone(mark: string, self: ProcessIdentity, place: string): boolean {
  const [pid = "", , started = "", machine = digest(place)] = mark.split(/[-.]/);
  return /^\d+$/.test(pid) && machine === digest(place) && hasEnded({ ...self, pid: Number(pid), started });
}

/** Short enough for a file's name. */
function digest(place: string): string {
  return createHash("sha256").update(place).digest("hex").slice(0, 8);
}
