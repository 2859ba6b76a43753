import { formatCount, plural } from "../../lib/text/format.ts";
import { type Comparison, countCancelledJobs, countFailedJobs, type Rule } from "./comparison.ts";
import { settingEvidence, withSettings } from "./settings.ts";

/** What has to be known before any cause is believed: whether the logs are whole, and whether one Spark wrote both. */

const LONGEST_PROBLEM = 100;

/**
 * A side has only a part of what the other did: its log is cut off, jobs of it were cancelled, or a job failed for good, in the baseline
 * alone. Of a current job or case that failed, the failure is the cause and tells it.
 */
export const explainPartial: Rule = ({ current, baseline }) => {
  const jobs = { baseline: countFailedJobs(baseline), current: countFailedJobs(current) };
  const cancelled = { baseline: countCancelledJobs(baseline), current: countCancelledJobs(current) };
  const cutOff = [
    { name: "the baseline is", side: baseline },
    { name: "the current log is", side: current },
  ].filter(({ side }) => isCutOff(side));
  const [first] = cutOff;
  const said = [
    ...(first === undefined
      ? []
      : [describeCutOff(cutOff.length > 1 ? "both logs are" : first.name, first.side.problems[0])]),
    ...(jobs.baseline > jobs.current ? [`${plural(jobs.baseline, "job")} of the baseline failed for good`] : []),
    ...(cancelled.baseline === cancelled.current ? [] : [describeCancelled(cancelled)]),
  ];
  if (said.length === 0) return null;
  const describe = ({ evidence }: Comparison["current"]): string => (evidence?.partial === true ? "partial" : "whole");
  return {
    kind: "partial",
    stage: null,
    sentence: `${said.join("; ")}; only stages that both sides have to their end are compared`,
    evidence: [
      { what: "Event log", baseline: describe(baseline), current: describe(current) },
      ...(jobs.baseline > jobs.current
        ? [{ what: "Failed jobs", baseline: String(jobs.baseline), current: String(jobs.current) }]
        : []),
      ...(cancelled.baseline === cancelled.current
        ? []
        : [{ what: "Cancelled jobs", baseline: String(cancelled.baseline), current: String(cancelled.current) }]),
    ],
  };
};

function describeCancelled({ baseline, current }: { readonly baseline: number; readonly current: number }): string {
  const [count, of] =
    current === 0 ? [baseline, " of the baseline"] : [current, baseline === 0 ? " of the current log" : ""];
  const before = baseline > 0 && current > 0 ? ` instead of ${formatCount(baseline)}` : "";
  return `${plural(count, "job")}${of} ${count === 1 ? "was" : "were"} cancelled${before}`;
}

function isCutOff({ evidence, status }: Comparison["current"]): boolean {
  return evidence?.partial === true && (status === null || status === "passed");
}

function describeCutOff(subject: string, problem: string | undefined): string {
  return `${subject} cut off or damaged${problem === undefined ? "" : `: ${shorten(problem)}`}`;
}

function shorten(problem: string): string {
  const line = problem.trim().split("\n", 1)[0]!;
  return line.length > LONGEST_PROBLEM ? `${line.slice(0, LONGEST_PROBLEM - 1)}…` : line;
}

/** Another Spark version ran, with other defaults where nobody set them. */
export const explainVersionChanged: Rule = ({ current, baseline, defaults }) => {
  const [before, now] = [baseline.evidence?.sparkVersion ?? null, current.evidence?.sparkVersion ?? null];
  if (before === null || now === null || before === now) return null;
  const changed = defaults.length === 0 ? "" : ", which has other defaults";
  return {
    kind: "version-changed",
    stage: null,
    sentence: withSettings(`Spark ${now} ran instead of ${before}${changed}`, defaults),
    evidence: [{ what: "Spark version", baseline: before, current: now }, ...settingEvidence(defaults)],
  };
};
