import { access, constants, stat } from "node:fs/promises";
import { delimiter, join } from "node:path";
import type { Environment } from "./environment.ts";

/** The first program of a name in the folders of PATH; null for none. */
export async function findOnPath(name: string, environment: Environment): Promise<string | null> {
  for (const folder of (environment.PATH ?? "").split(delimiter).filter((entry) => entry !== "")) {
    const candidate = join(folder, name);
    try {
      await access(candidate, constants.X_OK);
      if ((await stat(candidate)).isFile()) return candidate;
    } catch {
      // Not in this one.
    }
  }
  return null;
}
