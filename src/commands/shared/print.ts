import { toPrintable } from "../../lib/text/printable.ts";

/** Writes a text for people, or a document as the only thing on stdout. */
export function print(output: unknown): void {
  const text = typeof output === "string" ? toPrintable(output).trimEnd() : JSON.stringify(output, null, 2);
  process.stdout.write(`${text}\n`);
}
