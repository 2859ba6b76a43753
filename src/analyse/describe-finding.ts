import { formatChange, NOT_MEASURED } from "../lib/text/format.ts";
import type { Cause, Finding } from "../model/documents.ts";
import { formatMetric } from "../model/format-metric.ts";
import { findMetric } from "../model/metrics.ts";
import { instead } from "./causes/comparison.ts";

/** The words of a finding: one function for each form in which it is said. */

const OTHER_TITLES: ReadonlyMap<string, string> = new Map([
  ["shuffleRecordsSkew", "Shuffle records, largest to median task"],
  ["largestTaskRecords", "Shuffle records of the largest task beside tasks without any"],
  ["status", "Status"],
  ["checksum", "Checksum of the result"],
]);

/** A finding's metric: "Executor CPU time". */
export function metricTitle(name: string): string {
  return findMetric(name)?.title ?? OTHER_TITLES.get(name) ?? name;
}

/** Within a sentence: "Tasks 17 instead of 31 (-45.2 %)". */
export function describeFinding({ metric, baseline, current, change, direction }: Finding): string {
  if (metric === "status") return direction === "worse" ? "failed" : "passes again";
  if (metric === "checksum") return "the result differs from the baseline's";
  const title = metric === "shuffleRecordsSkew" ? "Shuffle skew" : metricTitle(metric);
  if (current === null || baseline === null) return `${title} ${formatChange(change)}`;
  return `${title} ${instead(metric, baseline, current)}`;
}

/** As a line of its own: "Executor CPU time 5.01 s → 7.76 s (+54.9 %)". */
export function formatFinding(finding: Finding): string {
  const { baseline, current, change } = toFindingCells(finding);
  const suffix = change === NOT_MEASURED ? "" : ` (${change})`;
  return `${metricTitle(finding.metric)} ${baseline} → ${current}${suffix}`;
}

/** As cells of a table. */
export function toFindingCells({ metric, direction, ...finding }: Finding): {
  readonly baseline: string;
  readonly current: string;
  readonly change: string;
} {
  const { baseline, current } = finding;
  if (metric === "status") {
    return { baseline: formatStatus(baseline), current: formatStatus(current), change: NOT_MEASURED };
  }
  if (metric === "checksum") {
    const [before, now] = direction === "worse" ? ["usual", "different"] : ["different", "usual"];
    return { baseline: before, current: now, change: NOT_MEASURED };
  }
  return {
    baseline: formatMetric(metric, baseline),
    current: formatMetric(metric, current),
    change: baseline === null || current === null ? NOT_MEASURED : formatChange(finding.change),
  };
}

function formatStatus(status: number | null): string {
  return status === null ? NOT_MEASURED : status === 0 ? "passed" : "did not pass";
}

/** What a finding is about, where it is not a case: "the whole run", "all cases with operation=join". */
export function describeSubject({ scope, subject }: Pick<Finding, "scope" | "subject">): string {
  if (scope === "run") return "the whole run";
  return scope === "family" ? `all cases with ${subject}` : subject;
}

/** "skew: the largest task of stage 2 reads 34.7x the records of the median task" */
export function describeCause({ kind, sentence }: Cause): string {
  return `${kind}: ${sentence}`;
}
