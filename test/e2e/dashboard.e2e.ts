import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeRemoteWrite, REMOTE_WRITE_HEADERS } from "../../src/publish/push/remote-write.ts";
import { renderExposition } from "../../src/report/metrics/exposition.ts";
import { METRIC_TABLES, type MetricFamily } from "../../src/report/metrics/families.ts";
import { filterVariables, panelQueries, substitute } from "../dashboard/load.ts";
import { buildRuns, WORSE_CASE } from "../dashboard/runs.ts";
import { findMissingPrometheus, Prometheus, PrometheusApi } from "./prometheus.ts";

/** Where a Prometheus is that has seen a run of at least eight cases, such as the one that `spark-loadtest ui` opens. */
const RUNNING = process.env.E2E_PROMETHEUS_URL;
const missing = RUNNING === undefined ? await findMissingPrometheus() : null;
if (missing !== null) process.stderr.write(`e2e of the dashboard is skipped. ${missing}\n`);

const MINUTE_MS = 60_000;
/** What the Prometheus servlet of a driver gave while tasks ran: Spark 4.1.1, local-cluster[2,1,1024]. */
const SPARK_PAGE = readFileSync(new URL("../dashboard/recordings/driver.prom", import.meta.url), "utf8");
const CASES = 12;

/** The metrics that Argo's controller serves as well, under its names, and its own. */
function renderArgoPage(families: readonly MetricFamily[], cases: number): string {
  const served = new Set(
    [...METRIC_TABLES.case, ...METRIC_TABLES.run].filter(({ argo }) => argo).map(({ name }) => name),
  );
  const own = [
    { name: "argo_workflows_gauge", points: [{ labels: { phase: "Running" }, value: 1 }] },
    { name: "argo_workflows_pods_gauge", points: [{ labels: { phase: "Running" }, value: 4 }] },
    { name: "argo_workflows_spark_loadtest_run_planned_cases", points: [{ labels: { tier: "quick" }, value: cases }] },
  ].map((family) => ({ ...family, unit: null, help: "" }));
  const ofCases = families
    .filter(({ name }) => served.has(name))
    .map((each) => ({ ...each, name: `argo_workflows_${each.name}` }));
  return renderExposition([...ofCases, ...own]);
}

/**
 * The values that the test sets filters to: those of a case that got worse and spilled, since two panels show such cases only. Of one of
 * the made runs, or of the last run that the running Prometheus has.
 */
async function chooseValues(api: PrometheusApi): Promise<Record<string, string>> {
  if (RUNNING === undefined) return WORSE_CASE;
  const last = (name: string) => `last_over_time(spark_loadtest_${name}[6h]) > 0`;
  const query = `${last("case_regressions")} and ignoring (__name__) ${last("case_disk_spilled_bytes")}`;
  const [series] = await api.query(query, { isRange: false });
  if (series === undefined) throw new Error(`${RUNNING} has no run with a case that got worse and spilled`);
  return Object.fromEntries(filterVariables.map(({ name }) => [name, series.metric[name] ?? ""]));
}

describe.skipIf(missing !== null)("the dashboard on a real Prometheus", () => {
  let api: PrometheusApi;
  let prometheus: Prometheus | undefined;
  let values: Record<string, string>;
  const pages: { close(): void }[] = [];

  beforeAll(async () => {
    if (RUNNING !== undefined) api = new PrometheusApi(RUNNING);
    else {
      prometheus = await Prometheus.start();
      api = prometheus;
      const [beforeMs, currentMs] = [50, 10].map((minutes) => Date.now() - minutes * MINUTE_MS) as [number, number];
      const { before, current, cases } = buildRuns({ beforeMs, currentMs });
      expect(cases).toBe(CASES);
      await push(api, before, beforeMs);
      await push(api, current, currentMs);
      // Only then: a Prometheus takes nothing that is much older than what it has.
      pages.push(await prometheus.scrape(renderArgoPage(current, cases)));
      // The chart's PodMonitor gives them the labels of the pod's case.
      pages.push(await prometheus.scrape(SPARK_PAGE, WORSE_CASE));
      await sleep(8_000);
    }
    values = await chooseValues(api);
  });
  afterAll(async () => {
    for (const page of pages) page.close();
    await prometheus?.stop();
  });

  it("has at least eight cases", async () => {
    const labels = filterVariables.map(({ name }) => name).join(", ");
    const [series] = await api.query(
      `count(count by (${labels}) (last_over_time({__name__=~"(argo_workflows_)?spark_loadtest_case_outcome"}[6h])))`,
      { isRange: false },
    );
    expect(Number(series?.values[0])).toBeGreaterThanOrEqual(8);
  });

  it("shows each run in a graph", async () => {
    const { expr } = panelQueries.find(({ panel }) => panel === "CPU time of a repetition")!;
    const [series] = await api.query(substitute(expr, {}), { isRange: true });
    if (RUNNING === undefined) expect(new Set(series!.values).size).toBe(2);
    expect(series!.values.length).toBeGreaterThan(0);
  });

  it.skipIf(RUNNING !== undefined).each([
    ["Last run", ["1"]],
    ["Pass rate", ["1"]],
    ["Progress", ["1"]],
    ["Faults of the last run", ["0", "2", "0", "2", "0"]],
  ])("says of %s what the runs were made of", async (title, expected) => {
    const shown = panelQueries.filter(({ panel }) => panel === title);
    const answers = await Promise.all(shown.map(({ expr }) => api.query(substitute(expr, {}), { isRange: false })));
    expect(answers.map(([series]) => series?.values[0])).toEqual(expected);
  });

  it.each(filterVariables)("offers values for the filter $name", async ({ name, query }) => {
    const [, selector, label] = /^label_values\((.*),(\w+)\)$/.exec(query)!;
    const offered = (chosen: Record<string, readonly string[]>) =>
      api.labelValues(substitute(selector!, chosen), label!);
    // A tier without dimensions of its own has no variants, though another one that ran may have.
    const [ofAll, ofChosen] = [await offered({}), await offered(choose(values, Object.keys(values)))];
    if (values[name] === "") expect(ofChosen, selector).toEqual([]);
    else for (const found of [ofAll, ofChosen]) expect(found, selector).toContain(values[name]);
  });

  describe.each(panelQueries)("$panel: $expr", ({ expr, isRange }) => {
    const expectData = async (chosen: Record<string, readonly string[]>) => {
      const query = substitute(expr, chosen);
      const series = await api.query(query, { isRange });
      expect(series.length, query).toBeGreaterThan(0);
      for (const { values: numbers } of series)
        for (const number of numbers) expect(Number(number), query).not.toBeNaN();
    };

    it("returns data with all filters at All", () => expectData({}));
    it("returns data with every filter at one value", () => expectData(choose(values, Object.keys(values))));
    it.each(filterVariables)("returns data with the filter $name at one value", ({ name }) =>
      expectData(choose(values, [name])),
    );
    it("returns data with every filter at two values", () =>
      expectData(Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value, "a.b+c"]]))));
  });
});

function choose(values: Readonly<Record<string, string>>, names: readonly string[]): Record<string, readonly string[]> {
  return Object.fromEntries(names.map((name) => [name, [values[name]!]]));
}

async function push({ url }: PrometheusApi, families: readonly MetricFamily[], atMs: number): Promise<void> {
  for (const body of encodeRemoteWrite(families, atMs)) {
    const response = await fetch(`${url}/api/v1/write`, {
      method: "POST",
      headers: REMOTE_WRITE_HEADERS,
      body: new Uint8Array(body),
    });
    expect(response.status, await response.text()).toBe(204);
  }
}
