import { formatGrowth, formatSpread } from "../lib/text/format.ts";
import { joinLines } from "../lib/text/printable.ts";
import type { Cause, Finding, Results, Verdict } from "../model/documents.ts";
import { describeCause, describeFinding } from "./describe-finding.ts";

const FINDINGS_SHOWN = 10;
const TITLES: Record<Verdict["verdict"], string> = {
  failed: "FAILED",
  regression: "REGRESSION",
  improvement: "IMPROVEMENT",
  "no-change": "NO CHANGE",
  inconclusive: "INCONCLUSIVE",
  "no-baseline": "NO BASELINE",
};

/** A verdict for a terminal: headline, findings with their causes, what limits it, the noise. Ends without a newline. */
export function describeVerdict(verdict: Verdict, results: Results): string {
  const { findings, baseline, noise } = verdict;
  const lines = [`${TITLES[verdict.verdict]}  ${verdict.headline}`, `run ${results.run.id}, tier ${results.run.tier}`];
  if (findings.length > 0) lines.push("", ...describeFindings(findings));
  if (baseline.notes.length > 0) lines.push("", "Notes:", ...baseline.notes.map((note) => `  - ${note}`));
  if (noise.cpuCoefficientOfVariation !== null && noise.smallestDetectableChange !== null) {
    const spread = formatSpread(noise.cpuCoefficientOfVariation);
    const varies =
      baseline.pairedImage === undefined
        ? `CPU time of a case varies by ${spread} from run to run`
        : `The difference of CPU time in a pair varies by ${spread} from pair to pair`;
    const smallest = formatGrowth(noise.smallestDetectableChange);
    lines.push("", `${varies}; a change from ${smallest} on is found four times out of five.`);
  }
  return joinLines(lines);
}

function describeFindings(findings: readonly Finding[]): string[] {
  const lines: string[] = [];
  let cause: string | null = null;
  for (const finding of findings.slice(0, FINDINGS_SHOWN)) {
    lines.push(
      `  ${finding.direction.padEnd(6)} ${finding.gate.padEnd(8)} ${finding.subject}: ${describeFinding(finding)}`,
    );
    // Findings of one case share a cause; once is enough.
    const sentence = finding.cause === null ? null : `${finding.subject}${finding.cause.sentence}`;
    if (finding.cause !== null && sentence !== cause) lines.push(`                  ${describeCause(finding.cause)}`);
    cause = sentence;
  }
  const more = findings.length - FINDINGS_SHOWN;
  if (more > 0) lines.push(`  and ${more} more`);
  return lines;
}

/**
 * Causes for a terminal, the likeliest first, each with its figures; where there is none, what differs most. Ends without a newline.
 * @param difference "Output records 4,000 instead of 0"; null where nothing differs clearly
 */
export function describeCauses(causes: readonly Cause[], difference: string | null = null): string {
  if (causes.length === 0) {
    return difference === null
      ? "No cause found: the two logs do not differ in anything that explains a change."
      : `No cause found. The largest difference between the two logs: ${difference}.`;
  }
  return joinLines(
    causes.flatMap((cause, index) => {
      const figures = cause.evidence.map((line) => `     ${line.what}: ${line.baseline} -> ${line.current}`);
      return [`${index + 1}. ${describeCause(cause)}`, ...figures];
    }),
  );
}
