import { type Baseline, findPartner } from "../documents/baseline.ts";
import { endingOf } from "../documents/ending.ts";
import { isGating, limitFindings, listGatingWorse } from "../documents/verdict.ts";
import { groupBy } from "../lib/group-by.ts";
import { toLine } from "../lib/text/printable.ts";
import type { Finding, Results, RunEnding, Verdict } from "../model/documents.ts";
import { DEFAULT_FAIL_ON, DEFAULT_MAX_DETECTABLE_CHANGE, type Gate } from "../model/metrics.ts";
import { attachCauses } from "./attach-causes.ts";
import { judgeAdvisory } from "./gates/advisory.ts";
import { type Difference, judgeHard } from "./gates/hard-gate.ts";
import type { Limit } from "./gates/limit.ts";
import { failedBefore, type Pairing, pairCases } from "./gates/pairing.ts";
import { judgeCpu, judgeSharedClockShift } from "./gates/soft-gate.ts";
import { writeHeadline } from "./headline.ts";
import { orderFindings } from "./order-findings.ts";

export interface CompareOptions {
  /** Gates whose findings make a regression; hard and soft unless given. */
  readonly failOn?: readonly Gate[] | undefined;
  /** How the current run ended; what its results tell of that unless given. */
  readonly ending?: RunEnding | undefined;
  /** Accepted share of false alarms among the CPU findings; 0.01 unless given. */
  readonly falseDiscoveryRate?: number | undefined;
  /** Smallest relative change of CPU time that counts; 0.05 unless given. */
  readonly minimumEffect?: number | undefined;
  /** Above it, the smallest change of CPU time that would have been seen leaves the verdict open; 0.5 unless given. */
  readonly maxDetectableChange?: number | undefined;
}

/**
 * Judges a run against its baseline. Pure: the same documents give the same verdict. A run whose other side is in the baseline is an
 * A/B run and compared with that alone, pair by pair.
 *
 * Failed cases decide first, then what got worse in a gate of `failOn`; where nothing did, but something that should have been
 * compared could not be, the verdict is inconclusive; only then do improvements count.
 */
export function compare(current: Results, earlier: Baseline, options: CompareOptions = {}): Verdict {
  const partner = findPartner(current, earlier);
  // The other side of an A/B run ran beside this one; earlier runs say less and are left out.
  const baseline = partner === null ? earlier : { ...earlier, runs: [partner] };
  const failOn = options.failOn ?? DEFAULT_FAIL_ON;
  const { ending, plannedCases, finishedCases, endCause, cutOffCases } = options.ending ?? endingOf(current);
  const ended = { ending, plannedCases, finishedCases, endCause, cutOffCases };
  const pairing = pairCases(current, baseline, ended);
  const maxDetectableChange = options.maxDetectableChange ?? DEFAULT_MAX_DETECTABLE_CHANGE;
  const cpu = judgeCpu(current, baseline, pairing, {
    falseDiscoveryRate: options.falseDiscoveryRate ?? 0.01,
    minimumEffect: options.minimumEffect ?? 0.05,
    maxDetectableChange,
  });
  const differences = [
    ...judgeStatus(current, pairing),
    ...judgeWork(pairing),
    ...cpu.differences,
    ...judgeAdvisory(pairing.pairs),
    ...judgeSharedClockShift(pairing.pairs),
  ];
  const findings = orderFindings(
    attachCauses(differences, pairing).map((finding) => ({ ...finding, gates: isGating(finding, failOn) })),
  );
  const limits = [...pairing.limits, ...cpu.limits];
  const verdict = decide(current, baseline, pairing, findings, limits, ended);
  const noise = cpu.test?.noise;
  const kept = limitFindings(
    findings,
    limits.map(({ note }) => note),
  );
  return {
    schema: "spark-loadtest/verdict/v1",
    verdict,
    headline: toSentence(
      writeHeadline({ verdict, current, baseline, pairing, findings, limits, noise: noise ?? null, ended }),
    ),
    failOn: [...failOn],
    ...ended,
    maxDetectableChange,
    findings: kept.findings,
    baseline: {
      runs: baseline.runs.map(({ run: { id, startedAt, commit } }) => ({ id, startedAt, commit })),
      notes: kept.notes,
      ...(pairing.pairedImage === null ? {} : { pairedImage: pairing.pairedImage }),
    },
    noise: {
      cpuCoefficientOfVariation: noise?.coefficientOfVariation ?? null,
      sharedShift: cpu.test?.sharedShift ?? null,
      smallestDetectableChange: noise?.smallestDetectableChange ?? null,
      degreesOfFreedom: noise?.degreesOfFreedom ?? null,
    },
  };
}

/** Names and messages in it may hold line ends. */
function toSentence(text: string): string {
  return toLine(text).replace(/\s+/g, " ").trim();
}

function judgeWork({ pairs, failedPairs }: Pairing): Difference[] {
  const byOperation = groupBy([...pairs, ...failedPairs], ({ current }) => current.dimensions.operation);
  return [...byOperation.values()].flatMap((siblings) => judgeHard(siblings));
}

/** Cases that failed and did not fail before, and those that pass again. */
function judgeStatus({ cases }: Results, { failed, histories, pairedImage }: Pairing): Difference[] {
  // Infrastructure that fails one side of an A/B run says nothing of its image.
  const passesAgain = (name: string): boolean => {
    const history = histories.get(name);
    return failedBefore(history) && (pairedImage === null || history?.latest?.status === "failed");
  };
  const differ = (subject: string, direction: Difference["direction"]): Difference => ({
    scope: "case",
    subject,
    metric: "status",
    gate: "hard",
    direction,
    baseline: histories.has(subject) ? (direction === "worse" ? 0 : 1) : null,
    current: direction === "worse" ? 1 : 0,
    change: null,
    pValue: null,
  });
  return [
    ...failed.filter(({ name }) => !failedBefore(histories.get(name))).map(({ name }) => differ(name, "worse")),
    ...cases
      .filter(({ status, name }) => status === "passed" && passesAgain(name))
      .map(({ name }) => differ(name, "better")),
  ];
}

function decide(
  current: Results,
  baseline: Baseline,
  { failed }: Pairing,
  findings: readonly Finding[],
  limits: readonly Limit[],
  { ending }: RunEnding,
): Verdict["verdict"] {
  if (failed.length > 0) return "failed";
  if (listGatingWorse(findings).length > 0) return "regression";
  // What did not run may be what fails: such a run has passed neither without a baseline.
  if (ending !== "complete") return "inconclusive";
  if (baseline.runs.length === 0) {
    return current.cases.some(({ status }) => status === "passed") ? "no-baseline" : "inconclusive";
  }
  if (limits.some(({ blocking }) => blocking)) return "inconclusive";
  return findings.some(({ gates }) => gates) ? "improvement" : "no-change";
}
