import { describeCause, formatFinding } from "../analyse/describe-finding.ts";
import { formatCount, plural } from "../lib/text/format.ts";
import { toLine } from "../lib/text/printable.ts";
import { formatMetric } from "../model/format-metric.ts";
import { renderRows } from "./shared/summary-table.ts";
import { clampWidth, createPaint, type Paint, type SummaryOptions, wrap } from "./shared/terminal.ts";
import { compareCase, formatComparedChange } from "./view/figures.ts";
import { CASE_MARKS, type CaseStanding, type Mark } from "./view/marks.ts";
import { describeBaseline, NO_REASON } from "./view/sentences.ts";
import { firstLine, oneLine } from "./view/text.ts";
import { distinctCauses, type ReportInput, type ReportView, sortByStanding, viewReport } from "./view/view.ts";

const MOST_PROBLEMS = 6;

/** What a terminal shows at the end of a run: the cases, the verdict, what got worse and why, and where the report is. */
export function renderSummary(input: ReportInput, options: SummaryOptions): string {
  const view = viewReport(input);
  const width = clampWidth(options.width);
  const paint = createPaint(options.color);
  const lines = [
    ...(view.cases.length === 0 ? [] : [...caseTable(view, width, paint), ""]),
    ...wrap(`${view.mark.symbol} ${view.mark.word}`, width, "").map((line) => paint(line, view.mark.tone)),
    ...wrap(view.verdict.headline, width, "  "),
    ...(view.verdict.verdict === "no-baseline" ? wrap(view.nextRun, width, "  ") : []),
    ...problemLines(view, width, paint),
    ...[...view.explained.slice(0, MOST_PROBLEMS), ...view.skipped.slice(0, MOST_PROBLEMS)].flatMap(
      ({ lead, others }) => {
        const reason = oneLine(lead.result.reason ?? NO_REASON, 300);
        return wrap(`${formatCount(others.length + 1)} ${lead.standing}: ${reason}`, width, "  ");
      },
    ),
    `  Baseline: ${describeBaseline(view.verdict)}`,
    ...(options.reportPath === undefined ? [] : [`  Report:   ${toLine(options.reportPath)}`]),
  ];
  return lines.join("\n");
}

const UNEVENTFUL: readonly CaseStanding[] = ["unchanged", "unjudged", "skipped"];

function caseTable({ cases }: ReportView, width: number, paint: Paint): string[] {
  const rows = new Map(
    cases.map((one) => {
      const cpu = compareCase(one, "cpuMs");
      const numbers = [
        formatMetric("wallMs", one.metrics.wallMs),
        formatMetric("cpuMs", cpu.current),
        formatComparedChange(cpu.change),
      ];
      return [one, { label: one.label, mark: CASE_MARKS[one.standing], numbers }];
    }),
  );
  return renderRows({
    what: "case",
    titles: ["wall", "cpu", "cpu change"],
    rows: [...rows.values()],
    notable: sortByStanding(cases)
      .filter(({ standing }) => !UNEVENTFUL.includes(standing))
      .map((one) => rows.get(one)!),
    width,
    paint,
  });
}

function problemLines(view: ReportView, width: number, paint: Paint): string[] {
  const title = (text: string, tone: Mark["tone"]) => wrap(text, width, "  ").map((line) => paint(line, tone));
  const failed = view.failed.map(({ lead, others }) => [
    ...title(`${CASE_MARKS[lead.standing].symbol} ${lead.label}${andOthers(others)}`, CASE_MARKS[lead.standing].tone),
    ...wrap(firstLine(lead.result.reason ?? NO_REASON, 240), width, "    "),
  ]);
  const worse = view.worse.map(({ lead: { label, findings }, others }) => {
    const cause = distinctCauses(findings)[0];
    return [
      ...title(`▲ ${label}${andOthers(others)}`, "bad"),
      ...findings.slice(0, 1).flatMap((finding) => wrap(formatFinding(finding), width, "    ")),
      ...(cause === undefined ? [] : wrap(oneLine(describeCause(cause), 400), width, "    ")),
    ];
  });
  const all = [...failed, ...worse];
  const left = all.length - MOST_PROBLEMS;
  return [...all.slice(0, MOST_PROBLEMS).flat(), ...(left > 0 ? [`  and ${left} more in the report`] : [])];
}

function andOthers({ length }: readonly unknown[]): string {
  return length === 0 ? "" : ` and ${plural(length, "more case")}`;
}
