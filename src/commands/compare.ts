import { compare } from "../analyse/compare.ts";
import { describeVerdict } from "../analyse/describe.ts";
import { readBaseline, readResults } from "../analyse/read-results.ts";
import type { CompareConfig } from "../config/config.ts";
import { ExitCode } from "../lib/errors.ts";
import { print } from "./print.ts";

export async function executeCompare({ current, baseline, failOn, json }: CompareConfig): Promise<ExitCode> {
  const results = await readResults(current);
  const { tier, id } = results.run;
  const verdict = compare(results, await readBaseline(baseline, { tier, excludeRunId: id }), { failOn });
  print(json ? verdict : describeVerdict(verdict, results));
  if (verdict.verdict === "failed") return ExitCode.casesFailed;
  return verdict.verdict === "regression" ? ExitCode.regression : ExitCode.pass;
}
