import { isEndUnknown } from "../documents/ending.ts";
import { ExitCode } from "../lib/errors.ts";
import type { Results, Verdict } from "../model/documents.ts";

const EXIT_CODES: Readonly<Record<Verdict["ending"], ExitCode>> = {
  complete: ExitCode.pass,
  timeout: ExitCode.timeout,
  interrupted: ExitCode.interrupted,
  infrastructure: ExitCode.infrastructure,
  crashed: ExitCode.internal,
};

/**
 * How a command that judged a run ends: failed cases come before broken infrastructure, both before a regression, and what was found
 * before that the run was ended early.
 */
export function exitCodeOf(
  { cases }: Pick<Results, "cases">,
  judged: Pick<Verdict, "verdict" | "ending" | "plannedCases" | "endCause">,
): ExitCode {
  if (cases.some(({ status }) => status === "failed")) return ExitCode.casesFailed;
  if (cases.some(({ status }) => status === "infrastructure")) return ExitCode.infrastructure;
  if (judged.verdict === "regression") return ExitCode.regression;
  // Something ended the run, and it was no case: nobody knows whether a limit, a signal or the machine.
  if (isEndUnknown(judged)) return ExitCode.infrastructure;
  return EXIT_CODES[judged.ending];
}
