import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { renderReadme } from "../../../scripts/generate-action-tables.ts";
import { action } from "./inputs.ts";

describe("action.yml", () => {
  it("is what the README's tables say", () => {
    const readme = readFileSync("README.md", "utf8");
    expect(renderReadme(readme, readFileSync("action.yml", "utf8"))).toBe(readme);
  });
});

const workflows = ["examples", ".github/workflows", "test/e2e/fixture/.github/workflows"].flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".yml"))
    .map((name) => `${folder}/${name}`),
);

interface Workflow {
  readonly permissions?: unknown;
  readonly jobs: Record<string, { readonly steps?: { uses?: string; with?: Record<string, string>; run?: string }[] }>;
}

describe.each(workflows)("%s", (path) => {
  const text = readFileSync(path, "utf8");
  const workflow = parse(text) as Workflow;
  const steps = Object.values(workflow.jobs).flatMap((job) => job.steps ?? []);

  it("says what it is for, and which permissions it needs", () => {
    expect(text).toMatch(/^# \S/);
    expect(workflow.permissions).toBeDefined();
  });

  it("pins the actions of others by commit", () => {
    const used = steps.flatMap(({ uses }) => uses ?? []).filter((uses) => !/^\.|^org\/spark-loadtest/.test(uses));
    expect(used.filter((uses) => !/@[0-9a-f]{40}$/.test(uses))).toEqual([]);
  });

  it("gives only inputs that there are", () => {
    const own = steps.filter(({ uses }) => uses === "./" || uses?.startsWith("org/spark-loadtest@"));
    const given = own.flatMap((step) => Object.keys(step.with ?? {}));
    expect(given.filter((name) => !(name in action.inputs))).toEqual([]);
  });

  it("hands nothing of an event to a shell but by variables", () => {
    expect(steps.filter(({ run }) => run?.includes("${{"))).toEqual([]);
  });
});
