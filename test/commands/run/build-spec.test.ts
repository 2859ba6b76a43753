import { expect, it } from "vitest";
import { readArguments } from "../../../src/commands/dispatch/read-arguments.ts";
import { buildSpec, recordRun } from "../../../src/commands/run/build-spec.ts";
import { createPlan } from "../../../src/plan/plan.ts";
import { makeTier } from "../../plan/make-tier.ts";

const host = { cpus: 1, memoryBytes: 1, os: "Linux", cpuModel: "x" };

it.each([
  ["", 100],
  ["--baseline-image spark:old --pairs 3 --cluster kind", 600],
  ["--baseline-image spark:old --pairs 3 --cluster kind --timeout 7", 7],
])(
  "a run with the options %j may take the tier's time for each time that a case is run, or as told: %d s",
  (line, seconds) => {
    const command = readArguments(["run", ...line.split(" ").filter(Boolean)], { HOME: "/home/spark" }, "0");
    if (command?.name !== "run") throw new Error("another command");
    const { config } = command;
    const tier = makeTier({ timeoutSeconds: 100 });
    const record = recordRun(config, createPlan(tier, config), tier, {
      ...{ id: "t-1", host, directory: "/run", toolVersion: "0" },
    });
    const spec = buildSpec(config, record, 1, { assetsDirectory: "/assets", environment: {} });
    expect(spec.limits.timeoutSeconds).toBe(seconds);
  },
);
