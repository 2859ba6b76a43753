import type { Command as Commander } from "commander";
import type { Environment } from "../../lib/process/environment.ts";
import { type AttachConfig, addAttachOptions, readAttachConfig } from "../shared/cluster-options.ts";
import { addResultOptions, type ResultConfig, readResultConfig } from "../shared/result-options.ts";

export interface CollectConfig extends AttachConfig, ResultConfig {
  readonly runId: string;
}

/** Adds `collect`; gives what it was asked for to `choose`. */
export function addCollectCommand(program: Commander, env: Environment, choose: (config: CollectConfig) => void): void {
  const command = addAttachOptions(
    program
      .command("collect <id>")
      .description("wait for a workflow's end, then write its metrics, verdict and reports"),
  );
  addResultOptions(command).action((runId: string, options) =>
    choose({ ...readAttachConfig(command, options, env), ...readResultConfig(options, env), runId }),
  );
}
