import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { afterAll, expect, it, vi } from "vitest";
import { parseAllDocuments } from "yaml";
import { compileTiers } from "../../../src/plan/tiers/tiers-file.ts";
import { call } from "../call.ts";

const reads = vi.hoisted(() => [] as string[]);
vi.mock("node:fs/promises", async (load) => {
  const real = await load<typeof import("node:fs/promises")>();
  const readFile = (...args: Parameters<typeof real.readFile>) => {
    reads.push(String(args[0]));
    return real.readFile(...args);
  };
  return { ...real, default: { ...real, readFile }, readFile };
});

const assets = mkdtempSync(join(tmpdir(), "submit-"));
afterAll(() => rmSync(assets, { recursive: true }));

it("reads each file that the pods get once, and prints the objects of the run", async () => {
  for (const folder of ["workflows", "workloads"]) await symlink(resolve(folder), join(assets, folder));
  const tiers = "workflows/tiers/tiers.yaml";
  writeFileSync(join(assets, "tiers.json"), compileTiers(readFileSync(tiers, "utf8"), tiers));
  const { code, stdout } = await call(["submit", "--tier", "p0_smoke", "--dry-run"], assets);
  expect(code).toBe(0);
  const kinds = parseAllDocuments(stdout).map((document) => document.toJS() as { kind: string; data?: object } | null);
  expect(kinds.map((object) => object?.kind)).toEqual(expect.arrayContaining(["ConfigMap", "Workflow"]));
  const given = reads.filter((path) => path.startsWith(join(assets, "workflows")) && path.endsWith(".py"));
  expect(given.map((path) => basename(path))).toContain("run_case.py");
  expect(given).toHaveLength(new Set(given).size);
});
