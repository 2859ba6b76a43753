import { resolve } from "node:path";
import type { Command as Commander } from "commander";

export interface EventsConfig {
  readonly paths: readonly string[];
  readonly json: boolean;
}

/** Adds `events`; gives what it was asked for to `choose`. */
export function addEventsCommand(program: Commander, choose: (config: EventsConfig) => void): void {
  program
    .command("events <paths...>")
    .description("metrics and stages of Spark event logs: files, zip archives, or folders of them")
    .option("--json", "one JSON document on stdout", false)
    .action((paths: string[], options) => choose({ paths: paths.map((path) => resolve(path)), json: options.json }));
}
