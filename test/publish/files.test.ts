import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { withoutRunnerVariables } from "../../src/commands/action/runner-environment.ts";
import { BadInputError } from "../../src/lib/errors.ts";
import type { RunEnding } from "../../src/model/documents.ts";
import { listAnnotations } from "../../src/publish/annotations.ts";
import { selectFiles } from "../../src/publish/artifacts/select-files.ts";
import { renderFailure } from "../../src/publish/comment/failure-report.ts";
import { countSteps, locateStep } from "../../src/publish/locate-step.ts";
import { countRegressions } from "../../src/publish/regressions.ts";
import type { ReportInput } from "../../src/report/view/view.ts";
import { noBaseline, noChange, regression } from "../report/runs.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "files-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}
const select = async (options: { secrets?: string[]; mostBytes?: number } = {}) => {
  const { files, notes } = await selectFiles(folder, { secrets: [], ...options });
  return { files: files.map((file) => relative(folder, file)), notes };
};

describe("selectFiles", () => {
  it("takes what matters first, and neither links nor scratch", async () => {
    write({ "eventlogs/a/log": "", "logs/a.log": "", "results.json": "", "cluster/x": "", "scratch/tmp/x": "" });
    symlinkSync("/etc/passwd", join(folder, "logs", "link.log"));
    expect((await select()).files).toEqual(["results.json", "logs/a.log", "cluster/x", "eventlogs/a/log"]);
  });

  it("leaves out what does not fit, and says so", async () => {
    write({ "results.json": "12345", "logs/a.log": "12345", "eventlogs/a/log": "1234567890" });
    expect(await select({ mostBytes: 12 })).toEqual({
      files: ["results.json", "logs/a.log"],
      notes: [expect.stringMatching(/^1 file \(0.0 MB\) is left out of the artifact/)],
    });
  });

  it("leaves out what has a name that is not UTF-8, whose file cannot be asked for", async () => {
    write({ "results.json": "" });
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff, 0x61])]), "");
    mkdirSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xfe, 0x62])]));
    const { files, notes } = await select();
    expect(files).toEqual(["results.json"]);
    expect([...notes].sort()).toEqual([
      '"\ufffda" is left out of the artifact: its name is not UTF-8',
      '"\ufffdb" is left out of the artifact: its name is not UTF-8',
    ]);
  });

  it.skipIf(process.getuid?.() === 0)("leaves out what may not be read, and keeps the rest", async () => {
    write({ "results.json": "", "logs/a.log": "", "cluster/x": "" });
    chmodSync(join(folder, "logs/a.log"), 0o000);
    chmodSync(join(folder, "cluster"), 0o000);
    const { files, notes } = await select({ secrets: ["hush"] });
    chmodSync(join(folder, "cluster"), 0o755);
    expect(files).toEqual(["results.json"]);
    expect(notes.join()).toMatch(
      /"cluster" is left out of the artifact: EACCES.*logs\/a\.log is left out of the artifact: EACCES/,
    );
  });

  it("leaves out what has a name that artifacts refuse, which would keep all the others back", async () => {
    write({ "results.json": "", "eventlogs/a:b/log": "", "logs/x\ny.log": "", 'logs/"?.log': "" });
    const { files, notes } = await select();
    expect(files).toEqual(["results.json"]);
    expect(notes).toHaveLength(3);
    expect(notes).toContain(
      '"eventlogs/a:b/log" is left out of the artifact, which takes none of " : < > | * ? \\ in names',
    );
  });

  it("leaves out what holds a secret, also across the pieces in which a file is read", async () => {
    write({ "logs/a.log": `${"x".repeat(1024 * 1024 - 3)}a-secret`, "logs/b.log": "a secret" });
    expect(await select({ secrets: ["a-secret"] })).toEqual({
      files: ["logs/b.log"],
      notes: ["logs/a.log is left out of the artifact: it holds a secret of this job"],
    });
  });
});

describe("annotations", () => {
  it("name the verdict and the cases behind it", () => {
    const { results, verdict } = regression();
    const annotations = listAnnotations(results, verdict);
    expect(annotations[0]).toMatchObject({ level: "error", title: "spark-loadtest: regression" });
    expect(annotations).toHaveLength(1 + countRegressions(verdict));
    expect(annotations[1]!.message).toContain("skew");
    expect(listAnnotations(noChange().results, noChange().verdict)).toEqual([]);
  });

  it("say of a run that ended early how, whatever was found", () => {
    const titles = ({ results, verdict }: ReportInput, ending: RunEnding) =>
      listAnnotations(results, { ...verdict, ...ending }).map(({ level, title }) => `${level} ${title}`)[0];
    const timeout: RunEnding = {
      ...{ ending: "timeout", plannedCases: 20, finishedCases: 10 },
      ...{ endCause: "its limit of 60 s", cutOffCases: [] },
    };
    expect(titles(noBaseline(), timeout)).toBe("warning spark-loadtest: the run timed out after 10 of 20 cases");
    expect(titles(regression(), timeout)).toBe(
      "error spark-loadtest: regression; the run timed out after 10 of 20 cases",
    );
    expect(titles(noBaseline(), { ...timeout, ending: "interrupted", plannedCases: null })).toBe(
      "warning spark-loadtest: the run was interrupted after 10 cases",
    );
  });

  const workflow = [
    ...["jobs:", "  a:", "    steps:", "      # uses: org/spark-loadtest@v0", "      - name: x"],
    ...[
      "        uses: org/spark-loadtest@v1 # v1.0.0",
      "        with:",
      "          tier: quick",
      "          samples: 0",
    ],
    ...["      - with:", '          "samples": none', "        uses: org/spark-loadtest@v1"],
    ...["      - uses: ./", "      - uses: org/spark-loadtest/comment@v1", "        with:", "          samples: x"],
  ];
  it.each([
    ["org/spark-loadtest", undefined, 6],
    ["org/spark-loadtest", ["samples", "0"], 9],
    ["org/spark-loadtest", ["samples", "none"], 11],
    ["org/spark-loadtest", ["samples", "from an expression"], 9],
    ["org/spark-loadtest", ["only", ""], 6],
    [null, undefined, 13],
    ["org/other", undefined, undefined],
  ] as const)("point at the step of %s (input %s)", (actionRepository, given, startLine) => {
    write({ "ci.yml": workflow.join("\n") });
    const input = given && { name: given[0], value: given[1] };
    expect(locateStep(folder, "ci.yml", { actionRepository, input })).toEqual(
      startLine === undefined ? { file: "ci.yml" } : { file: "ci.yml", startLine },
    );
  });
});

describe("countSteps", () => {
  const steps = [
    "jobs:",
    "  a:",
    "    steps:",
    "      - uses: org/spark-loadtest@v1",
    "      # uses: org/spark-loadtest@v0",
  ];
  const call = ["  b:", "    uses: org/spark-loadtest/.github/workflows/load-test.yml@v1"];
  it.each([
    ["one step", steps, "org/spark-loadtest", 1],
    ["a step, and a job that calls the workflow", [...steps, ...call], "org/spark-loadtest", 2],
    ["none of this action", steps, "org/other", 0],
  ] as const)("finds %s", (_, lines, actionRepository, count) => {
    write({ "ci.yml": lines.join("\n") });
    expect(countSteps(folder, "ci.yml", actionRepository)).toBe(count);
  });

  it("finds none where no file is checked out", () => {
    expect(countSteps(folder, "nowhere.yml", null)).toBe(0);
    expect(countSteps(folder, null, null)).toBe(0);
  });
});

describe("renderFailure", () => {
  it("shows an error in which nothing is markup", () => {
    const text = renderFailure(new BadInputError("```\n<img src=x>", { hint: "@team, see #1" }));
    expect(text).toBe("## ! No verdict: bad input\n\n````text\n```\n<img src=x>\n\n@team, see #1\n````\n");
  });
});

describe("withoutRunnerVariables", () => {
  it("keeps the runner's tokens from whatever is started", () => {
    const environment = {
      ...{ PATH: "/bin", "INPUT_GITHUB-TOKEN": "x", ACTIONS_RUNTIME_TOKEN: "x", ACTIONS_ID_TOKEN_REQUEST_TOKEN: "x" },
      ...{ STATE_run: "{}", GITHUB_TOKEN: "x", SPARK_LOADTEST_PUSH_TOKEN: "x", GITHUB_SHA: "abc" },
    };
    expect(withoutRunnerVariables(environment)).toEqual({ PATH: "/bin", GITHUB_SHA: "abc" });
  });
});
