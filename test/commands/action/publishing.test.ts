import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { readActionConfig } from "../../../src/commands/action/action-config.ts";
import type { RunOutcome } from "../../../src/commands/run/context.ts";
import { ExitCode } from "../../../src/lib/errors.ts";
import { buildWorkload } from "../../analyse/builders.ts";
import { FakeGithub } from "../../github/fake-github.ts";
import { noBaseline } from "../../report/runs.ts";
import { captureStdout } from "./capture-stdout.ts";
import { ENVIRONMENT, inputsOf } from "./inputs.ts";

const github = new FakeGithub();
const runnerFolder = mkdtempSync(join(tmpdir(), "runner-"));
// The library keeps the path that it finds first.
const SUMMARY = join(runnerFolder, "summary.md");
let folder: string;
let stdout: ReturnType<typeof captureStdout>;
let warnings: string[];
beforeAll(() => github.start());
afterAll(async () => {
  rmSync(runnerFolder, { recursive: true });
  await github.stop();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "publish-"));
  for (const list of [github.artifacts, github.comments, github.troubles, github.requests]) list.length = 0;
  github.currentRun = { id: 1234, headBranch: "main", event: "push" };
  for (const [name, value] of Object.entries(github.environment)) vi.stubEnv(name, value);
  const paths = { GITHUB_OUTPUT: join(folder, "output"), GITHUB_STEP_SUMMARY: SUMMARY };
  for (const [name, path] of Object.entries(paths)) {
    writeFileSync(path, "");
    vi.stubEnv(name, path);
  }
  for (const name of ["results.json", "verdict.json"]) writeFileSync(join(folder, name), "{}");
  warnings = [];
  stdout = captureStdout();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const PULL_REQUEST = {
  repository: { full_name: "octo/spark-images", default_branch: "main" },
  pull_request: { number: 7, head: { sha: "a".repeat(40), repo: { full_name: "octo/spark-images" } } },
};

interface Given {
  readonly event?: string;
  readonly payload?: unknown;
  readonly env?: Record<string, string>;
  readonly matrix?: object;
  readonly service?: string;
}

/** Publishes a run without a baseline the way the main step does. */
async function publish({ event = "push", payload, env = {}, matrix = {}, service = "services/a" }: Given = {}) {
  const eventPath = join(folder, "event.json");
  writeFileSync(eventPath, JSON.stringify(payload ?? { repository: PULL_REQUEST.repository }));
  const config = readActionConfig(inputsOf({ matrix: JSON.stringify(matrix) }), {
    ...ENVIRONMENT,
    ...{ GITHUB_JOB: "load", GITHUB_EVENT_NAME: event, GITHUB_EVENT_PATH: eventPath },
    ...env,
  });
  const { publishOutcome } = await import("../../../src/commands/action/publish-outcome.ts");
  const { results, verdict } = noBaseline();
  const run = { ...results.run, workload: buildWorkload(service), workflowJob: config.job };
  const outcome: RunOutcome = {
    ...{ exitCode: ExitCode.pass, results: { ...results, run }, verdict, baseline: [] },
    ...{ folder, htmlPath: join(folder, "report.html") },
  };
  const noted: string[] = [];
  const context = { note: (text: string) => void noted.push(text), warn: (text: string) => void warnings.push(text) };
  await publishOutcome(outcome, config, { ...context, onUploaded: () => undefined });
  return { noted, summary: readFileSync(SUMMARY, "utf8") };
}
const names = () => github.artifacts.map(({ name }) => name);

describe("publishOutcome", () => {
  it("promises a comparison where the results are uploaded, and not where they are not", async () => {
    expect((await publish()).summary).toContain("Later runs of this job are compared with this one.");
    expect(names()).toEqual([
      expect.stringMatching(/^spark-loadtest-quick-[0-9a-f]{8}$/),
      expect.stringMatching(/^spark-loadtest-quick-[0-9a-f]{8}-baseline$/),
    ]);
    github.artifacts.length = 0;
    writeFileSync(SUMMARY, "");
    github.troubles.push({ match: /CreateArtifact/, status: 403 });
    const { summary } = await publish();
    expect(summary).not.toContain("Later runs of this job");
    expect(summary).toContain("This run could not be kept for later ones");
  });

  it("gives each leg of a matrix and each tier file artifacts and a comment of its own", async () => {
    const pullRequest = { event: "pull_request", payload: PULL_REQUEST };
    await publish({ ...pullRequest, matrix: { cluster: "kind" } });
    await publish({ ...pullRequest, matrix: { cluster: "local" } });
    await publish({ ...pullRequest, service: "services/b" });
    await publish({ ...pullRequest, env: { GITHUB_ACTION: "__org_spark-loadtest_2" } });
    expect(warnings).toEqual([]);
    expect(new Set(names()).size).toBe(8);
    expect(github.comments.map(({ issue }) => issue)).toEqual([7, 7, 7, 7]);
    expect(github.comments[0]!.body).toContain("job `load` (`cluster=kind`) of `.github/workflows/ci.yml`");
    expect(github.comments[2]!.body).toContain("tiers of `services/b/tiers.yaml`");
  });

  it("replaces what an earlier attempt of the run left, and advises nobody to rename anything", async () => {
    await publish();
    await publish({ env: { GITHUB_RUN_ATTEMPT: "2" } });
    expect(warnings).toEqual([]);
    const [first, second, baseline] = names();
    expect(names()).toHaveLength(3);
    expect([second, baseline]).toEqual([`${first}-attempt-2`, `${first}-baseline`]);
    github.troubles.push({ match: /DeleteArtifact/, status: 403 });
    await publish({ env: { GITHUB_RUN_ATTEMPT: "3" } });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).not.toContain("artifact-name");
  });

  it.each([
    ["are missing", () => join(folder, "none"), "Missing file at path"],
    ["are on a full disk", () => "/dev/full", "ENOSPC"],
  ])("warns of outputs whose file %s, and goes on", async (_, path, reason) => {
    vi.stubEnv("GITHUB_OUTPUT", path());
    expect((await publish()).summary).not.toBe("");
    expect(warnings).toEqual([expect.stringContaining("The outputs could not be written (GITHUB_OUTPUT): ")]);
    expect(warnings[0]).toContain(reason);
    expect(names()).toHaveLength(2);
  });

  it("advises another name where another job of the attempt has it", async () => {
    await publish();
    await publish();
    expect(warnings[0]).toContain("give each its own artifact-name");
  });

  it("updates the comment of the attempt before, with links to its own", async () => {
    const pullRequest = { event: "pull_request", payload: PULL_REQUEST };
    await publish(pullRequest);
    await publish({ ...pullRequest, env: { GITHUB_RUN_ATTEMPT: "2" } });
    expect(github.comments).toHaveLength(1);
    const { body } = github.comments[0]!;
    expect(body).toContain("/actions/runs/1234/attempts/2)");
    const artifact = github.artifacts.find(({ name }) => name.endsWith("-attempt-2"));
    expect(body).toContain(`/actions/runs/1234/artifacts/${artifact!.id})`);
  });

  it("comments where a comment on a pull request started the run, which is no baseline", async () => {
    const payload = JSON.parse(readFileSync("test/fixtures/github/events/issue_comment.json", "utf8"));
    const { noted } = await publish({ event: "issue_comment", payload });
    expect(github.comments.map(({ issue }) => issue)).toEqual([7]);
    expect(names()[1]).toMatch(/-results$/);
    expect(noted).toContain(
      "– a run that issue_comment starts is no baseline, since nobody knows what it has checked out; push, schedule and dispatches are",
    );
  });

  it("says in one sentence what to do where there are no artifacts", async () => {
    const { summary } = await publish({ env: { GITHUB_SERVER_URL: "https://git.example.com" } });
    expect(warnings).toEqual([
      "Nothing is uploaded: git.example.com has no artifacts that this action can use (as GitHub Enterprise Server and Gitea): " +
        "keep the run's folder in a step of your own, and name a folder or a release as baseline, as docs/baselines.md shows.",
    ]);
    expect(stdout.text).not.toContain("githubstatus");
    expect(github.requests).toEqual([]);
    expect(summary).toContain("There will be no baseline by itself");
  });
});
