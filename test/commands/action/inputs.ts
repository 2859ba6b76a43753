import { readFileSync } from "node:fs";
import { parse } from "yaml";

interface Declared {
  readonly description: string;
  readonly default?: string;
}

export const action = parse(readFileSync("action.yml", "utf8")) as {
  readonly inputs: Readonly<Record<string, Declared>>;
  readonly outputs: Readonly<Record<string, Declared>>;
};

/** Inputs as the runner hands them over: what is given, else the default of action.yml. Names that it does not declare are a bug. */
export function inputsOf(given: Readonly<Record<string, string>> = {}) {
  return (name: string): string => {
    if (!(name in action.inputs)) throw new Error(`action.yml has no input ${name}`);
    const standard = name === "github-token" ? "a-token" : (action.inputs[name]!.default ?? "");
    return (given[name] ?? standard).trim();
  };
}

export const ENVIRONMENT = {
  HOME: "/home/runner",
  GITHUB_REPOSITORY: "octo/spark-images",
  GITHUB_RUN_ID: "1234",
  GITHUB_WORKSPACE: "/workspace",
  GITHUB_WORKFLOW_REF: "octo/spark-images/.github/workflows/ci.yml@refs/heads/main",
  GITHUB_REF: "refs/heads/main",
  GITHUB_EVENT_NAME: "push",
  RUNNER_TEMP: "/temp",
  SPARK_LOADTEST_CACHE: "/cache",
};
