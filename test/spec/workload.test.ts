import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BadInputError } from "../../src/lib/errors.ts";
import { loadTier } from "../../src/plan/tiers/load-tiers.ts";
import { identifyWorkload } from "../../src/spec/workload.ts";
import { makeTier } from "../plan/make-tier.ts";
import { makeSettings } from "./make-spec.ts";

const ASSETS = ".";
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "workload-"));
  await cp("test/fixtures/tiers/services", join(folder, "services"), { recursive: true });
  await mkdir(join(folder, ".git"));
});
afterEach(() => rm(folder, { recursive: true }));

async function identify(service: string, given: Partial<Parameters<typeof identifyWorkload>[1]> = {}) {
  const tiersFile = join(folder, "services", service, "tiers.yaml");
  const tier = await loadTier("gate", { tiersFile, builtinTiersFile: "workflows/tiers/tiers.yaml" });
  return identifyWorkload(tier, { ...makeSettings(), tiersFile, ...given }, ASSETS);
}

describe("identifyWorkload", () => {
  it("tells two services of one repository apart whose tiers have one name", async () => {
    const [a, b] = await Promise.all([identify("a"), identify("b")]);
    expect(a).toMatchObject({ tiersFile: "services/a/tiers.yaml", script: "services/a/jobs/job.sh" });
    expect(b).toMatchObject({ tiersFile: "services/b/tiers.yaml", script: "services/b/jobs/job.sh" });
  });

  it("is the same wherever the repository is checked out, and whatever is secret in it", async () => {
    const conf = (password: string) => ({
      workloadArgs: ["--password", password],
      conf: { "spark.my.password": password },
    });
    expect(await identify("a", conf("one"))).toEqual(await identify("a", conf("two")));
    const before = await identify("a");
    await mkdir(join(folder, "elsewhere", ".git"), { recursive: true });
    await cp(join(folder, "services"), join(folder, "elsewhere", "services"), { recursive: true });
    folder = join(folder, "elsewhere");
    expect(await identify("a")).toEqual(before);
    folder = join(folder, "..");
  });

  it.each([
    ["arguments", { workloadArgs: ["--fault=skew"] }],
    ["data", { dataDirectory: "/data/trips" }],
    ["data", { dataDirectory: "s3a://bucket/trips" }],
    ["settings", { conf: { "spark.sql.shuffle.partitions": "1" } }],
  ] as const)("changes in its %s with %j, and in nothing else", async (part, given) => {
    const [before, after] = [await identify("a"), await identify("a", given)];
    expect(after).toEqual({ ...before, digests: { ...before.digests, [part]: after.digests[part] } });
    expect(after.digests[part]).not.toBe(before.digests[part]);
  });

  it("changes with the script's content", async () => {
    const before = await identify("a");
    await writeFile(join(folder, "services/a/jobs/job.sh"), "exit 1\n");
    const after = await identify("a");
    expect(after.digests.script).not.toBe(before.digests.script);
    expect(after).toMatchObject({ script: before.script });
  });

  it("changes with a module beside the script that it imports, also by way of another one", async () => {
    const script = join(folder, "job.py");
    await writeFile(script, "import os, helpers.x as h\nfrom .rules import rule\n");
    await writeFile(join(folder, "helpers.py"), "  import deeper\nimport job\n");
    const tier = makeTier({ workload: { script, args: [] } });
    const digests = async () => (await identifyWorkload(tier, { ...makeSettings(), tiersFile: null }, ASSETS)).digests;
    const known = [await digests()];
    for (const [name, text] of [
      ["rules.py", "a = 1\n"],
      ["deeper.py", "b = 1\n"],
      ["deeper.py", "b = 2\n"],
    ] as const) {
      await writeFile(join(folder, name), text);
      const now = await digests();
      expect(now).toEqual({ ...known[0], modules: now.modules });
      expect(known.map(({ modules }) => modules)).not.toContain(now.modules);
      known.push(now);
    }
    await writeFile(join(folder, "unrelated.py"), "c = 1\n");
    expect(await digests()).toEqual(known.at(-1));
  });

  it("changes with a local file that a Spark property names", async () => {
    const jar = join(folder, "udf.jar");
    const conf = { "spark.jars": `${jar}, local:///opt/other.jar` };
    await writeFile(jar, "one");
    const before = await identify("a", { conf });
    await writeFile(jar, "two");
    const after = await identify("a", { conf });
    expect(after).toEqual({ ...before, digests: { ...before.digests, modules: after.digests.modules } });
    expect(after.digests.modules).not.toBe(before.digests.modules);
  });

  it("has neither file nor script for a built-in tier", async () => {
    const tier = makeTier({ sparkConf: { all: { "spark.a": "1", "spark.b": "2" }, byDimension: {} } });
    const given = { ...makeSettings(), tiersFile: null };
    const workload = await identifyWorkload(tier, given, ASSETS);
    expect(workload).toMatchObject({
      ...{ tiersFile: null, script: null },
      resources: { executors: 1, cores: 2, memoryMb: 1024 },
    });
    const reordered = { ...tier, sparkConf: { all: { "spark.b": "2", "spark.a": "1" }, byDimension: {} } };
    expect(await identifyWorkload(reordered, given, ASSETS)).toEqual(workload);
  });

  it("refuses a script that is gone", async () => {
    const tier = makeTier({ workload: { script: join(folder, "gone.py"), args: [] } });
    await expect(identifyWorkload(tier, { ...makeSettings(), tiersFile: null }, ASSETS)).rejects.toThrow(BadInputError);
  });
});
