import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { readBaseline } from "../../../src/documents/read-results.ts";
import type { BaselineSource, FetchOptions } from "../../../src/publish/artifacts/fetch-baseline.ts";
import { nameBaseline } from "../../../src/publish/artifacts/names.ts";
import { keyOf, type RunIdentity } from "../../../src/publish/github/run-key.ts";
import { buildWorkload } from "../../analyse/builders.ts";
import { FakeGithub } from "../../github/fake-github.ts";
import { makeZip } from "../../github/make-zip.ts";
import { quickRun } from "../../report/fixtures.ts";

const github = new FakeGithub();
const folder = mkdtempSync(join(tmpdir(), "fetch-baseline-"));
const WORKFLOW = ".github/workflows/ci.yml";
const runOf = (service: string): RunIdentity => ({
  ...{ tier: "quick", engine: "local", workload: buildWorkload(service) },
  workflowJob: {
    ...{ repository: "octo/spark", workflow: WORKFLOW, job: "load", matrix: {}, step: null, attempt: 1 },
  },
});
const nameOf = (service: string) => nameBaseline(keyOf("spark-loadtest", runOf(service)));
const NAME = nameOf("services/a");
/** As an earlier version called it. */
const EARLIER_NAME = "spark-loadtest-quick-baseline";
let count = 0;

beforeAll(async () => {
  await github.start();
  // The client reads it when it is loaded.
  vi.stubEnv("GITHUB_API_URL", github.url);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  vi.unstubAllEnvs();
  await github.stop();
});
beforeEach(() => {
  github.artifacts.length = 0;
  github.troubles.length = 0;
  for (const list of [github.renamedBranches, github.releases]) for (const key of Object.keys(list)) delete list[key];
});

const zipOf = (run: number) => makeZip([["results.json", JSON.stringify(quickRun(run))]]);
const add = (run: number, more: object = {}) =>
  github.addArtifact({ name: NAME, workflowRunId: 100 + run, zip: zipOf(run), ...more });

const GITHUB: FetchOptions["github"] = {
  ...{ owner: "octo", repo: "spark", runId: 999, runUrl: "", attemptUrl: "", eventName: "pull_request" },
  ...{ pullRequest: null, defaultBranch: "main", standing: "pull-request", workflowFile: WORKFLOW },
  ...{ workspace: "", temporaryDirectory: "" },
  server: { url: "https://github.com", host: "github.com", hasArtifacts: true },
  job: { repository: "octo/spark", workflow: WORKFLOW, job: "load", step: null, attempt: 1 },
};

async function fetch(
  source: Extract<BaselineSource, { kind: "default-branch" | "release" }> = { kind: "default-branch" },
  more: Partial<FetchOptions> = {},
) {
  const { fetchBaseline } = await import("../../../src/publish/artifacts/fetch-baseline.ts");
  const directory = join(folder, String(count++));
  const { paths, notes } = await fetchBaseline(source, {
    token: "a-token",
    artifactName: "spark-loadtest",
    run: runOf("services/a"),
    isOnlyJob: true,
    directory,
    note: () => undefined,
    environment: {},
    signal: new AbortController().signal,
    github: GITHUB,
    ...more,
  });
  const { runs } = paths.length === 0 ? { runs: [] } : await readBaseline(paths, { tier: "quick" });
  return { ids: runs.map(({ run }) => run.id), notes, directory };
}
const idOf = (run: number) => quickRun(run).run.id;

describe("runs of the default branch", () => {
  it("are fetched, the newest ten", async () => {
    for (let run = 1; run <= 12; run++) add(run);
    const { ids, notes } = await fetch();
    expect(new Set(ids)).toEqual(new Set([3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map(idOf)));
    expect(notes).toEqual([]);
    expect(github.violations).toEqual([]);
  });

  it("may be none yet", async () => {
    const { ids, notes } = await fetch();
    expect(ids).toEqual([]);
    expect(notes).toEqual(["no earlier run of the tier on main was found: this may be the first"]);
  });

  it("may have expired, been deleted, or been damaged, which is said", async () => {
    add(1);
    add(2, { expired: true });
    add(3, { zip: null });
    add(4, { zip: zipOf(4).subarray(0, 200) });
    add(5, { zip: makeZip([["other.json", "{}"]]) });
    add(6, { zip: makeZip([["results.json", '{"schema": "spark-loadtest/results/v1"']]) });
    const { ids, notes } = await fetch();
    expect(ids).toEqual([idOf(1)]);
    expect(notes).toEqual([
      "the artifacts of 1 earlier run on main have expired",
      expect.stringMatching(/^left out: the results.json of workflow run 106 is not JSON/),
      "left out: the artifact of workflow run 105 holds no results.json",
      expect.stringMatching(/^left out: the artifact of workflow run 104 is damaged/),
      expect.stringMatching(/^left out: the artifact of workflow run 103 is gone: 410/),
    ]);
  });

  it.each([
    ["a fork, whose branch is called main, too", { fromFork: true }],
    ["another branch", { headBranch: "topic" }],
    ["a pull request", { event: "pull_request" }],
    ["a pull request with the base's rights", { event: "pull_request_target" }],
  ])("are not those of %s", async (_, more) => {
    add(1, more);
    const { ids, notes } = await fetch();
    expect(ids).toEqual([]);
    expect(notes).toContain("1 earlier run left out: not of main of this repository");
  });

  it.each(["push", "schedule", "workflow_dispatch", "repository_dispatch"])(
    "are those that %s started",
    async (event) => {
      add(1, { event });
      expect((await fetch()).ids).toEqual([idOf(1)]);
    },
  );

  it.each(["issue_comment", "workflow_run", "merge_group"])(
    "are not those that %s started, as was said when they ran",
    async (event) => {
      add(1, { event });
      add(2, { event });
      const { ids, notes } = await fetch();
      expect(ids).toEqual([]);
      expect(notes).toContain(
        `2 earlier runs left out: a run that ${event} starts is no baseline, ` +
          "since nobody knows what it has checked out; push, schedule and dispatches are",
      );
    },
  );

  it("are found behind any number of artifacts of others", async () => {
    add(1);
    for (let index = 0; index < 621; index++) add(2, { fromFork: true, workflowRunId: 5000 + index });
    expect((await fetch()).ids).toEqual([idOf(1)]);
  });

  it("are each the newest attempt's", async () => {
    github.addArtifact({ name: NAME, workflowRunId: 101, zip: zipOf(1) });
    github.addArtifact({ name: NAME, workflowRunId: 101, zip: zipOf(2) });
    // GitHub promises no order.
    github.artifacts.reverse();
    expect((await fetch()).ids).toEqual([idOf(2)]);
  });

  it("are not those of another service whose tier has the same name", async () => {
    add(1);
    add(2, { name: nameOf("services/b") });
    expect(nameOf("services/b")).not.toBe(NAME);
    expect((await fetch()).ids).toEqual([idOf(1)]);
    expect((await fetch(undefined, { run: runOf("services/b") })).ids).toEqual([idOf(2)]);
  });

  it("are asked of no server that has no artifacts", async () => {
    github.requests.length = 0;
    const server = { url: "https://git.example.com", host: "git.example.com", hasArtifacts: false };
    const { notes } = await fetch(undefined, { github: { ...GITHUB, server } });
    expect(notes).toEqual([
      "no earlier run was fetched: git.example.com has no artifacts that this action can use (as GitHub Enterprise Server " +
        "and Gitea): keep the run's folder in a step of your own, and name a folder or a release as baseline, as " +
        "docs/baselines.md shows",
    ]);
    expect(github.requests).toEqual([]);
  });

  it("count under the branch's former name", async () => {
    add(1, { headBranch: "master" });
    github.renamedBranches.master = "main";
    const { ids, notes } = await fetch();
    expect(ids).toEqual([idOf(1)]);
    expect(notes).toContain("master was renamed to main: its runs are used");
  });

  it("are found where the event does not name the branch", async () => {
    add(1);
    const { ids } = await fetch(undefined, {
      github: { ...GITHUB, defaultBranch: null },
    });
    expect(ids).toEqual([idOf(1)]);
  });

  it("write nothing outside of their folder, whatever the archive says", async () => {
    add(1, {
      zip: makeZip([
        ["../../results.json", "{}"],
        ["results.json", JSON.stringify(quickRun(1))],
      ]),
    });
    const { ids, notes, directory } = await fetch();
    expect(ids).toEqual([]);
    expect(notes.at(-1)).toContain("is damaged");
    expect(existsSync(directory) ? readdirSync(directory) : []).toEqual([]);
  });

  it("are asked for in vain without the permission, which is said", async () => {
    github.troubles.push({ match: /artifacts/, status: 403, message: "Resource not accessible by integration" });
    const { notes } = await fetch();
    expect(notes).toEqual([expect.stringMatching(/403 .*give the job the permission actions: read$/)]);
    expect((await fetch(undefined, { token: null })).notes).toEqual([
      "no earlier run was fetched: github-token is empty",
    ]);
  });
});

describe("what an earlier version left", () => {
  it("is part of the baseline where no other job of the workflow runs the action", async () => {
    add(1, { name: EARLIER_NAME });
    add(2, { name: EARLIER_NAME, workflowFile: ".github/workflows/nightly.yml" });
    const { ids, notes } = await fetch();
    expect(ids).toEqual([idOf(1)]);
    expect(notes).toEqual([
      `1 run of an earlier version of this action counted in: ${EARLIER_NAME} can only be this job's`,
    ]);
  });

  it("of another workflow costs no more than a hundred questions", async () => {
    add(1, { name: EARLIER_NAME });
    for (let run = 0; run < 150; run++) {
      add(2, { name: EARLIER_NAME, workflowFile: ".github/workflows/nightly.yml", workflowRunId: 5000 + run });
    }
    github.requests.length = 0;
    expect((await fetch()).ids).toEqual([]);
    expect(github.requests.filter((line) => /actions\/runs\/\d+$/.test(line))).toHaveLength(100);
  });

  it("fills up a new baseline", async () => {
    for (let run = 1; run <= 9; run++) add(run, { name: EARLIER_NAME });
    add(10);
    add(11);
    const { ids } = await fetch();
    expect(new Set(ids)).toEqual(new Set([2, 3, 4, 5, 6, 7, 8, 9, 10, 11].map(idOf)));
  });

  it("is left where it may be another job's, and a new baseline begins, which is said once", async () => {
    add(1, { name: EARLIER_NAME });
    const { ids, notes } = await fetch(undefined, { isOnlyJob: false });
    expect(ids).toEqual([]);
    expect(notes).toContain(
      `a new baseline begins: ${EARLIER_NAME}, which an earlier version of this action left, does not say which job it is of`,
    );
    add(2);
    expect(await fetch(undefined, { isOnlyJob: false })).toMatchObject({ ids: [idOf(2)], notes: [] });
  });
});

describe("a release", () => {
  it("may hold the results of several services, whose tiers have one name", async () => {
    const resultsOf = (run: number, service: string) => {
      const results = quickRun(run);
      return JSON.stringify({ ...results, run: { ...results.run, workload: buildWorkload(service) } });
    };
    github.releases["v1.0.0"] = [
      { name: "a-results.json", content: Buffer.from(resultsOf(1, "services/a")) },
      { name: "b-results.json", content: Buffer.from(resultsOf(2, "services/b")) },
    ];
    const { ids, notes } = await fetch({ kind: "release", tag: null });
    expect(ids).toEqual([idOf(1)]);
    expect(notes).toEqual([
      "left out: b-results.json of the latest release is of services/b/tiers.yaml with services/b/jobs/job.sh",
    ]);
  });

  it.each(["v1.0.0", null])("gives the results that are attached to it (%s)", async (tag) => {
    github.releases["v1.0.0"] = [
      { name: "quick-results.json", content: Buffer.from(JSON.stringify(quickRun(1))) },
      { name: "spark-loadtest-quick.zip", content: zipOf(2) },
      { name: "notes.txt", content: Buffer.from("") },
    ];
    const { ids } = await fetch({ kind: "release", tag });
    expect(new Set(ids)).toEqual(new Set([idOf(1), idOf(2)]));
    expect(github.violations).toEqual([]);
  });

  it("may have none attached, which is said, and has to be there", async () => {
    github.releases["v1.0.0"] = [];
    expect((await fetch({ kind: "release", tag: "v1.0.0" })).notes).toEqual([
      "release v1.0.0 has no results attached: no *results.json and no spark-loadtest-quick.zip",
    ]);
    await expect(fetch({ kind: "release", tag: "v2" })).rejects.toThrow("release v2, could not be read: 404 Not Found");
  });
});
