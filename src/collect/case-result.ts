import type { ExecutionOutcome } from "../engine/engine.ts";
import { errorMessage } from "../lib/errors.ts";
import type { Application, Case, CaseResult, Job } from "../model/documents.ts";
import type { Execution } from "../plan/execution.ts";

/** A case that was not run, with the reason. */
export function toSkippedResult(testCase: Case, reason: string): CaseResult {
  return {
    ...testCase,
    status: "skipped",
    reason,
    attempts: 0,
    namespace: null,
    startedAt: null,
    finishedAt: null,
    checksum: null,
    samples: [],
    evidence: null,
  };
}

/** What an execution comes to, and the Spark jobs of its last attempt, which are in no document of the run. */
export interface CollectedResult {
  readonly result: CaseResult;
  readonly jobs: readonly Job[];
}

/**
 * What an execution that has ended comes to, under its id: the engine's word on how it ended and the event log's figures.
 *
 * @param readApplications gives the applications that it was; called once
 */
export async function collectResult(
  execution: Execution,
  outcome: ExecutionOutcome,
  readApplications: (outcome: ExecutionOutcome) => Promise<readonly Application[]>,
): Promise<CollectedResult> {
  const { status, reason, attempts, namespace, startedAt, finishedAt, checksum } = outcome;
  const { dimensions } = execution.case;
  const ended = { status, reason, attempts, namespace, startedAt, finishedAt, checksum };
  const result = { name: execution.id, dimensions, ...ended };
  try {
    // A retried case leaves one application an attempt; the last one is the one that counts.
    const applications = await readApplications(outcome);
    const application = [...applications].sort((a, b) => (a.startedAtMs ?? 0) - (b.startedAtMs ?? 0)).at(-1);
    if (application === undefined) throw new Error("it holds no application");
    // A case that failed on the way has no finished samples to compare, but its figures still explain the failure.
    const { samples, evidence, jobs } = application;
    return { result: { ...result, samples, evidence }, jobs };
  } catch (error) {
    // A pass whose figures are missing cannot be judged, so it must not look like one.
    const empty = { ...result, samples: [], evidence: null };
    if (status !== "passed") return { result: empty, jobs: [] };
    const unread = `The case ran, but its event log could not be read: ${errorMessage(error)}`;
    return { result: { ...empty, status: "infrastructure", reason: unread }, jobs: [] };
  }
}
