import type { Cause } from "../model/documents.ts";
import { buildComparison, type Rule } from "./causes/comparison.ts";
import { explainExecutorLoss, explainFailure, explainMemoryKill } from "./causes/failures.ts";
import { explainCpu, explainEnvironment, explainGc, explainSkew, explainSpill } from "./causes/resources.ts";
import {
  explainConfigChanged,
  explainFanOut,
  explainInputChanged,
  explainPlanChanged,
  explainTooFewPartitions,
  explainTooManyPartitions,
} from "./causes/work.ts";
import { type Subject, summarise } from "./statistics/subject.ts";

/**
 * The rules in the order of likelihood. What breaks comes first, then what changes the work, then what the work costs. A mechanism
 * comes before the setting that set it off, which its sentence quotes: one partition fills the memory, skews nothing and may
 * spill, while a spill explains neither. A plan may change with the partitioning (one partition needs no further exchange), so
 * it comes after it, and before the spill that another plan may bring. A skewed key also changes how many rows a join gives, and says
 * more than that.
 */
const RULES: readonly Rule[] = [
  explainMemoryKill,
  explainExecutorLoss,
  explainFailure,
  explainInputChanged,
  explainTooFewPartitions,
  explainTooManyPartitions,
  explainSkew,
  explainFanOut,
  explainPlanChanged,
  explainSpill,
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
  const comparison = buildComparison(
    summarise(current),
    summarise(baseline),
    options.minimumCpuChange ?? UNTESTED_CPU_CHANGE,
  );
  const causes = RULES.map((rule) => rule(comparison)).filter((cause) => cause !== null);
  if (causes.length > 0) return causes;
  // A busy machine explains a change only where no other cause was found.
  const environment = explainEnvironment(comparison);
  return environment === null ? [] : [environment];
}
