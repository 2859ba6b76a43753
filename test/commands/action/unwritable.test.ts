import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { endAction, executeAction } from "../../../src/commands/action/action.ts";
import { readActionConfig } from "../../../src/commands/action/action-config.ts";
import { captureStdout } from "./capture-stdout.ts";
import { ENVIRONMENT, inputsOf } from "./inputs.ts";

let folder: string;
let stdout: ReturnType<typeof captureStdout>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "unwritable-"));
  for (const [name, value] of Object.entries(ENVIRONMENT)) vi.stubEnv(name, value);
  stdout = captureStdout();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

describe("a state file of the runner's that cannot be written", () => {
  it.each([
    ["is missing", () => join(folder, "none"), "Missing file at path"],
    ["is on a full disk", () => "/dev/full", "ENOSPC"],
  ])("which %s ends the step with 6 before anything is begun", async (_, path, reason) => {
    vi.stubEnv("GITHUB_STATE", path());
    const config = readActionConfig(inputsOf({ tier: "quick" }), process.env);
    const error = await executeAction(config, { toolVersion: "1" }).catch((thrown: unknown) => thrown);
    expect(endAction(error)).toBe(6);
    expect(stdout.text).toContain("The state for the post step cannot be written (GITHUB_STATE): ");
    expect(stdout.text).toContain(reason);
    expect(stdout.text).not.toContain("internal error");
  });
});

// Kept beside the others so that a file that may not be written is looked at where the tests do not run as root.
it.skipIf(process.getuid?.() === 0)("a state file that may not be written ends the step with 6", async () => {
  const path = join(folder, "state");
  writeFileSync(path, "");
  chmodSync(path, 0o444);
  vi.stubEnv("GITHUB_STATE", path);
  const config = readActionConfig(inputsOf({ tier: "quick" }), process.env);
  const error = await executeAction(config, { toolVersion: "1" }).catch((thrown: unknown) => thrown);
  expect(endAction(error)).toBe(6);
});
