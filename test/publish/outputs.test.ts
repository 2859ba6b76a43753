import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  DOCUMENTS,
  prepareOutDirectory,
  pushMetricsTo,
  REPORTS,
  toJudgedRun,
  writeOutputs,
} from "../../src/publish/outputs.ts";
import { readPushTarget } from "../../src/publish/push/target.ts";
import { renderExposition } from "../../src/report/metrics/exposition.ts";
import { toMetricFamilies } from "../../src/report/metrics/families.ts";
import type { ReportInput } from "../../src/report/view/view.ts";
import { badInput } from "../documents/bad-input.ts";
import * as runs from "../report/runs.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "report-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const writeReports = (input: ReportInput, directory: string) => writeOutputs(REPORTS, toJudgedRun(input), directory);
const readBack = async (...path: string[]) => JSON.parse(await readFile(join(folder, ...path), "utf8"));

test("writes the reports into a new folder", async () => {
  const out = join(folder, "a", "b");
  await writeReports(runs.oneCase(), out);
  expect((await readdir(out)).sort()).toEqual(["junit.xml", "metrics.prom", "report.html", "report.md"]);
  expect(await readFile(join(out, "report.html"), "utf8")).toMatch(/^<!doctype html>/);
  const { results, verdict } = runs.oneCase();
  expect(await readFile(join(out, "metrics.prom"), "utf8")).toBe(renderExposition(toMetricFamilies(results, verdict)));
});

test("replaces its own reports and leaves other files", async () => {
  await writeFile(join(folder, "mine.txt"), "mine");
  await writeReports(runs.noBaseline(), folder);
  await prepareOutDirectory(folder);
  await writeReports(runs.regression(), folder);
  expect(await readFile(join(folder, "report.html"), "utf8")).toContain("Not passed: regression");
  expect(await readFile(join(folder, "mine.txt"), "utf8")).toBe("mine");
  expect((await readdir(folder)).sort()).toEqual(["junit.xml", "metrics.prom", "mine.txt", "report.html", "report.md"]);
});

test.each(["report.html", "report.md", "junit.xml", "metrics.prom"])(
  "does not replace somebody else's %s",
  async (name) => {
    await writeFile(join(folder, name), "<p>my own report</p>");
    for (const attempt of [() => prepareOutDirectory(folder), () => writeReports(runs.oneCase(), folder)]) {
      const error = await badInput(attempt());
      expect(error.message).toBe(
        `${join(folder, name)} exists and was not written by spark-loadtest, so it is not replaced`,
      );
      expect(error.hint).toContain("--out");
    }
    expect(await readFile(join(folder, name), "utf8")).toBe("<p>my own report</p>");
  },
);

test("a folder that is a file, or lies under one", async () => {
  await writeFile(join(folder, "file"), "x");
  for (const out of [join(folder, "file"), join(folder, "file", "below")]) {
    const failure = {
      message: expect.stringContaining(`Cannot write ${out}`),
      hint: "A part of the path is a file. Choose another folder with --out.",
    };
    expect(await badInput(prepareOutDirectory(out))).toMatchObject(failure);
    // Found out at the end, it is no bad input.
    await expect(writeReports(runs.oneCase(), out)).rejects.toMatchObject({ ...failure, exitCode: 6 });
  }
  expect(await readFile(join(folder, "file"), "utf8")).toBe("x");
});

test("a folder of a report's name", async () => {
  await mkdir(join(folder, "report.html"));
  expect((await badInput(prepareOutDirectory(folder))).hint).toContain("There is a folder of that name");
  const hint = expect.stringContaining("There is a folder of that name");
  await expect(writeReports(runs.oneCase(), folder)).rejects.toMatchObject({ hint, exitCode: 6 });
});

test("a link to nowhere in place of the folder", async () => {
  await symlink(join(folder, "gone", "away"), join(folder, "link"));
  await badInput(prepareOutDirectory(join(folder, "link")));
  await expect(writeReports(runs.oneCase(), join(folder, "link"))).rejects.toMatchObject({ exitCode: 6 });
});

test("writes the documents as they are, the other side of an A/B run beside them", async () => {
  const input = runs.regression();
  const { results, verdict, baseline } = input;
  await writeOutputs(DOCUMENTS, toJudgedRun(input), folder);
  expect((await readdir(folder)).sort()).toEqual(["results.json", "verdict.json"]);
  await writeOutputs(DOCUMENTS, toJudgedRun(input, baseline[0]!), folder);
  expect(await readBack("results.json")).toEqual(results);
  expect(await readBack("verdict.json")).toEqual(verdict);
  expect(await readBack("baseline", "results.json")).toEqual(baseline[0]);
});

test("a receiver of metrics that is down is a note, and nothing is sent for a run that a signal ended", async () => {
  const notes: string[] = [];
  const target = readPushTarget("http://127.0.0.1:9/metrics?token=hush", undefined);
  const note = (text: string) => notes.push(text);
  const run = toJudgedRun(runs.oneCase());
  await writeOutputs([pushMetricsTo(target, {}, { note, signal: AbortSignal.abort() })], run, folder);
  expect(notes).toEqual([]);
  await writeOutputs([pushMetricsTo(target, {}, { note, signal: new AbortController().signal })], run, folder);
  expect(notes).toEqual([
    expect.stringMatching(/^! The metrics could not be pushed to http:\/\/127.0.0.1:9\/metrics: /),
  ]);
}, 20_000);
