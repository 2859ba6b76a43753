import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { planSchema } from "../../src/model/documents.ts";

describe("the bundle as a user has it: dist/ alone, in another folder, with no node_modules near it", () => {
  const root = mkdtempSync(join(tmpdir(), "bundle-"));
  const run = (...args: string[]) =>
    execFileSync(process.execPath, [join(root, "cli", "index.js"), ...args], { cwd: root, encoding: "utf8" });
  beforeAll(() => cpSync("dist", root, { recursive: true }));
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it("has everything in it, and no link to what only the machine has that built it", () => {
    const entries = readdirSync("dist", { recursive: true, withFileTypes: true });
    expect(entries.filter((entry) => entry.isSymbolicLink()).map(({ name }) => name)).toEqual([]);
    expect(existsSync("dist/cli/charts/spark-loadtest/workflows/spark-loadtest.yaml")).toBe(true);
  });

  it("starts, and finds the tiers beside it", () => {
    expect(run("--version")).toBe(`${packageJson.version}\n`);
    expect(run("plan", "--help")).toContain("--tier");
    expect(planSchema.parse(JSON.parse(run("plan", "--tier", "p2_full", "--json"))).tier).toBe("p2_full");
  });
});
