import type { Case, CaseStatus, Run } from "../model/documents.ts";

/** When an attempt began and ended: ISO 8601. */
export interface AttemptTime {
  readonly startedAt: string;
  readonly finishedAt: string;
}

/** What an engine knows of a case that has ended; its metrics come from the event log afterwards. */
export interface CaseExecution {
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
  /** Folder with the case's event log (file or rolling folder), inside the run's folder. */
  readonly eventLogDirectory: string;
  /** Of the last attempt, by which a History Server knows it; null where only the event log tells. */
  readonly applicationId: string | null;
}

/** What happens to a case, in order: started, then any number of the middle ones, then finished once. */
export type CaseEvent =
  | { readonly type: "started"; readonly case: Case; readonly attempt: number }
  | { readonly type: "progress"; readonly case: Case; readonly step: string }
  /** A line of the case's log, without its end. */
  | { readonly type: "log"; readonly case: Case; readonly line: string }
  | {
      readonly type: "retrying";
      readonly case: Case;
      readonly attempt: number;
      readonly reason: string;
      readonly delayMs: number;
    }
  | { readonly type: "finished"; readonly case: Case; readonly execution: CaseExecution };

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

/** One way to run the cases of a plan. Both engines keep this. */
export interface Engine {
  readonly name: "local" | "argo";
  /** Why this engine cannot serve the case, as the `reason` of a skipped case; null where it can. */
  unservable(testCase: Case): string | null;
  /** Refuses input that cannot work, before anything is made. Throws BadInputError. */
  check(cases: readonly Case[]): Promise<void>;
  /** The machine, or the nodes, that the cases' figures will belong to; after check(). */
  describeHost(): Promise<Run["host"]>;
  /** Makes ready what the cases need. Throws BadInputError or InfrastructureError. */
  prepare(cases: readonly Case[], onEvent: (event: PrepareEvent) => void, signal: AbortSignal): Promise<void>;
  /**
   * Runs the cases and yields what happens. A case that fails is an event, never an exception. When `signal` aborts, every
   * process is ended, the finished cases have been yielded, and the iteration ends.
   */
  execute(cases: readonly Case[], signal: AbortSignal): AsyncIterable<CaseEvent>;
  /** Address of a History Server that has the finished cases' applications; null where there is none (any more). */
  readonly historyServerUrl: URL | null;
  /** Saves what explains why something failed, beside the cases' logs, into a folder. A part that cannot be had is left out. */
  exportLogs(directory: string): Promise<void>;
  /**
   * Removes what must not outlive the run; the last that is called. Idempotent.
   *
   * @param failed whether something failed that one may want to look at
   * @throws InfrastructureError that names what is left and why
   */
  cleanup(failed: boolean, onEvent: (event: PrepareEvent) => void): Promise<void>;
}
