import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { errorCode } from "./errors.ts";

/**
 * Makes a folder and those above it. Throws Node.js' system error.
 * (mkdir's own `recursive` never returns where a file system answers ENOENT below a folder that exists, as /proc does.)
 */
export async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOENT" && !(await exists(dirname(path)))) {
      await makeDirectory(dirname(path));
      await makeDirectory(path);
    } else if (code !== "EEXIST" || !(await stat(path)).isDirectory()) throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
}
