import { ExitCode } from "../lib/errors.ts";
import type { ScenarioResult } from "../model/scenarios.ts";

/** `RESULTS_DIR/<scenario>.json`; `status` and `exit_code` are a contract. */
export function toResultFile(result: ScenarioResult): Readonly<Record<string, unknown>> {
  return {
    status: result.status,
    exit_code: result.exitCode,
    reason: result.reason,
    attempts: result.attempts,
    namespace: result.namespace,
    release: result.release,
    started_at: result.startedAt,
    finished_at: result.finishedAt,
  };
}

/** How the command ends: failed scenarios come before broken infrastructure. */
export function toExitCode(results: readonly Pick<ScenarioResult, "status">[]): ExitCode {
  if (results.some(({ status }) => status === "failed")) return ExitCode.casesFailed;
  return results.some(({ status }) => status === "infrastructure") ? ExitCode.infrastructure : ExitCode.pass;
}
