import { METRIC_TABLES } from "../../src/report/metrics/families.ts";

/** Queries in PromQL on the metrics of docs/metrics.md, with Grafana's variables in them. */

/** Labels of a case, and with them the filters of the dashboard. */
export const CASE_LABELS = [
  "tier",
  "spark_version",
  "orchestrator",
  "mode",
  "extensions",
  "operation",
  "data_size",
  // Of tiers with dimensions of their own; the others have none.
  "variant",
] as const;

/** Over all that the dashboard shows: for the figures of the last run. */
export const WHOLE_RANGE = "$__range";
/** Over one step of a graph. A pushed run is one sample, which is seen in its step and in no other. */
export const ONE_STEP = "$__interval";

const filter = (label: string) => `${label}=~"$${label}"`;
const CASE_FILTERS = CASE_LABELS.map(filter);

const SERVED_BY_ARGO = new Set(
  [...METRIC_TABLES.case, ...METRIC_TABLES.run].filter(({ argo }) => argo).map(({ name }) => name),
);

/** The last values of a metric, be it of a file, pushed, or served by Argo's controller, whose names begin otherwise. */
function last(name: string, matchers: readonly string[], range: string): string {
  const full = `spark_loadtest_${name}`;
  const selector = SERVED_BY_ARGO.has(full)
    ? `{${[`__name__=~"(argo_workflows_)?${full}"`, ...matchers].join(",")}}`
    : `${full}{${matchers.join(",")}}`;
  return `last_over_time(${selector}[${range}])`;
}

/** A further label of a metric to keep, and what it has to be. */
export interface FurtherLabel {
  readonly label: string;
  readonly matcher?: string;
}

/**
 * A metric of each case that the filters leave, one series a case.
 *
 * @param name without the prefix: "case_cpu_seconds"
 */
export function ofCases(name: string, range: string, more?: FurtherLabel): string {
  const labels = [...CASE_LABELS, ...(more === undefined ? [] : [more.label])];
  const matchers = [...CASE_FILTERS, ...(more?.matcher === undefined ? [] : [more.matcher])];
  return `max by (${labels.join(", ")}) (${last(name, matchers, range)})`;
}

/** The same, of those cases that were part of the last run of their tier. */
export function ofLastRun(name: string, more?: FurtherLabel): string {
  const began = ofCases("case_run_timestamp_seconds", WHOLE_RANGE);
  const isLast = `(${began} == on (tier) group_left () max by (tier) (${began}))`;
  return `(${ofCases(name, WHOLE_RANGE, more)} and on (${CASE_LABELS.join(", ")}) ${isLast})`;
}

/** The cases that have ended of the last run of each tier, whatever the other filters are. */
export function countEnded(): string {
  const began = last("case_run_timestamp_seconds", [filter("tier")], WHOLE_RANGE);
  const ofEach = `max by (${CASE_LABELS.join(", ")}) (${began})`;
  return `count by (tier) (${ofEach} == on (tier) group_left () max by (tier) (${began}))`;
}

/** A metric of each tier's runs, one series a tier and value of the further labels. */
export function ofRuns(name: string, range: string, labels: readonly string[] = [], matcher?: string): string {
  const matchers = [filter("tier"), ...(matcher === undefined ? [] : [matcher])];
  return `max by (${["tier", ...labels].join(", ")}) (${last(name, matchers, range)})`;
}

/** When each run was last seen, in seconds since 1970; the last sample alone does not tell it. */
export function runsSeen(labels: readonly string[]): string {
  const selector = `spark_loadtest_run_info{${filter("tier")}}`;
  return `max by (${["tier", ...labels].join(", ")}) (max_over_time(timestamp(${selector})[${WHOLE_RANGE}:1m]))`;
}

/** A metric of Spark's own, of the drivers of the cases that the filters leave; the scrape gives it the labels of the case. */
export function ofDrivers(metric: string): string {
  return `metrics_spark_loadtest_driver_${metric}{${CASE_FILTERS.join(",")}}`;
}
