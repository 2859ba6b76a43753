import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { writeOwnFile } from "../../src/documents/write.ts";
import { BadInputError } from "../../src/lib/errors.ts";
import { prepareOutDirectory, writeDocument, writeReports } from "../../src/report/report.ts";
import * as runs from "../report/runs.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "report-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** The BadInputError that a promise ends with. */
async function badInput(promise: Promise<unknown>): Promise<BadInputError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(BadInputError);
  return error as BadInputError;
}

test("writes the reports into a new folder and says where they are", async () => {
  const out = join(folder, "a", "b");
  expect(await writeReports(runs.oneCase(), out)).toEqual({
    htmlPath: join(out, "report.html"),
    markdownPath: join(out, "report.md"),
    junitPath: join(out, "junit.xml"),
    metricsPath: join(out, "metrics.prom"),
  });
  expect((await readdir(out)).sort()).toEqual(["junit.xml", "metrics.prom", "report.html", "report.md"]);
  expect(await readFile(join(out, "report.html"), "utf8")).toMatch(/^<!doctype html>/);
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

test("has the old file until all pieces of the new one are there, and after one that did not come", async () => {
  await writeOwnFile(folder, "trace.json", "spark-loadtest 1");
  const path = join(folder, "trace.json");
  async function* pieces(ending: string | Error) {
    yield "spark-loadtest ";
    expect(await readFile(path, "utf8")).toBe("spark-loadtest 1");
    if (ending instanceof Error) throw ending;
    yield ending;
  }
  expect((await badInput(writeOwnFile(folder, "trace.json", pieces(new Error("gone"))))).message).toContain("gone");
  expect(await readdir(folder)).toEqual(["trace.json"]);
  await writeOwnFile(folder, "trace.json", pieces("2"));
  expect(await readFile(path, "utf8")).toBe("spark-loadtest 2");
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
    for (const attempt of [() => prepareOutDirectory(out), () => writeReports(runs.oneCase(), out)]) {
      const error = await badInput(attempt());
      expect(error.message).toContain(`Cannot write ${out}`);
      expect(error.hint).toBe("A part of the path is a file. Choose another folder with --out.");
    }
  }
  expect(await readFile(join(folder, "file"), "utf8")).toBe("x");
});

test("a folder of a report's name", async () => {
  await mkdir(join(folder, "report.html"));
  const error = await badInput(writeReports(runs.oneCase(), folder));
  expect(error.hint).toContain("There is a folder of that name");
});

test("a link to nowhere in place of the folder", async () => {
  await symlink(join(folder, "gone", "away"), join(folder, "link"));
  await badInput(writeReports(runs.oneCase(), join(folder, "link")));
});

test("writes a document whole, and nothing beside it when that fails", async () => {
  const path = join(folder, "results.json");
  await writeDocument(path, { a: 1 });
  await writeDocument(path, { a: 2 });
  expect(await readFile(path, "utf8")).toBe('{\n  "a": 2\n}\n');
  await mkdir(join(folder, "verdict.json", "x"), { recursive: true });
  await badInput(writeDocument(join(folder, "verdict.json"), {}));
  expect((await readdir(folder)).sort()).toEqual(["results.json", "verdict.json"]);
  expect((await stat(join(folder, "verdict.json"))).isDirectory()).toBe(true);
});
