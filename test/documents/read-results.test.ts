import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { compare } from "../../src/analyse/compare.ts";
import { readBaseline, readResults, readVerdict } from "../../src/documents/read-results.ts";
import { BadInputError } from "../../src/lib/errors.ts";
import type { Results, Verdict } from "../../src/model/documents.ts";
import type { Gate } from "../../src/model/metrics.ts";
import { buildCase, buildResults, buildSample, buildWorkload } from "../analyse/builders.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "read-results-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(path: string, content: unknown): Promise<string> {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
}

async function messageOf(promise: Promise<unknown>): Promise<{ message: string; hint: string | undefined }> {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(BadInputError);
  const { message, hint } = error as BadInputError;
  return { message: message.replaceAll(folder, "DIR"), hint };
}

describe("readResults", () => {
  it("reads a file and the folder of a run", async () => {
    const file = await write("run/results.json", buildResults());
    expect(await readResults(file)).toEqual(buildResults());
    expect(await readResults(join(folder, "run"))).toEqual(buildResults());
  });

  it("reads a file that an editor has put a byte order mark before", async () => {
    const file = await write("run/results.json", `\uFEFF${JSON.stringify(buildResults())}`);
    expect(await readResults(file)).toEqual(buildResults());
  });

  it("reads results of a clock that was set back", async () => {
    const results = buildResults([buildCase("a", { samples: [buildSample({ wallMs: -5 })] })]);
    expect(await readResults(await write("results.json", results))).toEqual(results);
  });

  it("reads a verdict, too", async () => {
    const verdict = compare(buildResults(), { runs: [], notes: [] });
    await write("run/verdict.json", verdict);
    expect(await readVerdict(join(folder, "run"), buildResults())).toEqual(verdict);
  });

  const text = JSON.stringify(buildResults());
  it.each<[string, unknown, RegExp, RegExp]>([
    ["empty", "", /^DIR\/results\.json is empty$/, /run the tier again/],
    ["not JSON", "schema: results", /^DIR\/results\.json is not JSON \(/, /results\.json of a run/],
    [
      "truncated",
      text.slice(0, 200),
      /^DIR\/results\.json (ends in the middle of its JSON|is not JSON) \(/,
      /copy it again|results\.json/,
    ],
    ["binary", "\u0000\u0001\u0002", /^DIR\/results\.json is not JSON \(/, /results\.json of a run/],
    [
      "another document",
      [1],
      /^DIR\/results\.json is not a results document of spark-loadtest: it has no "schema"$/,
      /results\.json/,
    ],
    ["null", "null", /is not a results document of spark-loadtest: it has no "schema"$/, /results\.json/],
    ["another schema", { schema: "x/v1" }, /: its "schema" is "x\/v1"$/, /results\.json/],
    [
      "a verdict",
      { schema: "spark-loadtest/verdict/v1" },
      /^DIR\/results\.json is a verdict document, not results$/,
      /results\.json that lies beside it/,
    ],
    [
      "a newer major schema",
      { ...buildResults(), schema: "spark-loadtest/results/v2" },
      /has schema spark-loadtest\/results\/v2, which is newer than this spark-loadtest: it reads up to spark-loadtest\/results\/v1$/,
      /Update spark-loadtest/,
    ],
    [
      "wrong values",
      { ...buildResults([{ ...buildCase(), status: "ok" as "passed", attempts: "1" as unknown as number }]) },
      /^DIR\/results\.json is not a valid results document: cases\[0\]\.status: .*; cases\[0\]\.attempts: /,
      /unchanged/,
    ],
    [
      "one with a case that is there twice",
      buildResults([buildCase("a"), buildCase("b"), buildCase("a")]),
      /document: cases\[2\]\.name: the case quick_4\.1\.4_submit_local_none_a_tiny is there twice$/,
      /unchanged/,
    ],
    [
      "of no time",
      buildResults([buildCase()], { startedAt: "yesterday", finishedAt: "soon" }),
      /document: run\.startedAt: Invalid time: it is not ISO 8601; run\.finishedAt: Invalid time/,
      /unchanged/,
    ],
    [
      "of less CPU time than none",
      buildResults([buildCase("a", { samples: [buildSample({ cpuMs: -5 })] })]),
      /document: cases\[0\]\.samples\[0\]\.metrics\.cpuMs: Too small/,
      /unchanged/,
    ],
    [
      "many wrong values",
      { schema: "spark-loadtest/results/v1", run: {}, cases: [] },
      /: run\.id: .*; run\.tier: .*; run\.engine: .*; and \d+ more$/,
      /unchanged/,
    ],
  ])("refuses a file that is %s", async (_, content, message, hint) => {
    const refused = await messageOf(readResults(await write("results.json", content)));
    expect(refused.message).toMatch(message);
    expect(refused.hint).toMatch(hint);
  });

  it.each([
    ["missing", "nothing", "DIR/nothing does not exist"],
    ["a folder without results", "", "DIR holds no results.json: it is not the folder of a run"],
  ])("refuses a path that is %s", async (_, path, message) => {
    expect((await messageOf(readResults(join(folder, path)))).message).toBe(message);
  });
});

describe("readBaseline", () => {
  const run = (id: string, day: number, changes: Partial<Results["run"]> = {}): Results =>
    buildResults([buildCase()], { id, startedAt: new Date(Date.UTC(2026, 10, day)).toISOString(), ...changes });
  const read = async (paths: string[], options: Partial<Parameters<typeof readBaseline>[1]> = {}) => {
    const { runs, notes } = await readBaseline(
      paths.map((path) => join(folder, path)),
      { tier: "quick", ...options },
    );
    return { ids: runs.map((each) => each.run.id), notes: notes.map((note) => note.replaceAll(folder, "DIR")) };
  };

  it("reads files, runs and folders of runs two levels deep, by the time they started", async () => {
    await write("a/results.json", run("third", 3));
    await write("runs/x/results.json", run("second", 2));
    await write("runs/november/y/results.json", run("first", 1));
    await write("runs/november/z/deeper/results.json", run("too deep", 1));
    await write("runs/notes.txt", "not a run");
    expect(await read(["a/results.json", "runs"])).toEqual({ ids: ["first", "second", "third"], notes: [] });
    expect((await read(["a"])).ids).toEqual(["third"]);
  });

  it("takes a run once, and never the current one", async () => {
    await write("runs/x/results.json", run("first", 1));
    await write("runs/y/results.json", run("current", 2));
    expect(await read(["runs", "runs/x"], { excludeRunId: "current" })).toEqual({
      ids: ["first"],
      notes: ["DIR/runs/y/results.json is the current run itself: left out of the baseline"],
    });
  });

  it("keeps the newest", async () => {
    for (let day = 1; day <= 5; day += 1) await write(`runs/${day}/results.json`, run(`day ${day}`, day));
    expect(await read(["runs"], { last: 2 })).toEqual({
      ids: ["day 4", "day 5"],
      notes: ["3 older runs left out: the newest 2 are used"],
    });
  });

  it("says what it leaves out, and goes on", async () => {
    await write("runs/1/results.json", run("good", 1));
    await write("runs/2/results.json", run("nightly", 2, { tier: "p1_core" }));
    await write("runs/3/results.json", "");
    await write("runs/4/results.json", run("cut short", 4, { finishedAt: null }));
    expect(await read(["runs"])).toEqual({
      ids: ["good", "cut short"],
      notes: [
        "left out: DIR/runs/3/results.json is empty",
        "run cut short was ended before all its cases: only its finished cases are used",
        "1 run of tier p1_core left out: this run is of tier quick",
      ],
    });
  });

  it("leaves out the runs of another service whose tier has the same name, unless they are named themselves", async () => {
    const [a, b] = [buildWorkload("services/a"), buildWorkload("services/b")];
    await write("runs/1/results.json", run("of a", 1, { workload: a }));
    await write("runs/2/results.json", run("of b", 2, { workload: b }));
    await write("runs/3/results.json", run("of an earlier version", 3));
    expect(await read(["runs"], { workload: a })).toEqual({
      ids: ["of a", "of an earlier version"],
      notes: [
        "1 run of services/b/tiers.yaml with services/b/jobs/job.sh left out: " +
          "this run is of services/a/tiers.yaml with services/a/jobs/job.sh",
      ],
    });
    expect((await read(["runs/2"], { workload: a })).ids).toEqual(["of b"]);
  });

  it("says that there is none", async () => {
    await mkdir(join(folder, "empty"));
    expect(await read(["empty"])).toEqual({ ids: [], notes: ["no run of tier quick found in DIR/empty"] });
    expect(await read([])).toEqual({ ids: [], notes: ["no baseline was given"] });
  });

  it.each([
    ["a path that does not exist", "nothing", undefined, "DIR/nothing does not exist"],
    [
      "a file that was named and is broken",
      "results.json",
      "{",
      /^DIR\/results\.json (ends in the middle of|is not) .*JSON/,
    ],
  ])("refuses %s", async (_, path, content, message) => {
    if (content !== undefined) await write(path, content);
    expect((await messageOf(read([path]))).message).toMatch(message);
  });
});

describe("readVerdict", () => {
  const baseline = { runs: [buildResults([buildCase()], { id: "before" })], notes: [] };
  const taskier = buildCase("window", { samples: [buildSample({ tasks: 31 })] });

  /** A verdict as the version before wrote it. */
  async function writeOld(results: Results, failOn: readonly Gate[]): Promise<Verdict> {
    const verdict = compare(results, baseline, { failOn });
    const { failOn: _, ending, plannedCases, finishedCases, ...old } = verdict;
    expect([ending, plannedCases, finishedCases]).not.toContain(undefined);
    const findings = old.findings.map(({ gates, ...finding }) => finding);
    await write("run/verdict.json", { ...old, findings });
    return verdict;
  }

  it.each<[string, Results, readonly Gate[]]>([
    ["a regression", buildResults([taskier]), ["hard", "soft"]],
    ["what got worse in a gate that did not count", buildResults([taskier]), ["soft"]],
    ["a failed case", buildResults([buildCase("window", { status: "failed", reason: "no" })]), ["hard", "soft"]],
    ["an interrupted run", buildResults([taskier], { finishedAt: null }), ["soft"]],
    ["nothing worth telling", buildResults(), ["hard", "soft"]],
  ])("derives what decided %s in a verdict of the version before", async (_, results, failOn) => {
    const verdict = await writeOld(results, failOn);
    expect(await readVerdict(join(folder, "run"), results)).toEqual(verdict);
  });

  it("takes a regression without any hard or soft finding for one that advisory gates decided", async () => {
    const slow = buildCase("window", { samples: [buildSample({ wallMs: 90_000 }), buildSample({ wallMs: 90_000 })] });
    const results = buildResults([slow]);
    const verdict = await writeOld(results, ["advisory"]);
    expect(verdict.verdict).toBe("regression");
    const read = await readVerdict(join(folder, "run"), results);
    expect(read).toMatchObject({ failOn: ["hard", "soft", "advisory"], findings: verdict.findings });
  });
});
