import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { executeComment } from "../../../src/commands/action/comment.ts";
import { FakeGithub } from "../../github/fake-github.ts";
import { makeZip } from "../../github/make-zip.ts";
import { noChange } from "../../report/runs.ts";

// Stands for whatever a tier's documents may yet break: what is known to is mended.
vi.mock("../../../src/report/markdown.ts", async (load) => {
  const { renderMarkdown, ...rest } = await load<typeof import("../../../src/report/markdown.ts")>();
  const breaking: typeof renderMarkdown = (view) => {
    if (view.results.run.tier === "breaks") throw new TypeError("counts[value] is not iterable");
    return renderMarkdown(view);
  };
  return { ...rest, renderMarkdown: breaking };
});

const api = vi.hoisted(() => ({ baseUrl: "" }));
vi.mock("../../../src/publish/github/client.ts", async (load) => {
  const { createGithubClient, ...rest } = await load<typeof import("../../../src/publish/github/client.ts")>();
  const ofFake: typeof createGithubClient = (options) => createGithubClient({ ...options, ...api });
  return { ...rest, createGithubClient: ofFake };
});

const SHA = "0123456789012345678901234567890123456789";
const github = new FakeGithub();
beforeAll(async () => {
  await github.start();
  api.baseUrl = github.url;
  github.pullRequests.push({ number: 7, headSha: SHA, headRepositoryId: 2, state: "open" });
});
afterAll(() => github.stop());

async function commentOnRun(id: number): Promise<{ code: number; log: string }> {
  const printed = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const code = await executeComment({
    ...{ owner: "octo", repo: "spark", token: "a-token", artifactName: "spark-loadtest" },
    server: { url: "https://github.com", host: "github.com", hasArtifacts: true },
    run: {
      ...{ id, attempt: 1, url: `https://github.com/octo/spark/actions/runs/${id}`, headSha: SHA },
      ...{ headBranch: "topic", headOwner: "mallory", headRepositoryId: 2 },
    },
  });
  const log = printed.mock.calls.map(([text]) => String(text)).join("");
  printed.mockRestore();
  return { code, log };
}

it("comments on the other tiers where the documents of one break what renders them", async () => {
  const { results, verdict } = noChange();
  for (const tier of ["breaks", "quick"]) {
    const zip = makeZip([
      ["results.json", JSON.stringify({ ...results, run: { ...results.run, tier } })],
      ["verdict.json", JSON.stringify(verdict)],
    ]);
    github.addArtifact({ name: `spark-loadtest-${tier}-results`, zip, workflowRunId: 55, fromFork: true });
  }
  const { code, log } = await commentOnRun(55);
  expect(code).toBe(0);
  expect(github.comments.map(({ body }) => body)).toEqual([expect.stringContaining("quick")]);
  expect(log).toContain(
    "There is no comment on tier breaks: internal error, please report it: counts[value] is not iterable",
  );
});

it("warns, with the run's address, where a fork's run left no results, and makes no comment", async () => {
  const before = github.comments.length;
  github.addArtifact({ name: "logs-of-something-else", zip: makeZip([["a", "b"]]), workflowRunId: 56, fromFork: true });
  const { code, log } = await commentOnRun(56);
  expect(code).toBe(0);
  expect(log).toContain("::warning::There is no comment, because the run left no results");
  expect(log).toContain("https://github.com/octo/spark/actions/runs/56 says how.");
  expect(github.comments).toHaveLength(before);
});

it("warns of nothing else where it said already why results cannot be used", async () => {
  const name = "spark-loadtest-quick-results";
  github.addArtifact({ name, zip: makeZip([["a", "b"]]), workflowRunId: 57, fromFork: true });
  const { log } = await commentOnRun(57);
  expect(log.match(/::warning::/g)).toHaveLength(1);
  expect(log).toContain(`The artifact ${name} cannot be used: `);
});
