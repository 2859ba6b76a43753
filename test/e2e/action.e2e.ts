import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import yauzl from "yauzl";
import { action, inputsOf } from "../commands/action/inputs.ts";
import { FakeGithub } from "../github/fake-github.ts";
import { findMissingAct, processesWith, REPOSITORY, Repository } from "./act.ts";
import { findMissing, HISTORY_SERVER_IMAGE, INSTALL_OPTIONS, SETTINGS, Workplace } from "./cli.ts";
import { findMissingTools, runLocalAction, startPrism } from "./local-action.ts";

const missingTools = findMissingTools();
if (missingTools !== null) process.stderr.write(`local-action and Prism are skipped. ${missingTools}\n`);
const missing = findMissingAct();
if (missing !== null) process.stderr.write(`The action's e2e is skipped. ${missing}\n`);
const missingCluster = await findMissing();
if (missingCluster !== null) process.stderr.write(`The action on a cluster is skipped. ${missingCluster}\n`);

const repository = { full_name: REPOSITORY, default_branch: "main" };
const push = { ref: "refs/heads/main", repository };
const pullRequest = {
  repository,
  pull_request: {
    number: 7,
    head: { sha: "0123456789012345678901234567890123456789", ref: "topic", repo: { full_name: REPOSITORY } },
    base: { ref: "main", repo: repository },
  },
};

/** Empty files for what a step tells the runner, by the variables that name them. */
function makeRunnerFiles(folder: string): Record<string, string> {
  const names = ["GITHUB_OUTPUT", "GITHUB_STATE", "GITHUB_STEP_SUMMARY"];
  const files = Object.fromEntries(names.map((name) => [name, join(folder, name)]));
  for (const path of Object.values(files)) writeFileSync(path, "");
  return files;
}

/** The names of a run's artifacts: the tier, what tells its job apart, and what the artifact is for. */
const namesOf = (...uses: string[]) =>
  uses.map((use) => expect.stringMatching(new RegExp(`^spark-loadtest-gate-[0-9a-f]{8}${use}$`)));

async function namesIn(zip: Buffer): Promise<string[]> {
  const names: string[] = [];
  const file = await yauzl.fromBufferPromise(zip);
  for await (const { fileName } of file.eachEntry()) names.push(fileName);
  return names.sort();
}

describe.skipIf(missing !== null)("a repository's workflow under act", () => {
  const github = new FakeGithub();
  let place: Repository;
  beforeAll(async () => {
    await github.start();
    place = new Repository(github);
  });
  afterAll(async () => {
    place.remove();
    await github.stop();
  });

  it("uploads what the default branch ran, as artifact and baseline", async () => {
    github.currentRun = { id: 1001, headBranch: "main", event: "push" };
    const { code, output } = await place.run({ event: "push", payload: push, runId: 1001 });
    expect(code, output).toBe(0);
    expect(output).toMatch(
      /outputs no-baseline 1 0 0 https:\/\/github\.com\/octo\/spark-images\/actions\/runs\/1001\/artifacts\/\d+/,
    );
    expect(github.artifacts.map(({ name }) => name)).toEqual(namesOf("", "-baseline"));
    const names = await namesIn(github.artifacts[0]!.zip!);
    expect(names).toEqual(
      expect.arrayContaining(["junit.xml", "report.html", "report.md", "results.json", "verdict.json"]),
    );
    expect(names.some((name) => name.startsWith("logs/"))).toBe(true);
    expect(names.some((name) => name.startsWith("eventlogs/"))).toBe(true);
    expect(github.comments).toEqual([]);
  });

  it("comments on a pull request that changes nothing", async () => {
    github.currentRun = { id: 1002, headBranch: "topic", event: "pull_request" };
    const { code, output } = await place.run({ event: "pull_request", payload: pullRequest, runId: 1002 });
    expect(code, output).toBe(0);
    expect(github.comments).toHaveLength(1);
    expect(github.comments[0]!.body).toContain("1 earlier run");
    expect(github.artifacts.at(-1)!.name).toMatch(/^spark-loadtest-gate-[0-9a-f]{8}-results$/);
  });

  it("turns red with the cause in the same comment where a regression was planted", async () => {
    github.currentRun = { id: 1003, headBranch: "topic", event: "pull_request" };
    place.edit("tiers.yaml", (text) => text.replace('partitions: "8"', 'partitions: "64"'));
    const { code, output } = await place.run({ event: "pull_request", payload: pullRequest, runId: 1003 });
    expect(code, output).toBe(1);
    expect(output).toMatch(/outputs regression 1 0 1 /);
    expect(github.comments).toHaveLength(1);
    expect(github.comments[0]!.body).toContain("Regression".toLowerCase());
    expect(github.comments[0]!.body).toContain("**too-many-partitions**");
  });

  it("comments on the pull request of a fork, whose own run could not", async () => {
    const fork = { id: 2, full_name: "mallory/spark-images", owner: { login: "mallory" } };
    const headSha = "f".repeat(40);
    github.pullRequests.push({ number: 8, headSha, headRepositoryId: fork.id, state: "open" });
    // What the fork's run left: the documents of the run above.
    const { name: resultsName, zip } = github.artifacts.findLast(({ name }) => name.endsWith("-results"))!;
    github.addArtifact({ name: resultsName, zip, workflowRunId: 2001, fromFork: true });
    github.currentRun = { id: 1005, headBranch: "main", event: "workflow_run" };
    const run = {
      ...{ id: 2001, event: "pull_request", head_sha: headSha, head_branch: "topic", head_repository: fork },
      html_url: `https://github.com/${REPOSITORY}/actions/runs/2001`,
    };
    const [owner, name] = REPOSITORY.split("/");
    const { code, output } = await place.run({
      event: "workflow_run",
      payload: { repository: { ...repository, name, owner: { login: owner } }, workflow_run: run },
      runId: 1005,
    });
    expect(code, output).toBe(0);
    expect(github.comments.map(({ issue }) => issue)).toEqual([7, 8]);
    expect(github.comments[1]!.body).toContain("**too-many-partitions**");
    expect(github.comments[1]!.body).toContain("/actions/runs/2001");
  });

  it("leaves no process and no scratch folder when the runner is interrupted", async () => {
    github.currentRun = { id: 1004, headBranch: "topic", event: "pull_request" };
    const job = place.start({ event: "pull_request", payload: pullRequest, runId: 1004 });
    await job.until(/… gate_/);
    job.child.kill("SIGINT");
    const { code } = await job.ended;
    expect(code).not.toBe(0);
    await expect.poll(() => processesWith("gate_4.1.4_submit"), { timeout: 20_000 }).toEqual([]);
  });

  it("never asked GitHub for anything that its description does not have", () => {
    expect(github.violations).toEqual([]);
  });
});

describe.skipIf(missingTools !== null)("the bundle under local-action, with Prism before GitHub", () => {
  it("ends with artifact, summary and comment, and Prism has nothing against a request or an answer", async () => {
    const github = await new FakeGithub().start();
    const place = new Repository(github);
    const prism = await startPrism(github.url);
    const temp = join(place.path, "temp");
    mkdirSync(temp);
    const files = makeRunnerFiles(temp);
    const eventPath = join(temp, "event.json");
    writeFileSync(eventPath, JSON.stringify(pullRequest));
    try {
      const output = await runLocalAction(
        place.path,
        { "tiers-file": "tiers.yaml", samples: "1", "github-token": "e2e-token" },
        {
          ...github.environment,
          ...files,
          GITHUB_API_URL: prism.url,
          GITHUB_EVENT_NAME: "pull_request",
          GITHUB_EVENT_PATH: eventPath,
          GITHUB_REPOSITORY: REPOSITORY,
          GITHUB_RUN_ID: "1005",
          GITHUB_WORKSPACE: place.path,
          RUNNER_TEMP: temp,
        },
      );
      expect(github.comments, output).toHaveLength(1);
      expect(github.artifacts.map(({ name }) => name)).toEqual(namesOf("", "-results"));
      expect(readFileSync(files.GITHUB_STEP_SUMMARY!, "utf8")).toContain("no baseline");
      expect(readFileSync(files.GITHUB_OUTPUT!, "utf8")).toContain("no-baseline");
      expect(readFileSync(files.GITHUB_STATE!, "utf8")).not.toContain("e2e-token");
      expect(github.violations).toEqual([]);
      expect(prism.output()).not.toMatch(/violat|✖ +error/i);
    } finally {
      prism.stop();
      place.remove();
      await github.stop();
    }
  });
});

describe.skipIf(missingCluster !== null)("a main step on a cluster that was killed", () => {
  const github = new FakeGithub();
  const place = new Workplace();
  const clusters = () => execFileSync("docker", ["ps", "--all", "--format", "{{.Names}}"], { encoding: "utf8" });
  beforeAll(async () => {
    await github.start();
  });
  afterAll(async () => {
    place.remove();
    await github.stop();
  });

  /** Kills the main step while its case runs, hands its state to the post step as the runner does, and gives what that printed. */
  async function killAndClean(inputs: Readonly<Record<string, string>>, env: Readonly<Record<string, string>>) {
    const files = makeRunnerFiles(place.path);
    const read = inputsOf({
      ...{ "tiers-file": resolve("test/e2e/tiers.yaml"), image: SETTINGS.image, comment: "false", baseline: "none" },
      ...{ "node-image": SETTINGS.nodeImage ?? "", "argo-chart": SETTINGS.argoChart ?? "" },
      only: "sparkVersion=4.1.1,orchestrator=submit,extensions=none,operation=aggregate",
      ...inputs,
    });
    const environment = {
      ...process.env,
      ...github.environment,
      ...files,
      ...Object.fromEntries(Object.keys(action.inputs).map((name) => [`INPUT_${name.toUpperCase()}`, read(name)])),
      ...{
        GITHUB_REPOSITORY: REPOSITORY,
        GITHUB_RUN_ID: "1006",
        GITHUB_WORKSPACE: place.path,
        RUNNER_TEMP: place.path,
      },
      SPARK_LOADTEST_CACHE: join(place.path, "cache"),
      ...env,
    };
    const step = (name: string, more: object, until?: RegExp) => {
      const child = spawn(process.execPath, [resolve(`dist/${name}/index.js`)], { env: { ...environment, ...more } });
      let output = "";
      for (const stream of [child.stdout, child.stderr]) {
        stream.on("data", (chunk) => {
          output += chunk;
          if (until?.test(output)) child.kill("SIGKILL");
        });
      }
      return new Promise<{ code: number | null; output: string }>((done) =>
        child.once("close", (code) => done({ code, output })),
      );
    };
    const main = await step("main", {}, /… e2e_4\.1\.1_submit/);
    expect(main.code, main.output).toBeNull();
    const [, state] = /^run<<(?<end>\S+)\n(.*)\n\k<end>$/m.exec(readFileSync(files.GITHUB_STATE!, "utf8"))!.slice(1);
    const post = await step("post", { STATE_run: state });
    expect(post.code, post.output).toBe(0);
    return post.output;
  }

  it("leaves no cluster that it brought up, and its logs as artifact", async () => {
    const before = clusters();
    github.currentRun = { id: 1006, headBranch: "main", event: "push" };
    const output = await killAndClean({ cluster: SETTINGS.provider }, {});
    expect(clusters(), output).toBe(before);
    expect(github.artifacts.map(({ name }) => name)).toEqual([
      expect.stringMatching(/^spark-loadtest-e2e-[0-9a-f]{8}$/),
    ]);
  });

  it("leaves no workflow and no namespace on a cluster that was there", async () => {
    const cluster = ["--cluster", SETTINGS.provider, "--cluster-name", "e2e"];
    const install = await place.run(["install", ...cluster, ...INSTALL_OPTIONS, "--image", HISTORY_SERVER_IMAGE]);
    expect(install.code, install.stderr).toBe(0);
    try {
      const before = await place.namespaces();
      github.currentRun = { id: 1007, headBranch: "main", event: "push" };
      const kubeconfig = join(place.path, "cache", "clusters", `${SETTINGS.provider}-e2e.kubeconfig`);
      const output = await killAndClean({ cluster: "current" }, { KUBECONFIG: kubeconfig, GITHUB_RUN_ID: "1007" });
      expect(await place.namespaces(), output).toEqual(before);
      expect(await place.kubectl("get", "workflows", "--all-namespaces", "-o", "name")).toBe("");
    } finally {
      await place.run(["cleanup", ...cluster, "--all"]);
    }
  });
});
