import { text } from "node:stream/consumers";
import yauzl from "yauzl";

/** What an archive of documents may hold; a larger one was not made by a run. */
const MOST_ENTRIES = 100;
const MOST_BYTES = 64 * 1024 * 1024;

/** An archive that is not what a run uploads: damaged, too large, or with entries that lead elsewhere. */
export class BadArchiveError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "BadArchiveError";
  }
}

/**
 * Texts of the named files of a zip, by name; those that are not in it are missing. The zip comes from another run and may be
 * anybody's: entries are read by their whole name and never written to a path of the zip's choosing, nothing is unpacked that says
 * or turns out to be too large, and yauzl refuses names that lead out of a folder.
 *
 * @throws BadArchiveError
 */
export async function readArchive(zip: Buffer, names: readonly string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  try {
    const file = await yauzl.fromBufferPromise(zip, { strictFileNames: true });
    if (file.entryCount > MOST_ENTRIES) throw new BadArchiveError(`it holds ${file.entryCount} files`);
    for await (const entry of file.eachEntry()) {
      if (!names.includes(entry.fileName)) continue;
      if (found.has(entry.fileName)) throw new BadArchiveError(`it holds ${entry.fileName} twice`);
      if (entry.uncompressedSize > MOST_BYTES) throw new BadArchiveError(`${entry.fileName} is too large`);
      // yauzl ends a stream that turns out longer than its entry says.
      found.set(entry.fileName, await text(await file.openReadStreamPromise(entry)));
    }
  } catch (error) {
    if (error instanceof BadArchiveError) throw error;
    throw new BadArchiveError(error instanceof Error ? error.message : String(error), { cause: error });
  }
  return found;
}
