/** GitHub refuses longer comments. */
const MOST_CHARACTERS = 65_536;

/** Which comment is ours: one for each tier and artifact name of a pull request. */
export interface CommentKey {
  readonly artifactName: string;
  readonly tier: string;
}

/** First line of the comments of a key. Nobody sees it. */
export function renderMarker({ artifactName, tier }: CommentKey): string {
  // Nothing that could end an HTML comment.
  const safe = (text: string) =>
    encodeURIComponent(text).replace(/[-!'()*~.]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
  return `<!-- spark-loadtest comment ${safe(artifactName)} ${safe(tier)} -->`;
}

function renderRunMark(workflowRunId: number): string {
  return `<!-- spark-loadtest workflow-run ${workflowRunId} -->`;
}

/** The workflow run that wrote a comment; null where it does not say. */
export function readRunMark(body: string): number | null {
  const [, id] = /^<!-- spark-loadtest workflow-run (\d{1,16}) -->$/m.exec(body) ?? [];
  return id === undefined ? null : Number(id);
}

/** What is below the report: where to find the rest. */
export interface Links {
  readonly runUrl: string;
  /** null where there is no artifact. */
  readonly artifactUrl: string | null;
  /** Of the pull request that was measured; null elsewhere. */
  readonly commit: string | null;
}

/** The report with the links, for the job's summary. */
export function renderSummary(report: string, { runUrl, artifactUrl, commit }: Links): string {
  const links = [
    artifactUrl === null ? null : `[logs, event logs and \`report.html\`](${artifactUrl})`,
    `[workflow run](${runUrl})`,
    commit === null ? null : `commit ${commit.slice(0, 12)}`,
  ];
  return `${report.trimEnd()}\n\n${links.filter((link) => link !== null).join(" · ")}\n`;
}

/** The same as a comment, with the marks by which a later run finds it. Within GitHub's limit. */
export function renderComment(report: string, key: CommentKey, workflowRunId: number, links: Links): string {
  const head = `${renderMarker(key)}\n${renderRunMark(workflowRunId)}\n`;
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
