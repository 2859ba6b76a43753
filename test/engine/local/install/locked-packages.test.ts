import { readFileSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import LOCKED from "../../../../src/engine/local/install/locked-packages.json" with { type: "json" };
import {
  installPyspark,
  lockPyspark,
  type PackageInstaller,
} from "../../../../src/engine/local/install/package-installer.ts";
import { BUILTIN_DIMENSIONS } from "../../../../src/plan/matrix/dimensions.ts";
import { createFakeMachine, type FakeMachine } from "../fake-machine.ts";

const REQUIREMENT = /^[a-z0-9-]+==[0-9][^ ]*(?: --hash=sha256:[0-9a-f]{64})+$/;

describe("the checksums of PySpark", () => {
  it.each(Object.keys(LOCKED.pyspark))(
    "%s: one of every package that is installed, and of what builds it",
    (version) => {
      const { packages, build } = lockPyspark(version)!;
      expect([...packages, ...build].filter((line) => !REQUIREMENT.test(line))).toEqual([]);
      expect(packages.map((line) => line.split("==")[0])).toEqual(["pyspark", "py4j"]);
      expect(build.map((line) => line.split("==")[0])).toEqual(["setuptools"]);
    },
  );

  it("are there for every version of the built-in tiers", () => {
    const versions = BUILTIN_DIMENSIONS.find(({ name }) => name === "sparkVersion")!.standard;
    expect(versions.length).toBeGreaterThan(0);
    expect(versions.filter((version) => lockPyspark(version) === null)).toEqual([]);
  });

  it("are those of the files on PyPI", () => {
    expect(lockPyspark("3.5.9")!.packages).toEqual([
      "pyspark==3.5.9 --hash=sha256:ea27adc39ddac9413b8951e45aa748cbed6c785971b81386efc41938f6243d93",
      "py4j==0.10.9.7 --hash=sha256:0b6e5315bb3ada5cf62ac651d107bb2ebc02def3dee9d9548e3baac644ea8dbb --hash=sha256:85defdfd2b2376eb3abf5ca6474b51ab7e0de341c75a02f46dc9b5976f5a5c1b",
    ]);
    expect(lockPyspark("4.1.4")!.packages).toEqual([
      "pyspark==4.1.4 --hash=sha256:bcbd5e18690cf79d438e97210ad06fb8d451a251bb77becc2b0418868d2acd73",
      "py4j==0.10.9.9 --hash=sha256:c7c26e4158defb37b0bb124933163641a2ff6e3a3913f7811b0ddbe07ed61533 --hash=sha256:f694cad19efa5bd1dee4f3e5270eb406613c974394035e5bfc4ec1aba870b879",
    ]);
  });

  it.each(["4.1.99", "3.5.9+mine", "constructor"])("are not known for %s", (version) => {
    expect(lockPyspark(version)).toBeNull();
  });
});

describe("installPyspark", () => {
  let machine: FakeMachine;
  beforeEach(async () => {
    // Keeps its arguments, and the files that they name.
    const uv = `#!/bin/bash
printf '%s\\n' "$@" > "$FAKE_SEEN/arguments"
for arg; do [ -f "$arg" ] && cp "$arg" "$FAKE_SEEN/"; done
exit 0
`;
    machine = await createFakeMachine();
    await machine.put("bin/uv", uv);
    await mkdir(join(machine.root, "seen"));
  });
  afterEach(() => machine.remove());
  const install = async (version: string) => {
    const installer: PackageInstaller = {
      uv: async () => [join(machine.bin, "uv")],
      python: { path: join(machine.bin, "python3"), version: "3.12.1" },
      environment: { ...machine.environment, FAKE_SEEN: join(machine.root, "seen") },
      logDirectory: machine.root,
    };
    const steps: string[] = [];
    const { cacheDirectory } = machine.spec;
    await installPyspark(cacheDirectory, version, installer, new AbortController().signal, (step) => steps.push(step));
    const seen = (name: string) => readFile(join(machine.root, "seen", name), "utf8");
    return { steps, seen, args: (await seen("arguments")).trim().split("\n").slice(7) };
  };

  it("takes nothing but files whose checksums are known", async () => {
    const { args, seen, steps } = await install("4.1.4");
    expect(args.map((arg) => arg.split("/").at(-1))).toEqual([
      "--require-hashes",
      "--requirements",
      "requirements.txt",
      "--build-constraints",
      "build-constraints.txt",
    ]);
    const { packages, build } = lockPyspark("4.1.4")!;
    expect(await seen("requirements.txt")).toBe(`${packages.join("\n")}\n`);
    expect(await seen("build-constraints.txt")).toBe(`${build.join("\n")}\n`);
    expect(steps).toEqual(["downloading"]);
  });

  it("says of a version that came out later that the index is believed", async () => {
    const { args, steps } = await install("9.9.9");
    expect(args).toEqual(["pyspark==9.9.9"]);
    expect(steps).toEqual([
      "downloading; no checksum of this version is known here, so the package index, or --artifacts, is believed",
    ]);
  });
});

describe("images/requirements", () => {
  it.each(["3", "4"])("-%s.txt has a checksum for every package, and all that are asked for", (line) => {
    const logical = readFileSync(`images/requirements-${line}.txt`, "utf8").replaceAll("\\\n", "");
    const locked = logical.split("\n").filter((text) => text !== "" && !text.startsWith("#"));
    const LOCKED_LINE = /^[a-z0-9-]+==\S+(?: ; [^-]+?)?(?:\s+--hash=sha256:[0-9a-f]{64})+$/;
    expect(locked.filter((text) => !LOCKED_LINE.test(text.trimEnd()))).toEqual([]);
    const asked = readFileSync(`images/requirements-${line}.in`, "utf8").match(/^[a-z][a-z-]+/gm) ?? [];
    expect(asked.length).toBeGreaterThan(5);
    expect(asked.filter((name) => !locked.some((text) => text.startsWith(`${name}==`)))).toEqual([]);
  });

  it("are installed with their checksums", () => {
    const dockerfile = readFileSync("images/Dockerfile", "utf8");
    expect(dockerfile.match(/pip3? install[^\\]*/g)).toEqual([
      expect.stringContaining('--require-hashes --requirement "/tmp/requirements-$'),
    ]);
  });
});
