import { basename, relative } from "node:path";
import { createProgress, type ProgressOptions } from "../../progress/create-progress.ts";

/** Progress as this command's surroundings want it. */
export function createCommandProgress(options: Pick<ProgressOptions, "showLogs" | "unit"> = {}) {
  return createProgress(process.stderr, {
    ci: process.env.GITHUB_ACTIONS === "true" ? "github" : null,
    color: !process.env.NO_COLOR,
    ...options,
  });
}

/** How this program was called, so that the next command can be copied. */
export function describeSelf(): string {
  const script = process.argv[1] ?? "spark-loadtest";
  return script.endsWith(".js") ? `node ${relative(process.cwd(), script)}` : basename(script);
}
