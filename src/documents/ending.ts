import { plural } from "../lib/text/format.ts";
import type { Results, RunEnding } from "../model/documents.ts";

/** How a run ended, as far as its results alone tell. */
export function endingOf({ run, cases }: Results): RunEnding {
  const finishedCases = cases.length;
  return run.finishedAt === null
    ? { ending: "interrupted", plannedCases: null, finishedCases }
    : { ending: "complete", plannedCases: finishedCases, finishedCases };
}

/** "the run timed out after 3 of 10 cases"; null for a complete run. */
export function describeEnding({ ending, plannedCases, finishedCases }: RunEnding): string | null {
  if (ending === "complete") return null;
  const how = ending === "timeout" ? "timed out" : "was interrupted";
  const cases =
    plannedCases === null ? plural(finishedCases, "case") : `${finishedCases} of ${plural(plannedCases, "case")}`;
  return `the run ${how} after ${cases}`;
}
