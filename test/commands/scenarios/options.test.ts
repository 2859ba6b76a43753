import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { readArguments } from "../../../src/commands/dispatch/read-arguments.ts";
import type { ScenariosConfig } from "../../../src/commands/scenarios/options.ts";

function read(line: string, env: Record<string, string> = {}): ScenariosConfig {
  const command = readArguments(["scenarios", ...line.split(" ").filter(Boolean)], { USER: "tester", ...env }, "0.0.0");
  if (command?.name !== "scenarios") throw new Error("another command");
  return command.config;
}

describe("scenarios", () => {
  it("has the defaults of its contract", () => {
    expect(read("--dir s")).toMatchObject({
      directory: resolve("s"),
      maxParallel: 4,
      maxRetries: 3,
      timeoutSeconds: 3600,
      retries: 0,
      shard: null,
      resultsDirectory: null,
      namespacePrefix: "spark-test",
      podSecurity: null,
      quota: {},
      cluster: { provider: null, context: null },
    });
  });

  it("takes the environment, over which options win", () => {
    const env = { SCENARIOS_DIR: "from-env", MAX_PARALLEL: "8", MAX_RETRIES: "0", RESULTS_DIR: "results" };
    expect(read("", env)).toMatchObject({
      directory: resolve("from-env"),
      maxParallel: 8,
      maxRetries: 0,
      resultsDirectory: resolve("results"),
    });
    expect(read("--dir s --max-parallel 2 --max-retries 5 --results r", env)).toMatchObject({
      directory: resolve("s"),
      maxParallel: 2,
      maxRetries: 5,
      resultsDirectory: resolve("r"),
    });
  });

  it("puts quotas together", () => {
    expect(read("--dir s --quota pods=10,requests.cpu=500m --quota requests.memory=8Gi").quota).toEqual({
      pods: "10",
      "requests.cpu": "500m",
      "requests.memory": "8Gi",
    });
  });

  it.each<[string, Record<string, string>, string]>([
    ["", {}, "No folder of scenarios was given."],
    [
      "",
      { SCENARIOS_DIR: "s", MAX_PARALLEL: "many" },
      "MAX_PARALLEL is many. It must be a whole number from 1 to 1024.",
    ],
    ["", { SCENARIOS_DIR: "s", MAX_RETRIES: "-1" }, "MAX_RETRIES is -1. It must be a whole number from 0 to 20."],
    ["--dir s --max-parallel 0", {}, "whole number from 1 to 1024"],
    ["--dir s --shard 0/2", {}, "It must read I/N"],
    ["--dir s --namespace-prefix -a", {}, "It must begin a DNS label"],
    ["--dir s --pod-security loose", {}, "Allowed choices are privileged, baseline, restricted"],
    ["--dir s --cluster kind --context c", {}, "--context chooses a kubeconfig context"],
  ])("refuses %j with %j", (line, env, message) => {
    expect(() => read(line, env)).toThrow(message);
  });
});
