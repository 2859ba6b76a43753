import { z } from "zod";
import { formatCount, plural } from "../lib/text/format.ts";
import { type Finding, findingSchema, type Results, type Verdict, verdictSchema } from "../model/documents.ts";
import { DEFAULT_FAIL_ON, GATES, type Gate } from "../model/metrics.ts";
import { endingOf } from "./ending.ts";

/** A verdict as it is stored: earlier versions left out what decided and how the run ended. */
export const storedVerdictSchema = verdictSchema
  .partial({
    failOn: true,
    ending: true,
    plannedCases: true,
    finishedCases: true,
    endCause: true,
    cutOffCases: true,
    maxDetectableChange: true,
  })
  .extend({
    findings: z.array(findingSchema.extend({ gates: z.boolean().optional() })),
  });
export type StoredVerdict = z.infer<typeof storedVerdictSchema>;

type Judged = Pick<Finding, "gate" | "metric" | "direction">;

/** Whether a finding decides the verdict: a case that failed always does, everything else by its gate. */
export function isGating({ gate, metric, direction }: Judged, failOn: readonly Gate[]): boolean {
  return failOn.includes(gate) || (metric === "status" && direction === "worse");
}

/** The findings that got worse and decide the verdict. */
export function listGatingWorse(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ gates, direction }) => gates && direction === "worse");
}

export const MOST_FINDINGS = 10_000;

/** Findings, the worst first: of more than a verdict can have the last are left out, and a note says so. */
export function limitFindings<T>(
  findings: readonly T[],
  notes: readonly string[],
): { readonly findings: T[]; readonly notes: string[] } {
  const over = findings.length - MOST_FINDINGS;
  if (over <= 0) return { findings: [...findings], notes: [...notes] };
  const note = `${plural(over, "finding")} more than the ${formatCount(MOST_FINDINGS)} of a verdict are left out, the least of all (limit of findings)`;
  return { findings: findings.slice(0, MOST_FINDINGS), notes: [...notes, note] };
}

/** The verdict with what an older version left out. */
export function completeVerdict(stored: StoredVerdict, results: Results): Verdict {
  const failOn = stored.failOn ?? deriveFailOn(stored);
  const known = endingOf(results);
  const { findings, notes } = limitFindings(stored.findings, stored.baseline.notes);
  return {
    ...stored,
    failOn,
    // Results that lack cases are those of an ended run, whatever else is said.
    ending: stored.ending === undefined || stored.ending === "complete" ? known.ending : stored.ending,
    plannedCases: stored.plannedCases === undefined ? known.plannedCases : stored.plannedCases,
    finishedCases: stored.finishedCases ?? known.finishedCases,
    endCause: stored.endCause ?? null,
    cutOffCases: stored.cutOffCases ?? [],
    maxDetectableChange: stored.maxDetectableChange ?? null,
    baseline: { ...stored.baseline, notes },
    findings: findings.map((finding) => ({ ...finding, gates: finding.gates ?? isGating(finding, failOn) })),
  };
}

/** The gates that explain an older verdict: one with something worse in it made a regression, or was not asked for. */
function deriveFailOn({ verdict, findings }: StoredVerdict): Gate[] {
  const isWorse = (gate: Gate) => findings.some((finding) => finding.gate === gate && finding.direction === "worse");
  if (verdict === "regression") return DEFAULT_FAIL_ON.some(isWorse) ? [...DEFAULT_FAIL_ON] : [...GATES];
  return DEFAULT_FAIL_ON.filter((gate) => verdict === "failed" || !isWorse(gate));
}
