import { resolve } from "node:path";
import type { Command as Commander } from "commander";
import { BadInputError } from "../../lib/errors.ts";
import type { Gate } from "../../model/metrics.ts";
import { gatesOption } from "../shared/result-options.ts";
import { collect } from "../shared/selection-options.ts";

export interface ReportConfig {
  readonly results: string;
  readonly verdict: string | null;
  readonly baseline: readonly string[];
  /** null for the gates of the verdict that there is, else the default. */
  readonly failOn: readonly Gate[] | null;
  readonly outDirectory: string;
}

/** Adds `report`; gives what it was asked for to `choose`. */
export function addReportCommand(program: Commander, choose: (config: ReportConfig) => void): void {
  program
    .command("report")
    .description("write report.html, report.md, junit.xml and metrics.prom again from a run's results")
    .requiredOption("--results <path>", "results.json (of scenarios: scenarios.json), or the run's folder")
    .option("--verdict <file>", "verdict.json (default: the one beside the results)")
    .option(
      "--baseline <path>",
      "earlier runs, for the plots, and to judge a run by that has not been compared; may be repeated",
      collect,
    )
    .addOption(gatesOption("judge the run again, by these gates (default: those of verdict.json, else hard,soft)"))
    .requiredOption("--out <dir>", "folder for the reports")
    .action(({ results, verdict, baseline, failOn, out }) => {
      if (failOn !== undefined && (verdict !== undefined || baseline === undefined)) {
        throw new BadInputError("--fail-on judges the run again, against --baseline and in place of --verdict.", {
          hint: "Give --baseline and no --verdict with it, or leave --fail-on out.",
        });
      }
      choose({
        results: resolve(results),
        verdict: verdict === undefined ? null : resolve(verdict),
        baseline: (baseline ?? []).map((path: string) => resolve(path)),
        failOn: failOn ?? null,
        outDirectory: resolve(out),
      });
    });
}
