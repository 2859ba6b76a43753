import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pipeline } from "node:stream/promises";

/** Calls `use` with a folder of its own, which is gone afterwards. */
export async function withTemporaryFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), "spark-loadtest-log-"));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Entries whose names lead out of the folder are refused by yauzl. */
export async function unzip(zip: string, folder: string): Promise<void> {
  // On demand: logs are seldom in a zip, and start-up is part of every command.
  const { default: yauzl } = await import("yauzl");
  const file = await yauzl.openPromise(zip);
  try {
    for await (const entry of file.eachEntry()) {
      const target = path.join(folder, entry.fileName);
      if (entry.fileName.endsWith("/")) continue;
      await mkdir(path.dirname(target), { recursive: true });
      await pipeline(await file.openReadStreamPromise(entry), createWriteStream(target));
    }
  } finally {
    file.close();
  }
}
