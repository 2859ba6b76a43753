import { describeCause, describeFinding } from "../analyse/describe-finding.ts";
import { describeEnding } from "../documents/ending.ts";
import { toPrintable } from "../lib/text/printable.ts";
import type { Results, Verdict } from "../model/documents.ts";
import { listRegressions } from "./regressions.ts";

/** GitHub shows ten of a kind a step; the rest is in the summary. */
const MOST_ANNOTATIONS = 9;

/** One line that GitHub shows at a file of the pull request, and on the run's page. */
export interface Annotation {
  readonly level: "error" | "warning";
  readonly title: string;
  readonly message: string;
}

/** What a reader of the run has to know without opening the summary: the verdict, then the cases behind it. */
export function listAnnotations(results: Results, verdict: Verdict): Annotation[] {
  const endedEarly = describeEnding(verdict);
  const message = clean(verdict.headline);
  if (verdict.verdict !== "regression" && verdict.verdict !== "failed") {
    if (verdict.verdict !== "inconclusive" && endedEarly === null) return [];
    return [{ level: "warning", title: `spark-loadtest: ${endedEarly ?? "not decided"}`, message }];
  }
  const failed = results.cases
    .filter(({ status }) => status === "failed" || status === "infrastructure")
    .map(({ name, status, reason }): [string, string] => [name, `${status}: ${reason ?? "no reason was recorded"}`]);
  const worse = listRegressions(verdict).map((finding): [string, string] => {
    const why = finding.cause === null ? "" : `; ${describeCause(finding.cause)}`;
    return [finding.subject, `${describeFinding(finding)}${why}`];
  });
  // A subject has one annotation, of its first line: findings come in the order of their weight.
  const bySubject = new Map([...failed, ...worse].reverse());
  const subjects = [...new Set([...failed, ...worse].map(([subject]) => subject))].slice(0, MOST_ANNOTATIONS);
  const title = `spark-loadtest: ${verdict.verdict === "failed" ? "cases failed" : "regression"}`;
  return [
    { level: "error", title: endedEarly === null ? title : `${title}; ${endedEarly}`, message },
    ...subjects.map(
      (subject): Annotation => ({ level: "error", title: clean(subject), message: clean(bySubject.get(subject)!) }),
    ),
  ];
}

function clean(text: string): string {
  return toPrintable(text).replace(/\s+/g, " ").slice(0, 1000);
}
