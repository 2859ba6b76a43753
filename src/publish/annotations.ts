import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AnnotationProperties } from "@actions/core";
import { describeFinding } from "../analyse/headline.ts";
import { toPrintable } from "../lib/printable.ts";
import type { Results, Verdict } from "../model/documents.ts";
import type { Gate } from "../model/metrics.ts";
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
export function listAnnotations(results: Results, verdict: Verdict, failOn: readonly Gate[]): Annotation[] {
  if (verdict.verdict === "inconclusive") {
    return [{ level: "warning", title: "spark-loadtest: not decided", message: clean(verdict.headline) }];
  }
  if (verdict.verdict !== "regression" && verdict.verdict !== "failed") return [];
  const failed = results.cases
    .filter(({ status }) => status === "failed" || status === "infrastructure")
    .map(({ name, status, reason }): [string, string] => [name, `${status}: ${reason ?? "no reason was recorded"}`]);
  const worse = listRegressions(verdict, failOn).map((finding): [string, string] => {
    const why = finding.cause === null ? "" : `; ${finding.cause.kind}: ${finding.cause.sentence}`;
    return [finding.subject, `${describeFinding(finding)}${why}`];
  });
  // One a subject, its first finding: they come in the order of their weight.
  const bySubject = new Map([...failed, ...worse].reverse());
  const subjects = [...new Set([...failed, ...worse].map(([subject]) => subject))].slice(0, MOST_ANNOTATIONS);
  const title = verdict.verdict === "failed" ? "spark-loadtest: cases failed" : "spark-loadtest: regression";
  return [
    { level: "error", title, message: clean(verdict.headline) },
    ...subjects.map(
      (subject): Annotation => ({ level: "error", title: clean(subject), message: clean(bySubject.get(subject)!) }),
    ),
  ];
}

/**
 * Where annotations belong: the workflow's file at the step that uses this action. Only a file that is checked out can be
 * pointed into; a name of an input points at its own line.
 *
 * @param actionRepository "org/spark-loadtest"; null where the action is used by its path
 */
export function locateStep(
  workspace: string,
  workflowFile: string | null,
  { actionRepository, input }: { readonly actionRepository: string | null; readonly input?: string | undefined },
): AnnotationProperties {
  if (workflowFile === null) return {};
  let lines: string[];
  try {
    lines = readFileSync(join(workspace, workflowFile), "utf8").split("\n");
  } catch {
    return { file: workflowFile };
  }
  const isStep = (line: string) => {
    const [, used] = /^[\s-]*uses:\s*["']?([^\s"'#]+)/.exec(line) ?? [];
    if (used === undefined) return false;
    return actionRepository === null ? used.startsWith("./") : used.startsWith(`${actionRepository}@`);
  };
  const step = lines.findIndex(isStep);
  if (step === -1) return { file: workflowFile };
  const next = lines.findIndex((line, index) => index > step && /^\s*-\s/.test(line));
  const named = lines.findIndex(
    (line, index) =>
      input !== undefined && index > step && (next === -1 || index < next) && line.trim().startsWith(`${input}:`),
  );
  return { file: workflowFile, startLine: (named === -1 ? step : named) + 1 };
}

function clean(text: string): string {
  return toPrintable(text).replace(/\s+/g, " ").slice(0, 1000);
}
