import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { ActionState } from "../../../src/commands/action/action-state.ts";
import { finishRun } from "../../../src/commands/action/post.ts";
import { FakeGithub } from "../../github/fake-github.ts";
import { quickRun } from "../../report/fixtures.ts";
import { captureStdout } from "./capture-stdout.ts";

const github = new FakeGithub();
let folder: string;
let stdout: ReturnType<typeof captureStdout>;
beforeAll(async () => {
  await github.start();
  for (const [name, value] of Object.entries(github.environment)) vi.stubEnv(name, value);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await github.stop();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "post-"));
  github.artifacts.length = 0;
  stdout = captureStdout();
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const state = (more: Partial<ActionState> = {}): ActionState => ({
  ...{ runDirectory: folder, cacheDirectory: join(folder, "cache"), cluster: null, keepCluster: false },
  ...{ artifactName: "spark-loadtest", retentionDays: 3, cleaned: false, uploaded: false, ...more },
});

/** A run that was killed while its first case ran. */
function leaveRun(): void {
  const { run } = quickRun(0);
  const settings = { samples: 1, warmups: 0, dataDirectory: null, conf: {}, workloadArgs: [] };
  const document = { schema: "spark-loadtest/run/v1", run: { ...run, finishedAt: null }, tier: {}, settings };
  writeFileSync(join(folder, "run.json"), JSON.stringify(document));
  for (const name of ["scratch/case-1/tmp", "logs"]) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, "logs", "case.log"), "said until then\n");
}

describe("finishRun", () => {
  it("removes and uploads what a killed run left, and may be called again", async () => {
    leaveRun();
    await finishRun(state());
    expect(existsSync(join(folder, "scratch"))).toBe(false);
    expect(github.artifacts.map(({ name }) => name)).toEqual(["spark-loadtest-quick"]);
    await finishRun(state({ uploaded: true }));
    expect(github.artifacts).toHaveLength(1);
    expect(stdout.text).not.toContain("::warning");
  });

  it("has nothing to do where the run had made nothing yet", async () => {
    await finishRun(state());
    expect(stdout.text).toBe("");
    expect(github.requests).not.toContainEqual(expect.stringContaining(folder));
  });

  it("warns, and goes on, where the artifact service refuses", async () => {
    leaveRun();
    github.troubles.push({ match: /CreateArtifact/, status: 403 });
    await expect(finishRun(state())).resolves.toBeUndefined();
    expect(stdout.text).toContain("::warning::The artifact spark-loadtest-quick could not be uploaded");
    expect(existsSync(join(folder, "scratch"))).toBe(false);
    github.troubles.length = 0;
  });
});
