import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findFixtureFile } from "../../collect/fixtures.ts";
import { call } from "../call.ts";

const LOG = findFixtureFile("4.3.0-plain");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "explain-"));
  cpSync(LOG, join(folder, "app-1"));
  writeFileSync(join(folder, "notes.txt"), "hi\n");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const explain = () => call(["explain", "--baseline", LOG, "--current", folder], folder);

test("a log that cannot be read is no second application, and is named with its reason", async () => {
  writeFileSync(join(folder, "app-2"), "");
  const { code, stderr } = await explain();
  expect({ code, stderr: stderr.replaceAll(folder, "DIR") }).toEqual({
    code: 0,
    stderr: "app-2 is left out: The event log DIR/app-2 is empty\n",
  });
});

test("an archive that is cut off is none either", async () => {
  writeFileSync(join(folder, "old.tar.gz"), gzipSync(`{"Event":"${"x".repeat(100_000)}`).subarray(0, 100));
  const { code, stderr } = await explain();
  expect({ code, stderr: stderr.replaceAll(folder, "DIR") }).toEqual({
    code: 0,
    stderr: "old.tar.gz is left out: DIR/old.tar.gz is not a Spark event log: the gzip stream ends in the middle\n",
  });
});

test("a second log that can be read is refused", async () => {
  cpSync(LOG, join(folder, "app-2"));
  const { code, stderr } = await explain();
  expect(code).toBe(2);
  expect(stderr).toContain("holds 2 applications");
});
