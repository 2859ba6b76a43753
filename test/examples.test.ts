import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { VERDICTS } from "../src/model/documents.ts";

interface Step {
  readonly id?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

let place: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), "examples-"));
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

function scriptsOf(example: string, job: string): Step[] {
  const { jobs } = parse(readFileSync(join("examples", example), "utf8")) as {
    jobs: Record<string, { steps: Step[] }>;
  };
  return jobs[job]!.steps.filter(({ run }) => run !== undefined);
}

/**
 * Runs a step as the runner does, with a `gh` that notes its arguments.
 * @param answer what `gh issue list` or `gh release list` prints
 * @returns the arguments of the calls that change something, and what the step wrote as its outputs
 */
async function runStep(step: Step, env: Readonly<Record<string, string>>, answer: string) {
  const bin = join(place, "bin");
  mkdirSync(bin, { recursive: true });
  const calls = join(place, "calls.jsonl");
  const output = join(place, "output");
  for (const file of [calls, output]) writeFileSync(file, "");
  writeFileSync(
    join(bin, "gh"),
    `#!${process.execPath}
const call = process.argv.slice(2);
if (call[1] === "list") process.stdout.write(process.env.ANSWER);
else require("node:fs").appendFileSync(process.env.CALLS, JSON.stringify(call) + "\\n");
`,
  );
  chmodSync(join(bin, "gh"), 0o755);
  // Every name that the step sets has to be given, so that none is missed here.
  expect(Object.keys(step.env ?? {}).filter((name) => !name.startsWith("GH_"))).toEqual(Object.keys(env));
  await promisify(execFile)("bash", ["--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step.run!], {
    cwd: place,
    env: {
      ...{ PATH: `${bin}${delimiter}${process.env.PATH}`, CALLS: calls, ANSWER: answer, GITHUB_OUTPUT: output },
      ...env,
    },
  });
  const lines = readFileSync(calls, "utf8").split("\n").filter(Boolean);
  return { calls: lines.map((line) => JSON.parse(line) as string[]), output: readFileSync(output, "utf8") };
}

describe("examples/nightly.yml", () => {
  const [step] = scriptsOf("nightly.yml", "issue");
  const runUrl = "https://github.com/octo/spark-images/actions/runs/1";
  const night = (verdict: string, openIssue: string) =>
    runStep(step!, { VERDICT: verdict, RUN_URL: runUrl }, openIssue);
  const namesOf = (calls: readonly string[][]) => calls.map((call) => call.slice(0, 2).join(" "));

  it.each(["regression", "failed"])("opens one issue when the verdict is %s", async (verdict) => {
    const { calls } = await night(verdict, "");
    expect(namesOf(calls)).toEqual(["label create", "issue create"]);
    expect(calls[1]!.join(" ")).toContain(`**${verdict}**: ${runUrl}`);
  });

  it.each(["regression", "failed"])("adds to the issue that is open when the verdict is %s", async (verdict) => {
    const { calls } = await night(verdict, "12\n");
    expect(calls.map((call) => call.slice(0, 3))).toEqual([["issue", "comment", "12"]]);
    expect(calls[0]!.join(" ")).toContain(`**${verdict}**: ${runUrl}`);
  });

  it.each(["no-change", "improvement"])("closes the issue that is open when the verdict is %s", async (verdict) => {
    const { calls } = await night(verdict, "12\n");
    expect(calls.map((call) => call.slice(0, 3))).toEqual([["issue", "close", "12"]]);
  });

  it.each(["no-change", "improvement"])(
    "does nothing without an open issue when the verdict is %s",
    async (verdict) => {
      expect((await night(verdict, "")).calls).toEqual([]);
    },
  );

  it("leaves the issue as it is where a night says neither", async () => {
    for (const verdict of VERDICTS.filter((each) => ["inconclusive", "no-baseline"].includes(each)))
      expect((await night(verdict, "12\n")).calls).toEqual([]);
  });
});

describe("examples/release.yml", () => {
  const [previous, upload] = scriptsOf("release.yml", "load-test");

  it.each([
    ["v1.2.0\nv1.1.0\n", "baseline=release:v1.1.0\n"],
    // A release that is not the newest, and its name within another one's.
    ["v1.2.0-rc\nv1.1.0\n", "baseline=release:v1.2.0-rc\n"],
    ["v1.2.0\n", "baseline=\n"],
    ["", "baseline=\n"],
  ])("compares v1.2.0 with the release before it among %j", async (tags, output) => {
    expect((await runStep(previous!, { TAG: "v1.2.0" }, tags)).output).toBe(output);
  });

  it("attaches the results to the release", async () => {
    const folder = join(place, "run folder");
    mkdirSync(folder);
    writeFileSync(join(folder, "results.json"), "{}");
    const { calls } = await runStep(upload!, { TAG: "v1.2.0", REPORT: join(folder, "report.html") }, "");
    expect(calls).toEqual([["release", "upload", "v1.2.0", "spark-loadtest-p1_core-results.json", "--clobber"]]);
    expect(readFileSync(join(place, "spark-loadtest-p1_core-results.json"), "utf8")).toBe("{}");
  });
});
