import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { readBaseline } from "../../../src/documents/read-results.ts";
import type { BaselineSource } from "../../../src/publish/artifacts/fetch-baseline.ts";
import { FakeGithub } from "../../github/fake-github.ts";
import { makeZip } from "../../github/make-zip.ts";
import { quickRun } from "../../report/fixtures.ts";

const github = new FakeGithub();
const folder = mkdtempSync(join(tmpdir(), "fetch-baseline-"));
const NAME = "spark-loadtest-quick-baseline";
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

async function fetch(
  source: Extract<BaselineSource, { kind: "default-branch" | "release" }> = { kind: "default-branch" },
  more: object = {},
) {
  const { fetchBaseline } = await import("../../../src/publish/artifacts/fetch-baseline.ts");
  const directory = join(folder, String(count++));
  const { paths, notes } = await fetchBaseline(source, {
    token: "a-token",
    artifactName: "spark-loadtest",
    tier: "quick",
    directory,
    note: () => undefined,
    environment: {},
    signal: new AbortController().signal,
    github: {
      ...{ owner: "octo", repo: "spark", runId: 999, runUrl: "", eventName: "pull_request", pullRequest: null },
      ...{ defaultBranch: "main", onDefaultBranch: false, workflowFile: null, workspace: "", temporaryDirectory: "" },
    },
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
      github: { owner: "octo", repo: "spark", runId: 999, defaultBranch: null },
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

describe("a release", () => {
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
