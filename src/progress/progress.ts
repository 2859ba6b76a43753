import type { ExecutionOutcome, PrepareEvent } from "../engine/engine.ts";

/** How something that was run ended, as far as people are told of it at once. Times are ISO 8601; null for what did not run. */
export interface ShownOutcome extends Pick<ExecutionOutcome, "status" | "reason"> {
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
}

/** What happens to an execution or a scenario, by its name for people. */
export type ProgressEvent = { readonly name: string } & (
  | { readonly type: "started"; readonly attempt: number }
  | { readonly type: "progress"; readonly step: string }
  | { readonly type: "log"; readonly line: string }
  | { readonly type: "retrying"; readonly attempt: number; readonly reason: string; readonly delayMs: number }
  | { readonly type: "finished"; readonly outcome: ShownOutcome }
);

/** Where a run stands, for people. Every text is made one printable line here, whatever it says. */
export interface Progress {
  /** A line that stays, or several in one piece. */
  note(line: string, ...more: readonly string[]): void;
  prepare(event: PrepareEvent): void;
  show(event: ProgressEvent): void;
  /**
   * Sets how many cases there are in all and how many of them are done before the first event.
   *
   * @param names all of the plan: they are then shortened by what differs between them, from the first line on
   */
  begin(total: number, done: number, names?: readonly string[]): void;
  /** Takes the live block off the terminal; what is still held back is written. Idempotent. */
  stop(): void;
}
