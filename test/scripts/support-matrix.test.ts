import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  addRun,
  formatRecord,
  parseRecord,
  readExcludes,
  renderSupportMatrix,
  type Seen,
} from "../../scripts/support-matrix.ts";
import type { CaseResult, Results } from "../../src/model/documents.ts";
import { parseTiersFile } from "../../src/plan/tiers/tiers-file.ts";
import { dimensions, passed, results } from "../report/fixtures.ts";

const TIERS = "workflows/tiers/tiers.yaml";
const tiersText = readFileSync(TIERS, "utf8");
const recordText = readFileSync("docs/support-matrix.json", "utf8");

const workload = {
  tiersFile: null,
  script: null,
  digests: { script: "0".repeat(16), arguments: "0".repeat(16), data: "0".repeat(16), settings: "0".repeat(16) },
};
const DIMENSIONS = dimensions({ mode: "local" });
const PASSED = passed("a", DIMENSIONS);
const make = (cases: readonly CaseResult[], run: Partial<Results["run"]> = {}): Results =>
  results("a", [...cases], 0, { engine: "local", startedAt: "2026-01-02T03:04:05Z", workload, ...run });
const none = { where: undefined, on: undefined };

describe("docs/support-matrix.md", () => {
  it("is what the built-in tiers and the record give", () => {
    const record = parseRecord(recordText);
    expect(formatRecord(record)).toBe(recordText);
    expect(renderSupportMatrix(tiersText, TIERS, record)).toBe(readFileSync("docs/support-matrix.md", "utf8"));
  });

  it("has a reason of every exclude of the built-in tiers", () => {
    const excludes = readExcludes(tiersText, parseTiersFile(tiersText, TIERS));
    expect(excludes.map(({ tier }) => tier)).toEqual(expect.arrayContaining(["p0_smoke", "p1_core", "p2_full"]));
    expect(excludes.filter(({ reason }) => !/^[A-Z].*\.$/.test(reason))).toEqual([]);
  });
});

const tier = (exclude: string) => `schema: spark-loadtest/tiers/v1
tiers:
  a:
    dimensions:
      sparkVersion: [4.1.4, 4.3.0]
      mode: [local, kubernetes]
      extensions: [none, iceberg]
      operation: read
    exclude:
${exclude}
`;
const RULE = "      # No runtime yet.\n      - { sparkVersion: 4.3.0, extensions: iceberg }";
const pageOf = (record: readonly Seen[]) => renderSupportMatrix(tier(RULE), "a.yaml", record);
const rowOf = (page: string, ...values: string[]) => {
  const start = `| ${values.map((value) => `\`${value}\``).join(" | ")} | `;
  return page
    .split("\n")
    .find((line) => line.startsWith(start))
    ?.slice(start.length, -2)
    .split(" | ");
};
const noteOf = (page: string, cell: string | undefined) => {
  const number = /\[(\d+)\]$/.exec(cell ?? "")?.[1];
  return page.split("\n").find((line) => line.startsWith(`${number}. `));
};

describe("renderSupportMatrix", () => {
  it("says of what was not seen whether it could be", () => {
    const page = pageOf([]);
    expect(rowOf(page, "4.1.4", "local")).toEqual(["not seen", "not seen"]);
    const excluded = rowOf(page, "4.3.0", "iceberg")!;
    expect(excluded).toEqual([expect.stringMatching(/^excluded \[\d\]$/), expect.stringMatching(/^excluded \[\d\]$/)]);
    expect(noteOf(page, excluded[0])).toMatch(/No runtime yet\.$/);
    const unserved = rowOf(page, "kubernetes", "none")!;
    expect(unserved).toEqual([expect.stringMatching(/^cannot run \[\d\]$/), "not seen"]);
    expect(noteOf(page, unserved[0])).toMatch("The mode kubernetes needs a cluster;");
  });

  it("says when and on what a value and a pair passed, the newest first, also of versions that no tier names", () => {
    const other = passed("a", { ...DIMENSIONS, sparkVersion: "4.1.3" });
    const once = addRun([], make([other]), none);
    const cluster = { where: "kind", on: "Kubernetes 1.34.4, Argo Workflows 4.0.6, official images" };
    const run = { id: "later", engine: "argo" as const, startedAt: "2026-02-03T00:00:00Z" };
    const page = pageOf(addRun(once, make([other], run), cluster));
    const row = rowOf(page, "4.1.3", "local")!;
    expect(row).toEqual([
      expect.stringMatching(/^seen 2026-01-02, one machine \[\d\]$/),
      expect.stringMatching(/^seen 2026-02-03, kind \[\d\]$/),
    ]);
    expect(noteOf(page, row[1])).toMatch(`Seen on kind: ${cluster.on}; spark-loadtest `);
    expect(rowOf(page, "4.1.3", "kubernetes")).toBeUndefined();
  });

  it("tells what was only explained from what passed, and forgets neither for the other", () => {
    const gpu = { ...DIMENSIONS, sparkVersion: "4.1.3", extensions: ["iceberg"] };
    const explained: CaseResult = { ...passed("a", gpu), status: "explained" };
    const later = { id: "later", startedAt: "2026-02-03T00:00:00Z" };
    const once = addRun([], make([explained], later), none);
    expect(rowOf(pageOf(once), "4.1.3", "iceberg")![0]).toMatch(/^explained 2026-02-03, one machine \[\d\]$/);
    const both = addRun(once, make([passed("a", gpu)]), none);
    expect(both).toHaveLength(2);
    expect(rowOf(pageOf(both), "4.1.3", "iceberg")![0]).toMatch(/^seen 2026-01-02, one machine \[\d\]$/);
    expect(pageOf(both)).toContain("1 combinations were seen to pass, 1 were explained, in 2 runs.");
  });

  it("refuses an exclude that gives no reason", () => {
    const bare = tier("      - { sparkVersion: 4.3.0, extensions: iceberg }");
    expect(() => renderSupportMatrix(bare, "a.yaml", [])).toThrow("exclude 1 of the tier a has no comment above it");
  });
});

describe("addRun", () => {
  it("takes only what passed or was explained, and keeps the newest of a combination and place", () => {
    const flaky: CaseResult = { ...passed("a", { ...DIMENSIONS, operation: "window" }), status: "flaky" };
    const failed: CaseResult = { ...flaky, name: "failed", status: "failed" };
    const once = addRun([], make([PASSED, flaky, failed]), none);
    expect(once.map(({ run, where, date }) => [run, where, date])).toEqual([
      [make([]).run.id, "one machine", "2026-01-02"],
    ]);
    const newer = addRun(once, make([PASSED], { id: "newer", startedAt: "2026-01-03T00:00:00Z" }), none);
    expect(newer.map(({ run }) => run)).toEqual(["newer"]);
    expect(addRun(newer, make([PASSED]), none).map(({ run }) => run)).toEqual(["newer"]);
    expect(addRun(newer, make([PASSED]), { where: "a laptop", on: "macOS" })).toHaveLength(2);
  });

  it.each<[string, Partial<Results["run"]>, RegExp]>([
    ["another workload", { workload: { ...workload, script: "job.py" } }, /is not of the built-in workload/],
    ["no workload", { workload: undefined }, /is not of the built-in workload/],
    ["a cluster that nobody names", { engine: "argo" }, /say on which with --where and --on/],
  ])("refuses a run of %s", (_, run, message) => {
    expect(() => addRun([], make([PASSED], run), none)).toThrow(message);
  });
});
