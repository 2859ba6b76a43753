import { errorMessage, LoadtestError } from "../../lib/errors.ts";

/** Says what went wrong, and what to do about it, where the run goes on. */
export function noteError(error: unknown, note: (line: string) => void): void {
  note(`! ${errorMessage(error)}`);
  if (error instanceof LoadtestError && error.hint !== undefined) note(`  ${error.hint}`);
}
