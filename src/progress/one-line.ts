import stringWidth from "string-width";
import { ESCAPE_SEQUENCE, toPrintable } from "../lib/text/printable.ts";

/** Longest part of one text that is looked at: a log line of megabytes is for the file. */
const LONGEST = 4000;
const PLAIN_ASCII = /^[ -~]*$/;

/** Columns that the text takes on a terminal. */
export function widthOf(text: string): number {
  return PLAIN_ASCII.test(text) ? text.length : stringWidth(text);
}

/**
 * Untrusted text as one printable line, without colours and without what drives a terminal. Of a progress bar, which goes back
 * to the start of its line again and again, it is the last state.
 */
export function toOneLine(text: string): string {
  const bounded = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  if (PLAIN_ASCII.test(bounded)) return bounded.trimEnd();
  const lines = bounded
    .replace(ESCAPE_SEQUENCE, "")
    .split("\n")
    .map((line) => line.split("\r").findLast((state) => state.trim() !== "") ?? "");
  return toPrintable(lines.join(" ").replaceAll("\t", "    ")).trimEnd();
}

/** The start of a line that fits into `width` columns, with "…" where something is missing. */
export function cutEnd(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  return width < 1 ? "" : `${takeColumns(text, width - 1)}…`;
}

/** The end of a line that fits into `width` columns: names differ at their end. */
export function cutStart(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  const kept = takeFitting(graphemesOf(text).reverse(), width - 1).reverse();
  return width < 1 ? "" : `…${kept.join("")}`;
}

/** Fills the line with spaces up to `width` columns. */
export function pad(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - widthOf(text)));
}

function takeColumns(text: string, width: number): string {
  if (PLAIN_ASCII.test(text)) return text.slice(0, width);
  return takeFitting(graphemesOf(text), width).join("");
}

function takeFitting(graphemes: readonly string[], width: number): string[] {
  const kept: string[] = [];
  let columns = 0;
  for (const grapheme of graphemes) {
    columns += widthOf(grapheme);
    if (columns > width) break;
    kept.push(grapheme);
  }
  return kept;
}

const segmenter = new Intl.Segmenter();

function graphemesOf(text: string): string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}
