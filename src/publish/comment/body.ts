import type { Run } from "../../model/documents.ts";
import { markdownCode, oneLine } from "../../report/view/text.ts";
import type { RunKey } from "../github/run-key.ts";

/** GitHub refuses longer comments. */
const MOST_CHARACTERS = 65_536;

/** First line of the comments of a key, of which a pull request has one. Nobody sees it. */
export function renderMarker({ artifactName, tier, id }: RunKey): string {
  // Nothing that could end an HTML comment.
  const safe = (text: string) =>
    encodeURIComponent(text).replace(/[-!'()*~.]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
  return `<!-- spark-loadtest comment ${[artifactName, tier, ...(id === null ? [] : [id])].map(safe).join(" ")} -->`;
}

/** The attempt of a workflow run that wrote a comment. Later runs have larger ids. */
export interface RunMark {
  readonly runId: number;
  /** From 1. */
  readonly attempt: number;
}

function renderRunMark({ runId, attempt }: RunMark): string {
  return `<!-- spark-loadtest workflow-run ${runId} attempt ${attempt} -->`;
}

/** What wrote a comment; null where it does not say. Earlier versions wrote no attempt. */
export function readRunMark(body: string): RunMark | null {
  const [, runId, attempt = "1"] =
    /^<!-- spark-loadtest workflow-run (\d{1,16})(?: attempt (\d{1,6}))? -->$/m.exec(body) ?? [];
  return runId === undefined ? null : { runId: Number(runId), attempt: Number(attempt) };
}

export function isLater(one: RunMark, other: RunMark): boolean {
  return one.runId === other.runId ? one.attempt > other.attempt : one.runId > other.runId;
}

/** What is below the report: where to find the rest. */
export interface Links {
  readonly runUrl: string;
  /** null where there is no artifact. */
  readonly artifactUrl: string | null;
  /** Of the pull request that was measured; null elsewhere. */
  readonly commit: string | null;
  /** Whose result it is, as Markdown, for a pull request that has several; null where that is not known. */
  readonly of: string | null;
}

/** "job `load` (`cluster=kind`) of `.github/workflows/ci.yml` · tiers of `services/a/tiers.yaml`"; null where the run does not say. */
export function describeOrigin({ workflowJob, workload }: Pick<Run, "workflowJob" | "workload">): string | null {
  const code = (text: string) => markdownCode(oneLine(text, 120));
  const parts: string[] = [];
  if (workflowJob !== undefined) {
    const { job, matrix, step, workflow } = workflowJob;
    const values = Object.entries(matrix).map(([name, value]) => `${name}=${value}`);
    const leg = [...values, ...(step === null ? [] : [`step ${step}`])];
    parts.push(`job ${code(job)}${leg.length === 0 ? "" : ` (${code(leg.join(", "))})`} of ${code(workflow)}`);
  }
  if (workload != null && workload.tiersFile !== null) parts.push(`tiers of ${code(workload.tiersFile)}`);
  return parts.length === 0 ? null : parts.join(" · ");
}

/** The report with the links, for the job's summary. */
export function renderSummary(report: string, { runUrl, artifactUrl, commit, of }: Links): string {
  const links = [
    artifactUrl === null ? null : `[logs, event logs and \`report.html\`](${artifactUrl})`,
    `[workflow run](${runUrl})`,
    commit === null ? null : `commit ${commit.slice(0, 12)}`,
    of,
  ];
  return `${report.trimEnd()}\n\n${links.filter((link) => link !== null).join(" · ")}\n`;
}

/** The same as a comment, with the marks by which a later run finds it. Within GitHub's limit. */
export function renderComment(report: string, key: RunKey, mark: RunMark, links: Links): string {
  const head = `${renderMarker(key)}\n${renderRunMark(mark)}\n`;
  const body = renderSummary(report, links);
  const room = MOST_CHARACTERS - head.length;
  if (body.length <= room) return head + body;
  const end = renderSummary("\n\nThe rest is in the job's summary.", links);
  return `${head}${cutAtLine(report, room - end.length - 20)}${end}`;
}

/** The beginning of a report, in whole lines; a fold that is open there is closed. */
function cutAtLine(text: string, most: number): string {
  const cut = text.slice(0, text.lastIndexOf("\n", most) + 1);
  const open = cut.lastIndexOf("<details>") > cut.lastIndexOf("</details>");
  return open ? `${cut}\n</details>\n` : cut;
}
