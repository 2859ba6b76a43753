import { createWriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { unzip, withTemporaryFolder } from "../log-files/unzip.ts";
import type { HistoryServerClient } from "./client.ts";

/** Of the zip, which the system's folder for temporary files has to hold beside what is in it. */
const MOST_ZIP_BYTES = 2 * 1024 * 1024 * 1024;

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
  return withTemporaryFolder(async (folder) => {
    const zip = path.join(folder, "log.zip");
    const log = path.join(folder, "log");
    await client.stream(`${applicationPath}/logs`, MOST_ZIP_BYTES, async (body) => {
      await pipeline(body, createWriteStream(zip));
      await rm(log, { recursive: true, force: true });
      await mkdir(log);
      await unzip(zip, log);
    });
    return use(log);
  });
}
