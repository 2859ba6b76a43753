import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { errorCode } from "../errors.ts";

/** The SHA-256 of a file, in hexadecimal; null where there is none. */
export async function hashFile(path: string): Promise<string | null> {
  const hash = createHash("sha256");
  try {
    await pipeline(createReadStream(path), hash);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
    throw error;
  }
  return hash.digest("hex");
}
