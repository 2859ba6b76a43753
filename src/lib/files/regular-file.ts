import { readFileSync, type Stats, statSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";

/**
 * What a file of a file system is that is neither a file nor a folder, after "it is": "a named pipe"; null for those two. Reading one would
 * wait for whoever writes to it, or has no end.
 */
export function describeOddFile(
  stats: Pick<Stats, "isFIFO" | "isSocket" | "isCharacterDevice" | "isBlockDevice">,
): string | null {
  if (stats.isFIFO()) return "a named pipe";
  if (stats.isSocket()) return "a socket";
  if (stats.isCharacterDevice() || stats.isBlockDevice()) return "a device";
  return null;
}

/** Reads a file that the user named. Throws Node.js' system error, or an error that says what it is in place of a file. */
export async function readRegularFile(path: string): Promise<Buffer> {
  refuseOddFile(await stat(path));
  return readFile(path);
}

/** The same at once. */
export function readRegularFileSync(path: string): Buffer {
  refuseOddFile(statSync(path));
  return readFileSync(path);
}

/** Throws an error that says what something is that is neither a file nor a folder. */
export function refuseOddFile(stats: Stats): void {
  const odd = describeOddFile(stats);
  if (odd !== null) throw new Error(`it is ${odd}, and not a file: write what comes of it into a file first`);
}
