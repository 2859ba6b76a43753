import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { errorCode } from "../errors.ts";

/** The checksum of a file, in hexadecimal; null where there is no such file. */
export async function hashFile(path: string, algorithm = "sha256"): Promise<string | null> {
  const hash = createHash(algorithm);
  try {
    await pipeline(createReadStream(path), hash);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
    throw error;
  }
  return hash.digest("hex");
}
