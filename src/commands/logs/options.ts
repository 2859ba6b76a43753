import type { Command as Commander } from "commander";
import type { Environment } from "../../lib/process/environment.ts";
import { type AttachConfig, addAttachOptions, readAttachConfig } from "../shared/cluster-options.ts";
import { collect } from "../shared/selection-options.ts";

export interface LogsConfig extends AttachConfig {
  readonly runId: string;
  /** Parts of the names of the cases; empty for all. */
  readonly cases: readonly string[];
  readonly follow: boolean;
}

/** Adds `logs`; gives what it was asked for to `choose`. */
export function addLogsCommand(program: Commander, env: Environment, choose: (config: LogsConfig) => void): void {
  const command = addAttachOptions(program.command("logs <id>").description("print the logs of a workflow's cases"));
  command
    .option("--case <text>", "only cases with this in their name; may be repeated", collect)
    .option("-f, --follow", "go on until the workflow has ended", false)
    .action((runId: string, options) => {
      const { case: cases = [], follow } = options;
      choose({ ...readAttachConfig(command, options, env), runId, cases, follow });
    });
}
