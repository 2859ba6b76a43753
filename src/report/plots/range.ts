import * as Plot from "@observablehq/plot";
import { formatMs } from "../../lib/text/format.ts";
import { compareCase, earlierMetric } from "../view/figures.ts";
import type { CaseView } from "../view/view.ts";
import { drawPlot, NARROW_PX } from "./draw.ts";

const EARLIER = "earlier runs";
const NOW = "this run";

/**
 * A time of a case against its baseline: a dot for every earlier run, a ring for every sample of this run, a thick mark for its
 * median, and a line through the median of the earlier runs. Null where this run measured nothing.
 */
export function drawRange(view: CaseView, metric: "cpuMs" | "wallMs", title: string): string | null {
  const samples = view.result.samples.map(({ metrics }) => metrics[metric]).filter((value) => value !== null);
  const { current, baseline } = compareCase(view, metric);
  if (current === null) return null;
  const earlier = earlierMetric(view, metric);
  const compared = baseline !== null;
  const description = compared
    ? `${title}: ${formatMs(current)} in this run, ${formatMs(baseline)} in the median of ${earlier.length} earlier runs`
    : `${title}: ${formatMs(current)} in this run, no earlier runs`;
  return drawPlot(
    {
      width: NARROW_PX,
      height: compared ? 92 : 62,
      marginLeft: 78,
      marginRight: 18,
      marginTop: 6,
      marginBottom: 24,
      x: { type: "linear", domain: widen([...samples, ...earlier]), label: null },
      y: { type: "band", padding: 0.3, domain: compared ? [EARLIER, NOW] : [NOW], label: null },
      marks: [
        Plot.axisX({ ticks: 4, tickFormat: (value: number) => formatMs(value), tickSize: 4 }),
        Plot.axisY({ tickSize: 0, fontSize: 11 }),
        ...(compared
          ? [
              Plot.ruleY([{ from: Math.min(...earlier), to: Math.max(...earlier) }], {
                x1: "from",
                x2: "to",
                y: () => EARLIER,
                stroke: "var(--plot-range)",
                strokeWidth: 14,
                strokeLinecap: "round",
              }),
              Plot.ruleX([baseline], { stroke: "var(--plot-baseline)", strokeDasharray: "3 3" }),
              Plot.dot(earlier, {
                x: (value: number) => value,
                y: () => EARLIER,
                r: 3.5,
                fill: "var(--plot-baseline)",
                title: (value: number) => `earlier run: ${formatMs(value)}`,
              }),
            ]
          : []),
        Plot.tickX([current], {
          x: (value: number) => value,
          y: () => NOW,
          stroke: "var(--plot-now)",
          strokeWidth: 3,
          title: (value: number) => `median of this run: ${formatMs(value)}`,
        }),
        Plot.dot(samples, {
          x: (value: number) => value,
          y: () => NOW,
          r: 4,
          stroke: "var(--plot-now)",
          strokeWidth: 1.5,
          title: (value: number) => `sample: ${formatMs(value)}`,
        }),
      ],
    },
    description,
  );
}

/** A domain with air around the values, so that a difference of a few per cent does not fill the plot. */
function widen(values: readonly number[]): [number, number] {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const air = Math.max((high - low) * 0.12, high * 0.08, 1);
  return [Math.max(0, low - air), high + air];
}
