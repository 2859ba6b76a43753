import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { discoverScenarios, type ScenarioSelection } from "../../src/scenarios/discover-scenarios.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "scenarios-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, text = "#!/bin/sh\n", mode = 0o755): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
  chmodSync(join(folder, path), mode);
}
const discover = async (selection: Partial<ScenarioSelection> = {}) =>
  (await discoverScenarios(folder, { filters: [], shard: null, searchPath: "/usr/bin:/bin", ...selection })).map(
    ({ name }) => name,
  );

describe("discoverScenarios", () => {
  it("finds scripts in the folder and below, in the order of their paths", async () => {
    for (const path of ["b.sh", "a/z.sh", "a/sub/y.sh", "notes.txt", ".hidden.sh", ".git/hook.sh"]) write(path);
    symlinkSync(join(folder, "b.sh"), join(folder, "linked.sh"));
    symlinkSync(folder, join(folder, "circle"));
    expect(await discover()).toEqual(["y", "z", "b", "linked"]);
  });

  it("keeps what a filter names", async () => {
    for (const path of ["smoke/a.sh", "smoke/b.sh", "load/c.sh"]) write(path);
    expect(await discover({ filters: ["smoke/"] })).toEqual(["a", "b"]);
    expect(await discover({ filters: ["smoke/a", "c.sh"] })).toEqual(["c", "a"]);
  });

  it("gives each scenario to one shard", async () => {
    for (const name of ["a", "b", "c", "d", "e"]) write(`${name}.sh`);
    const shards = [1, 2, 3, 4, 5, 6].map((index) => discover({ shard: { index, count: 6 } }));
    expect(await Promise.all(shards)).toEqual([["a"], ["b"], ["c"], ["d"], ["e"], []]);
    expect(await discover({ shard: { index: 2, count: 2 } })).toEqual(["b", "d"]);
  });

  it("takes scripts of any interpreter that is there", async () => {
    write("env.sh", "#!/usr/bin/env -S FOO=1 sh -e\n");
    write("options.sh", "#! /bin/sh -e\n");
    expect(await discover()).toEqual(["env", "options"]);
  });

  it.each<[string, () => void, Partial<ScenarioSelection>, string]>([
    ["no scenario", () => write("a.txt"), {}, "There is no scenario in"],
    ["no folder", () => rmSync(folder, { recursive: true }), {}, "cannot be read: ENOENT"],
    ["no scenario left", () => write("a.sh"), { filters: ["b"] }, "None of the 1 scenarios"],
    [
      "two of one name",
      () => {
        for (const path of ["x/a.sh", "y/a.sh"]) write(path);
      },
      {},
      "Scenarios share a name, by which their results are kept: x/a.sh and y/a.sh",
    ],
    ["no run bit", () => write("a.sh", "#!/bin/sh\n", 0o644), {}, "a.sh has no run bit"],
    ["no interpreter line", () => write("a.sh", "echo hello\n"), {}, "a.sh does not say its interpreter"],
    ["an empty file", () => write("a.sh", ""), {}, "a.sh does not say its interpreter"],
    ["an interpreter that is not there", () => write("a.sh", "#!/bin/none\n"), {}, "that is not there: /bin/none"],
    ["one that env does not find", () => write("a.sh", "#!/usr/bin/env none\n"), {}, "not on the PATH: none"],
    ["Windows line ends", () => write("a.sh", "#!/bin/sh\r\n"), {}, "a.sh has Windows line ends"],
  ])("refuses %s", async (_, prepare, selection, message) => {
    prepare();
    await expect(discover(selection)).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining(message) });
  });

  it("names every script that cannot be run", async () => {
    write("a.sh", "#!/bin/sh\n", 0o644);
    write("b.sh", "echo\n");
    await expect(discover()).rejects.toThrow(/a\.sh has no run bit; b\.sh does not say/);
  });
});
