import type { Mark } from "../view/marks.ts";

/** How a summary is drawn. `reportPath` is shown in its last line. */
export interface SummaryOptions {
  readonly color: boolean;
  /** Columns of the terminal. */
  readonly width: number;
  readonly reportPath?: string;
}

const NARROWEST = 60;
const WIDEST = 140;

const CODES: Readonly<Record<Mark["tone"] | "bold", number | undefined>> = {
  bad: 31,
  warn: 33,
  good: 32,
  better: 36,
  plain: undefined,
  faint: 2,
  bold: 1,
};

/** Writes text in the colour of a tone, or as it is. */
export type Paint = (text: string, tone: keyof typeof CODES) => string;

export function createPaint(color: boolean): Paint {
  return (text, tone) => {
    const code = CODES[tone];
    return color && code !== undefined ? `\u001B[${code}m${text}\u001B[0m` : text;
  };
}

/** Columns that a summary takes on a terminal of so many. */
export function clampWidth(columns: number): number {
  return Math.min(WIDEST, Math.max(NARROWEST, columns));
}

/** The text in lines of at most `width` columns, each after the indent; a word that is longer has a line of its own. */
export function wrap(text: string, width: number, indent: string): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).filter((part) => part !== "")) {
    if (line !== "" && indent.length + line.length + 1 + word.length > width) {
      lines.push(`${indent}${line}`);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return line === "" ? lines : [...lines, `${indent}${line}`];
}
