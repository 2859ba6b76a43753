import { readFile } from "node:fs/promises";
import type { z } from "zod";
import { errorCode } from "./errors.ts";

/**
 * The lines of a JSON Lines file that the schema takes; none where there is no file. Others are left out: one that is still being
 * written, or that a kill cut short. Throws Node.js' system error.
 */
export async function readJsonLines<T>(path: string, schema: z.ZodType<T>): Promise<T[]> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw error;
  }
  return text.split("\n").flatMap((line) => {
    const parsed = schema.safeParse(parseJson(line));
    return parsed.success ? [parsed.data] : [];
  });
}

/** The value of a JSON text; undefined for what is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
