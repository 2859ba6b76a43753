import { randomBytes } from "node:crypto";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { errorCode } from "../../../lib/errors.ts";
import { makeDirectory } from "../../../lib/files/make-directory.ts";
import { pathExists } from "../../../lib/files/path-exists.ts";

/**
 * Makes a folder in one step, or leaves it as it is where it exists: `fill` gets a new folder beside it, which is renamed when
 * it is complete. Of two processes at once one wins, and both have the folder. What killed processes left is removed.
 *
 * @returns whether it was made now
 */
export async function installFolder(target: string, fill: (folder: string) => Promise<void>): Promise<boolean> {
  if (await pathExists(target)) return false;
  await makeDirectory(dirname(target));
  await removeLeftovers(target);
  const partial = `${partialPrefix(target)}${process.pid}-${randomBytes(4).toString("hex")}`;
  await mkdir(partial);
  try {
    await fill(partial);
    await rename(partial, target);
    return true;
  } catch (error) {
    if (["ENOTEMPTY", "EEXIST"].includes(errorCode(error) ?? "") && (await pathExists(target))) return false;
    throw error;
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/** The host is part of it because a cache may be shared between containers, whose process ids are not each other's. */
function partialPrefix(target: string): string {
  return `${target}.partial-${hostname().replace(/[^A-Za-z0-9]/g, "_")}-`;
}

async function removeLeftovers(target: string): Promise<void> {
  const prefix = basename(partialPrefix(target));
  for (const name of await readdir(dirname(target))) {
    if (!name.startsWith(prefix)) continue;
    const pid = Number.parseInt(name.slice(prefix.length), 10);
    if (Number.isNaN(pid) || isRunning(pid)) continue;
    await rm(join(dirname(target), name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === "EPERM";
  }
}
