import { toLine } from "../lib/text/printable.ts";
import type { Cause, CauseKind } from "../model/documents.ts";
import { buildComparison, type Rule } from "./causes/comparison.ts";
import { explainPartial, explainVersionChanged } from "./causes/context.ts";
import { describeLargestDifference } from "./causes/difference.ts";
import {
  explainExecutorLoss,
  explainFailure,
  explainGraveExecutorLoss,
  explainGraveFailure,
  explainGraveMemoryKill,
  explainMemoryKill,
} from "./causes/failures.ts";
import { explainPlanChanged, explainPlanOfSettings } from "./causes/plan.ts";
import { explainCpu, explainEnvironment, explainGc, explainSkew, explainSpill } from "./causes/resources.ts";
import { LONGEST_SENTENCE } from "./causes/settings.ts";
import {
  explainConfigChanged,
  explainFanOut,
  explainInputChanged,
  explainInputChangedFar,
  explainTooFewPartitions,
  explainTooManyPartitions,
} from "./causes/work.ts";
import { onlyWork, type Subject, shareRepeated, summarise } from "./statistics/subject.ts";

/** What the comparison itself has to be read by: it stands before every cause, and explains no mechanism. */
const CONTEXT: ReadonlySet<CauseKind> = new Set(["partial", "version-changed"]);

/**
 * The rules in the order of likelihood. What the logs are comes first, then what breaks, then what changes the work, then what the
 * work costs. A mechanism comes before the setting that set it off, which its sentence quotes: one partition fills the memory, skews
 * nothing and may spill, while a spill explains neither. A plan that changed settings account for comes before what it reads; another
 * one may follow from the data or from the partitioning (one partition needs no further exchange), and comes after them, and before
 * the spill that it may bring. An input that is a little other than before explains none of these, and comes after them. A skewed key also changes how many rows a join gives, and says more than that. A fault that stands
 * twice comes first where it is new, or far more, and cost something: a lone task that was tried again explains no twofold input. Of each kind the first cause counts.
 */
const RULES: readonly Rule[] = [
  explainPartial,
  explainVersionChanged,
  explainGraveMemoryKill,
  explainGraveExecutorLoss,
  explainGraveFailure,
  explainPlanOfSettings,
  explainInputChangedFar,
  explainTooFewPartitions,
  explainTooManyPartitions,
  explainSkew,
  explainPlanChanged,
  explainInputChanged,
  explainFanOut,
  explainSpill,
  explainMemoryKill,
  explainExecutorLoss,
  explainFailure,
  explainConfigChanged,
  explainGc,
  explainCpu,
];

/** Growth of CPU time that counts without a test: about three times the 7 % by which identical code varies. */
const UNTESTED_CPU_CHANGE = 0.2;

/**
 * Why `current` differs from `baseline`: the likeliest cause first, at most one of a kind; none for identical subjects.
 * @param options minimumCpuChange: growth of the CPU time that counts; give a smaller one where a test has found it significant
 */
export function explain(current: Subject, baseline: Subject, options: { minimumCpuChange?: number } = {}): Cause[] {
  const comparison = buildComparison(summarise(onlyWork(current)), summarise(onlyWork(baseline)), {
    minimumCpuChange: options.minimumCpuChange ?? UNTESTED_CPU_CHANGE,
    repeatedRunShare: shareRepeated(current),
  });
  const found = RULES.map((rule) => rule(comparison)).filter((cause) => cause !== null);
  const causes = found.filter(({ kind }, index) => found.findIndex((other) => other.kind === kind) === index);
  // A busy machine explains a change only where no other cause was found.
  const environment = causes.every(({ kind }) => CONTEXT.has(kind)) ? explainEnvironment(comparison) : null;
  return [...causes, ...(environment === null ? [] : [environment])].map(shortenSentence);
}

/** What two subjects differ in most, for where no cause was found: "Output records 4,000 instead of 0"; null where in nothing clearly. */
export function findLargestDifference(current: Subject, baseline: Subject): string | null {
  return describeLargestDifference(summarise(onlyWork(current)), summarise(onlyWork(baseline)));
}

function shortenSentence(cause: Cause): Cause {
  const sentence = toLine(cause.sentence);
  return sentence.length <= LONGEST_SENTENCE
    ? { ...cause, sentence }
    : { ...cause, sentence: `${sentence.slice(0, LONGEST_SENTENCE - 1)}…` };
}
