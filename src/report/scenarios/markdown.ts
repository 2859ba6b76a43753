import { formatMs } from "../../lib/text/format.ts";
import { fitTable, MOST_CHARACTERS, type Table } from "../shared/markdown-table.ts";
import { elapsedMs, formatTime } from "../view/sentences.ts";
import { firstLine, markdownCode, markdownProse, oneLine } from "../view/text.ts";
import { formatScriptTime, SCENARIO_MARKS, type ScenariosView } from "./view.ts";

/** The report as GitHub Markdown, for a comment or a job's summary. Never longer than a comment may be. */
export function renderMarkdown(view: ScenariosView): string {
  const { mark, document } = view;
  const { run, scenarios } = document;
  const tookMs = elapsedMs(run);
  const before = [
    "<!-- spark-loadtest report -->",
    `## ${mark.symbol} ${mark.word}`,
    view.headline,
    view.incomplete === null ? "" : `**${view.incomplete}**`,
    view.counts,
  ].filter((block) => block !== "");
  const details = [
    `scenarios on ${markdownCode(oneLine(run.cluster, 80))}`,
    markdownProse(oneLine(formatTime(run.startedAt), 80)),
    ...(tookMs === null ? [] : [formatMs(tookMs)]),
    `spark-loadtest ${markdownCode(oneLine(run.toolVersion, 40))}`,
  ];
  const after = `<sub>${details.join(", ")}</sub>`;
  const used = [...before, after].reduce((sum, block) => sum + block.length + 2, 0);
  const { text, left } = fitTable(toTable(view), MOST_CHARACTERS - used - 300);
  const rest = left === 0 ? "" : `${left} more scenarios in \`report.html\` and \`scenarios.json\`.`;
  const table = scenarios.length === 0 ? [] : [text, rest];
  return `${[...before, ...table, after].filter((block) => block !== "").join("\n\n")}\n`;
}

function toTable({ byUrgency }: ScenariosView): Table {
  const rows = byUrgency.map((scenario) => {
    const { symbol, word } = SCENARIO_MARKS[scenario.status];
    return [
      markdownCode(oneLine(scenario.name, 120)),
      `${symbol} ${word}`,
      formatScriptTime(scenario),
      scenario.reason === null ? "" : markdownCode(firstLine(scenario.reason, 240)),
    ];
  });
  return { head: ["Scenario", "Result", "Time", "Reason"], align: ["l", "l", "r", "l"], rows };
}
