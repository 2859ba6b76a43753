import { formatChange, formatCount, formatGrowth, formatSpread, plural } from "../../lib/text/format.ts";
import type { CaseStatus, Verdict } from "../../model/documents.ts";
import type { CaseStanding } from "./marks.ts";

/** Sentences that several renderings say in the same words. */

export const NO_REASON = "no reason was recorded";

/** What to do where there was nothing to compare with. */
export const NEXT_RUN =
  "Keep this run's folder and give it to a later run with --baseline: that run is then compared with this one.";

/** The same where no case has anything to compare. */
export const NO_NEXT_RUN =
  "No case of this run has samples of a whole event log, so that no later run can be compared with this one.";

/** "1 earlier run", "3 earlier runs", "none"; of an A/B run what ran beside it. */
export function describeBaseline({ baseline }: Verdict): string {
  if (baseline.pairedImage !== undefined) return "another image, in pairs";
  const { length } = baseline.runs;
  return length === 0 ? "none" : plural(length, "earlier run");
}

interface CountedCases {
  readonly counts: Readonly<Record<CaseStatus, number>>;
  readonly cases: readonly { readonly standing: CaseStanding }[];
}

/** "10 passed, 2 of them worse, 1 failed": the cases by status, those of which there are none left out. */
export function describeCounts({ counts, cases }: CountedCases): string {
  const worse = cases.filter(({ standing }) => standing === "worse").length;
  return [
    `${formatCount(counts.passed)} passed`,
    ...(worse > 0 ? [`${formatCount(worse)} of them worse`] : []),
    ...(counts.flaky > 0 ? [`${formatCount(counts.flaky)} flaky`] : []),
    ...(counts.failed > 0 ? [`${formatCount(counts.failed)} failed`] : []),
    ...(counts.infrastructure > 0 ? [`${formatCount(counts.infrastructure)} infrastructure`] : []),
    ...(counts.explained > 0 ? [`${formatCount(counts.explained)} explained`] : []),
    ...(counts.skipped > 0 ? [`${formatCount(counts.skipped)} skipped`] : []),
  ].join(", ");
}

/** The smallest change of CPU time that the comparison would have found; what it lacked where it could not have found any. */
export function describeDetectableChange({ noise, baseline }: Verdict): string {
  if (noise.smallestDetectableChange !== null) {
    return `a case's CPU time ${formatGrowth(noise.smallestDetectableChange)} or more`;
  }
  return baseline.runs.length === 0
    ? "nothing yet: no earlier run"
    : `too few ${baseline.pairedImage === undefined ? "runs" : "pairs"} to say for CPU time`;
}

/** The noise of the comparison in one sentence. */
export function describeNoise(verdict: Verdict): string {
  const { cpuCoefficientOfVariation, smallestDetectableChange, sharedShift } = verdict.noise;
  const { baseline } = verdict;
  if (baseline.runs.length === 0) return "There was no earlier run to compare with.";
  const paired = baseline.pairedImage !== undefined;
  if (smallestDetectableChange === null) {
    return `There were too few ${paired ? "pairs" : "runs"} to measure the noise of CPU time; counts, records and bytes were compared exactly.`;
  }
  const sentences = [
    `CPU time of one case would have had to grow ${byOrTo(smallestDetectableChange)} to be found four times out of five`,
  ];
  if (cpuCoefficientOfVariation !== null) {
    const varies = paired ? "the difference of a pair varies by" : "it varies by";
    sentences.push(
      `${varies} ${formatSpread(cpuCoefficientOfVariation)} from ${paired ? "pair to pair" : "run to run"}`,
    );
  }
  if (sharedShift !== null && Math.abs(sharedShift) >= 0.005) {
    const whose = paired
      ? "both images ran beside each other, so that it is not the machine's"
      : "which was taken out as the machine's";
    sentences.push(`all cases together moved by ${formatChange(sharedShift)}, ${whose}`);
  }
  return `${sentences.join("; ")}.`;
}

/** "by 40 %"; from twice on "to 2.6x". */
function byOrTo(growth: number): string {
  return growth >= 1 ? `to ${formatGrowth(growth)}` : `by ${formatPercent(growth)}`;
}

function formatPercent(fraction: number): string {
  return `${Number((fraction * 100).toFixed(1))} %`;
}

/** "2026-05-12 10:03 UTC"; text that is no time stays as it is. */
export function formatTime(iso: string): string {
  const time = new Date(iso);
  return Number.isNaN(time.getTime()) ? iso : `${time.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** How long a run or a case took; null where it did not finish or its times are none. */
export function elapsedMs({
  startedAt,
  finishedAt,
}: {
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
}): number | null {
  const ms = startedAt === null || finishedAt === null ? Number.NaN : Date.parse(finishedAt) - Date.parse(startedAt);
  return Number.isNaN(ms) || ms < 0 ? null : ms;
}
