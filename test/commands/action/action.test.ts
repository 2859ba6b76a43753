import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { endAction } from "../../../src/commands/action/action.ts";
import { readActionConfig } from "../../../src/commands/action/action-config.ts";
import { BadInputError } from "../../../src/lib/errors.ts";
import { captureStdout } from "./capture-stdout.ts";
import { ENVIRONMENT, inputsOf } from "./inputs.ts";

const WORKFLOW = ".github/workflows/ci.yml";
let folder: string;
let stdout: ReturnType<typeof captureStdout>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "action-"));
  mkdirSync(join(folder, ".github", "workflows"), { recursive: true });
  const environment = { ...ENVIRONMENT, GITHUB_WORKSPACE: folder, GITHUB_ACTION_REPOSITORY: "org/spark-loadtest" };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  stdout = captureStdout();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** The workflow with these inputs, the way the runner hands them to the action. */
function giveInputs(inputs: Record<string, string>): void {
  const given = Object.entries(inputs).map(([name, value]) => `          ${name}: ${JSON.stringify(value)}`);
  const lines = ["jobs:", "  a:", "    steps:", "      - uses: org/spark-loadtest@v1", "        with:", ...given];
  writeFileSync(join(folder, WORKFLOW), lines.join("\n"));
  for (const [name, value] of Object.entries(inputs)) vi.stubEnv(`INPUT_${name.toUpperCase()}`, value);
}

describe("endAction", () => {
  it.each<[string, Record<string, string>, number]>([
    ["a value", { tier: "quick", samples: "many" }, 7],
    ["a value of the action's own", { tier: "quick", comment: "no" }, 7],
    ["a contradiction", { image: "spark:x" }, 6],
  ])("points at the line of %s that is refused at once", (_, inputs, line) => {
    giveInputs(inputs);
    let refused: unknown;
    try {
      readActionConfig(inputsOf(inputs), process.env);
    } catch (error) {
      refused = error;
    }
    expect(endAction(refused)).toBe(2);
    expect(stdout.text).toContain(`::error file=${WORKFLOW},line=${line}::spark-loadtest: `);
  });

  it.each([
    ["names", new BadInputError('unknown dimension "x" in --only "x=y"'), 7],
    ["shows the value of", new BadInputError('unknown tier "quik"'), 6],
    ["shows the file of", new BadInputError("/w/tiers.yaml:5:14: samples must be a number"), 8],
    ["does not tell", new BadInputError("the machine has no such thing"), 4],
  ])("points at the line of what a later refusal %s", (_, error, line) => {
    giveInputs({ tier: "quik", only: "x=y", "tiers-file": "tiers.yaml" });
    endAction(error);
    expect(stdout.text).toContain(`::error file=${WORKFLOW},line=${line}::`);
  });

  it("points at nothing for what no input is to blame for, or where no workflow is checked out", () => {
    giveInputs({ tier: "quick" });
    expect(endAction(new Error("a bug"))).toBe(1);
    expect(stdout.text).toMatch(/^::error::spark-loadtest: internal error/);
    rmSync(join(folder, WORKFLOW));
    endAction(new BadInputError("x"));
    expect(stdout.text).toContain(`::error file=${WORKFLOW}::spark-loadtest: x`);
  });
});
