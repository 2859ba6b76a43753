import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeGithub } from "../../github/fake-github.ts";

const RIGHT = "Give the job the permission pull-requests: write.";
const failure = (status: number, message: string) => Object.assign(new Error(message), { status, response: {} });

const github = new FakeGithub();
beforeAll(async () => {
  await github.start();
  // The client reads it when it is loaded.
  vi.stubEnv("GITHUB_API_URL", github.url);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await github.stop();
});

// Messages as GitHub words them.
describe("adviseOn", () => {
  it.each([
    [403, "Resource not accessible by integration", RIGHT],
    [404, "Not Found", RIGHT],
    [403, "Unable to create comment because issue is locked.", "unlock it"],
    [403, "This issue has been locked", "unlock it"],
    [403, "Commenting is disabled on issues with more than 2500 comments", "no more comments"],
    [422, "Validation Failed: Commenting is disabled on issues with more than 2500 comments", "no more comments"],
    [
      403,
      "Resource protected by organization SAML enforcement. You must grant your OAuth token access to this organization.",
      "single sign-on",
    ],
    [
      403,
      "Although you appear to have the correct authorization credentials, the `x` organization has an IP allow list enabled, and your IP address is not permitted to access this resource.",
      "allowed IP addresses",
    ],
    [403, "Repository was archived so is read-only.", "archived"],
    [403, "API rate limit exceeded for installation ID 1.", "too often"],
    [403, "You have exceeded a secondary rate limit.", "too often"],
    [401, "Bad credentials", "has expired"],
    [403, "Sorry. Your account was suspended.", "suspended"],
    [422, "Validation Failed", null],
    [500, "Server Error", null],
  ])("%i %s", async (status, message, advice) => {
    const { adviseOn } = await import("../../../src/publish/github/advice.ts");
    const given = adviseOn(failure(status, message), RIGHT);
    if (advice === null) expect(given).toBeNull();
    else expect(given).toContain(advice);
  });
});

describe("a comment that is refused", () => {
  beforeEach(() => {
    github.troubles.length = 0;
  });

  it("is told with what to do about it, and not with a right that is there", async () => {
    github.troubles.push({
      match: /^POST /,
      status: 403,
      message: "Unable to create comment because issue is locked.",
    });
    const { publishComment } = await import("../../../src/publish/publish.ts");
    const warnings: string[] = [];
    await publishComment(
      "report",
      {
        target: { owner: "octo", repo: "spark", number: 7 },
        key: { artifactName: "spark-loadtest", tier: "quick", id: null },
        mark: { runId: 5, attempt: 1 },
        links: { runUrl: "https://github.com/o/r/actions/runs/5", artifactUrl: null, commit: null, of: null },
        token: "t",
        fromFork: true,
        environment: {},
        signal: new AbortController().signal,
      },
      { note: () => undefined, warn: (text) => warnings.push(text) },
    );
    expect(warnings).toEqual([
      "The comment on #7 could not be written: 403 Unable to create comment because issue is locked. The conversation is locked: unlock it, or leave the comment out. The job's summary has the same.",
    ]);
  });
});
