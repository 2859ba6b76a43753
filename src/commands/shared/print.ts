import { writeDocument, writeText } from "../../lib/process/output.ts";

/** Writes a text for people, or a document as the only thing on stdout. */
export function print(output: unknown): void {
  if (typeof output === "string") writeText(process.stdout, output);
  else writeDocument(process.stdout, output);
}
