import { link, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { errorCode } from "../errors.ts";
import { identifyProcess } from "../process/identity.ts";
import { isOwnerGone, markOwner } from "./owner-mark.ts";

/** Whole, or in pieces as they come. */
export type FileContent = string | Iterable<string> | AsyncIterable<string>;

export interface ReplaceOptions {
  /** Nobody else may read it: it holds credentials. */
  readonly ownerOnly?: boolean;
  /** Leaves a file that is there as it is. */
  readonly exclusive?: boolean;
}

/** Of at most four bytes a character. */
const PARTIAL_NAME_LENGTH = 50;
const SUFFIX = ".tmp";
/** Earlier versions did not say in a name whose it is. */
const UNMARKED = /^[0-9a-f]{12}$/;
/** What is older was not written by a process that still writes. */
const OLD_MS = 24 * 60 * 60 * 1000;

/**
 * Writes a file whole or not at all: readers see the old file or the new one, also when the process is killed in between or the disk is
 * full. What killed processes left of the same file beside it is removed.
 *
 * @returns false where `exclusive` found a file
 * @throws Node.js' system error, or what `content` throws
 */
export async function replaceFile(
  path: string,
  content: FileContent,
  { ownerOnly = false, exclusive = false }: ReplaceOptions = {},
): Promise<boolean> {
  // Whatever room the name itself has left.
  const prefix = `.${basename(path).slice(0, PARTIAL_NAME_LENGTH)}.`;
  const self = identifyProcess();
  await removeLeftovers(dirname(path), prefix, (mark) => isOwnerGone(mark, self));
  const partial = join(dirname(path), prefix + markOwner(self) + SUFFIX);
  try {
    await writeFile(partial, content, { flag: "wx", mode: ownerOnly ? 0o600 : 0o666 });
    // Unlike a rename, a link fails where there is a file.
    await (exclusive ? link(partial, path) : rename(partial, path));
    return true;
  } catch (error) {
    if (exclusive && errorCode(error) === "EEXIST") return false;
    throw error;
  } finally {
    await rm(partial, { force: true }).catch(() => undefined);
  }
}

async function removeLeftovers(directory: string, prefix: string, isLeft: (mark: string) => boolean): Promise<void> {
  // A folder that may not be read may still be written.
  const names = await readdir(directory).catch(() => []);
  for (const name of names) {
    if (!name.startsWith(prefix) || !name.endsWith(SUFFIX)) continue;
    const mark = name.slice(prefix.length, -SUFFIX.length);
    const path = join(directory, name);
    if (isLeft(mark) || (UNMARKED.test(mark) && (await isOld(path))))
      await rm(path, { force: true }).catch(() => undefined);
  }
}

async function isOld(path: string): Promise<boolean> {
  const stats = await stat(path).catch(() => null);
  return stats !== null && Date.now() - stats.mtimeMs > OLD_MS;
}
