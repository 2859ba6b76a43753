import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { describeOrigin, readRunMark, renderComment, renderMarker } from "../../../src/publish/comment/body.ts";
import { upsertComment } from "../../../src/publish/comment/upsert.ts";
import { retryDelayMs } from "../../../src/publish/github/client.ts";
import { renderMarkdown } from "../../../src/report/markdown.ts";
import { viewReport } from "../../../src/report/view/view.ts";
import { buildWorkload } from "../../analyse/builders.ts";
import { sleepThrough, useFakeTime, useRealTime } from "../../fake-time.ts";
import { BOT, FakeGithub } from "../../github/fake-github.ts";
import { regression } from "../../report/runs.ts";
import { testClient } from "../github/clients.ts";

const key = { artifactName: "spark-loadtest", tier: "quick", id: "0123abcd" };
const links = { runUrl: "https://github.com/o/r/actions/runs/5", artifactUrl: null, commit: null, of: null };
const target = { owner: "octo", repo: "spark", number: 7 };
const markOf = (runId: number, attempt = 1) => ({ runId, attempt });
const bodyOf = (report: string, run = 5, attempt = 1) => renderComment(report, key, markOf(run, attempt), links);

describe("renderComment", () => {
  it("shows the report with what it needs to be found again", () => {
    const report = renderMarkdown(viewReport(regression()));
    const artifactUrl = "https://github.com/o/r/actions/runs/5/artifacts/9";
    const body = renderComment(report, key, markOf(5), { ...links, artifactUrl, commit: "0123456789abcdef" });
    expect(body.startsWith(`${renderMarker(key)}\n`)).toBe(true);
    expect(readRunMark(body)).toEqual(markOf(5));
    expect(body).toContain("Not passed: regression");
    expect(body).toContain("**skew**");
    expect(body).toContain("CPU time of one case would have had to grow");
    expect(body).toContain(`[logs, event logs and \`report.html\`](${artifactUrl})`);
    expect(body).toContain("commit 0123456789ab");
  });

  it("says whose result it is", () => {
    const origin = describeOrigin({
      workload: buildWorkload("services/a"),
      workflowJob: {
        ...{ repository: "octo/spark", workflow: ".github/workflows/ci.yml", job: "load", step: null, attempt: 1 },
        matrix: { cluster: "kind", note: "@all <b>" },
      },
    });
    expect(origin).toBe(
      "job `load` (`cluster=kind, note=@all <b>`) of `.github/workflows/ci.yml` · tiers of `services/a/tiers.yaml`",
    );
    expect(renderComment("report", key, markOf(5), { ...links, of: origin })).toContain(` · ${origin}\n`);
    expect(describeOrigin({})).toBeNull();
  });

  it("stays within GitHub's limit, in whole lines and with closed folds", () => {
    const rows = "| a row of a table that is long |\n".repeat(4000);
    const body = bodyOf(`## Title\n<details><summary>All</summary>\n\n${rows}\n</details>\n`);
    expect(body.length).toBeLessThanOrEqual(65_536);
    expect(body.length).toBeGreaterThan(65_000);
    expect(body).toContain("</details>\n\n\nThe rest is in the job's summary.");
    expect(body).toContain("[workflow run]");
  });

  it("has a marker that no name can end", () => {
    expect(renderMarker({ artifactName: "a", tier: "--> <b>x</b>", id: null })).toBe(
      "<!-- spark-loadtest comment a %2d%2d%3E%20%3Cb%3Ex%3C%2Fb%3E -->",
    );
  });
});

describe("upsertComment", () => {
  const github = new FakeGithub();
  beforeAll(() => github.start());
  afterAll(() => github.stop());
  beforeEach(() => {
    useFakeTime();
    for (const list of [github.comments, github.requests, github.troubles]) list.length = 0;
    github.login = null;
  });
  afterEach(useRealTime);
  const upsert = (run = 5, waits: string[] = [], attempt = 1) =>
    sleepThrough(
      upsertComment(testClient(github.url, waits), target, {
        ...{ key, body: bodyOf("report", run, attempt), mark: markOf(run, attempt) },
      }),
    );
  const add = (body: string, login = BOT, type: "Bot" | "User" = "Bot") =>
    github.addComment({ issue: 7, body, login, type });
  const fillPages = (count: number) => {
    for (let index = 0; index < count; index++) add(`talk ${index}`, "octocat", "User");
  };

  it("makes one comment and updates it in place, on whatever page it is", async () => {
    fillPages(150);
    expect(await upsert()).toMatchObject({ kind: "created" });
    fillPages(60);
    expect(await upsert(6)).toMatchObject({ kind: "updated" });
    const own = github.comments.filter(({ body }) => body.startsWith("<!-- spark-loadtest comment"));
    expect(own.map(({ body }) => readRunMark(body))).toEqual([markOf(6)]);
    expect(github.violations).toEqual([]);
  });

  it.each([
    ["a person who wrote the marker", bodyOf("x", 1), "mallory", "User"],
    ["a bot that quotes it", `> ${bodyOf("x", 1)}`, "quoter[bot]", "Bot"],
    ["another tier's", bodyOf("x", 1).replaceAll("quick", "p1"), BOT, "Bot"],
  ] as const)("leaves the comment of %s alone", async (_, body, login, type) => {
    add(body, login, type);
    expect(await upsert()).toMatchObject({ kind: "created" });
    expect(github.comments.map((comment) => comment.body)).toEqual([body, bodyOf("report")]);
  });

  it("knows its own by name where the token is a person's", async () => {
    github.login = "octocat";
    add(bodyOf("x", 1), BOT, "Bot");
    add(bodyOf("x", 1), "octocat", "User");
    expect(await upsert()).toMatchObject({ kind: "updated" });
    expect(github.comments.map(({ body }) => readRunMark(body))).toEqual([markOf(1), markOf(5)]);
  });

  it("makes one of what a race made two", async () => {
    add(bodyOf("first", 3));
    add(bodyOf("second", 4));
    await upsert();
    expect(github.comments.map(({ body }) => body)).toEqual([bodyOf("report")]);
  });

  it("lets the result of a later run stand", async () => {
    add(bodyOf("later", 9));
    expect(await upsert()).toMatchObject({ kind: "outdated" });
    expect(github.comments.map(({ body }) => body)).toEqual([bodyOf("later", 9)]);
  });

  it("takes the place of an earlier attempt's, and lets a later attempt's stand", async () => {
    add(bodyOf("first attempt", 5));
    expect(await upsert(5, [], 2)).toMatchObject({ kind: "updated" });
    expect(await upsert(5)).toMatchObject({ kind: "outdated" });
    expect(github.comments.map(({ body }) => readRunMark(body))).toEqual([markOf(5, 2)]);
  });

  it("leaves the comment of another leg, job or tier file alone", async () => {
    const other = renderComment("other leg", { ...key, id: "ffff0000" }, markOf(5), links);
    add(other);
    expect(await upsert()).toMatchObject({ kind: "created" });
    expect(github.comments.map(({ body }) => body)).toEqual([other, bodyOf("report")]);
  });

  it("takes over what an earlier version wrote, whose comments had no id, once", async () => {
    const earlier = renderComment("old text", { ...key, id: null }, markOf(4), links).replace(" attempt 1", "");
    expect(readRunMark(earlier)).toEqual(markOf(4));
    add(earlier);
    expect(await upsert()).toMatchObject({ kind: "updated" });
    expect(github.comments.map(({ body }) => body)).toEqual([bodyOf("report")]);
    const second = { key: { ...key, id: "ffff0000" }, body: "other leg", mark: markOf(5) };
    expect(await sleepThrough(upsertComment(testClient(github.url), target, second))).toMatchObject({
      kind: "created",
    });
    expect(github.comments).toHaveLength(2);
  });

  it("makes it anew where somebody deletes it meanwhile", async () => {
    add(bodyOf("x", 1));
    github.troubles.push({ match: /^PATCH/, status: 404 });
    expect(await upsert()).toMatchObject({ kind: "created" });
  });

  it.each([
    ["403 of a read-only token", { status: 403, message: "Resource not accessible by integration" }, 403],
    ["404", { status: 404 }, 404],
    ["422", { status: 422 }, 422],
  ])("gives up at once on %s", async (_, trouble, status) => {
    github.troubles.push({ match: /^POST/, ...trouble });
    await expect(upsert()).rejects.toMatchObject({ status });
    expect(github.requests.filter((line) => line.startsWith("POST"))).toHaveLength(1);
  });

  it.each([
    ["429 with retry-after", { status: 429, headers: { "retry-after": "1" } }],
    ["403 with retry-after", { status: 403, headers: { "retry-after": "1" } }],
  ])("waits as long as it is asked to on %s, also before it makes something", async (_, trouble) => {
    github.troubles.push({ match: /^POST/, ...trouble, times: 1 });
    const waits: string[] = [];
    const startedAt = Date.now();
    expect(await upsert(5, waits)).toMatchObject({ kind: "created" });
    expect(Date.now() - startedAt).toBe(1_000);
    expect(waits).toEqual([expect.stringContaining("again in 1 s")]);
  });

  it("does not wait longer than a job should", async () => {
    github.troubles.push({ match: /^POST/, status: 429, headers: { "retry-after": "3600" } });
    await expect(upsert()).rejects.toMatchObject({ status: 429 });
  });

  it("asks again on 500 and slow answers, and makes nothing twice", async () => {
    github.troubles.push({ match: /^GET .*comments/, status: 500, times: 1 });
    const onHeld = () => void vi.advanceTimersByTimeAsync(30_000);
    github.troubles.push({ match: /^GET .*comments/, status: 0, onHeld, times: 1 });
    github.troubles.push({ match: /^POST/, status: 502, times: 1 });
    expect(await upsert()).toMatchObject({ kind: "created" });
    expect(github.comments).toHaveLength(1);
  });
});

describe("retryDelayMs", () => {
  const delay = (status: number, headers: Record<string, string> = {}, isSafe = true, attempt = 1) =>
    retryDelayMs({ status, headers }, { attempt, isSafe, nowMs: 1_000_000, firstDelayMs: 1_000 });
  it.each([
    [delay(429, { "retry-after": "7" }), 7_000],
    [delay(403, { "retry-after": "7" }, false), 7_000],
    [delay(403, { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1030" }), 31_000],
    [delay(429), 60_000],
    [delay(403), null],
    [delay(404), null],
    [delay(422), null],
    [delay(500), 1_000],
    [delay(500, {}, true, 3), 4_000],
    [delay(500, {}, false), null],
    [delay(0), 1_000],
  ])("gives %s", (given, expected) => {
    expect(given).toBe(expected);
  });
});
