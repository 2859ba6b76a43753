import { createWriteStream } from "node:fs";
import { lstat, mkdir, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import type { Entry } from "yauzl";
import { tooLarge, tooMany } from "../../lib/files/limit.ts";
import { isOwnerGone, markOwner } from "../../lib/files/owner-mark.ts";
import { once } from "../../lib/once.ts";
import { identifyProcess } from "../../lib/process/identity.ts";

const TEMPORARY = "spark-loadtest-log-";

/** Calls `use` with a folder of its own, which is gone afterwards. What killed processes of the same user left of theirs is removed. */
export async function withTemporaryFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  await removeLeftovers();
  const folder = path.join(tmpdir(), TEMPORARY + markOwner(identifyProcess()));
  await mkdir(folder, { mode: 0o700 });
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** At the first folder of a process: a History Server is asked for a thousand logs, each with a folder of its own. */
const removeLeftovers = once(async () => {
  const self = identifyProcess();
  const names = await readdir(tmpdir()).catch(() => []);
  for (const name of names) {
    if (!name.startsWith(TEMPORARY) || !isOwnerGone(name.slice(TEMPORARY.length), self)) continue;
    const folder = path.join(tmpdir(), name);
    // The folder for temporary files is everybody's.
    const owner = await lstat(folder).catch(() => null);
    if (owner?.uid === process.getuid?.()) await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
});

/** Of all files of an archive together, unpacked. A few megabytes of zip can hold a thousand times as much. */
const MOST_BYTES = 2 * 1024 * 1024 * 1024;
const MOST_ENTRIES = 10_000;
const ARCHIVE = "The archive";

/**
 * Unpacks an archive. Entries whose names lead out of the folder are refused by yauzl.
 *
 * @throws LimitError where it holds, or says that it holds, more than can be unpacked here; yauzl's error for a damaged one
 */
export async function unzip(zip: string, folder: string): Promise<void> {
  // On demand: logs are seldom in a zip, and start-up is part of every command.
  const { default: yauzl } = await import("yauzl");
  const file = await yauzl.openPromise(zip, { autoClose: false });
  try {
    if (file.entryCount > MOST_ENTRIES) throw tooMany(ARCHIVE, MOST_ENTRIES, "files");
    const entries: Entry[] = [];
    for await (const entry of file.eachEntry()) entries.push(entry);
    // yauzl ends a stream that turns out longer than its entry says.
    const bytes = entries.reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0);
    if (bytes > MOST_BYTES) throw tooLarge({ mostBytes: MOST_BYTES, of: ARCHIVE });
    for (const entry of entries) {
      const target = path.join(folder, entry.fileName);
      if (entry.fileName.endsWith("/")) continue;
      await mkdir(path.dirname(target), { recursive: true });
      await pipeline(await file.openReadStreamPromise(entry), createWriteStream(target));
    }
  } finally {
    file.close();
  }
}
