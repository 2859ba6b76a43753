import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import type { z } from "zod";
import { errorCode } from "../errors.ts";
import { parseJson } from "../text/parse-json.ts";
import { ByteLines } from "./byte-lines.ts";
import { refuseOddFile } from "./regular-file.ts";

/** Where a line is in its file. */
export interface LinePlace {
  /** Of its first byte. */
  readonly offset: number;
  readonly bytes: number;
}

/**
 * The lines of a JSON Lines file that the schema takes; none where there is no file. Others are left out: one that is still being
 * written, or that a kill cut short. Throws Node.js' system error.
 */
export async function readJsonLines<T>(path: string, schema: z.ZodType<T>): Promise<T[]> {
  const values: T[] = [];
  for await (const { value } of streamJsonLines(path, schema)) values.push(value);
  return values;
}

/** The same, one after the other and with their places, so that nobody has to hold them all. */
export async function* streamJsonLines<T>(
  path: string,
  schema: z.ZodType<T>,
): AsyncGenerator<LinePlace & { readonly value: T }> {
  let offset = 0;
  for await (const line of streamLines(path)) {
    const parsed = schema.safeParse(parseJson(line.toString("utf8")));
    if (parsed.success) yield { value: parsed.data, offset, bytes: line.length };
    offset += line.length + 1;
  }
}

/** One line of such a file again. Throws where the schema does not take it. */
export async function readJsonLine<T>(path: string, schema: z.ZodType<T>, { offset, bytes }: LinePlace): Promise<T> {
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(bytes), 0, bytes, offset);
    return schema.parse(parseJson(buffer.toString("utf8")));
  } finally {
    await file.close();
  }
}

/** node:readline would also cut where a text of JSON holds U+2028. */
async function* streamLines(path: string): AsyncGenerator<Buffer> {
  const lines = new ByteLines();
  try {
    refuseOddFile(await stat(path));
    for await (const chunk of createReadStream(path)) {
      for (const { bytes } of lines.push(chunk as Buffer)) yield bytes;
    }
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
  }
  for (const { bytes } of lines.rest()) yield bytes;
}
