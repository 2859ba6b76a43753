/**
 * C0 and C1 controls but tab and newline (terminals act on them, XML forbids most), bidirectional overrides (they make a line read
 * as another one), the two non-characters that XML forbids, and halves of surrogate pairs.
 */
export const UNPRINTABLE =
  /(?![\t\n])\p{Cc}|[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\uFFFE\uFFFF]|\p{Surrogate}/gu;

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
  return text.replace(ESCAPE_SEQUENCE, "").replace(/\r\n?/g, "\n").replace(UNPRINTABLE, "\uFFFD");
}

/** Text as it may be printed into a log, also where GitHub Actions reads along. */
export function toLogText(text: string): string {
  return neutraliseCommands(toPrintable(text));
}

/**
 * Printable text of which no line sets variables, adds paths or masks, or makes annotations. The runner of GitHub Actions takes commands
 * from lines that begin with "::" after white space, and from "##[" anywhere in a line; a space between takes their meaning away.
 */
export function neutraliseCommands(text: string): string {
  return text.replaceAll("##[", "## [").replace(/^((?:(?!\n)[\s\p{Cf}])*:)(?=\p{Cf}*:)/gmu, "$1 ");
}

/** JSON as it may be printed there: the same value, with what neither a terminal nor a runner may see escaped. */
export function toPrintableJson(value: unknown): string {
  return JSON.stringify(value, null, 2)
    .replaceAll("##[", "##\\u005b")
    .replace(UNPRINTABLE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
