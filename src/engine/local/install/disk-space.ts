import { statfs } from "node:fs/promises";
import { InfrastructureError } from "../../../lib/errors.ts";
import { formatBytes } from "../../../lib/text/format.ts";

type Statfs = (path: string) => Promise<{ bavail: number; bsize: number }>;

/**
 * Checks that a folder's file system has room, so that a long step does not end half-way.
 *
 * @param what the step, for the message: "To install pyspark 4.1.4"
 * @throws InfrastructureError
 */
export async function checkDiskSpace(
  folder: string,
  neededBytes: number,
  what: string,
  readStatfs: Statfs = statfs,
): Promise<void> {
  const { bavail, bsize } = await readStatfs(folder);
  const freeBytes = bavail * bsize;
  if (freeBytes >= neededBytes) return;
  throw new InfrastructureError(
    `${what}, ${formatBytes(neededBytes)} of disk space are needed in ${folder}, and ${formatBytes(freeBytes)} are free.`,
    { hint: "Make room, or choose another disk for the cache with --cache-dir and for the run with --out." },
  );
}
