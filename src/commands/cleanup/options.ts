import type { Command as Commander } from "commander";
import type { Environment } from "../../lib/process/environment.ts";
import { type AttachConfig, addAttachOptions, readAttachConfig } from "../shared/cluster-options.ts";

export interface CleanupConfig extends AttachConfig {
  /** null for everything that is expired or whose run has ended. */
  readonly runId: string | null;
  /** Kept clusters and running workflows too. */
  readonly all: boolean;
}

/** Adds `cleanup`; gives what it was asked for to `choose`. */
export function addCleanupCommand(program: Commander, env: Environment, choose: (config: CleanupConfig) => void): void {
  const command = addAttachOptions(
    program.command("cleanup").description("remove what earlier runs left: namespaces, workflows, clusters"),
  );
  command
    .argument("[id]", "only what this run left, though it may still go on")
    .option("--all", "also runs that still go on, what was kept on purpose, and what `install` made", false)
    .action((runId: string | undefined, options) =>
      choose({ ...readAttachConfig(command, options, env), runId: runId ?? null, all: options.all }),
    );
}
