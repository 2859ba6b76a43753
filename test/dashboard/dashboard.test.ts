import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { ADDRESSES } from "../../scripts/dashboard/variables.ts";
import { DASHBOARD_PATH, renderDashboard } from "../../scripts/generate-dashboard.ts";
import { DASHBOARD_UID } from "../../src/monitoring/monitoring-chart.ts";
import { RENDERED } from "../chart/render.ts";
import { dashboard, dashboardText, filterVariables, isPanel, panelQueries, panels, substitute } from "./load.ts";
import { readQuery, type Selector } from "./promql.ts";
import { buildRuns, WORSE_CASE } from "./runs.ts";
import { findTypeErrors } from "./types.ts";

const METRICS_PAGE = readFileSync("docs/metrics.md", "utf8");

/** Labels of what is not in a run's families: of Argo's controller, and of Spark's own. */
const FURTHER: Readonly<Record<string, readonly string[]>> = {
  spark_loadtest_run_planned_cases: ["tier"],
  argo_workflows_gauge: ["phase"],
  argo_workflows_pods_gauge: ["phase"],
};
/** Of Spark's own metrics: what its page has, and what the chart's PodMonitor adds. */
const SPARK_PAGE = readFileSync("test/dashboard/recordings/driver.prom", "utf8");
const SPARK = new Set([...SPARK_PAGE.matchAll(/^(metrics_\w+)\{/gm)].map(([, name]) => name!));
const SPARK_LABELS = new Set([...Object.keys(WORSE_CASE), "type"]);
const { before, current } = buildRuns({ beforeMs: 0, currentMs: 1_000_000 });
const LABELS = new Map<string, ReadonlySet<string>>([
  ...Object.entries(FURTHER).map(([name, labels]) => [name, new Set(labels)] as const),
  ...[...SPARK].map((name) => [name, SPARK_LABELS] as const),
  ...[...before, ...current].map(
    ({ name, points }) => [name, new Set(points.flatMap(({ labels }) => Object.keys(labels)))] as const,
  ),
]);

/** The metrics that a selector is for. */
function findMetrics({ metric, isPattern }: Selector): string[] {
  const pattern = new RegExp(`^(?:${isPattern ? metric : metric.replace(/^argo_workflows_(?=spark)/, "")})$`);
  return [...LABELS.keys()].filter((name) => pattern.test(name));
}

/** What the chart's PodMonitor keeps of what a driver serves. */
function readKept(): RegExp {
  const documents = parseAllDocuments(readFileSync(RENDERED, "utf8")).map((each) => each.toJS());
  const [endpoint, ...others] = documents.find((each) => each?.kind === "PodMonitor").spec.podMetricsEndpoints as {
    metricRelabelings: { action: string; regex: string }[];
  }[];
  expect(others).toEqual([]);
  const { regex } = endpoint!.metricRelabelings.find(({ action }) => action === "keep")!;
  return new RegExp(`^(?:${regex})$`);
}

describe("Spark's own metrics", () => {
  it("are kept where the dashboard reads them, and few otherwise", () => {
    const read = [...SPARK].filter((name) => dashboardText.includes(name));
    expect(read.length).toBeGreaterThan(0);
    const kept = readKept();
    expect([...SPARK].filter((name) => kept.test(name))).toEqual(read);
  });
});

describe("the dashboard", () => {
  it("is what its source makes; otherwise: npm run generate", () => {
    expect(dashboardText).toBe(renderDashboard());
    expect(dashboard.uid).toBe(DASHBOARD_UID);
  });

  it("keeps to the types that Grafana publishes, of the whole and of each panel's options, and knows no others", () => {
    expect(findTypeErrors(dashboard)).toEqual([]);
  });

  it("would show both kinds of mistake", () => {
    const wrong = structuredClone(dashboard);
    Object.assign(wrong, { refresh: 5 });
    wrong.panels!.filter(isPanel)[0]!.options = { grahpMode: "none" };
    const errors = findTypeErrors(wrong).join("\n");
    expect(errors).toContain("Type 'number' is not assignable to type 'string'");
    expect(errors).toContain("grahpMode");
  });

  it("lays no panel over another, and fills each row", () => {
    const taken = new Set<string>();
    for (const { gridPos, title } of dashboard.panels ?? []) {
      const { x, y, w, h } = gridPos!;
      expect(x + w, title).toBeLessThanOrEqual(24);
      for (let row = y; row < y + h; row++) {
        for (let column = x; column < x + w; column++) {
          const cell = `${column},${row}`;
          expect(taken.has(cell), `${title} at ${cell}`).toBe(false);
          taken.add(cell);
        }
      }
    }
  });

  it("says of each panel what it shows, in which unit, and why it may be empty", () => {
    for (const { title, description, fieldConfig } of panels) {
      expect(description?.length, title).toBeGreaterThan(30);
      expect(fieldConfig?.defaults.unit, title).toBeTruthy();
      expect(fieldConfig?.defaults.noValue?.length, title).toBeGreaterThan(15);
    }
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
  });

  it("has filters of several values with All, each narrowed by those before it, and a way to every page", () => {
    expect(filterVariables.map(({ name }) => name)).toEqual(Object.keys(WORSE_CASE));
    for (const [index, { query }] of filterVariables.entries()) {
      for (const { name } of filterVariables.slice(0, index)) expect(query).toContain(`${name}=~"$${name}"`);
    }
    for (const variable of dashboard.templating?.list ?? []) {
      if (variable.type === "query") expect(variable).toMatchObject({ multi: true, includeAll: true, allValue: ".*" });
    }
    expect(dashboard.links?.map(({ url }) => url)).toEqual(Object.keys(ADDRESSES).map((name) => `\${${name}}`));
  });

  it("is put into the chart with the addresses that the chart's values replace", () => {
    const template = readFileSync("charts/spark-loadtest/templates/dashboard.yaml", "utf8");
    const values = readFileSync("charts/spark-loadtest/values.yaml", "utf8");
    expect(template).toContain(DASHBOARD_PATH.replace("charts/spark-loadtest/", ""));
    for (const address of Object.values(ADDRESSES)) {
      expect(template).toContain(`replace "${address}"`);
      expect(values).toContain(`: ${address}\n`);
      expect(dashboardText).toContain(address);
    }
  });
});

describe.each(panelQueries)("the query of $panel: $expr", ({ panel, expr }) => {
  const all = readQuery(substitute(expr, {}));

  it("is PromQL, with its filters at All, at one value, and at several", () => {
    const one = Object.fromEntries(Object.entries(WORSE_CASE).map(([name, value]) => [name, [value]]));
    const several = Object.fromEntries(Object.entries(WORSE_CASE).map(([name, value]) => [name, [value, "a+b"]]));
    for (const query of [all, readQuery(substitute(expr, one)), readQuery(substitute(expr, several))]) {
      expect(query.errors).toEqual([]);
      expect(query.selectors.length).toBeGreaterThan(0);
    }
  });

  it("asks for metrics and labels that docs/metrics.md knows", () => {
    const known = new Set<string>();
    for (const selector of all.selectors) {
      const metrics = findMetrics(selector);
      expect(metrics, selector.metric).toHaveLength(1);
      const [metric] = metrics as [string];
      expect(METRICS_PAGE).toContain(metric.replace(/^metrics_spark_loadtest_driver_/, ""));
      for (const label of LABELS.get(metric)!) known.add(label);
      expect([...LABELS.get(metric)!], metric).toEqual(expect.arrayContaining([...selector.labels]));
    }
    expect([...known]).toEqual(expect.arrayContaining([...all.grouping]));
  });

  it("is narrowed by every filter that its metrics have", () => {
    for (const selector of all.selectors) {
      if (/^argo_workflows_(pods_)?gauge$/.test(selector.metric)) continue;
      const filters =
        panel === "Progress" || selector.metric.includes("spark_loadtest_run") ? ["tier"] : Object.keys(WORSE_CASE);
      expect(selector.labels, selector.metric).toEqual(expect.arrayContaining(filters));
    }
  });
});

describe("a query that is none", () => {
  it.each(["sum(", "max by (tier (x)", 'rate(x{a="b"}[)'])("%s is noticed", (text) => {
    expect(readQuery(text).errors).not.toEqual([]);
  });
});
