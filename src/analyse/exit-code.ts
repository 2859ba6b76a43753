import { ExitCode } from "../lib/errors.ts";
import type { Results, Verdict } from "../model/documents.ts";

const EXIT_CODES: Readonly<Record<Verdict["ending"], ExitCode>> = {
  complete: ExitCode.pass,
  timeout: ExitCode.timeout,
  interrupted: ExitCode.interrupted,
  crashed: ExitCode.internal,
};

/**
 * How a command that judged a run ends: failed cases come before broken infrastructure, both before a regression, and what was found
 * before that the run was ended early.
 */
export function exitCodeOf(
  { cases }: Pick<Results, "cases">,
  { verdict, ending }: Pick<Verdict, "verdict" | "ending">,
): ExitCode {
  if (cases.some(({ status }) => status === "failed")) return ExitCode.casesFailed;
  if (cases.some(({ status }) => status === "infrastructure")) return ExitCode.infrastructure;
  if (verdict === "regression") return ExitCode.regression;
  return EXIT_CODES[ending];
}
