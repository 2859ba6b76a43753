import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { installFolder } from "../../../src/lib/files/install-folder.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "install-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe("installFolder", () => {
  it("makes a folder once", async () => {
    const target = join(root, "a", "b");
    const fill = async (folder: string) => writeFileSync(join(folder, "x"), "1");
    expect(await installFolder(target, fill)).toBe(true);
    expect(await installFolder(target, () => Promise.reject(new Error("not again")))).toBe(false);
    expect(readdirSync(join(root, "a"))).toEqual(["b"]);
    expect(readdirSync(target)).toEqual(["x"]);
  });

  it("leaves nothing where filling fails", async () => {
    const target = join(root, "b");
    const fill = async (folder: string) => {
      writeFileSync(join(folder, "half"), "1");
      throw new Error("no network");
    };
    await expect(installFolder(target, fill)).rejects.toThrow("no network");
    expect(readdirSync(root)).toEqual([]);
  });

  it("gives one whole folder to all who install it at once", async () => {
    const target = join(root, "c");
    const results = await Promise.all(
      [30, 10, 20, 1].map((ms) =>
        installFolder(target, async (folder) => {
          writeFileSync(join(folder, "one"), String(ms));
          await wait(ms);
          writeFileSync(join(folder, "two"), String(ms));
        }),
      ),
    );
    expect(results.filter(Boolean)).toHaveLength(1);
    expect(readdirSync(root)).toEqual(["c"]);
    expect(readFileSync(join(target, "one"), "utf8")).toBe(readFileSync(join(target, "two"), "utf8"));
  });

  it("removes what processes of this host left when they were killed, and nothing else", async () => {
    const { pid } = spawnSync("true");
    const host = hostname().replace(/[^A-Za-z0-9]/g, "_");
    const ended = `d.partial-${host}-${pid}-00`;
    const others = [
      `d.partial-${host}-${process.ppid}-00`,
      `d.partial-elsewhere-${pid}-00`,
      `e.partial-${host}-${pid}-00`,
    ];
    for (const name of [ended, ...others]) mkdirSync(join(root, name));
    await installFolder(join(root, "d"), async () => undefined);
    expect(readdirSync(root).sort()).toEqual(["d", ...others].sort());
  });

  it.skipIf(process.platform !== "linux")(
    "knows what it left from what a process of the same number fills",
    async () => {
      const target = join(root, "d");
      let partial = "";
      await installFolder(target, async (folder) => {
        partial = folder;
        await installFolder(join(root, "d"), async () => undefined);
        expect(existsSync(folder)).toBe(true);
      });
      const [, , started = "", machine = ""] = basename(partial)
        .replace(/^.*partial-\w+-/, "")
        .split("-");
      rmSync(target, { recursive: true });
      const earlier = partial.replace(`-${started}-`, "-1-");
      const elsewhere = partial.replace(machine, "0123abcd");
      for (const folder of [partial, earlier, elsewhere]) mkdirSync(folder);
      await installFolder(target, async () => undefined);
      expect(readdirSync(root).sort()).toEqual(["d", basename(partial), basename(elsewhere)].sort());
    },
  );

  it("replaces a folder that is not whole, also where several find it at once", async () => {
    const target = join(root, "f");
    mkdirSync(target);
    writeFileSync(join(target, "half"), "");
    const isWhole = async () => existsSync(join(target, "whole"));
    const fill = async (folder: string) => writeFileSync(join(folder, "whole"), "");
    const results = await Promise.all([1, 2, 3].map(() => installFolder(target, fill, isWhole)));
    expect(results).toContain(true);
    expect(readdirSync(target)).toEqual(["whole"]);
    expect(readdirSync(root)).toEqual(["f"]);
  });
});
