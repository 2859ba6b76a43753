import type { CaseStatus } from "../model/documents.ts";
import type { Execution } from "../plan/execution.ts";

/** When an attempt began and ended: ISO 8601. */
export interface AttemptTime {
  readonly startedAt: string;
  readonly finishedAt: string;
}

/** What an engine knows of an execution that has ended; its metrics come from the event log afterwards. */
export interface ExecutionOutcome {
  readonly status: CaseStatus;
  /** Why the case did not pass; null for passed. */
  readonly reason: string | null;
  readonly attempts: number;
  readonly namespace: string | null;
  readonly startedAt: string;
  readonly finishedAt: string;
  /** The first attempt first; those that are known. */
  readonly attemptTimes: readonly AttemptTime[];
  /** Of the operation's result; null where the workload gave none. */
  readonly checksum: string | null;
  /** Folder with the event log (file or rolling folder), inside the run's folder. */
  readonly eventLogDirectory: string;
  /** Of the last attempt, by which a History Server knows it; null where only the event log tells. */
  readonly applicationId: string | null;
  /** Address of a History Server that has the application, up to the engine's cleanup; null where there is none. */
  readonly historyServerUrl: URL | null;
}

/** What happens to an execution before its end. */
export type ExecutionNews =
  | { readonly type: "started"; readonly execution: Execution; readonly attempt: number }
  | { readonly type: "progress"; readonly execution: Execution; readonly step: string }
  /** A line of its log, without its end. */
  | { readonly type: "log"; readonly execution: Execution; readonly line: string }
  | {
      readonly type: "retrying";
      readonly execution: Execution;
      readonly attempt: number;
      readonly reason: string;
      readonly delayMs: number;
    };

/**
 * What happens to an execution, in order: started, then any number of the middle ones, then finished once. "timed-out" is of the run as a
 * whole: a limit of the place it runs in is over, and executions that have not been told as finished never will be.
 */
export type ExecutionEvent =
  | ExecutionNews
  /** `limit` in words that go before "ended it". */
  | { readonly type: "timed-out"; readonly limit: string }
  | { readonly type: "finished"; readonly execution: Execution; readonly outcome: ExecutionOutcome };

/** Where long work stands, for people. `fraction` is 0..1, undefined where the end is not known. */
export interface PrepareEvent {
  readonly step: string;
  readonly state: "running" | "done";
  readonly detail?: string;
  readonly fraction?: number;
  /** ISO 8601, of what went on elsewhere and is told later; else it begins when it is first told, and ends when it is told as done. */
  readonly startedAt?: string;
  readonly finishedAt?: string;
}

/** One way to run the executions of a run. */
export interface Engine {
  /** Begins to make ready what the executions need, and returns at once. When `signal` aborts, the preparation ends. */
  prepare(
    executions: readonly Execution[],
    onEvent: (event: PrepareEvent) => void,
    signal: AbortSignal,
  ): PreparedEngine;
}

/** What prepare() was called for, from its first moment on: also one that is half made can be cleaned up. */
export interface PreparedEngine {
  /** Resolves when everything is ready. Rejects with BadInputError or InfrastructureError. */
  readonly ready: Promise<void>;
  /**
   * Runs the executions and yields what happens, once everything is ready. One that fails is an event, never an exception. When
   * `signal` aborts, every process is ended, the finished ones have been yielded, and the iteration ends.
   */
  execute(signal: AbortSignal): AsyncIterable<ExecutionEvent>;
  /** Saves what explains why something failed, beside the logs, into a folder. A part that cannot be had is left out. */
  exportLogs(directory: string): Promise<void>;
  /**
   * Removes what must not outlive the run; the last that is called. Idempotent.
   *
   * @param failed whether something failed that one may want to look at
   * @throws InfrastructureError that names what is left and why
   */
  cleanup(failed: boolean, onEvent: (event: PrepareEvent) => void): Promise<void>;
}
