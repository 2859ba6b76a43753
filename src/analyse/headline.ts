import type { Baseline } from "../documents/baseline.ts";
import { describeCutOff, describeEnding } from "../documents/ending.ts";
import { listGatingWorse } from "../documents/verdict.ts";
import { groupBy } from "../lib/group-by.ts";
import { formatGrowth, plural } from "../lib/text/format.ts";
import type { Finding, Results, RunEnding, Verdict } from "../model/documents.ts";
import { describeFinding } from "./describe-finding.ts";
import type { Limit } from "./gates/limit.ts";
import type { Pairing } from "./gates/pairing.ts";
import type { CpuNoise } from "./statistics/cpu-test.ts";

interface HeadlineInput {
  readonly verdict: Verdict["verdict"];
  readonly current: Results;
  readonly baseline: Baseline;
  readonly pairing: Pairing;
  readonly findings: readonly Finding[];
  readonly limits: readonly Limit[];
  readonly noise: CpuNoise | null;
  readonly ended: RunEnding;
}

/** The verdict in one sentence: what, where, by how much, why. Of a run that was ended early, a second one says by what. */
export function writeHeadline(judged: HeadlineInput): string {
  const { ended, verdict } = judged;
  const sentence = describeVerdict(judged);
  const endedEarly = describeEnding(ended);
  if (endedEarly === null) return sentence;
  // The verdict is open because of the end, which its sentence says.
  const how = verdict === "inconclusive" ? null : endedEarly;
  const end = [how, describeCutOff(ended)].filter((part) => part !== null).join("; ");
  return end === "" ? sentence : `${sentence} ${end[0]!.toUpperCase()}${end.slice(1)}.`;
}

function describeVerdict(judged: HeadlineInput): string {
  const { verdict, current, baseline, pairing, findings, noise } = judged;
  const worse = listGatingWorse(findings);
  const explained = describeExplained(current);
  switch (verdict) {
    case "failed":
      return describeFailed(pairing, current, worse);
    case "regression":
      return describeChanged(worse, pairing, baseline, "got worse");
    case "improvement":
      return `${describeChanged(
        findings.filter(({ gates }) => gates),
        pairing,
        baseline,
        "got better",
      )} Nothing got worse.`;
    case "no-change": {
      const detectable =
        noise === null
          ? ""
          : `; a change of CPU time from ${formatGrowth(noise.smallestDetectableChange)} on would have been seen`;
      const other =
        pairing.pairedImage === null ? `with ${plural(baseline.runs.length, "run")}` : describePaired(pairing);
      return `No case got worse: ${plural(pairing.pairs.length, "case")} compared ${other}${detectable}.`;
    }
    case "inconclusive": {
      const first = judged.limits.find(({ blocking }) => blocking)?.note ?? `no case passed${explained}`;
      if (baseline.runs.length === 0) return `There is no baseline to compare with, and ${first}.`;
      if (findings.some(({ direction }) => direction === "worse")) return `Not everything could be compared: ${first}.`;
      return `Nothing was seen to get worse, but not everything could be compared: ${first}.`;
    }
    case "no-baseline": {
      const passed = current.cases.filter(({ status }) => status === "passed").length;
      return `${plural(passed, "case")} passed; there is no baseline to compare with yet${explained}.`;
    }
  }
}

/** "; 2 cases were explained only, without a GPU"; nothing where there are none. */
function describeExplained({ cases }: Results): string {
  const count = cases.filter(({ status }) => status === "explained").length;
  return count === 0 ? "" : `; ${plural(count, "case")} ${count === 1 ? "was" : "were"} explained only, without a GPU`;
}

function describeFailed({ failed, pairs }: Pairing, current: Results, worse: readonly Finding[]): string {
  const names = new Set(failed.map(({ name }) => name));
  // The first failed case with a cause beyond its own failure, else the first one.
  const explained = worse.find(
    ({ metric, subject, cause }) => metric !== "status" && cause !== null && names.has(subject),
  );
  const first = failed.find(({ name }) => name === explained?.subject) ?? failed[0]!;
  const own = worse.filter(({ subject }) => subject === first.name);
  const failure = own.find(({ metric }) => metric === "status")?.cause;
  const deeper = own.find(({ cause }) => cause !== null && cause.kind !== "failure")?.cause;
  const why = [
    trimDot(failure?.sentence ?? first.reason ?? "no reason was given"),
    ...(deeper != null && deeper !== failure ? [trimDot(deeper.sentence)] : []),
  ].join("; ");
  // "failed" would send the reader to the code, where the machine or the cluster was at fault.
  const broken = failed.every(({ status }) => status === "infrastructure") ? "met broken infrastructure" : "failed";
  const more = failed.length > 1 ? `; ${plural(failed.length - 1, "more case")} ${broken}` : "";
  const others = new Set(worse.map(({ subject }) => subject).filter((subject) => !names.has(subject))).size;
  const also = others > 0 && pairs.length > 0 ? `; ${plural(others, "other case")} got worse` : "";
  return `${failed.length} of ${current.cases.length} cases ${broken}: ${first.name}: ${why}${more}${also}.`;
}

/** The leading finding with its cause, and how many cases share that kind of cause or have another. */
function describeChanged(gating: readonly Finding[], pairing: Pairing, { runs }: Baseline, what: string): string {
  const { pairs, pairedImage } = pairing;
  const first = gating[0]!;
  const cases = [
    ...groupBy(
      gating.filter(({ scope }) => scope === "case"),
      ({ subject }) => subject,
    ).keys(),
  ];
  const paired = describePaired(pairing);
  const whole = pairedImage === null ? "" : `Compared ${paired}, `;
  const beside = pairedImage === null ? `than in ${plural(runs.length, "baseline run")}` : paired;
  const total = cases.length === 0 ? whole : `${cases.length} of ${pairs.length} compared cases ${what} ${beside}: `;
  const change = describeFinding(first);
  const why = first.cause === null ? "" : `; cause: ${trimDot(first.cause.sentence)}`;
  return `${total}${first.subject}: ${change}${why}.`;
}

/** "in pairs with the image spark:old" */
function describePaired({ pairedImage }: Pairing): string {
  return `in pairs with the image ${pairedImage}`;
}

function trimDot(text: string): string {
  return text.replace(/\.$/, "");
}
