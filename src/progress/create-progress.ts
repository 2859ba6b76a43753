import { createAppendProgress } from "./append-progress.ts";
import { createLiveProgress } from "./live-progress.ts";
import type { Progress } from "./progress.ts";

export type { Progress } from "./progress.ts";

export interface ProgressOptions {
  /** "github" where the stream is the log of a GitHub Actions step; null elsewhere. */
  readonly ci?: "github" | null;
  /** Print the lines of the cases' logs as they come. In GitHub Actions they are printed anyway, once a case has ended. */
  readonly showLogs?: boolean;
  /** Only lines that are added, on a terminal, too. */
  readonly plain?: boolean;
  /** Whether a terminal is given dimmed text. */
  readonly color?: boolean;
  /** What is counted: "case" unless given. */
  readonly unit?: string;
}

/** Shows where a run stands: a live block on a terminal, lines that are only added elsewhere. */
export function createProgress(
  stream: NodeJS.WriteStream,
  { ci = null, plain = false, showLogs = false, color = true, unit = "case" }: ProgressOptions = {},
): Progress {
  return stream.isTTY && ci === null && !plain
    ? createLiveProgress(stream, { showLogs, color, unit })
    : createAppendProgress(stream, { showLogs, groups: ci === "github", unit });
}
