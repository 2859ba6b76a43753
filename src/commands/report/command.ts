import { stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { compare } from "../../analyse/compare.ts";
import { SCENARIOS } from "../../documents/document-file.ts";
import { readBaseline, readResults, readScenarios, readVerdict } from "../../documents/read-results.ts";
import { BadInputError, ExitCode } from "../../lib/errors.ts";
import { pathExists } from "../../lib/files/path-exists.ts";
import { writeReports } from "../../report/report.ts";
import { writeScenarioReports } from "../../report/scenarios/reports.ts";
import { print } from "../shared/print.ts";
import type { ReportConfig } from "./options.ts";

export async function executeReport(config: ReportConfig): Promise<ExitCode> {
  if (await isOfScenarios(config.results)) return reportScenarios(config);
  const results = await readResults(config.results);
  const baseline = await readBaseline(config.baseline, { tier: results.run.tier, excludeRunId: results.run.id });
  const verdictFile = config.verdict ?? (await findVerdict(config.results));
  // A baseline that is given now says more than the verdict that was found then.
  const judgeAgain = verdictFile === null || (config.verdict === null && config.baseline.length > 0);
  const verdict = judgeAgain ? compare(results, baseline, {}) : await readVerdict(verdictFile);
  const { htmlPath } = await writeReports({ results, verdict, baseline: baseline.runs }, config.outDirectory);
  print(htmlPath);
  return ExitCode.pass;
}

/** Whether the path is that of a run of scenarios: its folder, or its document. */
async function isOfScenarios(path: string): Promise<boolean> {
  return basename(path) === SCENARIOS.fileName || (await pathExists(join(path, SCENARIOS.fileName)));
}

async function reportScenarios({ results, verdict, baseline, outDirectory }: ReportConfig): Promise<ExitCode> {
  if (verdict !== null || baseline.length > 0) {
    throw new BadInputError(`${results} is of scenarios, which are not compared with earlier runs.`, {
      hint: "Leave out --verdict and --baseline.",
    });
  }
  await writeScenarioReports(await readScenarios(results), outDirectory);
  print(join(outDirectory, "report.html"));
  return ExitCode.pass;
}

/** The verdict that a run wrote beside its results, if it did. */
async function findVerdict(results: string): Promise<string | null> {
  const folder = (await stat(results)).isDirectory() ? results : dirname(results);
  const path = join(folder, "verdict.json");
  return (await pathExists(path)) ? path : null;
}
