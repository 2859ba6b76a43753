import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { describePlan } from "../../src/plan/describe-plan.ts";
import { expandMatrix } from "../../src/plan/matrix/matrix.ts";
import { createPlan } from "../../src/plan/plan.ts";
import { loadTier } from "../../src/plan/tiers/load-tiers.ts";
import { compileTiers, parseTiersFile } from "../../src/plan/tiers/tiers-file.ts";

const builtinTiersFile = "workflows/tiers/tiers.yaml";
const all = { only: [], exclude: [] };

describe("the built-in tiers", () => {
  it.each([
    ["quick", 10, 10],
    ["p0_smoke", 63, 12],
    ["p1_core", 390, 23],
    ["p2_full", 1235, 23],
  ])("%s has %i cases, %i in a pairwise plan", async (name, full, pairwise) => {
    const tier = await loadTier(name, { builtinTiersFile });
    expect(createPlan(tier, { ...all, coverage: "full" }).cases).toHaveLength(full);
    const { cases } = createPlan(tier, { ...all, coverage: "pairwise" });
    expect(cases).toHaveLength(pairwise);
    const [largest = 0, second = 0] = Object.values(tier.dimensions)
      .map((values) => values.length)
      .sort((a, b) => b - a);
    expect(pairwise).toBeLessThanOrEqual(1.3 * largest * second);
  });

  it.each(["quick", "p0_smoke", "p1_core", "p2_full"])(
    "%s has every value of its dimensions in some case",
    async (name) => {
      const tier = await loadTier(name, { builtinTiersFile });
      const rows = expandMatrix(tier);
      Object.values(tier.dimensions).forEach((values, column) => {
        expect([...new Set(rows.map((row) => row[column]))].sort()).toEqual([...values].sort());
      });
    },
  );

  it("give a reason for each exclude and say what the file is for", () => {
    const lines = readFileSync(builtinTiersFile, "utf8").split("\n");
    expect(lines[0]).toMatch(/^# The built-in tiers/);
    const rules = lines.flatMap((line, index) => (/^ {6}- \{/.test(line) ? [index] : []));
    expect(rules).not.toHaveLength(0);
    for (const rule of rules) expect(lines[rule - 1], lines[rule]).toMatch(/^ {6}# .+\.$/);
  });

  it("are the same when they are compiled", async () => {
    const text = readFileSync(builtinTiersFile, "utf8");
    const folder = mkdtempSync(join(tmpdir(), "compiled-tiers-"));
    const compiled = join(folder, "tiers.json");
    writeFileSync(compiled, compileTiers(text, builtinTiersFile));
    for (const { name } of parseTiersFile(text, builtinTiersFile)) {
      expect(await loadTier(name, { builtinTiersFile: compiled })).toEqual(await loadTier(name, { builtinTiersFile }));
    }
    rmSync(folder, { recursive: true });
  });

  it("are described for people", async () => {
    const tier = await loadTier("p2_full", { builtinTiersFile });
    expect(describePlan(createPlan(tier, { ...all, coverage: "pairwise" }), tier, null)).toMatchSnapshot();
    const quick = await loadTier(undefined, { builtinTiersFile });
    expect(describePlan(createPlan(quick, { ...all, coverage: "full" }), quick, null)).toMatchSnapshot();
  });

  it("have four executors for 11 GB, and one for less", async () => {
    const tier = await loadTier("p2_full", { builtinTiersFile });
    const sizeOf = (only: string) =>
      /sample.* on (.*), at most/.exec(
        describePlan(createPlan(tier, { ...all, coverage: "full", only: [only] }), tier, null),
      )![1];
    expect(sizeOf("dataSize=tiny,1gb")).toBe("4 cores and 8,192 MB");
    expect(sizeOf("dataSize=11gb")).toBe("4 executors of 4 cores and 8,192 MB each");
    expect(sizeOf("dataSize=1gb,11gb")).toBe("1 to 4 executors of 4 cores and 8,192 MB each");
  });

  it("say of a place which of their cases run there, and why the others do not", async () => {
    const tier = await loadTier("p2_full", { builtinTiersFile });
    const plan = createPlan(tier, {
      only: ["operation=read,dataSize=tiny,extensions=none"],
      exclude: [],
      coverage: "pairwise",
    });
    expect(describePlan(plan, tier, "cluster")).toMatchSnapshot();
  });
});
