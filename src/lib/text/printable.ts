import { toJsonPieces } from "./json-pieces.ts";

/**
 * C0 and C1 controls but tab and newline (terminals act on them, XML forbids most), bidirectional overrides (they make a line read
 * as another one), separators of lines, what is invisible (it makes two names look alike), the two non-characters that XML forbids, and
 * halves of surrogate pairs. Variation selectors are none of these, nor are joiners within emoji and in scripts that are written with them.
 */
export const UNPRINTABLE =
  /(?![\t\n])\p{Cc}|[\u034F\u00AD\u061C\u115F\u1160\u17B4\u17B5\u180E\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\u3164\uFEFF\uFFA0\uFFF0-\uFFFB\uFFFE\uFFFF\u{E0000}-\u{E007F}]|(?<![\p{M}\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Script=Arabic}\p{Script=Syriac}])[\u200C\u200D]|\p{Surrogate}/gu;

/**
 * Escape sequences of terminals (ECMA-48): colours and movements, titles and links with what they hold, all others of one character. What
 * begins a text and does not end it holds no further escape, so that the time grows with the length.
 */
export const ESCAPE_SEQUENCE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is to be removed
  /\u001B\[[0-?]*[ -/]*[@-~]|\u009B[0-?]+[ -/]*[@-~]|(?:\u001B[\]PX^_]|[\u009D\u0090\u0098\u009E\u009F])[^\u0007\u001B\u0080-\u009F]*(?:\u0007|\u001B\\|\u009C)|\u001B[ -/]*[0-~]/g;

/**
 * Text from files, logs and other programs as it may be shown anywhere: without escape sequences, its line ends "\n", and what a terminal
 * or a browser would otherwise act on as U+FFFD.
 */
export function toPrintable(text: string): string {
  return PLAIN_ASCII.test(text)
    ? text
    : text
        .replace(ESCAPE_SEQUENCE, "")
        .replace(/\r\n?|[\u2028\u2029]/g, "\n")
        .replace(UNPRINTABLE, "\uFFFD");
}

const PLAIN_ASCII = /^[\n\t -~]*$/;

/** The same on one line: a name cannot tear the line that it stands in, nor write one of its own. */
export function toLine(text: string): string {
  return toPrintable(text).replace(/\n+/g, " ");
}

/** A text for people of lines, each of which is one whatever the names in it hold. */
export function joinLines(lines: readonly string[]): string {
  return lines.map(toLine).join("\n");
}

/**
 * What the runner's comparisons pass over: it compares by culture, for which what has no weight in the Unicode collation is not there
 * (https://learn.microsoft.com/dotnet/core/extensions/globalization-icu). And the colours of ours, in which a line may begin.
 */
const WEIGHTLESS = String.raw`(?:(?!\n)[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}])*`;
const BEFORE_COMMAND = String.raw`(?:(?!\n)[\s\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]|\u001B\[[\d;]*m)*`;
const COMMAND = new RegExp(`((?:^|\n)${BEFORE_COMMAND}:)(?=${WEIGHTLESS}:)`, "gu");
const OLD_COMMAND = new RegExp(String.raw`(#${WEIGHTLESS}#${WEIGHTLESS})\[`, "gu");

/**
 * Printable text of which no line sets variables, adds paths or masks, or makes annotations. The runner of GitHub Actions takes commands
 * from lines that begin with "::" after white space, and from "##[" anywhere in a line; a space between takes their meaning away
 * (https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs).
 */
export function neutraliseCommands(text: string): string {
  return text.replace(OLD_COMMAND, "$1 [").replace(COMMAND, "$1 ");
}

/** Text as it may be printed into a log, also where GitHub Actions reads along. */
export function toLogText(text: string): string {
  return neutraliseCommands(toPrintable(text));
}

/** JSON as it may be printed there, in pieces: the same value, with what neither a terminal nor a runner may see escaped. */
export function* toPrintableJson(value: unknown): Generator<string> {
  for (const piece of toJsonPieces(value)) {
    yield piece.replace(UNPRINTABLE, escapeUnits).replace(OLD_COMMAND, "$1\\u005b");
  }
}

function escapeUnits(text: string): string {
  return Array.from({ length: text.length }, (_, index) => {
    return `\\u${text.charCodeAt(index).toString(16).padStart(4, "0")}`;
  }).join("");
}

/** A colour, or the end of one (ECMA-48, SGR): nothing else that a terminal acts on is of use in a line. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what stays
const COLOUR = /(\u001B\[[\d;]*m)/;

/**
 * A line with colours of ours. The texts of others in it have been cleaned, so that all of its colours are ours.
 *
 * @param show what becomes of the texts between the colours
 */
export function toPaintedLine(line: string, show: (text: string) => string = (text) => text): string {
  const parts = line.split(COLOUR).map((part, index) => (index % 2 === 0 ? show(toLine(part)) : part));
  return neutraliseCommands(parts.join(""));
}
