import type { Environment } from "../../lib/process/environment.ts";
import { createProgress, type ProgressOptions } from "../../progress/create-progress.ts";

/** Progress as this command's surroundings want it. */
export function createCommandProgress(options: Pick<ProgressOptions, "showLogs" | "unit"> = {}) {
  return createProgress(process.stderr, { ...readSurroundings(process.env), ...options });
}

/** Whether what a command prints on stdout at its end may have colours. */
export function usesColor(): boolean {
  return process.stdout.isTTY && readSurroundings(process.env).color;
}

/**
 * What the environment says of the terminal: one that is dumb cannot go back in what it shows, and that of a CI service is a log. NO_COLOR
 * counts where it is not empty (https://no-color.org).
 */
export function readSurroundings(environment: Environment): Required<Pick<ProgressOptions, "ci" | "plain" | "color">> {
  const { GITHUB_ACTIONS, CI, TERM, NO_COLOR } = environment;
  const isDumb = TERM === "dumb";
  return {
    ci: GITHUB_ACTIONS === "true" ? "github" : null,
    plain: isDumb || (CI !== undefined && !/^(|0|false)$/i.test(CI)),
    color: !NO_COLOR && !isDumb,
  };
}
