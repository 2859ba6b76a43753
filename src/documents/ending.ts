import { listNames, plural } from "../lib/text/format.ts";
import type { Results, RunEnding } from "../model/documents.ts";

/** How a run ended, as far as its results alone tell. */
export function endingOf({ run, cases }: Results): RunEnding {
  const finishedCases = cases.length;
  const unknown = { endCause: null, cutOffCases: [] };
  return run.finishedAt === null
    ? { ending: "interrupted", plannedCases: null, finishedCases, ...unknown }
    : { ending: "complete", plannedCases: finishedCases, finishedCases, ...unknown };
}

const HOW = {
  timeout: "timed out",
  interrupted: "was interrupted",
  infrastructure: "lost what it ran on",
  crashed: "crashed",
} as const;

/** Whether nothing but the results of an incomplete run is known: neither its plan nor what ended it. */
export function isEndUnknown({
  ending,
  plannedCases,
  endCause,
}: Pick<RunEnding, "ending" | "plannedCases" | "endCause">): boolean {
  return ending === "interrupted" && plannedCases === null && endCause === null;
}

/** "the run timed out after 3 of 10 cases"; null for a complete run. */
export function describeEnding(run: RunEnding): string | null {
  const { ending, plannedCases, finishedCases } = run;
  if (ending === "complete") return null;
  if (isEndUnknown(run)) return `the run ended before all its cases, after ${plural(finishedCases, "case")}`;
  const cases =
    plannedCases === null ? plural(finishedCases, "case") : `${finishedCases} of ${plural(plannedCases, "case")}`;
  return `the run ${HOW[ending]} after ${cases}`;
}

/** "its time limit of 60 s ended it; cut off: a, b and 2 more; 3 cases had not begun"; null where nothing more is known of the end. */
export function describeCutOff({
  ending,
  plannedCases,
  finishedCases,
  endCause,
  cutOffCases,
}: RunEnding): string | null {
  if (ending === "complete") return null;
  const open = plannedCases === null ? 0 : plannedCases - finishedCases - cutOffCases.length;
  const parts = [
    ...(endCause === null ? [] : [`${endCause} ended it`]),
    ...(cutOffCases.length === 0 ? [] : [`cut off: ${listNames(cutOffCases)}`]),
    // Only who knows what ended the run knows that no other case had begun.
    ...(endCause === null || open <= 0 ? [] : [`${plural(open, "case")} had not begun`]),
  ];
  return parts.length === 0 ? null : parts.join("; ");
}

/** Whether somebody stopped the run. It says nothing about what was measured, so that nobody is told of it but whoever did. */
export function wasStopped({ ending }: Pick<RunEnding, "ending">): boolean {
  return ending === "interrupted";
}
