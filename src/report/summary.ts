import Table from "cli-table3";
import { formatCount, formatMetric, plural } from "../lib/text/format.ts";
import { PLAIN_TABLE } from "../lib/text/plain-table.ts";
import { clampWidth, createPaint, type Paint, type SummaryOptions, wrap } from "./shared/terminal.ts";
import { compareCase, describeFinding, formatComparedChange } from "./view/figures.ts";
import { describeBaseline, NO_REASON } from "./view/sentences.ts";
import { firstLine, oneLine } from "./view/text.ts";
import {
  CASE_MARKS,
  type CaseStanding,
  type CaseView,
  distinctCauses,
  type Mark,
  type ReportInput,
  type ReportView,
  sortByStanding,
  viewReport,
} from "./view/view.ts";

/** Rows that still fit a screen; beyond them only what matters is listed. */
const MOST_ROWS = 40;
const MOST_NOTABLE_ROWS = 15;
const MOST_TROUBLES = 6;
const GAP = 2;

/** What a terminal shows at the end of a run: the cases, the verdict, what got worse and why, and where the report is. */
export function renderSummary(input: ReportInput, options: SummaryOptions): string {
  const view = viewReport(input);
  const width = clampWidth(options.width);
  const paint = createPaint(options.color);
  const lines = [
    ...(view.cases.length === 0 ? [] : [...caseTable(view, width, paint), ""]),
    paint(`${view.mark.symbol} ${view.mark.answer}: ${view.mark.word.toLowerCase()}`, view.mark.tone),
    ...wrap(view.verdict.headline, width, "  "),
    ...(view.verdict.verdict === "no-baseline" ? wrap(view.nextRun, width, "  ") : []),
    ...(view.incomplete ? ["  The run ended before all its cases."] : []),
    ...troubleLines(view, width, paint),
    ...view.skipped.slice(0, MOST_TROUBLES).flatMap(({ lead, others }) => {
      const reason = oneLine(lead.result.reason ?? NO_REASON, 160);
      return wrap(`${formatCount(others.length + 1)} skipped: ${reason}`, width, "  ");
    }),
    `  Baseline: ${describeBaseline(view.verdict)}`,
    ...(options.reportPath === undefined ? [] : [`  Report:   ${options.reportPath}`]),
  ];
  return lines.join("\n");
}

const UNEVENTFUL: readonly CaseStanding[] = ["unchanged", "unjudged", "skipped"];

function caseTable(view: ReportView, width: number, paint: Paint): string[] {
  const eventful = sortByStanding(view.cases).filter(({ standing }) => !UNEVENTFUL.includes(standing));
  const shown = view.cases.length <= MOST_ROWS ? view.cases : eventful.slice(0, MOST_NOTABLE_ROWS);
  const rows = shown.map((one) => {
    const { symbol, word } = CASE_MARKS[one.standing];
    const cpu = compareCase(one, "cpuMs");
    return {
      tone: CASE_MARKS[one.standing].tone,
      label: one.label,
      standing: `${symbol} ${word}`,
      numbers: [
        formatMetric("wallMs", one.metrics.wallMs),
        formatMetric("cpuMs", cpu.current),
        formatComparedChange(cpu.change),
      ],
    };
  });
  const widest = (title: string, texts: readonly string[]) =>
    Math.max(title.length, ...texts.map((text) => text.length));
  const titles = ["wall", "cpu", "cpu change"];
  const widths = titles.map(
    (title, column) =>
      widest(
        title,
        rows.map(({ numbers }) => numbers[column] ?? ""),
      ) + GAP,
  );
  const standingWidth =
    widest(
      "result",
      rows.map(({ standing }) => standing),
    ) + GAP;
  const labelWidth = widest(
    "case",
    rows.map(({ label }) => label),
  );
  // Which case it is matters more than its times: where the names are long, the times go, the change last.
  let from = 0;
  const roomFor = () => width - standingWidth - widths.slice(from).reduce((sum, columnWidth) => sum + columnWidth, 0);
  while (from < 2 && roomFor() < labelWidth) from += 1;
  const table = new Table({
    ...PLAIN_TABLE,
    colAligns: ["left", "left", ...titles.slice(from).map(() => "right" as const)],
    head: ["case", "result", ...titles.slice(from)].map((title) => paint(title, "faint")),
  });
  for (const { label, standing, numbers, tone } of rows) {
    table.push([oneLine(label, Math.max(10, roomFor())), paint(standing, tone), ...numbers.slice(from)]);
  }
  const lines = rows.length === 0 ? [] : table.toString().split("\n");
  return [
    ...lines.map((line) => line.trimEnd()),
    ...restLines(view.cases, shown, width).map((line) => paint(line, "faint")),
  ];
}

/** "and 1,240 more cases: 12 failed, 1,228 no change"; nothing where all are shown. */
function restLines(cases: readonly CaseView[], shown: readonly CaseView[], width: number): string[] {
  const counts = new Map<CaseStanding, number>();
  const listed = new Set(shown);
  for (const one of cases) {
    if (!listed.has(one)) counts.set(one.standing, (counts.get(one.standing) ?? 0) + 1);
  }
  if (counts.size === 0) return [];
  const standings = [...counts].map(([standing, count]) => `${formatCount(count)} ${CASE_MARKS[standing].word}`);
  const total = formatCount(cases.length - shown.length);
  return wrap(`${shown.length === 0 ? total : `and ${total} more`} cases: ${standings.join(", ")}`, width, "");
}

function troubleLines(view: ReportView, width: number, paint: Paint): string[] {
  const title = (text: string, tone: Mark["tone"]) => wrap(text, width, "  ").map((line) => paint(line, tone));
  const failed = view.failed.map(({ lead, others }) => [
    ...title(`${CASE_MARKS[lead.standing].symbol} ${lead.label}${andOthers(others)}`, CASE_MARKS[lead.standing].tone),
    ...wrap(firstLine(lead.result.reason ?? NO_REASON, 240), width, "    "),
  ]);
  const worse = view.worse.map(({ lead: { label, findings }, others }) => {
    const cause = distinctCauses(findings)[0];
    return [
      ...title(`▲ ${label}${andOthers(others)}`, "bad"),
      ...findings.slice(0, 1).flatMap((finding) => wrap(describeFinding(finding), width, "    ")),
      ...(cause === undefined ? [] : wrap(oneLine(`${cause.kind}: ${cause.sentence}`, 400), width, "    ")),
    ];
  });
  const all = [...failed, ...worse];
  const left = all.length - MOST_TROUBLES;
  return [...all.slice(0, MOST_TROUBLES).flat(), ...(left > 0 ? [`  and ${left} more in the report`] : [])];
}

function andOthers({ length }: readonly unknown[]): string {
  return length === 0 ? "" : ` and ${plural(length, "more case")}`;
}
