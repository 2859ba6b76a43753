/** Writes a document as the only thing on stdout, or a text for people. */
export function print(output: unknown): void {
  process.stdout.write(typeof output === "string" ? `${output.trimEnd()}\n` : `${JSON.stringify(output, null, 2)}\n`);
}
