import { resolve } from "node:path";
import type { Engine, ExecutionOutcome } from "../../../src/engine/engine.ts";
import type { CaseStatus } from "../../../src/model/documents.ts";

export interface FakeEngineOptions {
  readonly statusOf?: (id: string) => CaseStatus;
  readonly stopAfter?: number;
  /** Whether one more has begun when it stops. */
  readonly cutsOff?: boolean;
  readonly onStop?: () => void;
  /** What is told as the limit that ended it, when it stops. */
  readonly limit?: string;
}

/** An engine whose executions leave a recorded event log and end as told; after so many, `onStop` is called and there are no more. */
export function makeEngine({
  statusOf = () => "passed",
  stopAfter,
  cutsOff = false,
  onStop,
  limit,
}: FakeEngineOptions = {}): Engine {
  const at = "2026-01-01T00:00:00.000Z";
  const outcomeOf = (id: string): ExecutionOutcome => ({
    ...{ status: statusOf(id), reason: statusOf(id) === "passed" ? null : `${id} broke`, attempts: 1 },
    ...{ namespace: null, startedAt: at, finishedAt: at, checksum: "x", applicationId: null, historyServerUrl: null },
    attemptTimes: [{ startedAt: at, finishedAt: at }],
    eventLogDirectory: resolve("test/fixtures/eventlogs/4.3.0-window"),
  });
  return {
    prepare: (executions) => ({
      ready: Promise.resolve(),
      async *execute() {
        for (const execution of executions.slice(0, stopAfter)) {
          yield { type: "started", execution, attempt: 1 };
          yield { type: "finished", execution, outcome: outcomeOf(execution.id) };
        }
        const next = stopAfter === undefined ? undefined : executions[stopAfter];
        if (cutsOff && next !== undefined) yield { type: "started", execution: next, attempt: 1 };
        onStop?.();
        if (limit !== undefined) yield { type: "timed-out", limit };
      },
      exportLogs: async () => undefined,
      cleanup: async () => undefined,
    }),
  };
}
