import { formatChange } from "../lib/text/format.ts";
import type { CaseResult, Cause, CauseKind, Finding } from "../model/documents.ts";
import { valuesOf } from "../plan/matrix/dimensions.ts";
import { explain } from "./explain.ts";
import type { CasePair, Difference } from "./gates/hard-gate.ts";
import type { Pairing } from "./gates/pairing.ts";
import { subjectOf } from "./statistics/subject.ts";

type ExplainedDifference = Omit<Finding, "gates">;

/** Causes that may explain a case that got better. One that got worse may have any cause. */
const CAUSES_OF_BETTER: ReadonlySet<CauseKind> = new Set([
  "input-changed",
  "plan-changed",
  "config-changed",
  "version-changed",
]);
/** What a comparison is read by. `explain` says it before all causes; of a finding any other one says more, and the verdict's notes have it. */
const CONTEXT: ReadonlySet<CauseKind> = new Set(["partial", "version-changed"]);
/** Causes that other input data brings about as well: they come after it. */
const SYMPTOMS: ReadonlySet<CauseKind> = new Set(["gc", "cpu", "environment"]);
/** Growth of CPU time that counts as a cause where the test has found CPU time changed. */
const TESTED_CPU_CHANGE = 0.02;

/** Gives every difference the likeliest cause of its case; all findings of one case share it. */
export function attachCauses(differences: readonly Difference[], pairing: Pairing): ExplainedDifference[] {
  const pairs = new Map([...pairing.pairs, ...pairing.failedPairs].map((pair) => [pair.name, pair]));
  const wrongResults = new Set(pairing.failedPairs.map(({ name }) => name));
  const slower = new Set(
    differences.filter(({ metric, gate }) => metric === "cpuMs" && gate === "soft").map(({ subject }) => subject),
  );
  const causes = new Map<string, readonly Cause[]>();
  const causesOf = (name: string): readonly Cause[] => {
    const known = causes.get(name);
    if (known !== undefined) return known;
    const pair = pairs.get(name);
    const found =
      pair === undefined
        ? explainFailed(name, pairing)
        : explainPair(pair, slower.has(name) ? TESTED_CPU_CHANGE : undefined);
    causes.set(name, found);
    return found;
  };
  return differences.map((difference) => ({
    ...difference,
    cause: causeOf(difference, pairing, causesOf, wrongResults),
  }));
}

function causeOf(
  difference: Difference,
  pairing: Pairing,
  causesOf: (name: string) => readonly Cause[],
  wrongResults: ReadonlySet<string>,
): Cause | null {
  switch (difference.scope) {
    case "case": {
      const causes = causesOf(difference.subject);
      if (difference.direction === "better") return causes.find(({ kind }) => CAUSES_OF_BETTER.has(kind)) ?? null;
      if (difference.metric === "status" || !wrongResults.has(difference.subject)) return causes[0] ?? null;
      // The failure of a case with a wrong result explains its status and none of its other findings.
      return causes.find(({ kind }) => kind !== "failure") ?? null;
    }
    case "family":
      return explainFamily(difference, pairing);
    case "run":
      return explainRun(difference, pairing.pairedImage !== null);
  }
}

/**
 * All of a case's samples and runs of the baseline against the current ones: what explains a finding first, then the symptoms that it
 * brings, then what the two sides are (another version).
 */
export function explainPair({ current, baseline }: CasePair, minimumCpuChange?: number): Cause[] {
  const before = { ...subjectOf(baseline.at(-1)!), samples: baseline.flatMap((result) => result.samples) };
  const causes = explain(subjectOf(current), before, minimumCpuChange === undefined ? {} : { minimumCpuChange });
  const result = explainResult(current, baseline.at(-1)!);
  return [
    ...causes.filter(({ kind }) => !CONTEXT.has(kind) && !SYMPTOMS.has(kind)),
    ...(result === null ? [] : [result]),
    ...causes.filter(({ kind }) => SYMPTOMS.has(kind)),
    ...causes.filter(({ kind }) => CONTEXT.has(kind)),
  ];
}

/** Another result from the same work. The event log has no values, so only the checksum shows it. */
function explainResult(current: CaseResult, baseline: CaseResult): Cause | null {
  if (current.checksum === null || baseline.checksum === null || current.checksum === baseline.checksum) return null;
  return {
    kind: "input-changed",
    stage: null,
    sentence: "the result is another one: the values of the data changed, or what the workload does with them",
    evidence: [{ what: "Checksum of the result", baseline: baseline.checksum, current: current.checksum }],
  };
}

/** A failed case beside what is left of its baseline; without one, only what failed can be told. */
function explainFailed(name: string, { failed, histories }: Pairing): readonly Cause[] {
  const result = failed.find((each) => each.name === name);
  if (result === undefined) return [];
  const measured = histories.get(name)?.measured.map((entry) => entry.result) ?? [];
  if (measured.length > 0) return explainPair({ name, current: result, baseline: measured });
  return explain(subjectOf(result), { samples: [], evidence: null });
}

/** The cause of the family's case that changed most. */
function explainFamily(family: Difference, pairing: Pairing): Cause | null {
  const at = family.subject.indexOf("=");
  const dimension = family.subject.slice(0, at);
  const value = family.subject.slice(at + 1);
  const members = pairing.pairs.filter(({ current }) => valuesOf(current)[dimension] === value);
  const growth = ({ current, baseline }: CasePair): number => {
    const total = (results: readonly CasePair["current"][]): number =>
      results
        .flatMap(({ samples }) => samples)
        .reduce((sum, { metrics }, _, all) => sum + (metrics.cpuMs ?? 0) / all.length, 0);
    return Math.abs(Math.log(total([current]) / total(baseline)));
  };
  const most = [...members].sort((a, b) => growth(b) - growth(a))[0];
  if (most === undefined) return null;
  const causes = explainPair(most, TESTED_CPU_CHANGE);
  const cause = family.direction === "worse" ? causes[0] : causes.find(({ kind }) => CAUSES_OF_BETTER.has(kind));
  return cause === undefined ? null : { ...cause, sentence: `in ${most.name}, ${cause.sentence}` };
}

function explainRun({ metric, change }: Difference, paired: boolean): Cause {
  if (paired) {
    const sentence =
      metric === "cpuMs"
        ? `all cases take ${formatChange(change)} CPU time beside the same cases of the baseline image, on the same machine at the same time`
        : `the tasks of all cases take ${formatChange(change)} on the clock beside those of the baseline image, and no more CPU time: they wait longer`;
    return { kind: metric === "cpuMs" ? "cpu" : "environment", stage: null, sentence, evidence: [] };
  }
  const sentence =
    metric === "cpuMs"
      ? `all cases share a change of CPU time of ${formatChange(change)}, more than the baseline's jobs differ by: another machine, or a change that hits every case alike; only runs of both versions side by side can tell`
      : `the tasks of all cases take ${formatChange(change)} on the clock and no more CPU time: the machine was busy`;
  return { kind: "environment", stage: null, sentence, evidence: [] };
}
