import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { BadInputError } from "../../../src/lib/errors.ts";
import { loadTier } from "../../../src/plan/tiers/load-tiers.ts";

const folder = mkdtempSync(join(tmpdir(), "load-tiers-"));
afterAll(() => rmSync(folder, { recursive: true }));

const builtinTiersFile = "workflows/tiers/tiers.yaml";
const HEAD = "schema: spark-loadtest/tiers/v1\ntiers:\n";

function write(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function refusalOf(name: string | undefined, tiersFile?: string): Promise<string> {
  const error: unknown = await loadTier(name, { tiersFile, builtinTiersFile }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(BadInputError);
  return (error as BadInputError).message.replaceAll(folder, "FOLDER");
}

describe("loading a tier", () => {
  it("takes quick where nothing is named, and the only tier of a user's file", async () => {
    expect((await loadTier(undefined, { builtinTiersFile })).name).toBe("quick");
    const one = write("one.yaml", `${HEAD}  ours: { dimensions: {} }\n`);
    expect((await loadTier(undefined, { tiersFile: one, builtinTiersFile })).name).toBe("ours");
    expect((await loadTier("ours", { tiersFile: one, builtinTiersFile })).name).toBe("ours");
  });

  it("finds a workload's script beside the file", async () => {
    write("job.py", "");
    const tiersFile = write("job.yaml", `${HEAD}  ours: { dimensions: {}, workload: { script: job.py } }\n`);
    expect((await loadTier(undefined, { tiersFile, builtinTiersFile })).workload).toEqual({
      script: join(folder, "job.py"),
      args: [],
    });
    const missing = write("missing.yaml", `${HEAD}  ours: { dimensions: {}, workload: { script: . } }\n`);
    expect(await refusalOf(undefined, missing)).toBe(
      "FOLDER/missing.yaml:3:47: the workload's script is not there: FOLDER (the path is relative to the tier file)",
    );
  });

  it.each(["n".repeat(300), "a\\0b", "../ours.yaml/job.py"])(
    "refuses the script %s, which no file can be",
    async (script) => {
      const file = write("ours.yaml", `${HEAD}  ours: { dimensions: {}, workload: { script: "${script}" } }\n`);
      expect(await refusalOf(undefined, file)).toMatch(/^FOLDER\/ours\.yaml:3:\d+: /);
    },
  );

  it("refuses an unknown tier with the nearest one", async () => {
    expect(await refusalOf("p1_cor")).toBe(
      'unknown tier "p1_cor"; did you mean "p1_core"? (known: quick, p0_smoke, p1_core, p2_full)',
    );
    expect(await refusalOf("smoke")).toBe(
      'unknown tier "smoke"; did you mean "p0_smoke"? (known: quick, p0_smoke, p1_core, p2_full)',
    );
    const one = write("one.yaml", `${HEAD}  ours: { dimensions: {} }\n`);
    expect(await refusalOf("quick", one)).toBe('unknown tier "quick" (known: ours)');
  });

  it("asks for a name where a user's file has several", async () => {
    const two = write("two.yaml", `${HEAD}  a: { dimensions: {} }\n  b: { dimensions: {} }\n`);
    expect(await refusalOf(undefined, two)).toBe("FOLDER/two.yaml holds 2 tiers: a, b");
  });

  it("says why a file cannot be read", async () => {
    expect(await refusalOf("a", join(folder, "no.yaml"))).toBe(
      "the tier file FOLDER/no.yaml cannot be read: there is no such file",
    );
    expect(await refusalOf("a", folder)).toBe("the tier file FOLDER cannot be read: it is a folder");
    expect(await refusalOf("a", write("latin1.yaml", new Uint8Array([0x61, 0xe9, 0x0a])))).toBe(
      "the tier file FOLDER/latin1.yaml cannot be read: it is not UTF-8 text",
    );
    expect(await refusalOf("a", write("large.yaml", new Uint8Array(4 * 1024 * 1024 + 1)))).toBe(
      "FOLDER/large.yaml is no tier file: it has 4194305 bytes, and 4194304 are the most",
    );
  });
});
