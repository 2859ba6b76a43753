import type { ExitCode } from "../../lib/errors.ts";
import type { Results, Run, Verdict, WorkflowJob } from "../../model/documents.ts";
import type { UseCaseContext } from "../shared/context.ts";

/** What a run needs beside its configuration. */
export interface RunContext extends UseCaseContext {
  /** Where the runs to compare a run with are fetched from, whose configuration names none. Throws LoadtestError. */
  readonly fetchBaseline?: ((run: Run, signal: AbortSignal) => Promise<FetchedBaseline>) | undefined;
  /** The job of a GitHub workflow that this is. */
  readonly workflowJob?: WorkflowJob | undefined;
  /** Told once nothing is left of what the run made. */
  readonly onCleaned?: (() => void) | undefined;
  /** Said where there was nothing to compare with; the CLI's own words unless given. */
  readonly nextRun?: string | undefined;
}

/** Earlier runs, as folders on this machine, and what people should know of those that are missing. */
export interface FetchedBaseline {
  readonly paths: readonly string[];
  readonly notes: readonly string[];
}

/** What a run comes to. The caller shows it; nothing is printed here but progress. */
export interface RunOutcome {
  readonly exitCode: ExitCode;
  readonly results: Results;
  readonly verdict: Verdict;
  readonly baseline: readonly Results[];
  readonly folder: string;
  readonly htmlPath: string;
}
