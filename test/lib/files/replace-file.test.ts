import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { replaceFile } from "../../../src/lib/files/replace-file.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "replace-"));
  path = join(folder, "x");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("replaceFile", () => {
  it("makes a file, and replaces it", async () => {
    expect(await replaceFile(path, "1")).toBe(true);
    expect(await replaceFile(path, "2")).toBe(true);
    expect(readFileSync(path, "utf8")).toBe("2");
    expect(readdirSync(folder)).toEqual(["x"]);
  });

  it("leaves the old file where the new one does not come to its end", async () => {
    writeFileSync(path, "old");
    async function* pieces() {
      yield "ne";
      throw new Error("gone");
    }
    await expect(replaceFile(path, pieces())).rejects.toThrow("gone");
    expect(readFileSync(path, "utf8")).toBe("old");
    expect(readdirSync(folder)).toEqual(["x"]);
  });

  it("lets one of many make a file", async () => {
    const made = await Promise.all(
      ["a", "b", "c"].map(async (text) => ((await replaceFile(path, text, { exclusive: true })) ? text : "")),
    );
    expect(made.join("")).toBe(readFileSync(path, "utf8"));
    expect(readdirSync(folder)).toEqual(["x"]);
  });

  it("keeps credentials to the file's owner", async () => {
    writeFileSync(path, "old", { mode: 0o644 });
    await replaceFile(path, "secret", { ownerOnly: true });
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("says what is wrong", async () => {
    await expect(replaceFile(join(path, "y"), "1")).rejects.toMatchObject({ code: "ENOENT" });
  });
});
