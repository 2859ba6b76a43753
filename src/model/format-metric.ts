import { formatBytes, formatCount, formatMs, formatRatio, NOT_MEASURED } from "../lib/text/format.ts";
import { findMetric, type MetricName, type Unit } from "./metrics.ts";

const formatters: Record<Unit, (value: number) => string> = {
  ms: formatMs,
  bytes: formatBytes,
  records: formatCount,
  count: formatCount,
};

/** A metric's value in human units; of names that are no metric `largestTaskRecords` is a count, and the others are ratios. */
export function formatMetric(name: MetricName | (string & {}), value: number | null): string {
  if (value === null) return NOT_MEASURED;
  const metric = findMetric(name);
  if (name === "largestTaskRecords") return formatCount(value);
  return metric === undefined ? formatRatio(value) : formatters[metric.unit](value);
}
