import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { executeReport } from "../../../src/commands/report/command.ts";
import { BadInputError } from "../../../src/lib/errors.ts";
import { MIXED } from "../../report/scenarios/documents.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "report-"));
  writeFileSync(join(folder, "scenarios.json"), JSON.stringify(MIXED));
  vi.spyOn(process.stdout, "write").mockReturnValue(true);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

it.each(["", "scenarios.json"])("writes the reports on scenarios again, from the run's folder %s", async (name) => {
  const out = join(folder, "again");
  await executeReport({ results: join(folder, name), verdict: null, baseline: [], failOn: null, outDirectory: out });
  expect(readdirSync(out).sort()).toEqual(["junit.xml", "metrics.prom", "report.html", "report.md"]);
  expect(readFileSync(join(out, "report.md"), "utf8")).toContain("2 of 5 scenarios failed");
});

it("writes the reports of cases that have a dimension of the name of something that every object has", async () => {
  const results = resolve("test/fixtures/results/dimension-constructor.json");
  await executeReport({ results, verdict: null, baseline: [], failOn: null, outDirectory: folder });
  expect(readdirSync(folder)).toEqual(
    expect.arrayContaining(["junit.xml", "metrics.prom", "report.html", "report.md"]),
  );
  expect(readFileSync(join(folder, "report.md"), "utf8")).toContain("`read · constructor=x`");
});

it("refuses a baseline for scenarios, which are not compared", async () => {
  const report = executeReport({
    results: folder,
    verdict: null,
    baseline: [folder],
    failOn: null,
    outDirectory: folder,
  });
  await expect(report).rejects.toThrow(BadInputError);
});
