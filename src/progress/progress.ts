import type { CaseEvent, PrepareEvent } from "../engine/engine.ts";
import type { Case } from "../model/documents.ts";

/** Where a run stands, for people. Every text is made printable here, whatever it says. */
export interface Progress {
  /** A line that stays. */
  note(text: string): void;
  prepare(event: PrepareEvent): void;
  case(event: CaseEvent): void;
  /**
   * Sets how many cases there are in all and how many of them are done before the first event.
   *
   * @param cases all of the plan: names are then shortened by what differs between them, from the first line on
   */
  begin(total: number, done: number, cases?: readonly Case[]): void;
  /** Takes the live block off the terminal; what is still held back is written. Idempotent. */
  stop(): void;
}
