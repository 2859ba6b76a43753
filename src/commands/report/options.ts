import { resolve } from "node:path";
import type { Command as Commander } from "commander";
import { collect } from "../shared/selection-options.ts";

export interface ReportConfig {
  readonly results: string;
  readonly verdict: string | null;
  readonly baseline: readonly string[];
  readonly outDirectory: string;
}

/** Adds `report`; gives what it was asked for to `choose`. */
export function addReportCommand(program: Commander, choose: (config: ReportConfig) => void): void {
  program
    .command("report")
    .description("write report.html, report.md, junit.xml and metrics.prom again from a run's results")
    .requiredOption("--results <path>", "results.json (of scenarios: scenarios.json), or the run's folder")
    .option("--verdict <file>", "verdict.json (default: the one beside the results)")
    .option("--baseline <path>", "earlier runs, for the plots; may be repeated", collect)
    .requiredOption("--out <dir>", "folder for the reports")
    .action(({ results, verdict, baseline = [], out }) =>
      choose({
        results: resolve(results),
        verdict: verdict === undefined ? null : resolve(verdict),
        baseline: baseline.map((path: string) => resolve(path)),
        outDirectory: resolve(out),
      }),
    );
}
