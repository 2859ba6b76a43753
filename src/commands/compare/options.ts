import { resolve } from "node:path";
import type { Command as Commander } from "commander";
import type { Gate } from "../../model/metrics.ts";
import { failOnOption, maxDetectableChangeOption } from "../shared/result-options.ts";

export interface CompareConfig {
  readonly current: string;
  readonly baseline: readonly string[];
  readonly failOn: readonly Gate[];
  /** Relative, as of ResultConfig. */
  readonly maxDetectableChange: number;
  readonly json: boolean;
}

/** Adds `compare`; gives what it was asked for to `choose`. */
export function addCompareCommand(program: Commander, choose: (config: CompareConfig) => void): void {
  program
    .command("compare")
    .description("judge the results of a run against earlier ones")
    .requiredOption("--current <path>", "results.json, or the run's folder")
    .requiredOption("--baseline <paths...>", "results.json files, run folders, or folders of run folders")
    .addOption(failOnOption())
    .addOption(maxDetectableChangeOption())
    .option("--json", "the verdict as one JSON document on stdout", false)
    .action(({ current, baseline, failOn, maxDetectableChange, json }) =>
      choose({
        current: resolve(current),
        baseline: baseline.map((path: string) => resolve(path)),
        failOn,
        maxDetectableChange,
        json,
      }),
    );
}
