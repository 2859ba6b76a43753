import { basename, join } from "node:path";
import { compare } from "../../analyse/compare.ts";
import type { Baseline } from "../../documents/baseline.ts";
import { SCENARIOS } from "../../documents/document-file.ts";
import {
  findVerdict,
  readBaseline,
  readEnding,
  readResults,
  readScenarios,
  readVerdict,
} from "../../documents/read-results.ts";
import { prepareDirectory } from "../../documents/write.ts";
import { BadInputError, ExitCode } from "../../lib/errors.ts";
import { pathExists } from "../../lib/files/path-exists.ts";
import { writeLines } from "../../lib/process/output.ts";
import type { Results, Verdict } from "../../model/documents.ts";
import { HTML_REPORT, REPORTS, SCENARIO_REPORTS, toJudgedRun, writeOutputs } from "../../publish/outputs.ts";
import type { ReportConfig } from "./options.ts";

export async function executeReport(config: ReportConfig): Promise<ExitCode> {
  if (await isOfScenarios(config.results)) return reportScenarios(config);
  const results = await readResults(config.results);
  const { tier, id, workload } = results.run;
  const baseline = await readBaseline(config.baseline, { tier, workload, excludeRunId: id });
  const verdict = await findJudgement(config, results, baseline);
  await prepareDirectory(config.outDirectory, []);
  await writeOutputs(REPORTS, toJudgedRun({ results, verdict, baseline: baseline.runs }), config.outDirectory);
  writeLines(process.stdout, [join(config.outDirectory, HTML_REPORT)]);
  return ExitCode.pass;
}

/**
 * The verdict that is given or lies beside the results. The run is judged here where there is none, where --fail-on asks for it, and
 * where that verdict had nothing to compare with and there is a baseline now; then by the gates of --fail-on, or else by that verdict's.
 */
async function findJudgement(config: ReportConfig, results: Results, baseline: Baseline): Promise<Verdict> {
  if (config.verdict !== null) return readVerdict(config.verdict, results);
  const found = await findVerdict(config.results, results);
  const isCompared = found !== null && (found.baseline.runs.length > 0 || baseline.runs.length === 0);
  if (isCompared && config.failOn === null) return found;
  const failOn = config.failOn ?? found?.failOn;
  const maxDetectableChange = found?.maxDetectableChange ?? undefined;
  return compare(results, baseline, { failOn, maxDetectableChange, ending: await readEnding(config.results, results) });
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
  await SCENARIO_REPORTS.write(await readScenarios(results), outDirectory);
  writeLines(process.stdout, [join(outDirectory, HTML_REPORT)]);
  return ExitCode.pass;
}
