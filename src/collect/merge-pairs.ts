import type { CaseResult, CaseStatus, Evidence, Plan } from "../model/documents.ts";
import { type Arm, readArm } from "../plan/pairs.ts";

/** From what outweighs all else. */
const BY_WEIGHT: readonly CaseStatus[] = ["failed", "infrastructure", "skipped", "flaky", "passed"];

/**
 * The cases of one side of an A/B run, each from all of its executions: the samples of all, marked with their pair; the status of the
 * one that ended worst. Cases without an execution are left out.
 *
 * @param executed results by the names of executions
 */
export function mergePairs(plan: Plan, executed: readonly CaseResult[], side: Arm["side"]): CaseResult[] {
  const own = executed.map((result) => ({ result, arm: readArm(result.name) })).filter(({ arm }) => arm.side === side);
  return plan.cases.flatMap(({ name, dimensions }) => {
    const executions = own.filter(({ arm }) => arm.name === name).sort((a, b) => a.arm.pair - b.arm.pair);
    const results = executions.map(({ result }) => result);
    const worst = [...results].sort((a, b) => BY_WEIGHT.indexOf(a.status) - BY_WEIGHT.indexOf(b.status))[0];
    if (worst === undefined) return [];
    const checksums = new Set(results.map(({ checksum }) => checksum).filter((checksum) => checksum !== null));
    const times = (pick: (result: CaseResult) => string | null) => results.map(pick).filter((time) => time !== null);
    return [
      {
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
        samples: executions.flatMap(({ result, arm }) =>
          result.samples.map((sample) => ({ ...sample, pair: arm.pair })),
        ),
      },
    ];
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
