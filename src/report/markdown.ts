import { metricTitle, toFindingCells } from "../analyse/describe-finding.ts";
import { formatMs, plural } from "../lib/text/format.ts";
import { formatMetric } from "../model/format-metric.ts";
import { fitTable, MOST_CHARACTERS, type Table } from "./shared/markdown-table.ts";
import { compareCase, formatComparedChange, nameCauseStage } from "./view/figures.ts";
import { CASE_MARKS } from "./view/marks.ts";
import { describeBaseline, describeCounts, describeNoise, elapsedMs, formatTime, NO_REASON } from "./view/sentences.ts";
import { firstLine, markdownCode, markdownProse, oneLine } from "./view/text.ts";
import {
  type CaseView,
  type Cluster,
  distinctCauses,
  type FindingGroup,
  type ReportView,
  sortByStanding,
} from "./view/view.ts";

/** The share of that which the tables before the last one may take. */
const MOST_IMPORTANT_CHARACTERS = 25_000;
const MOST_NOTES = 10;

/** The report as GitHub Markdown, for a comment or a job's summary. Never longer than a comment may be. */
export function renderMarkdown(view: ReportView): string {
  const { results, verdict, mark } = view;
  const took = elapsedMs(results.run);
  const before = [
    "<!-- spark-loadtest report -->",
    `## ${mark.symbol} ${mark.word}`,
    markdownProse(oneLine(verdict.headline, 1000)),
    view.incomplete ? "What follows covers the cases that finished." : "",
    `${describeCounts(view)} · baseline: ${describeBaseline(verdict)}`,
    verdict.verdict === "no-baseline" ? markdownProse(oneLine(view.nextRun, 300)) : "",
    ...section("What got worse", worseTable(view.worse), "more rows"),
    ...section("What failed", failedTable(view.failed), "more rows"),
    ...[...view.explained.slice(0, MOST_NOTES), ...view.skipped.slice(0, MOST_NOTES)].map(({ lead, others }) => {
      const reason = markdownProse(firstLine(lead.result.reason ?? NO_REASON, 300));
      return `- ${others.length + 1} ${lead.standing}: ${reason}`;
    }),
    ...verdict.baseline.notes.slice(0, MOST_NOTES).map((note) => `- ${markdownProse(oneLine(note, 300))}`),
    markdownProse(describeNoise(verdict)),
  ].filter((block) => block !== "");
  const after = [
    `<sub>tier ${markdownCode(oneLine(results.run.tier, 80))} on ${results.run.engine}, ${markdownProse(
      oneLine(formatTime(results.run.startedAt), 80),
    )}${took === null ? "" : `, ${formatMs(took)}`}, spark-loadtest ${markdownCode(oneLine(results.run.toolVersion, 40))}; plots and stages in \`report.html\`</sub>`,
  ];
  const used = [...before, ...after].reduce((sum, block) => sum + block.length + 2, 0);
  return `${[...before, allCases(view, MOST_CHARACTERS - used), ...after].filter((block) => block !== "").join("\n\n")}\n`;
}

/** A headed table; nothing for one without rows. */
function section(title: string, table: Table, leftOut: string): string[] {
  if (table.rows.length === 0) return [];
  const { text, left } = fitTable(table, MOST_IMPORTANT_CHARACTERS / 2);
  return [`### ${title}`, text, left === 0 ? "" : `${left} ${leftOut} in \`report.html\`.`];
}

function worseTable(clusters: readonly Cluster<FindingGroup>[]): Table {
  const rows = clusters.flatMap(({ lead: group, others }) => {
    const why = distinctCauses(group.findings)
      .slice(0, 2)
      .map((cause) => {
        const stage = nameCauseStage(cause, group.case);
        const where = stage === null ? "" : ` (stage ${markdownProse(oneLine(stage, 80))})`;
        return `**${cause.kind}**: ${markdownProse(oneLine(cause.sentence, 400))}${where}`;
      })
      .join("<br>");
    return group.findings.slice(0, 6).map((finding, index) => {
      const { baseline, current, change } = toFindingCells(finding);
      const subject = index === 0 ? nameCluster(group.label, others.length) : "";
      const metric = markdownProse(oneLine(metricTitle(finding.metric), 60));
      return [subject, metric, baseline, current, `**${change}**`, index === 0 ? why : ""];
    });
  });
  return {
    head: ["Case", "Metric", "Baseline", "This run", "Change", "Why"],
    align: ["l", "l", "r", "r", "r", "l"],
    rows,
  };
}

function failedTable(clusters: readonly Cluster<CaseView>[]): Table {
  const rows = clusters.map(({ lead: { label, standing, result }, others }) => [
    nameCluster(label, others.length),
    `${CASE_MARKS[standing].symbol} ${CASE_MARKS[standing].word}`,
    markdownCode(firstLine(result.reason ?? NO_REASON, 240)),
  ]);
  return { head: ["Case", "Result", "Reason"], align: ["l", "l", "l"], rows };
}

function nameCluster(label: string, others: number): string {
  const name = markdownCode(oneLine(label, 120));
  return others === 0 ? name : `${name} and ${plural(others, "more case")}`;
}

function allCases(view: ReportView, mostCharacters: number): string {
  if (view.cases.length === 0) return "";
  const rows = sortByStanding(view.cases).map((one) => {
    const cpu = compareCase(one, "cpuMs");
    const { symbol, word } = CASE_MARKS[one.standing];
    return [
      markdownCode(oneLine(one.label, 120)),
      `${symbol} ${word}`,
      formatMetric("wallMs", compareCase(one, "wallMs").current),
      formatMetric("cpuMs", cpu.current),
      formatComparedChange(cpu.change),
    ];
  });
  const table: Table = {
    head: ["Case", "Result", "Wall", "CPU", "CPU against baseline"],
    align: ["l", "l", "r", "r", "r"],
    rows,
  };
  const { text, left } = fitTable(table, mostCharacters - 300);
  const rest = left === 0 ? "" : `\n\n${left} more cases in \`report.html\` and \`results.json\`.`;
  return `<details><summary>All ${plural(view.cases.length, "case")}</summary>\n\n${text}${rest}\n\n</details>`;
}
