import { randomBytes } from "node:crypto";
import { rename, rm, writeFile } from "node:fs/promises";

/** Writes a file with credentials in one step; only its owner can read it. Throws Node.js' system error. */
export async function writeSecretFile(path: string, text: string): Promise<void> {
  const partial = `${path}.${process.pid}-${randomBytes(4).toString("hex")}`;
  try {
    await writeFile(partial, text, { mode: 0o600, flag: "wx" });
    await rename(partial, path);
  } finally {
    await rm(partial, { force: true });
  }
}
