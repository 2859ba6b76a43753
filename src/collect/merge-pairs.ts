import { groupBy } from "../lib/group-by.ts";
import type { CaseResult, CaseStatus, Evidence } from "../model/documents.ts";
import type { Execution } from "../plan/execution.ts";

/** From what outweighs all else. */
const BY_WEIGHT: readonly CaseStatus[] = ["failed", "infrastructure", "skipped", "explained", "flaky", "passed"];

/**
 * The cases of one side of an A/B run, each from all of its executions: the samples of all, marked with their pair; the status of the
 * one that ended worst. Cases without an execution that has ended are left out.
 *
 * @param executions of the run, in their order
 * @param ended results by the ids of executions
 * @param side whose cases are wanted
 * @returns the cases in the order in which the executions have them
 */
export function mergePairs(
  executions: readonly Execution[],
  ended: ReadonlyMap<string, CaseResult>,
  side: Execution["side"],
): CaseResult[] {
  const ofSide = executions.flatMap((execution) => {
    const result = execution.side === side ? ended.get(execution.id) : undefined;
    return result === undefined ? [] : [{ result, execution }];
  });
  const byCase = groupBy(ofSide, ({ execution }) => execution.case.name);
  return [...byCase.values()].map((ofCase) => {
    const { name, dimensions } = ofCase[0]!.execution.case;
    const results = ofCase.map(({ result }) => result);
    const worst = results.toSorted((a, b) => BY_WEIGHT.indexOf(a.status) - BY_WEIGHT.indexOf(b.status))[0]!;
    const checksums = new Set(results.map(({ checksum }) => checksum).filter((checksum) => checksum !== null));
    const times = (pick: (result: CaseResult) => string | null) => results.map(pick).filter((time) => time !== null);
    return {
      ...worst,
      name,
      dimensions,
      attempts: results.reduce((sum, { attempts }) => sum + attempts, 0),
      startedAt: times(({ startedAt }) => startedAt).sort()[0] ?? null,
      finishedAt:
        times(({ finishedAt }) => finishedAt)
          .sort()
          .at(-1) ?? null,
      // Executions that disagree have no result that could be compared.
      checksum: checksums.size === 1 ? [...checksums][0]! : null,
      evidence: mergeEvidence(worst, results),
      samples: ofCase.flatMap(({ result, execution: { pair } }) =>
        result.samples.map((sample) => ({ ...sample, pair })),
      ),
    };
  });
}

/** The evidence of one execution, with what went wrong in any of them. */
function mergeEvidence({ evidence }: CaseResult, results: readonly CaseResult[]): Evidence | null {
  if (evidence === null) return null;
  const all = results.map((result) => result.evidence).filter((each) => each !== null);
  return {
    ...evidence,
    partial: all.some(({ partial }) => partial),
    failures: all.flatMap(({ failures }) => failures),
    lostExecutors: all.flatMap(({ lostExecutors }) => lostExecutors),
  };
}
