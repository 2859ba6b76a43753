import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { renderForeignReport } from "../../../src/commands/action/comment.ts";
import { type CommentConfig, readCommentConfig } from "../../../src/commands/action/comment-config.ts";
import { BadInputError } from "../../../src/lib/errors.ts";
import type { Run } from "../../../src/model/documents.ts";
import { fetchForeignResults, findPullRequest } from "../../../src/publish/artifacts/foreign-results.ts";
import { nameArtifact, nameResults } from "../../../src/publish/artifacts/names.ts";
import { keyOf } from "../../../src/publish/github/run-key.ts";
import { buildWorkload } from "../../analyse/builders.ts";
import { FakeGithub } from "../../github/fake-github.ts";
import { makeZip } from "../../github/make-zip.ts";
import { noChange } from "../../report/runs.ts";
import { testClient } from "../github/clients.ts";

const SHA = "0123456789012345678901234567890123456789";
const github = new FakeGithub();
const folder = mkdtempSync(join(tmpdir(), "comment-"));
beforeAll(() => github.start());
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await github.stop();
});
beforeEach(() => {
  github.artifacts.length = 0;
  github.pullRequests.length = 0;
});

const config: CommentConfig = {
  ...{ owner: "octo", repo: "spark", token: "a-token", artifactName: "spark-loadtest" },
  server: { url: "https://github.com", host: "github.com", hasArtifacts: true },
  run: {
    ...{ id: 55, attempt: 1, url: "https://github.com/octo/spark/actions/runs/55", headSha: SHA },
    ...{ headBranch: "topic", headOwner: "mallory", headRepositoryId: 2 },
  },
};
const { results, verdict } = noChange();
const documents = (more: object = {}) =>
  makeZip([
    ["results.json", JSON.stringify({ ...results, ...more })],
    ["verdict.json", JSON.stringify(verdict)],
  ]);
const add = (name: string, zip: Buffer | null, workflowRunId = 55) =>
  github.addArtifact({ name, zip, workflowRunId, fromFork: true });
const fetch = (attempt = 1) =>
  fetchForeignResults(
    testClient(github.url),
    { ...config, run: { ...config.run, attempt } },
    { environment: {}, signal: new AbortController().signal },
  );

/** The documents of a leg of a matrix, with their key. */
function legOf(cluster: string, attempt = 1) {
  const run: Run = {
    ...results.run,
    workload: buildWorkload("services/a"),
    workflowJob: {
      ...{ repository: "octo/spark", workflow: "ci.yml", job: "load", step: null, attempt },
      matrix: { cluster },
    },
  };
  return { key: keyOf("spark-loadtest", run), zip: documents({ run }), run };
}

describe("renderForeignReport", () => {
  const ended = (ending: "timeout" | "interrupted") =>
    renderForeignReport(results, { ...verdict, ending, plannedCases: 20, finishedCases: 10 });

  it("says of a run that its time limit ended that it has not finished, as the job's own comment does", () => {
    const report = ended("timeout");
    expect(report).toContain("## ! Not finished: the run timed out after 10 of 20 cases");
    expect(report).not.toContain("Passed");
  });

  it("is none of a run that was interrupted, as the job itself makes none", () => {
    expect(ended("interrupted")).toBeNull();
  });
});

describe("readCommentConfig", () => {
  const read = (run: object, name = "workflow_run") => {
    const path = join(folder, "event.json");
    const repository = { name: "spark", owner: { login: "octo" } };
    writeFileSync(path, JSON.stringify({ repository, workflow_run: run }));
    const inputs: Record<string, string> = { "artifact-name": "spark-loadtest", "github-token": "a-token" };
    return readCommentConfig((name) => inputs[name] ?? "", { GITHUB_EVENT_NAME: name, GITHUB_EVENT_PATH: path });
  };
  const run = {
    ...{ id: 55, event: "pull_request", html_url: config.run.url, head_sha: SHA, head_branch: "topic" },
    head_repository: { id: 2, owner: { login: "mallory" } },
  };

  it("takes everything from the event", () => {
    expect(read(run)).toEqual(config);
  });

  it("takes the attempt, too", () => {
    expect(read({ ...run, run_attempt: 3 })?.run.attempt).toBe(3);
  });

  it.each([
    ["of a push", { ...run, event: "push" }],
    ["whose fork is gone", { ...run, head_repository: null }],
  ])("has nothing to do after a run %s", (_, run) => {
    expect(read(run)).toBeNull();
  });

  it("refuses every other event", () => {
    expect(() => read(run, "pull_request_target")).toThrow(BadInputError);
    expect(() => read({ ...run, head_sha: "main" })).toThrow(BadInputError);
  });
});

describe("findPullRequest", () => {
  const pull = { number: 7, headSha: SHA, headRepositoryId: 2, state: "open" };
  it.each([
    ["the run's own", pull, 7],
    ["one that has moved on", { ...pull, headSha: "f".repeat(40) }, null],
    ["another fork's with the same commit", { ...pull, headRepositoryId: 3 }, null],
  ])("finds %s", async (_, each, expected) => {
    github.pullRequests.push(each);
    expect(await findPullRequest(testClient(github.url), config)).toBe(expected);
    expect(github.violations).toEqual([]);
  });
});

describe("fetchForeignResults", () => {
  it("gives a run's documents, with where the whole artifact is", async () => {
    const full = add("spark-loadtest-quick", makeZip([]));
    add("spark-loadtest-quick-results", documents());
    add("spark-loadtest-quick-results", documents(), 56);
    const { found, notes } = await fetch();
    const key = { artifactName: "spark-loadtest", tier: "quick", id: null };
    expect(notes).toEqual([]);
    expect(found).toEqual([{ results, verdict, artifactUrl: `${config.run.url}/artifacts/${full.id}`, key }]);
    expect(github.violations).toEqual([]);
  });

  it("gives those of each leg of a matrix, on whatever page of the list they are", async () => {
    const legs = [legOf("kind"), legOf("local")];
    for (const { key, zip } of legs) {
      add(nameArtifact(key, 1), makeZip([]));
      add(nameResults(key, 1), zip);
    }
    for (let index = 0; index < 121; index++) add(`other-${index}`, makeZip([]));
    const { found, notes } = await fetch();
    expect(notes).toEqual([]);
    expect(new Set(found.map(({ key }) => key.id))).toEqual(new Set(legs.map(({ key }) => key.id)));
    expect(found.every(({ artifactUrl }) => artifactUrl !== null)).toBe(true);
  });

  it("gives those of the attempt that ended, with its own artifact or none", async () => {
    const [before, kind, local] = [legOf("kind"), legOf("kind", 2), legOf("local")];
    const { key } = kind;
    expect(before.key).toEqual(key);
    add(nameArtifact(key, 1), makeZip([]));
    add(nameResults(key, 1), before.zip);
    add(nameResults(local.key, 1), local.zip);
    add(nameResults(key, 2), kind.zip);
    const { found } = await fetch(2);
    expect(found).toEqual([{ key, results: { ...results, run: kind.run }, verdict, artifactUrl: null }]);
    const full = add(nameArtifact(key, 2), makeZip([]));
    expect((await fetch(2)).found).toMatchObject([{ artifactUrl: `${config.run.url}/artifacts/${full.id}` }]);
  });

  it("gives the newest of a name", async () => {
    add("spark-loadtest-quick-results", documents({ run: { ...results.run, id: "older" } }));
    add("spark-loadtest-quick-results", documents({ run: { ...results.run, id: "newer" } }));
    expect((await fetch()).found.map(({ results }) => results.run.id)).toEqual(["newer"]);
    expect((await fetch(2)).found.map(({ results }) => results.run.id)).toEqual(["newer"]);
  });

  it.each([
    ["another job's results", legOf("kind").zip, "of another tier or job than its name says"],
    ["another tier's results", documents({ run: { ...results.run, tier: "p0_smoke" } }), "of another tier"],
    ["results of another shape", documents({ cases: "<script>" }), "not a valid results document"],
    ["no verdict", makeZip([["results.json", JSON.stringify(results)]]), "verdict.json is empty"],
    ["no zip", Buffer.from("PK"), "End of central directory"],
    ["a path that leads out", makeZip([["../results.json", "{}"]]), "../results.json"],
    ["nothing any more", null, "410 Gone"],
  ])("uses none with %s", async (_, zip, message) => {
    add("spark-loadtest-quick-results", zip);
    const { found, notes } = await fetch();
    expect(found).toEqual([]);
    expect(notes).toEqual([expect.stringContaining(message)]);
  });

  it.each(["spark-loadtest--->x-results", "other-quick-results", "spark-loadtest-quick-results-2"])(
    "does not look into %s",
    async (name) => {
      add(name, documents());
      expect(await fetch()).toEqual({ found: [], notes: [] });
    },
  );
});
