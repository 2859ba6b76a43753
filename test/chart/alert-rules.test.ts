import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CHART } from "./render.ts";

const promtool = process.env.PROMTOOL ?? "promtool";
const present = spawnSync(promtool, ["--version"]).status === 0;
const run = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(promtool, args, { encoding: "utf8" });
  return { status, output: `${stdout}${stderr}` };
};

describe.skipIf(!present)("the alert rules, by promtool (skipped where it is not installed)", () => {
  it("are rules", () => {
    const { status, output } = run("check", "rules", join(CHART, "rules/spark-loadtest.yaml"));
    expect(status, output).toBe(0);
  });

  it("fire for a nightly run that failed, got worse or did not happen, and for nothing else", () => {
    const { status, output } = run("test", "rules", "test/chart/alert-rules.yaml");
    expect(status, output).toBe(0);
  });

  it("are about metrics whose file has nothing to object to", () => {
    const input = readFileSync("test/fixtures/metrics/metrics.prom");
    const { status, stdout, stderr } = spawnSync(promtool, ["check", "metrics"], { input, encoding: "utf8" });
    expect(`${stdout}${stderr}`).toBe("");
    expect(status).toBe(0);
  });
});
