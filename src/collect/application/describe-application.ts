import Table from "cli-table3";
import { groupBy } from "../../lib/group-by.ts";
import { formatCount, plural } from "../../lib/text/format.ts";
import { PLAIN_TABLE } from "../../lib/text/plain-table.ts";
import { joinLines, toLine, toPrintable } from "../../lib/text/printable.ts";
import type { Application, Stage } from "../../model/documents.ts";
import { formatMetric } from "../../model/format-metric.ts";
import { METRICS, type MetricName, type Metrics } from "../../model/metrics.ts";
import type { PassedOver } from "../log-files/find-logs.ts";

/** Stages that a person reads; the rest is in the JSON. */
const MAX_STAGES = 20;
const MAX_KEY_WIDTH = 60;
/** Files that are named of those passed over for one reason. */
const MAX_FILES = 10;

const STAGE_COLUMNS: readonly { readonly title: string; readonly value: (stage: Stage) => string }[] = [
  { title: "stage", value: ({ key }) => shortenKey(key) },
  { title: "tasks", value: metricOf("tasks") },
  { title: "wall", value: metricOf("wallMs") },
  { title: "CPU", value: metricOf("cpuMs") },
  { title: "GC", value: metricOf("gcMs") },
  { title: "task p50", value: metricOf("taskMsP50") },
  { title: "p99", value: metricOf("taskMsP99") },
  { title: "shuffle read", value: metricOf("shuffleReadBytes") },
  { title: "write", value: metricOf("shuffleWriteBytes") },
  { title: "disk spill", value: metricOf("diskSpilledBytes") },
  { title: "record skew", value: ({ shuffleRecordsSkew }) => formatMetric("shuffleRecordsSkew", shuffleRecordsSkew) },
];

/**
 * Applications as text for a terminal: how each ended, its metrics, what failed, and its stages, the most CPU time first; at the end the
 * files that were no logs, by reason.
 */
export function describeApplications(
  applications: readonly Application[],
  passedOver: readonly PassedOver[] = [],
): string {
  const byReason = groupBy(passedOver, ({ reason }) => reason);
  const notes = [...byReason].map(([reason, files]) => {
    const more = files.length > MAX_FILES ? `, and ${formatCount(files.length - MAX_FILES)} more` : "";
    const named = files.slice(0, MAX_FILES).map((file) => file.path);
    return `Passed over, since it ${reason}: ${named.join(", ")}${more}`;
  });
  const parts = applications.map(describeApplication);
  return [...parts, ...(notes.length > 0 ? [joinLines(notes)] : [])].join("\n\n");
}

function describeApplication(application: Application): string {
  const { id, name, sparkVersion, completed, partial, problems, metrics, samples } = application;
  const { failures, cancelledJobs = 0, lostExecutors } = application.evidence;
  const ending = completed ? "completed" : partial ? "NOT COMPLETED" : "its end not logged";
  const lines = [`${name} (${id}), Spark ${sparkVersion ?? "of an unknown version"}, ${ending}`];
  if (partial) lines.push("PARTIAL: the figures cover only what could be read");
  lines.push(...problems.map((problem) => `  - ${problem}`));
  lines.push("", ...describeMetrics(metrics), "");
  lines.push(plural(samples.length, "measured repetition"));
  for (const { stage, kind, message, count } of failures) {
    lines.push(`FAILED ${formatCount(count)}x in ${stage ?? "the application"}: ${kind}: ${firstLine(message)}`);
  }
  if (cancelledJobs > 0)
    lines.push(`CANCELLED ${plural(cancelledJobs, "job")}: the figures hold what they had done by then`);
  for (const { executorId, reason, memoryKill } of lostExecutors) {
    lines.push(`LOST executor ${executorId}${memoryKill ? " (killed for memory)" : ""}: ${firstLine(reason)}`);
  }
  lines.push(...describeStages(application.stages));
  return joinLines(lines);
}

/** All metrics, in two columns of title and value. */
function describeMetrics(metrics: Metrics): string[] {
  const table = new Table({ ...PLAIN_TABLE, colAligns: ["left", "right", "left", "right"] });
  const cells = METRICS.map(({ name, title }) => [title, formatMetric(name, metrics[name])]);
  const half = Math.ceil(cells.length / 2);
  for (let row = 0; row < half; row++) table.push([...cells[row]!, ...(cells[row + half] ?? ["", ""])]);
  return table.toString().split("\n");
}

function describeStages(stages: readonly Stage[]): string[] {
  const byCpu = [...stages].sort((a, b) => (b.metrics.cpuMs ?? 0) - (a.metrics.cpuMs ?? 0));
  const table = new Table({
    ...PLAIN_TABLE,
    head: STAGE_COLUMNS.map(({ title }) => title),
    colAligns: STAGE_COLUMNS.map((_, index) => (index === 0 ? "left" : "right")),
  });
  for (const stage of byCpu.slice(0, MAX_STAGES)) table.push(STAGE_COLUMNS.map(({ value }) => value(stage)));
  const more = byCpu.length - MAX_STAGES;
  const rest = more > 0 ? [`and ${formatCount(more)} more with less CPU time (--json has them all)`] : [];
  return [...table.toString().split("\n"), ...rest];
}

function metricOf(name: MetricName): (stage: Stage) => string {
  return ({ metrics }) => formatMetric(name, metrics[name]);
}

function shortenKey(key: string): string {
  const line = toLine(key.slice(0, 2 * MAX_KEY_WIDTH));
  return line.length <= MAX_KEY_WIDTH ? line : `${line.slice(0, MAX_KEY_WIDTH - 1)}…`;
}

function firstLine(text: string): string {
  return toPrintable(text).split("\n", 1)[0] ?? "";
}
