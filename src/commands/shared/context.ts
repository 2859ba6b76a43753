import type { Environment } from "../../lib/process/environment.ts";
import type { Progress } from "../../progress/progress.ts";

/** What a command needs beside its options. */
export interface CommandContext {
  /** Folder with tiers.json, workloads/, workflows/ and charts/. */
  readonly assetsDirectory: string;
  readonly toolVersion: string;
}

/** What the use case of a command needs beside its configuration. */
export interface UseCaseContext extends CommandContext {
  /** The process's own, in which tools are looked for. */
  readonly environment: Environment;
  readonly progress: Progress;
  /** Aborted by a signal to the process, whose exit code is its reason. */
  readonly signal: AbortSignal;
}
