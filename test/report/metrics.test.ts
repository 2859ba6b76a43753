import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { renderMetricsPage } from "../../scripts/generate-metric-tables.ts";
import type { Results, Verdict } from "../../src/model/documents.ts";
import { renderExposition } from "../../src/report/metrics/exposition.ts";
import { type MetricFamily, toMetricFamilies } from "../../src/report/metrics/families.ts";
import { dimensions, notPassed, passed, results, verdict } from "./fixtures.ts";
import * as runs from "./runs.ts";

const SERIES =
  /^[a-z_]+\{[a-z_]+="(?:[^"\\\n]|\\["\\n])*"(?:,[a-z_]+="(?:[^"\\\n]|\\["\\n])*")*\} -?[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?$/;

const text = ({ results, verdict }: { results: Results; verdict: Verdict }) =>
  renderExposition(toMetricFamilies(results, verdict));
const seriesOf = (families: readonly MetricFamily[]) =>
  families.flatMap(({ name, points }) =>
    points.map(({ labels }) => name + JSON.stringify(Object.entries(labels).sort())),
  );

describe("metrics.prom", () => {
  it("has every metric of a run in which cases pass, fail, are skipped and get worse", async () => {
    const d = (operation: string) =>
      dimensions({ operation, extensions: operation === "join" ? ["iceberg", "rapids"] : [] });
    const of = results("mine", [
      passed("mine", d("join")),
      { ...passed("mine", d("read")), status: "flaky", reason: "lost its pod", attempts: 2 },
      notPassed("mine", d("window"), "failed", "no"),
      notPassed("mine", d("write"), "skipped", "not here"),
    ]);
    await expect(text({ results: of, verdict: verdict() })).toMatchFileSnapshot("../fixtures/metrics/metrics.prom");
  });

  it.each([
    ["a regression", runs.regression()],
    ["failed cases", runs.failed()],
    ["nothing but skipped cases", runs.allSkipped()],
    ["no cases", runs.noCases()],
    ["hostile text", runs.hostile('"} 1\n# EOF\nspark_loadtest_run_succeeded{tier="x\\')],
  ])("is OpenMetrics and Prometheus' text format for %s", (_, input) => {
    const lines = text(input).split("\n");
    expect(lines.slice(-2)).toEqual(["# EOF", ""]);
    expect(
      lines.slice(0, -2).filter((line) => !/^# (HELP|TYPE|UNIT) [a-z_]+ \S/.test(line) && !SERIES.test(line)),
    ).toEqual([]);
    const series = seriesOf(toMetricFamilies(input.results, input.verdict));
    expect(new Set(series).size).toBe(series.length);
  });

  it("names what a terminal acts on in a label, so that series that differ in it alone stay two", () => {
    const cases = ["a\u0000", "a\u001b"].map((dataSize) => passed("mine", dimensions({ dataSize })));
    const lines = text({ results: results("mine", cases), verdict: verdict() }).split("\n");
    expect(lines.filter((line) => line.startsWith("spark_loadtest_case_attempts{"))).toEqual([
      expect.stringContaining(String.raw`data_size="a\\u{0}"`),
      expect.stringContaining(String.raw`data_size="a\\u{1b}"`),
    ]);
  });

  it("says of a run that was ended early that it is not complete, and not when it ended", () => {
    const ended = runs.noCases();
    const lines = text(ended).split("\n");
    expect(lines).toContain('spark_loadtest_run_complete{tier="quick"} 0');
    expect(lines).toContain('spark_loadtest_run_succeeded{tier="quick"} 0');
    expect(lines.filter((line) => /^spark_loadtest_run_(finish|duration)/.test(line))).toEqual([]);
  });

  it("tells cases apart that differ in a dimension of the tier's own only", () => {
    const cases = ["8", "200"].map((shufflePartitions) =>
      passed("mine", dimensions({ shufflePartitions, fast: "yes" })),
    );
    const lines = text({ results: results("mine", cases), verdict: verdict() }).split("\n");
    expect(lines.filter((line) => line.startsWith("spark_loadtest_case_attempts{"))).toEqual([
      expect.stringContaining(',variant="shufflePartitions=8,fast=yes"} 1'),
      expect.stringContaining(',variant="shufflePartitions=200,fast=yes"} 1'),
    ]);
  });

  it("stays under 36,000 series and 8 MB for 1,280 cases", () => {
    const matrix = runs.fullTier().results.cases.map((each) => passed("p2_full", each.dimensions));
    expect(matrix.length).toBe(1280);
    const all = results("p2_full", matrix);
    const families = toMetricFamilies(all, verdict());
    expect(seriesOf(families).length).toBeLessThan(36_000);
    expect(new Set(seriesOf(families)).size).toBe(seriesOf(families).length);
    expect(Buffer.byteLength(renderExposition(families))).toBeLessThan(8_000_000);
  });
});

describe("docs/metrics.md", () => {
  it("has the metrics that there are", () => {
    const page = readFileSync("docs/metrics.md", "utf8");
    expect(renderMetricsPage(page)).toBe(page);
  });
});
