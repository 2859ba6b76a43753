import { compare } from "../../analyse/compare.ts";
import { describeVerdict } from "../../analyse/describe.ts";
import { exitCodeOf } from "../../analyse/exit-code.ts";
import { readBaseline, readEnding, readResults } from "../../documents/read-results.ts";
import type { ExitCode } from "../../lib/errors.ts";
import { print } from "../shared/print.ts";
import type { CompareConfig } from "./options.ts";

export async function executeCompare(config: CompareConfig): Promise<ExitCode> {
  const { current, baseline, failOn, maxDetectableChange, json } = config;
  const results = await readResults(current);
  const { tier, id, workload } = results.run;
  const earlier = await readBaseline(baseline, { tier, workload, excludeRunId: id });
  const ending = await readEnding(current, results);
  const verdict = compare(results, earlier, { failOn, maxDetectableChange, ending });
  print(json ? verdict : describeVerdict(verdict, results));
  return exitCodeOf(results, verdict);
}
