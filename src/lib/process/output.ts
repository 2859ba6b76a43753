import { neutraliseCommands, toLine, toPaintedLine, toPrintableJson } from "../text/printable.ts";
import { redactText } from "../text/redact.ts";

/**
 * The only file that writes to standard output, to standard error, and with that to the log of a step of GitHub Actions. Whatever the
 * texts hold that come here, what leaves is printable, what looks secret in lines for people is redacted, and no line is a command to the
 * runner that is not one of ours. Documents are redacted at their fields, where they are made.
 */

/** A terminal, a pipe or a log: `process.stdout`, `process.stderr`. */
export interface TextStream {
  write(text: string): unknown;
}

/** Lines for people, in one piece. Each is one line, whatever it holds. */
export function writeLines(stream: TextStream, lines: readonly string[]): void {
  stream.write(showLines(lines));
}

/** Lines that exist to give their reader a credential: the only ones that are not redacted. */
export function writeCredential(stream: TextStream, lines: readonly string[]): void {
  stream.write(endLines(lines.map(toLine)));
}

/** The lines of a text for people. */
export function writeText(stream: TextStream, text: string): void {
  writeLines(stream, text.trimEnd().split("\n"));
}

/** Lines with colours of ours, and with texts of others that have been cleaned. */
export function writePainted(stream: TextStream, lines: readonly string[]): void {
  stream.write(lines.map((line) => `${toPaintedLine(line, redactText)}\n`).join(""));
}

/**
 * A document, which stays the same value.
 *
 * @param format writes it; where that leaves something that a terminal or a runner acts on, it is written as JSON with escapes (which is
 *   YAML, too). JSON unless given.
 */
export function writeDocument(stream: TextStream, value: unknown, format?: (value: unknown) => string): void {
  const text = format?.(value).trimEnd();
  const isHarmless = text?.split("\n").every((line) => neutraliseCommands(toLine(line)) === line);
  for (const piece of isHarmless ? [text ?? ""] : toPrintableJson(value)) stream.write(piece);
  stream.write("\n");
}

/** A group of lines that GitHub Actions folds at first, in one piece, so that nothing gets between. */
export function writeGroup(stream: TextStream, title: string, lines: readonly string[]): void {
  // The runner decodes percents in what follows a command.
  const shown = redactText(toLine(title)).replaceAll("%", "%25");
  stream.write(`::group::${shown}\n${showLines(lines)}::endgroup::\n`);
}

/** Together, since a secret may be several lines. */
function showLines(lines: readonly string[]): string {
  return endLines(lines.length === 0 ? [] : redactText(lines.map(toLine).join("\n")).split("\n"));
}

function endLines(lines: readonly string[]): string {
  return lines.map((line) => `${neutraliseCommands(line)}\n`).join("");
}

const ESC = "\u001B[";
/** Terminals that know it show all between the two at once; the others ignore it. */
const SYNCHRONIZED = { begin: `${ESC}?2026h`, end: `${ESC}?2026l` };
/** A character that is wider than expected then costs the end of its line, not a line of what stands above. */
const WRAP = { off: `${ESC}?7l`, on: `${ESC}?7h` };
const ERASE_LINE_END = `${ESC}K`;
const ERASE_BELOW = `${ESC}J`;

export interface Redrawing {
  /** Rows between the cursor and the first one of what is replaced. */
  readonly up: number;
  /** Whether what stands there is erased before, instead of being written over. */
  readonly erase: boolean;
  /** Lines that stay, above the block. */
  readonly staying: readonly string[];
  /** The lines of the block, with colours of ours. They were redacted before they were cut to the width: a cut secret is not known as one. */
  readonly block: readonly string[];
}

/** Replaces the lines at the bottom of a terminal, in one piece. The cursor rests at the start of the line below them. */
export function redraw(stream: TextStream, { up, erase, staying, block }: Redrawing): void {
  const home = up === 0 ? "" : `${ESC}${up}A`;
  const above = showLines(staying);
  const below = block.map((line) => `${toPaintedLine(line)}${ERASE_LINE_END}\n`).join("");
  stream.write(
    `${SYNCHRONIZED.begin}${home}\r${erase ? ERASE_BELOW : ""}${above}${WRAP.off}${below}${ERASE_BELOW}${WRAP.on}${SYNCHRONIZED.end}`,
  );
}
