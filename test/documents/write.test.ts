import { mkdir, mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { writeDocument, writeOwnFile } from "../../src/documents/write.ts";
import { InfrastructureError } from "../../src/lib/errors.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "report-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test("has the old file until all pieces of the new one are there, and after one that did not come", async () => {
  await writeOwnFile(folder, "trace.json", "spark-loadtest 1");
  const path = join(folder, "trace.json");
  async function* pieces(ending: string | Error) {
    yield "spark-loadtest ";
    expect(await readFile(path, "utf8")).toBe("spark-loadtest 1");
    if (ending instanceof Error) throw ending;
    yield ending;
  }
  const failed = writeOwnFile(folder, "trace.json", pieces(new Error("gone")));
  await expect(failed).rejects.toThrow(InfrastructureError);
  await expect(failed).rejects.toThrow("gone");
  expect(await readdir(folder)).toEqual(["trace.json"]);
  await writeOwnFile(folder, "trace.json", pieces("2"));
  expect(await readFile(path, "utf8")).toBe("spark-loadtest 2");
});

test("writes a document whole, and nothing beside it when that fails", async () => {
  const path = join(folder, "results.json");
  await writeDocument(path, { a: 1 });
  await writeDocument(path, { a: 2 });
  expect(await readFile(path, "utf8")).toBe('{\n  "a": 2\n}\n');
  await mkdir(join(folder, "verdict.json", "x"), { recursive: true });
  // What ran is no bad input, wherever its results cannot be put.
  await expect(writeDocument(join(folder, "verdict.json"), {})).rejects.toThrow(InfrastructureError);
  expect((await readdir(folder)).sort()).toEqual(["results.json", "verdict.json"]);
  expect((await stat(join(folder, "verdict.json"))).isDirectory()).toBe(true);
});

test("writes a file whose name leaves no room for another one's", async () => {
  const path = join(folder, `${"x".repeat(250)}.json`);
  await writeDocument(path, { a: 1 });
  expect(await readFile(path, "utf8")).toBe('{\n  "a": 1\n}\n');
});
