import { randomBytes } from "node:crypto";
import { link, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { errorCode } from "../errors.ts";

export interface ReplaceOptions {
  /** Nobody else may read it: it holds credentials. */
  readonly ownerOnly?: boolean;
  /** Leaves a file that is there as it is. */
  readonly exclusive?: boolean;
}

/** Of at most four bytes a character. */
const PARTIAL_NAME_LENGTH = 50;

/**
 * Writes a file whole or not at all: readers see the old file or the new one, also when the process is killed in between or the disk is
 * full.
 *
 * @returns false where `exclusive` found a file
 * @throws Node.js' system error, or what `content` throws
 */
export async function replaceFile(
  path: string,
  content: string | AsyncIterable<string>,
  { ownerOnly = false, exclusive = false }: ReplaceOptions = {},
): Promise<boolean> {
  // Whatever room the name itself has left.
  const start = basename(path).slice(0, PARTIAL_NAME_LENGTH);
  const partial = join(dirname(path), `.${start}.${randomBytes(6).toString("hex")}.tmp`);
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
