import { toLogText, toPrintableJson } from "../../lib/text/printable.ts";

/** Writes a text for people, or a document as the only thing on stdout. */
export function print(output: unknown): void {
  const text = typeof output === "string" ? toLogText(output).trimEnd() : toPrintableJson(output);
  process.stdout.write(`${text}\n`);
}
