import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { errorCode } from "../errors.ts";
import { identifyProcess, type ProcessIdentity } from "../process/identity.ts";
import { makeDirectory } from "./make-directory.ts";
import { isOwnerGone, markOwner } from "./owner-mark.ts";
import { pathExists } from "./path-exists.ts";

/**
 * Makes a folder whole or not at all, or leaves it as it is where it is whole: `fill` gets a new folder beside it, which is renamed when
 * it is complete. Of two processes at once one wins, and both have the folder. What killed processes left is removed.
 *
 * @param isWhole whether a folder that is there is what `fill` would make; one that is not is replaced
 * @returns whether it was made now
 */
export async function installFolder(
  target: string,
  fill: (folder: string) => Promise<void>,
  isWhole: (target: string) => Promise<boolean> = pathExists,
): Promise<boolean> {
  if (await isWhole(target)) return false;
  const self = identifyProcess();
  await makeDirectory(dirname(target));
  await removeLeftovers(target, self);
  const partial = partialPrefix(target, self) + markOwner(self);
  await mkdir(partial);
  try {
    await fill(partial);
    return await moveIntoPlace(partial, target, isWhole);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

async function moveIntoPlace(
  partial: string,
  target: string,
  isWhole: (target: string) => Promise<boolean>,
): Promise<boolean> {
  try {
    await rename(partial, target);
    return true;
  } catch (error) {
    if (!["ENOTEMPTY", "EEXIST"].includes(errorCode(error) ?? "")) throw error;
  }
  if (await isWhole(target)) return false;
  const old = `${partial}.old`;
  await rename(target, old).catch((error) => {
    // Another process has taken it away.
    if (errorCode(error) !== "ENOENT") throw error;
  });
  await rm(old, { recursive: true, force: true });
  return moveIntoPlace(partial, target, isWhole);
}

/** The host is part of it because a cache may be shared between machines, whose process ids are not each other's. */
function partialPrefix(target: string, { host }: ProcessIdentity): string {
  return `${target}.partial-${host.replace(/[^A-Za-z0-9]/g, "_")}-`;
}

async function removeLeftovers(target: string, self: ProcessIdentity): Promise<void> {
  const prefix = basename(partialPrefix(target, self));
  for (const name of await readdir(dirname(target))) {
    if (!name.startsWith(prefix)) continue;
    if (!isOwnerGone(name.slice(prefix.length), self)) continue;
    await rm(join(dirname(target), name), { recursive: true, force: true });
  }
}
