import Table from "cli-table3";
import { formatMetric } from "../lib/format.ts";
import { compareCase, formatComparedChange, formatFinding, metricTitle } from "./figures.ts";
import { describeBaseline } from "./sentences.ts";
import { oneLine } from "./text.ts";
import type { ReportInput } from "./view.ts";
import {
  CASE_MARKS,
  type CaseView,
  distinctCauses,
  type Mark,
  type ReportView,
  sortByStanding,
  viewReport,
} from "./view.ts";

/** How a summary is drawn. `reportPath` is shown in its last line. */
export interface SummaryOptions {
  readonly color: boolean;
  /** Columns of the terminal. */
  readonly width: number;
  readonly reportPath?: string;
}

/** Rows that still fit a screen; beyond them only what matters is listed. */
const MOST_ROWS = 40;
const MOST_WORSE = 8;
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

const FRAMELESS = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "  ",
};

/** What a terminal shows at the end of a run: the cases, the verdict, what got worse and why, and where the report is. */
export function renderSummary(input: ReportInput, options: SummaryOptions): string {
  const view = viewReport(input);
  const width = Math.min(WIDEST, Math.max(NARROWEST, options.width));
  const paint = (text: string, tone: keyof typeof CODES): string => {
    const code = CODES[tone];
    return options.color && code !== undefined ? `\u001B[${code}m${text}\u001B[0m` : text;
  };
  const lines = [
    ...(view.cases.length === 0 ? [] : [caseTable(view, width, paint), ""]),
    paint(`${view.mark.symbol} ${view.mark.answer}: ${view.mark.word.toLowerCase()}`, view.mark.tone),
    ...wrap(view.verdict.headline, width, "  "),
    ...(view.incomplete ? ["  The run ended before all its cases."] : []),
    ...worseLines(view, width, paint),
    `  Baseline: ${describeBaseline(view.verdict)}`,
    ...(options.reportPath === undefined ? [] : [`  Report:   ${options.reportPath}`]),
  ];
  return lines.join("\n");
}

type Paint = (text: string, tone: keyof typeof CODES) => string;

function caseTable(view: ReportView, width: number, paint: Paint): string {
  const sorted = sortByStanding(view.cases);
  const notable = sorted.filter(
    ({ standing }) => standing !== "unchanged" && standing !== "unjudged" && standing !== "skipped",
  );
  const shown = view.cases.length <= MOST_ROWS ? view.cases : notable.slice(0, MOST_ROWS);
  const texts = shown.map((one) => {
    const { symbol, word } = CASE_MARKS[one.standing];
    return {
      view: one,
      cells: [
        one.label,
        `${symbol} ${word}`,
        formatMetric("wallMs", compareCase(one, "wallMs").current),
        formatMetric("cpuMs", compareCase(one, "cpuMs").current),
        formatComparedChange(compareCase(one, "cpuMs").change),
      ],
    };
  });
  const head = ["case", "result", "wall", "cpu", "cpu change"];
  const widths = head.map((title, column) =>
    Math.max(title.length, ...texts.map(({ cells }) => (cells[column] ?? "").length)),
  );
  const fixed = widths.slice(1).reduce((sum, columnWidth) => sum + columnWidth + 2, 0);
  widths[0] = Math.max(12, Math.min(widths[0] ?? 12, width - fixed));
  const noteWidth = width - fixed - widths[0] - 2;
  const withNotes = noteWidth >= 16 && shown.some((one) => note(one) !== "");
  const table = new Table({
    chars: FRAMELESS,
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [] },
    colAligns: ["left", "left", "right", "right", "right", "left"],
    head: (withNotes ? [...head, "note"] : head).map((title) => paint(title, "faint")),
  });
  for (const { view: one, cells } of texts) {
    const [label = "", standing = "", ...numbers] = cells;
    const row = [oneLine(label, widths[0]), paint(standing, CASE_MARKS[one.standing].tone), ...numbers];
    table.push(withNotes ? [...row, oneLine(note(one), noteWidth)] : row);
  }
  const left = view.cases.length - shown.length;
  const rest =
    left === 0
      ? []
      : [paint(`${shown.length === 0 ? "" : "and "}${left} of ${view.cases.length} cases without findings`, "faint")];
  const trimmed =
    shown.length === 0
      ? []
      : table
          .toString()
          .split("\n")
          .map((line) => line.trimEnd());
  return [...trimmed, ...rest].join("\n");
}

function note({ result, findings }: CaseView): string {
  if (result.reason !== null) return result.reason;
  const finding = findings[0];
  if (finding === undefined) return "";
  return `${metricTitle(finding.metric)} ${formatFinding(finding).change}`;
}

function worseLines(view: ReportView, width: number, paint: Paint): string[] {
  const lines = view.worse.slice(0, MOST_WORSE).flatMap((group) => {
    const finding = group.findings[0];
    if (finding === undefined) return [];
    const { baseline, current, change } = formatFinding(finding);
    const cause = distinctCauses(group.findings)[0];
    return [
      `  ${paint(`▲ ${group.label}`, "bad")}`,
      ...wrap(`${metricTitle(finding.metric)} ${baseline} → ${current} (${change})`, width, "    "),
      ...(cause === undefined ? [] : wrap(`${cause.kind}: ${cause.sentence}`, width, "    ")),
    ];
  });
  const left = view.worse.length - MOST_WORSE;
  return left > 0 ? [...lines, `  and ${left} more in the report`] : lines;
}

/** The text in lines of at most `width` columns, each after the indent; a word that is longer has a line of its own. */
function wrap(text: string, width: number, indent: string): string[] {
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
