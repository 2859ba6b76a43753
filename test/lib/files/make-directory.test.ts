import { existsSync } from "node:fs";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeDirectory } from "../../../src/lib/files/make-directory.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "make-directory-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe("makeDirectory", () => {
  it("makes a folder and those above it, also twice and twice at once", async () => {
    const path = join(root, "a", "b", "c");
    await Promise.all([makeDirectory(path), makeDirectory(path)]);
    await makeDirectory(path);
    expect((await stat(path)).isDirectory()).toBe(true);
  });

  it("does not take a file for a folder", async () => {
    await writeFile(join(root, "file"), "");
    await expect(makeDirectory(join(root, "file"))).rejects.toMatchObject({ code: "EEXIST" });
    await expect(makeDirectory(join(root, "file", "below"))).rejects.toMatchObject({ code: "ENOTDIR" });
  });

  // Where mkdir's `recursive` never returns (nodejs/node, a file system that answers ENOENT below an existing folder).
  it.runIf(existsSync("/proc/self"))("gives up where nothing can be made", async () => {
    await expect(makeDirectory("/proc/spark-loadtest/run")).rejects.toMatchObject({ code: "ENOENT" });
  });
});
