import type { Command as Commander } from "commander";
import type { Environment } from "../../lib/process/environment.ts";
import { type AttachConfig, addAttachOptions, readAttachConfig } from "../shared/cluster-options.ts";

export interface WatchConfig extends AttachConfig {
  readonly runId: string;
  readonly showLogs: boolean;
}

/** Adds `watch`; gives what it was asked for to `choose`. */
export function addWatchCommand(program: Commander, env: Environment, choose: (config: WatchConfig) => void): void {
  const command = addAttachOptions(program.command("watch <id>").description("follow a workflow to its end"));
  command
    .option("--logs", "show the cases' log lines as they come", false)
    .action((runId: string, options) =>
      choose({ ...readAttachConfig(command, options, env), runId, showLogs: options.logs }),
    );
}
