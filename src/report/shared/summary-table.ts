import Table from "cli-table3";
import { formatCount } from "../../lib/text/format.ts";
import { PLAIN_TABLE } from "../../lib/text/plain-table.ts";
import type { Mark } from "../view/marks.ts";
import { oneLine } from "../view/text.ts";
import { type Paint, wrap } from "./terminal.ts";

/** Rows that still fit a screen; beyond them only notable ones are listed. */
const MOST_ROWS = 40;
const MOST_NOTABLE_ROWS = 15;
const GAP = 2;

/** A case or a scenario in the table at the end of a run. */
export interface SummaryRow {
  readonly label: string;
  readonly mark: Mark;
  /** One for each title. */
  readonly numbers: readonly string[];
}

export interface SummaryTable {
  /** What a row is: "case". */
  readonly what: string;
  /** Of the columns after those of the label and the mark; the last matters most. */
  readonly titles: readonly string[];
  /** In the order of the run. */
  readonly rows: readonly SummaryRow[];
  /** Of the rows those that are shown where not all are, the most urgent first. */
  readonly notable: readonly SummaryRow[];
  /** Columns of the terminal. */
  readonly width: number;
  readonly paint: Paint;
}

/** The lines of the table, with a line that counts the rows that are left out. */
export function renderRows({ what, titles, rows, notable, width, paint }: SummaryTable): string[] {
  const shown = rows.length <= MOST_ROWS ? rows : notable.slice(0, MOST_NOTABLE_ROWS);
  const left = rows.filter((row) => !shown.includes(row));
  const rest = wrap(describeRest(left, shown.length === 0, what), width, "").map((line) => paint(line, "faint"));
  return shown.length === 0 ? rest : [...drawTable(shown, { what, titles, width, paint }), ...rest];
}

function drawTable(
  rows: readonly SummaryRow[],
  { what, titles, width, paint }: Pick<SummaryTable, "what" | "titles" | "width" | "paint">,
): string[] {
  const standing = ({ mark }: SummaryRow) => `${mark.symbol} ${mark.word}`;
  const widest = (title: string, textOf: (row: SummaryRow) => string) =>
    Math.max(title.length, ...rows.map((row) => textOf(row).length));
  const widths = titles.map((title, column) => widest(title, ({ numbers }) => numbers[column] ?? "") + GAP);
  const standingWidth = widest("result", standing) + GAP;
  const labelWidth = widest(what, ({ label }) => label);
  // Which one it is matters more than its numbers: where the labels are long, the numbers are left out, the last one never.
  let from = 0;
  const roomFor = () => width - standingWidth - widths.slice(from).reduce((sum, columnWidth) => sum + columnWidth, 0);
  while (from < titles.length - 1 && roomFor() < labelWidth) from += 1;
  const table = new Table({
    ...PLAIN_TABLE,
    colAligns: ["left", "left", ...titles.slice(from).map(() => "right" as const)],
    head: [what, "result", ...titles.slice(from)].map((title) => paint(title, "faint")),
  });
  for (const row of rows) {
    const label = oneLine(row.label, Math.max(10, roomFor()));
    table.push([label, paint(standing(row), row.mark.tone), ...row.numbers.slice(from)]);
  }
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd());
}

/** "and 1,240 more cases: 12 failed, 1,228 no change"; empty where all are shown. */
function describeRest(left: readonly SummaryRow[], isAll: boolean, what: string): string {
  if (left.length === 0) return "";
  const counts = new Map<string, number>();
  for (const { mark } of left) counts.set(mark.word, (counts.get(mark.word) ?? 0) + 1);
  const words = [...counts].map(([word, count]) => `${formatCount(count)} ${word}`);
  const total = formatCount(left.length);
  return `${isAll ? total : `and ${total} more`} ${what}s: ${words.join(", ")}`;
}
