import { createProgress, type ProgressOptions } from "../../progress/create-progress.ts";

/** Progress as this command's surroundings want it. */
export function createCommandProgress(options: Pick<ProgressOptions, "showLogs" | "unit"> = {}) {
  return createProgress(process.stderr, {
    ci: process.env.GITHUB_ACTIONS === "true" ? "github" : null,
    color: !process.env.NO_COLOR,
    ...options,
  });
}
