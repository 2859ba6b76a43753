import { resolve } from "node:path";
import type { Command as Commander } from "commander";

export interface ExplainConfig {
  readonly current: string;
  readonly baseline: string;
  readonly json: boolean;
}

/** Adds `explain`; gives what it was asked for to `choose`. */
export function addExplainCommand(program: Commander, choose: (config: ExplainConfig) => void): void {
  program
    .command("explain")
    .description("the likely causes of a difference between two event logs")
    .requiredOption("--current <log>", "event log of the run in question")
    .requiredOption("--baseline <log>", "event log to compare it with")
    .option("--json", "one JSON document on stdout", false)
    .action(({ current, baseline, json }) => choose({ current: resolve(current), baseline: resolve(baseline), json }));
}
