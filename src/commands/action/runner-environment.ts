import type { Environment } from "../../lib/process/environment.ts";
/**
 * An environment without what the runner gives to actions only, and without what is for this program: neither a workload nor a tool
 * that is started has any business with the job's tokens.
 */
export function withoutRunnerVariables(env: Environment): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name]) => !/^(INPUT_|STATE_|ACTIONS_|GITHUB_TOKEN$|SPARK_LOADTEST_PUSH_TOKEN$)/.test(name),
    ),
  );
}
