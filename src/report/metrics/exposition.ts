import { UNPRINTABLE } from "../../lib/text/printable.ts";
import type { MetricFamily, Point } from "./families.ts";

/**
 * Metrics as text. With only gauges and no timestamps it is at once OpenMetrics 1.0 and Prometheus' text format 0.0.4, for which the
 * last line is a comment, so that a scrape, a Pushgateway and node_exporter's textfile collector all read it.
 *
 * https://github.com/prometheus/OpenMetrics/blob/v1.0.0/specification/OpenMetrics.md
 */
export function renderExposition(families: readonly MetricFamily[]): string {
  const lines = families.flatMap(({ name, unit, help, points }) => [
    `# HELP ${name} ${escapeText(help)}`,
    `# TYPE ${name} gauge`,
    ...(unit === null ? [] : [`# UNIT ${name} ${unit}`]),
    ...points.map((point) => `${name}${renderLabels(point)} ${point.value}`),
  ]);
  return `${[...lines, "# EOF"].join("\n")}\n`;
}

function renderLabels({ labels }: Point): string {
  return `{${Object.entries(labels)
    .map(([name, value]) => `${name}="${escapeText(value)}"`)
    .join(",")}}`;
}

/** What a terminal would act on is named, so that two values that differ in it alone stay two series. */
function escapeText(text: string): string {
  const named = text.replace(UNPRINTABLE, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
  return named.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');
}
