import { formatCount } from "../../lib/text/format.ts";
import { toLine } from "../../lib/text/printable.ts";
import type { ScenariosDocument } from "../../model/scenarios.ts";
import { renderRows } from "../shared/summary-table.ts";
import { clampWidth, createPaint, type Paint, type SummaryOptions, wrap } from "../shared/terminal.ts";
import { NO_REASON } from "../view/sentences.ts";
import { firstLine, oneLine } from "../view/text.ts";
import { formatScriptTime, SCENARIO_MARKS, type ScenariosView, viewScenarios } from "./view.ts";

const MOST_FAILED = 6;

/** What a terminal shows at the end of a run: the scenarios, what failed and why, and where the report is. */
export function renderScenariosSummary(document: ScenariosDocument, options: SummaryOptions): string {
  const view = viewScenarios(document);
  const { mark } = view;
  const width = clampWidth(options.width);
  const paint = createPaint(options.color);
  return [
    ...(document.scenarios.length === 0 ? [] : [...tableLines(view, width, paint), ""]),
    paint(`${mark.symbol} ${mark.word}`, mark.tone),
    ...wrap(view.headline, width, "  "),
    ...(view.incomplete === null ? [] : wrap(view.incomplete, width, "  ")),
    ...failedLines(view, width, paint),
    ...skippedLines(view, width),
    ...(options.reportPath === undefined ? [] : [`  Report:   ${toLine(options.reportPath)}`]),
  ].join("\n");
}

function tableLines({ document: { scenarios }, byUrgency }: ScenariosView, width: number, paint: Paint): string[] {
  const rows = new Map(
    scenarios.map((scenario) => {
      const mark = SCENARIO_MARKS[scenario.status];
      return [scenario, { label: scenario.name, mark, numbers: [formatScriptTime(scenario)] }];
    }),
  );
  return renderRows({
    what: "scenario",
    titles: ["time"],
    rows: [...rows.values()],
    notable: byUrgency
      .filter(({ status }) => status !== "passed" && status !== "skipped")
      .map((scenario) => rows.get(scenario)!),
    width,
    paint,
  });
}

function failedLines({ byUrgency }: ScenariosView, width: number, paint: Paint): string[] {
  const failed = byUrgency.filter(({ status }) => status === "failed" || status === "infrastructure");
  const left = failed.length - MOST_FAILED;
  return [
    ...failed.slice(0, MOST_FAILED).flatMap(({ name, status, reason }) => {
      const { symbol, tone } = SCENARIO_MARKS[status];
      return [
        ...wrap(`${symbol} ${name}`, width, "  ").map((line) => paint(line, tone)),
        ...wrap(firstLine(reason ?? NO_REASON, 240), width, "    "),
      ];
    }),
    ...(left > 0 ? [`  and ${left} more in the report`] : []),
  ];
}

/** Scenarios are skipped for one reason only, which is the same for all of them. */
function skippedLines({ byUrgency }: ScenariosView, width: number): string[] {
  const skipped = byUrgency.filter(({ status }) => status === "skipped");
  const [first] = skipped;
  if (first === undefined) return [];
  return wrap(`${formatCount(skipped.length)} skipped: ${oneLine(first.reason ?? NO_REASON, 160)}`, width, "  ");
}
