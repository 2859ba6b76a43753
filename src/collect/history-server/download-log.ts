import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import yauzl from "yauzl";
import type { HistoryServerClient } from "./client.ts";

/**
 * Calls `use` with a folder that holds the application's event log, which a History Server gives as a zip of the files. The folder
 * is gone afterwards.
 *
 * @param applicationPath as in the other paths of the REST API
 * @throws InfrastructureError or RefusedError
 */
export async function withDownloadedLog<T>(
  client: HistoryServerClient,
  applicationPath: string,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), "spark-loadtest-log-"));
  try {
    const zip = path.join(folder, "log.zip");
    const log = path.join(folder, "log");
    await client.stream(`${applicationPath}/logs`, async (body) => {
      await pipeline(body, createWriteStream(zip));
      await rm(log, { recursive: true, force: true });
      await mkdir(log);
      await unpack(zip, log);
    });
    return await use(log);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Entries whose names lead out of the folder are refused by yauzl. */
async function unpack(zip: string, folder: string): Promise<void> {
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
