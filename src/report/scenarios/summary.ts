import Table from "cli-table3";
import { formatCount } from "../../lib/text/format.ts";
import { PLAIN_TABLE } from "../../lib/text/plain-table.ts";
import type { CaseStatus } from "../../model/documents.ts";
import type { ScenarioResult, ScenariosDocument } from "../../model/scenarios.ts";
import { clampWidth, createPaint, type Paint, type SummaryOptions, wrap } from "../shared/terminal.ts";
import { NO_REASON } from "../view/sentences.ts";
import { firstLine, oneLine } from "../view/text.ts";
import { formatScriptTime, SCENARIO_MARKS, type ScenariosView, viewScenarios } from "./view.ts";

/** Rows that still fit a screen; beyond them only scenarios that did not simply pass are listed. */
const MOST_ROWS = 40;
const MOST_NOTABLE_ROWS = 15;
const MOST_FAILED = 6;
const GAP = 2;

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
    ...(options.reportPath === undefined ? [] : [`  Report:   ${options.reportPath}`]),
  ].join("\n");
}

function tableLines({ document: { scenarios }, byUrgency }: ScenariosView, width: number, paint: Paint): string[] {
  const notable = byUrgency.filter(({ status }) => status !== "passed" && status !== "skipped");
  const shown = scenarios.length <= MOST_ROWS ? scenarios : notable.slice(0, MOST_NOTABLE_ROWS);
  const rows = shown.map((scenario) => {
    const { symbol, word, tone } = SCENARIO_MARKS[scenario.status];
    return { name: scenario.name, result: `${symbol} ${word}`, tone, time: formatScriptTime(scenario) };
  });
  const widest = (texts: readonly string[]) => Math.max(...texts.map(({ length }) => length)) + GAP;
  const room =
    width - widest(["result", ...rows.map((row) => row.result)]) - widest(["time", ...rows.map((row) => row.time)]);
  const table = new Table({
    ...PLAIN_TABLE,
    colAligns: ["left", "left", "right"],
    head: ["scenario", "result", "time"].map((title) => paint(title, "faint")),
  });
  for (const { name, result, tone, time } of rows) {
    table.push([oneLine(name, Math.max(10, room)), paint(result, tone), time]);
  }
  const lines = rows.length === 0 ? [] : table.toString().split("\n");
  const rest = describeRest(scenarios, shown);
  return [...lines.map((line) => line.trimEnd()), ...wrap(rest, width, "").map((line) => paint(line, "faint"))];
}

/** "and 185 more scenarios: 180 passed, 5 skipped"; empty where all are shown. */
function describeRest(scenarios: readonly ScenarioResult[], shown: readonly ScenarioResult[]): string {
  const left = scenarios.filter((scenario) => !shown.includes(scenario));
  if (left.length === 0) return "";
  const counts = (Object.keys(SCENARIO_MARKS) as CaseStatus[])
    .map((status) => ({ status, count: left.filter((scenario) => scenario.status === status).length }))
    .filter(({ count }) => count > 0)
    .map(({ status, count }) => `${formatCount(count)} ${SCENARIO_MARKS[status].word}`);
  const total = formatCount(left.length);
  return `${shown.length === 0 ? total : `and ${total} more`} scenarios: ${counts.join(", ")}`;
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
