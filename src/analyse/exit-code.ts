import { ExitCode } from "../lib/errors.ts";
import type { Results, Verdict } from "../model/documents.ts";

/** How a command that judged a run ends: failed cases come before broken infrastructure, and both before a regression. */
export function exitCodeOf({ cases }: Pick<Results, "cases">, { verdict }: Pick<Verdict, "verdict">): ExitCode {
  if (cases.some(({ status }) => status === "failed")) return ExitCode.casesFailed;
  if (cases.some(({ status }) => status === "infrastructure")) return ExitCode.infrastructure;
  return verdict === "regression" ? ExitCode.regression : ExitCode.pass;
}
