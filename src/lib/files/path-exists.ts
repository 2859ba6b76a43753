import { stat } from "node:fs/promises";
import { errorCode } from "../errors.ts";

/** Whether something is at a path. Throws Node.js' system error where that cannot be told. */
export async function pathExists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    // Below a file there is nothing either, nor at the end of links that lead in a circle.
    if (["ENOENT", "ENOTDIR", "ELOOP"].includes(errorCode(error) ?? "")) return false;
    throw error;
  }
}
