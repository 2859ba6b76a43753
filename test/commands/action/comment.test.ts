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
});
afterAll(() => github.stop());

it("comments on the other tiers where the documents of one break what renders them", async () => {
  const { results, verdict } = noChange();
  for (const tier of ["breaks", "quick"]) {
    const zip = makeZip([
      ["results.json", JSON.stringify({ ...results, run: { ...results.run, tier } })],
      ["verdict.json", JSON.stringify(verdict)],
    ]);
    github.addArtifact({ name: `spark-loadtest-${tier}-results`, zip, workflowRunId: 55, fromFork: true });
  }
  github.pullRequests.push({ number: 7, headSha: SHA, headRepositoryId: 2, state: "open" });
  const printed = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const code = await executeComment({
    ...{ owner: "octo", repo: "spark", token: "a-token", artifactName: "spark-loadtest" },
    server: { url: "https://github.com", host: "github.com", hasArtifacts: true },
    run: {
      ...{ id: 55, attempt: 1, url: "https://github.com/octo/spark/actions/runs/55", headSha: SHA },
      ...{ headBranch: "topic", headOwner: "mallory", headRepositoryId: 2 },
    },
  });
  const log = printed.mock.calls.map(([text]) => String(text)).join("");
  printed.mockRestore();
  expect(code).toBe(0);
  expect(github.comments.map(({ body }) => body)).toEqual([expect.stringContaining("quick")]);
  expect(log).toContain(
    "There is no comment on tier breaks: internal error, please report it: counts[value] is not iterable",
  );
});
