import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { listOutputs } from "../../src/commands/action/publish-outcome.ts";
import { ExitCode } from "../../src/lib/errors.ts";
import { writePainted } from "../../src/lib/process/output.ts";
import type { Results, Verdict } from "../../src/model/documents.ts";
import { compileTiers } from "../../src/plan/tiers/tiers-file.ts";
import { createProgress } from "../../src/progress/create-progress.ts";
import { listAnnotations } from "../../src/publish/annotations.ts";
import { renderComment } from "../../src/publish/comment/body.ts";
import { renderFailure } from "../../src/publish/comment/failure-report.ts";
import { annotate, note } from "../../src/publish/github/runner.ts";
import { renderMarkdown } from "../../src/report/markdown.ts";
import { renderMarkdown as renderScenariosMarkdown } from "../../src/report/scenarios/markdown.ts";
import { renderScenariosSummary } from "../../src/report/scenarios/summary.ts";
import { viewScenarios } from "../../src/report/scenarios/view.ts";
import { renderSummary } from "../../src/report/summary.ts";
import { type ReportInput, viewReport } from "../../src/report/view/view.ts";
import { findFixtureFile } from "../collect/fixtures.ts";
import { FakeLog } from "../progress/fake-streams.ts";
import { finished, log, progress, retrying, started } from "../progress/run-events.ts";
import { regression } from "../report/runs.ts";
import { document, failed, skipped } from "../report/scenarios/documents.ts";
import { call } from "./call.ts";

/** What a name, a message or a line of a log may hold to speak for this program, to a runner, a terminal or a reader. */
const HOSTILE = [
  "name",
  "::stop-commands::pwn",
  "  ::set-output name=verdict::no-change\r::add-mask::e\u2028::error::u\u2029::error::v\u0085::error::w",
  "\u00A0\u200B::error::x",
  "a ##[error]y #\u200D#\uFE0F[warning]z",
  "\u001B[31mred \u001B[2J\u001B]0;title\u0007\u009B1m\u202Egnp\u2066\u2060\uFEFF\u200B\u0000end",
].join("\n");

/** No line begins with a command to the runner, none holds one in the old form, and nothing acts on a terminal or hides. */
function expectHarmless(text: string): void {
  expect(text).toContain("stop-commands");
  expect(text).not.toMatch(/^[\s\p{Cf}\p{Cc}]*::/mu);
  expect(text).not.toMatch(/#[\uFE0F\p{Cf}\p{Cc}]*#[\uFE0F\p{Cf}\p{Cc}]*\[/u);
  expect(text).not.toMatch(/(?![\n\t])\p{Cc}|[\u200B\u200E\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/u);
}

/** The same, and no name has torn a line. */
function expectWholeLines(text: string): void {
  expectHarmless(text);
  expect(text.split("\n").filter((line) => /^\s*(: ?:|a ## ?\[|red )/.test(line))).toEqual([]);
}

const folder = mkdtempSync(join(tmpdir(), "hostile-"));
const PLAIN_LOG = findFixtureFile("4.3.0-plain");
const HOSTILE_LOG = join(folder, "app-1");
const HOSTILE_FOLDER = join(folder, "logs");
const FIXTURE = resolve("test/fixtures/hostile/commands-in-a-stage-name");

beforeAll(() => {
  writeFileSync(HOSTILE_LOG, makeHostileLog());
  mkdirSync(HOSTILE_FOLDER);
  writeFileSync(join(HOSTILE_FOLDER, "x\n::stop-commands::p.txt"), "no log\n");
  writeFileSync(join(HOSTILE_FOLDER, "app-1"), makeHostileLog());
  const builtin = readFileSync("workflows/tiers/tiers.yaml", "utf8");
  writeFileSync(join(folder, "tiers.json"), compileTiers(builtin, "workflows/tiers/tiers.yaml"));
});
afterEach(() => void vi.restoreAllMocks());
afterAll(() => rmSync(folder, { recursive: true }));

/** A real log in which everything that a user names is hostile, with a setting, an executor and a failure of that kind. */
function makeHostileLog(): string {
  const named = new Set([
    "App Name",
    "Stage Name",
    "nodeName",
    "simpleString",
    "description",
    "physicalPlanDescription",
  ]);
  const spoil = (value: unknown, key: string): unknown => {
    if (typeof value === "string") return named.has(key) || key.startsWith("spark.job") ? `${value} ${HOSTILE}` : value;
    if (Array.isArray(value)) return value.map((item) => spoil(item, key));
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value).map(([name, item]) => [name, spoil(item, name)]);
    if (key === "Spark Properties")
      entries.push([`spark.${HOSTILE}`, HOSTILE], ["spark.sql.shuffle.partitions", HOSTILE]);
    if ("Submission Time" in value && "Properties" in value) {
      entries.push(["Properties", { ...value.Properties!, "spark.jobGroup.id": HOSTILE }]);
    }
    return Object.fromEntries(entries);
  };
  const lines = readFileSync(PLAIN_LOG, "utf8").trimEnd().split("\n");
  const removed = {
    Event: "SparkListenerExecutorRemoved",
    Timestamp: 1,
    "Executor ID": HOSTILE,
    "Removed Reason": `Container killed ${HOSTILE}`,
  };
  const spoilt = lines.map((line) => JSON.stringify(spoil(JSON.parse(line), "")));
  return [...spoilt.slice(0, -1), JSON.stringify(removed), spoilt.at(-1), ""].join("\n");
}

/** A document in which every text but those of a fixed choice is hostile. */
function spoilDocument<T>(value: T, kept: readonly string[]): T {
  return JSON.parse(JSON.stringify(value), (key, item) =>
    typeof item === "string" && !kept.includes(key) && !/^\d{4}-/.test(item) ? `${item} ${HOSTILE}` : item,
  );
}

function hostileRun(): ReportInput {
  const { results, verdict, baseline } = regression();
  const fixed = ["schema", "engine", "status", "scope", "metric", "gate", "direction", "kind", "verdict", "ending"];
  const [broken, ...others] = spoilDocument(results, fixed).cases;
  const cases = [{ ...broken!, status: "failed" as const, reason: HOSTILE }, ...others];
  return {
    results: { ...spoilDocument(results, fixed), cases } as Results,
    verdict: { ...spoilDocument(verdict, [...fixed, "failOn"]), failOn: verdict.failOn } as Verdict,
    baseline,
  };
}

describe("what others wrote comes out as lines of text", () => {
  it.each([
    ["events of a log", ["events", HOSTILE_LOG]],
    ["events of a folder", ["events", HOSTILE_FOLDER]],
    ["explain", ["explain", "--current", HOSTILE_LOG, "--baseline", PLAIN_LOG]],
    ["explain the other way round", ["explain", "--current", PLAIN_LOG, "--baseline", HOSTILE_LOG]],
    ["compare", ["compare", "--current", `${FIXTURE}/now`, "--baseline", `${FIXTURE}/before`]],
  ])("of %s, and the document stays one", async (_, argv) => {
    expectWholeLines((await call(argv, folder)).output);
    const { stdout, stderr } = await call([...argv, "--json"], folder);
    expectHarmless(stdout);
    expect(stderr).toBe("");
    expect(JSON.stringify(JSON.parse(stdout))).toContain("\\n::stop-commands::");
  });

  it("of compare, with every name of both documents hostile", async () => {
    const { results } = hostileRun();
    const current = join(folder, "current.json");
    writeFileSync(current, JSON.stringify(results));
    const earlier = { ...results, run: { ...results.run, id: "before" } };
    const before = join(folder, "before.json");
    writeFileSync(before, JSON.stringify(earlier));
    expectWholeLines((await call(["compare", "--current", current, "--baseline", before], folder)).output);
    const out = join(folder, "report ::stop-commands::\n::error::x");
    const reported = await call(["report", "--results", current, "--out", out], folder);
    expect(reported).toMatchObject({ code: 0, stderr: "" });
    expectWholeLines(reported.output);
    for (const name of ["report.md", "junit.xml"]) {
      expect(readFileSync(join(out, name), "utf8")).not.toMatch(/(?![\n\t])\p{Cc}|\u202E/u);
    }
  });

  it.each([
    ["the arguments", ["plan", "--tier", HOSTILE]],
    ["the name of a command", [HOSTILE]],
    ["a condition", ["plan", "--only", `operation=${HOSTILE}`]],
    ["the path of results", ["report", "--results", join(folder, HOSTILE.replaceAll("\0", "")), "--out", folder]],
  ])("of the error that %s make", async (_, argv) => {
    const { code, output } = await call(argv, folder);
    expect(code).toBe(ExitCode.badInput);
    expectHarmless(output);
  });

  it.each([
    ["a description", { description: HOSTILE }, 0],
    ["a value", { dimensions: { sparkVersion: ["4.3.0"], team: [HOSTILE] } }, 2],
    ["a dimension", { dimensions: { [HOSTILE]: ["a"] } }, 2],
    ["a property", { sparkConf: { all: { [HOSTILE]: "1" } } }, 2],
    ["an unknown key", { [HOSTILE]: 1 }, 2],
  ])("of a tier file with %s", async (_, tier, exitCode) => {
    const path = join(folder, "tiers.yaml");
    const dimensions = { sparkVersion: ["4.3.0"] };
    writeFileSync(path, JSON.stringify({ schema: "spark-loadtest/tiers/v1", tiers: { t: { dimensions, ...tier } } }));
    const { code, output } = await call(["plan", "--tiers-file", path], folder);
    expect(code).toBe(exitCode);
    expectWholeLines(output);
  });

  it.each([
    ["a run", () => renderSummary(hostileRun(), { color: true, width: 100, reportPath: `${HOSTILE}/report.html` })],
    [
      "scenarios",
      () =>
        renderScenariosSummary(document([failed(HOSTILE, HOSTILE), skipped("b", HOSTILE)]), {
          color: true,
          width: 100,
        }),
    ],
  ])("of the table at the end of %s, with our own colours", (_, render) => {
    const stream = new FakeLog();
    writePainted(stream.asStream(), render().split("\n"));
    const text = stream.take();
    expect(text).toContain("\u001B[31m");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are ours
    expectHarmless(text.replace(/\u001B\[[\d;]*m/g, ""));
  });

  it.each([null, "github"] as const)("of a run's progress, in a log (%s)", (ci) => {
    const stream = new FakeLog();
    const shown = createProgress(stream.asStream(), { ci, showLogs: true });
    shown.note(HOSTILE);
    shown.prepare({ step: HOSTILE, state: "running", detail: HOSTILE });
    shown.prepare({ step: HOSTILE, state: "done", detail: HOSTILE });
    shown.begin(2, 0, [HOSTILE, `${HOSTILE}_b`]);
    shown.show(started(HOSTILE));
    shown.show(progress(HOSTILE, HOSTILE));
    shown.show(log(HOSTILE, HOSTILE));
    for (const line of HOSTILE.split("\n")) shown.show(log(HOSTILE, line));
    shown.show(retrying(HOSTILE, HOSTILE));
    shown.show(finished(HOSTILE, 1000, { status: "failed", reason: HOSTILE }));
    shown.stop();
    const ours = /^::(group::✗ name .*|endgroup::)$/gm;
    const text = stream.take();
    expect(text.match(ours) ?? []).toHaveLength(ci === null ? 0 : 2);
    expectHarmless(text.replace(ours, ""));
  });

  it("of notes and annotations on GitHub", () => {
    let text = "";
    vi.spyOn(process.stdout, "write").mockImplementation((piece) => {
      text += piece;
      return true;
    });
    const { results, verdict } = hostileRun();
    note(`✕ ${HOSTILE}`);
    for (const { level, title, message } of listAnnotations(results, verdict)) annotate(level, message, { title });
    annotate("warning", HOSTILE, { title: HOSTILE });
    const ours = /^::(error|warning) title=[^:,]*::/gm;
    expect(text.match(ours)!.length).toBeGreaterThan(2);
    expectWholeLines(text.replace(ours, ""));
  });

  it("of outputs, each of which is one line, or one a case", () => {
    const { results, verdict } = hostileRun();
    const outputs = listOutputs({ results, verdict: { ...verdict, cutOffCases: [HOSTILE, "b"] }, htmlPath: "r" }, null);
    expect(String(outputs["cut-off"]).split("\n")).toHaveLength(2);
  });

  it.each([
    ["a run", () => renderMarkdown(viewReport(hostileRun()))],
    [
      "scenarios",
      () => renderScenariosMarkdown(viewScenarios(document([failed(HOSTILE, HOSTILE), skipped("b", HOSTILE)]))),
    ],
    ["a failure", () => renderFailure(new Error(HOSTILE))],
  ])("of the comment and the summary of %s", (_, render) => {
    const links = { runUrl: "https://github.com/o/r/actions/runs/1", artifactUrl: null, commit: null, of: null };
    const key = { artifactName: HOSTILE, tier: HOSTILE, id: "0" };
    const comment = renderComment(render(), key, { runId: 1, attempt: 1 }, links);
    expect(comment).toMatch(/stop-commands/);
    expect(comment).not.toMatch(/(?![\n\t])\p{Cc}|[\u2028-\u202E\u2066-\u2069\uFEFF]/u);
  });
});
