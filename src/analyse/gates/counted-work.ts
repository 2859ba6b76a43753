import type { CaseResult } from "../../model/documents.ts";
import { onlyWork, subjectOf } from "../statistics/subject.ts";

/**
 * A pair whose figures are of the work that counts for the results: of each partition one task that succeeded, and of each stage one
 * attempt. What was lost with an executor and done again is no more work; the faults themselves stay as they are.
 */
export function countOnlyWork<Pair extends { readonly current: CaseResult; readonly baseline: readonly CaseResult[] }>(
  pair: Pair,
): Pair {
  return { ...pair, current: ofWork(pair.current), baseline: pair.baseline.map(ofWork) };
}

function ofWork(result: CaseResult): CaseResult {
  const samples = onlyWork(subjectOf(result)).samples.map((sample) => {
    const { stages } = sample.metrics;
    const retried = sample.stages.reduce((sum, { metrics }) => sum + (metrics.retriedStages ?? 0), 0);
    return { ...sample, metrics: { ...sample.metrics, stages: stages === null ? null : stages - retried } };
  });
  return { ...result, samples };
}
