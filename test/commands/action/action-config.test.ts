import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { describeNextRun, inInputWords, readActionConfig } from "../../../src/commands/action/action-config.ts";
import { readActionState, saveActionState } from "../../../src/commands/action/action-state.ts";
import { BadInputError } from "../../../src/lib/errors.ts";
import { action, ENVIRONMENT, inputsOf } from "./inputs.ts";

const folder = mkdtempSync(join(tmpdir(), "action-config-"));
afterAll(() => rmSync(folder, { recursive: true }));

const read = (given: Record<string, string> = {}, env: Record<string, string> = {}) =>
  readActionConfig(inputsOf(given), { ...ENVIRONMENT, ...env });

function withEvent(event: unknown, env: Record<string, string> = {}) {
  const path = join(folder, "event.json");
  writeFileSync(path, JSON.stringify(event));
  return read({}, { GITHUB_EVENT_PATH: path, ...env });
}

const withRecordedEvent = (name: string) =>
  read({}, { GITHUB_EVENT_PATH: `test/fixtures/github/events/${name}.json`, GITHUB_EVENT_NAME: name });

const repository = { full_name: "octo/spark-images", default_branch: "main" };

describe("readActionConfig", () => {
  it("needs no input", () => {
    const { run, ...rest } = read();
    expect(rest).toMatchObject({
      baseline: { kind: "default-branch" },
      comment: true,
      token: "a-token",
      artifactName: "spark-loadtest",
      retentionDays: null,
    });
    expect(run).toMatchObject({ tier: null, cluster: null, coverage: "full", failOn: ["hard", "soft"], baseline: [] });
    expect(run.outDirectory).toMatch(/^\/temp\/spark-loadtest\/[0-9a-f]{8}$/);
  });

  it("hands every input on", () => {
    const values = join(folder, "values.yaml");
    writeFileSync(values, "");
    const { run, ...rest } = read({
      tier: "p0_smoke",
      cluster: "kind",
      "max-parallel": "4",
      only: "operation=join,window\n\n dataSize=tiny ",
      coverage: "pairwise",
      samples: "5",
      "spark-versions": "3.5, 4.1.4",
      image: "registry.example.com/spark:{sparkVersion}",
      baseline: "runs/a\nruns/b",
      "fail-on": "hard",
      "push-metrics": "http://gateway:9091",
      timeout: "600",
      "keep-cluster": "true",
      comment: "false",
      "artifact-name": "kind",
      "retention-days": "7",
      "node-image": "kindest/node:v1",
      "argo-chart": "1.0.18",
      values,
    });
    expect(run).toMatchObject({
      tier: "p0_smoke",
      cluster: { provider: "kind" },
      maxParallel: 4,
      only: ["operation=join,window", "dataSize=tiny", "sparkVersion=3.5,4.1.4"],
      coverage: "pairwise",
      samples: 5,
      timeoutSeconds: 600,
      baseline: ["/workspace/runs/a", "/workspace/runs/b"],
      failOn: ["hard"],
      pushTo: { kind: "pushgateway", url: "http://gateway:9091/", authorization: null },
      onCluster: {
        image: "registry.example.com/spark:{sparkVersion}",
        keepCluster: true,
        nodeImage: "kindest/node:v1",
        argoChart: { kind: "version", version: "1.0.18" },
        valuesFile: values,
      },
    });
    expect(rest).toMatchObject({
      comment: false,
      artifactName: "kind",
      retentionDays: 7,
      baseline: { kind: "folders" },
    });
  });

  it.each([
    ["tier", { tier: "--help" }, { tier: "--help" }],
    ["only", { only: "operation=join; rm -rf /" }, { only: ["operation=join; rm -rf /"] }],
    ["tiers-file", { "tiers-file": "--version" }, { tiersFile: join(process.cwd(), "--version") }],
  ])("takes a value of %s that looks like something else as a value", (_, given, expected) => {
    expect(read(given).run).toMatchObject(expected);
  });

  it.each([
    ["none", { kind: "none" }],
    ["", { kind: "none" }],
    ["release:v1.2.3", { kind: "release", tag: "v1.2.3" }],
    ["release:latest", { kind: "release", tag: null }],
  ])("reads baseline %j", (baseline, source) => {
    expect(read({ baseline }).baseline).toEqual(source);
  });

  it.each([{}, { baseline: "none" }, { baseline: "" }])(
    "compares with an image in place of earlier runs: %o",
    (more) => {
      const { run, baseline } = read({ cluster: "kind", "baseline-image": "spark:old", ...more });
      expect(run.partner).toEqual({ image: "spark:old", pairs: 3 });
      expect(baseline).toEqual({ kind: "none" });
    },
  );

  it.each(["runs/a", "release:latest"])("refuses earlier runs beside an image: %s", (baseline) => {
    expect(() => read({ cluster: "kind", "baseline-image": "spark:old", baseline })).toThrow(
      `Input baseline is "${baseline}". It compares with earlier runs, and baseline-image with the same run's own.`,
    );
  });

  const bad: [string, string, string][] = [
    ["cluster", "yarn", 'Input cluster is "yarn". Allowed choices are local, kind, minikube, current.'],
    ["max-parallel", "many", 'Input max-parallel is "many". It must be a whole number from 1 to 1024.'],
    ["coverage", "half", 'Input coverage is "half". Allowed choices are full, pairwise.'],
    ["samples", "0", 'Input samples is "0". It must be a whole number from 1 to 1000.'],
    ["spark-versions", "latest", 'Input spark-versions is "latest". It must be versions such as 3.5 or 4.1.4'],
    ["image", "spark:4", "`image` says something about a cluster"],
    ["baseline-image", "spark:3", "`baseline-image` says something about a cluster"],
    ["baseline", "none\nruns", 'Input baseline is "none\\nruns". none cannot be combined with anything else.'],
    ["baseline", "release:", 'Input baseline is "release:". The tag is missing.'],
    ["fail-on", "hard,sotf", 'Input fail-on is "hard,sotf". It must be none, or gates out of hard, soft, advisory'],
    ["max-detectable-change", "half", 'Input max-detectable-change is "half". It must be a number of percent above 0'],
    ["push-metrics", "gateway:9091", "`push-metrics` starts with gateway: and not with http: or https:."],
    ["timeout", "1h", 'Input timeout is "1h". It must be a whole number from 1 to 604800.'],
    ["keep-cluster", "yes", 'Input keep-cluster is "yes". It must be true or false.'],
    ["keep-cluster", "true", "`keep-cluster` says something about a cluster"],
    ["comment", "", 'Input comment is "". It must be true or false.'],
    ["artifact-name", "a/b", 'Input artifact-name is "a/b". It must be letters'],
    ["artifact-name", "", 'Input artifact-name is "".'],
    ["retention-days", "0", 'Input retention-days is "0". It must be a whole number from 1 to 400.'],
    ["node-image", "kindest/node", "`node-image` says something about a cluster"],
    ["argo-chart", "1.0.18", "`argo-chart` says something about a cluster"],
    ["argo-chart", "nowhere", "`argo-chart` nowhere is neither a version nor a folder or file that is there."],
    [
      "spark-operator-chart",
      "nowhere",
      "`spark-operator-chart` nowhere is neither a version nor a folder or file that is there.",
    ],
    ["values", "nowhere.yaml", "`values` nowhere.yaml is no file that is there."],
    ["values", "package.json", "`values` says something about a cluster"],
    ["artifacts", "nowhere", "`artifacts` nowhere is no folder that is there."],
  ];
  it.each(bad)("refuses %s: %j", (name, value, message) => {
    const cluster = /neither|no file/.test(message) ? { cluster: "kind" } : {};
    const attempt = () => read({ ...cluster, [name]: value });
    expect(attempt).toThrow(BadInputError);
    expect(attempt).toThrow(message);
  });

  it("refuses Spark versions that are chosen twice", () => {
    expect(() => read({ "spark-versions": "3.5", only: "operation=join,sparkVersion=4.1" })).toThrow(
      "Input only chooses Spark versions, too.",
    );
  });

  it("has a bad value for every input that has any", () => {
    // Names of tiers, files and values are looked up when the run begins; any text may be a token, or tell a leg apart.
    const lookedUpLater = ["tier", "tiers-file", "only", "github-token", "matrix"];
    const covered = new Set([...bad.map(([name]) => name), ...lookedUpLater]);
    expect(Object.keys(action.inputs).filter((name) => !covered.has(name))).toEqual([]);
  });

  it("says what a later refusal means in the words of inputs", () => {
    const error = new BadInputError("name one: --tier quick, not --context", { hint: "--tiers-file FILE" });
    expect(inInputWords(error)).toMatchObject({
      message: "name one: `tier` quick, not --context",
      hint: "`tiers-file` FILE",
    });
  });
});

describe("the surroundings", () => {
  it("are a run on the default branch", () => {
    const config = withEvent({ repository });
    expect(config.github).toMatchObject({
      owner: "octo",
      repo: "spark-images",
      runId: 1234,
      runUrl: "https://github.com/octo/spark-images/actions/runs/1234",
      attemptUrl: "https://github.com/octo/spark-images/actions/runs/1234/attempts/1",
      pullRequest: null,
      standing: "baseline",
      workflowFile: ".github/workflows/ci.yml",
    });
  });

  it("promise nothing to later runs before the results are uploaded", () => {
    const config = withEvent({ repository });
    expect(describeNextRun(config, null)).toBe(
      "The baseline are runs of this job on main whose results were uploaded.",
    );
    expect(describeNextRun(config, true)).toBe("Later runs of this job are compared with this one.");
    expect(describeNextRun(config, false)).toMatch(/^This run could not be kept for later ones/);
  });

  it("are the default branch where a schedule starts the run, whose event names no repository", () => {
    const config = withRecordedEvent("schedule");
    expect(config.github).toMatchObject({ standing: "baseline", defaultBranch: "main", pullRequest: null });
  });

  it.each([
    ["issue_comment", { number: 7, headSha: null, fromFork: false }],
    ["workflow_run", null],
  ])("are no baseline where %s starts the run, and that is said", (event, pullRequest) => {
    const config = withRecordedEvent(event);
    expect(config.github).toMatchObject({ standing: "other-event", defaultBranch: "main", pullRequest });
    expect(describeNextRun(config, true)).toBe(
      `The baseline are runs of this job on main: a run that ${event} starts is no baseline, ` +
        "since nobody knows what it has checked out; push, schedule and dispatches are.",
    );
  });

  it("are another branch or a tag", () => {
    for (const GITHUB_REF of ["refs/heads/topic", "refs/tags/main"]) {
      const config = withEvent({ repository }, { GITHUB_REF });
      expect(config.github.standing).toBe("other-branch");
      expect(describeNextRun(config, true)).toContain("let this workflow run there too");
    }
  });

  it.each([
    ['{"cluster": "kind", "size": 3}', { cluster: "kind", size: "3" }],
    ["null", {}],
    [action.inputs.matrix!.default!, {}],
    ["a leg of the caller", { matrix: "a leg of the caller" }],
  ])("are the leg %s of a matrix", (matrix, values) => {
    expect(read({ matrix }).job.matrix).toEqual(values);
  });

  it.each([
    ["__org_spark-loadtest", null],
    ["__org_spark-loadtest_2", "2"],
    ["load", "load"],
  ])("are the step %s of a job, in an attempt", (GITHUB_ACTION, step) => {
    const { job, github } = read({}, { GITHUB_ACTION, GITHUB_JOB: "gate", GITHUB_RUN_ATTEMPT: "2" });
    expect(job).toEqual({
      ...{ repository: "octo/spark-images", workflow: ".github/workflows/ci.yml", job: "gate", matrix: {} },
      ...{ step, attempt: 2 },
    });
    expect(github.attemptUrl).toBe("https://github.com/octo/spark-images/actions/runs/1234/attempts/2");
  });

  it.each([
    ["https://github.com", true],
    ["https://octo.ghe.com", true],
    ["https://git.example.com:3000", false],
  ])("are on a server, %s, that has artifacts: %s", (GITHUB_SERVER_URL, hasArtifacts) => {
    const config = read({}, { GITHUB_SERVER_URL });
    expect(config.github.server.hasArtifacts).toBe(hasArtifacts);
    const said = describeNextRun(config, null);
    if (!hasArtifacts) expect(said).toMatch(/^There will be no baseline by itself: git\.example\.com has no artifacts/);
  });

  it.each([
    ["octo/spark-images", false],
    ["mallory/spark-images", true],
    [null, true],
  ])("are a pull request from %s", (full_name, fromFork) => {
    const head = { sha: "abc", repo: full_name === null ? null : { full_name } };
    const { github } = withEvent(
      { repository, pull_request: { number: 7, head } },
      { GITHUB_EVENT_NAME: "pull_request", GITHUB_REF: "refs/heads/main" },
    );
    expect(github.pullRequest).toEqual({ number: 7, headSha: "abc", fromFork });
    // Even where its branch is called like the default one.
    expect(github.standing).toBe("pull-request");
  });

  it.each([
    ["no repository", { GITHUB_REPOSITORY: "" }],
    ["no run", { GITHUB_RUN_ID: "" }],
    ["an event that is not there", { GITHUB_EVENT_PATH: "/nowhere.json" }],
  ])("are refused with %s", (_, env) => {
    expect(() => read({}, env)).toThrow(BadInputError);
  });
});

describe("the state for the post step", () => {
  const state = {
    ...{ runDirectory: "/temp/a", cacheDirectory: "/cache", cluster: null, keepCluster: false },
    ...{ artifactName: "spark-loadtest", retentionDays: null, cleaned: false, uploaded: false },
  };

  it("comes back as it was saved, and holds no secret", () => {
    const saved = new Map<string, string>();
    saveActionState((name, value) => saved.set(name, value), state);
    expect(readActionState((name) => saved.get(name) ?? "")).toEqual(state);
    expect([...saved.values()].join()).not.toContain("token");
  });

  it.each(["", "{", "{}"])("is none where %j was saved", (text) => {
    expect(readActionState(() => text)).toBeNull();
  });
});
