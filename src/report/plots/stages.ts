import * as Plot from "@observablehq/plot";
import { formatMs, plural } from "../../lib/text/format.ts";
import { type Comparison, formatComparedChange, type StageComparison } from "../view/figures.ts";
import { stageMarks } from "../view/stage-marks.ts";
import { oneLine } from "../view/text.ts";
import { drawPlot, NARROW_PX } from "./draw.ts";

/** Stages that are drawn, the largest; the table has all of them. */
const MOST_STAGES = 12;

const LINE_PX = 15;
const BAR_PX = 9;
const BASELINE_PX = 5;
const GAP_PX = 9;

interface Bar {
  readonly toMs: number;
  readonly top: number;
  readonly bottom: number;
  readonly fill: string;
  readonly title: string;
}

interface Line {
  readonly top: number;
  readonly text: string;
}

/**
 * The stages of a case as bars of run time with the CPU time in them, this run above the baseline, with marks of skew and spill.
 * Null where no stage has a time.
 */
export function drawStages(stages: readonly StageComparison[], caseLabel: string): string | null {
  const shown = largestInOrder(stages);
  const left: Line[] = [];
  const right: Line[] = [];
  const bars: Bar[] = [];
  let top = 0;
  for (const stage of shown) {
    const run = stage.metric("runMs");
    const cpu = stage.metric("cpuMs");
    left.push({ top, text: oneLine(stage.label, 32) });
    right.push({ top, text: describeChange(cpu) });
    top += LINE_PX;
    const marks = stageMarks(stage).map(({ text }) => `▲ ${text}`);
    if (marks.length > 0) {
      left.push({ top, text: oneLine(marks.join("  "), 56) });
      top += LINE_PX;
    }
    const pair = [
      { what: "this run", height: BAR_PX, runMs: run.current, cpuMs: cpu.current, name: "now" },
      { what: "baseline", height: BASELINE_PX, runMs: run.baseline, cpuMs: cpu.baseline, name: "baseline" },
    ];
    for (const { what, height, runMs, cpuMs, name } of pair) {
      if (runMs === null && cpuMs === null) continue;
      const title = `${stage.label}, ${what}: ${formatMs(runMs ?? 0)} run time, ${formatMs(cpuMs ?? 0)} CPU time`;
      const at = { top, bottom: top + height, title };
      bars.push({ toMs: runMs ?? 0, fill: `var(--plot-${name}-soft)`, ...at });
      bars.push({ toMs: cpuMs ?? 0, fill: `var(--plot-${name})`, ...at });
      top += height + 1;
    }
    top += GAP_PX;
  }
  const longest = Math.max(0, ...bars.map(({ toMs }) => toMs));
  if (longest === 0) return null;
  return drawPlot(
    {
      width: NARROW_PX,
      height: top + 24,
      margin: 0,
      marginBottom: 24,
      marginRight: 4,
      x: { type: "linear", domain: [0, longest * 1.02], label: null },
      y: { type: "linear", domain: [0, top], range: [0, top], axis: null },
      color: { type: "identity" },
      marks: [
        Plot.axisX({ ticks: 4, tickFormat: (value: number) => (value === 0 ? "" : formatMs(value)), tickSize: 4 }),
        Plot.rect(bars, { x1: 0, x2: "toMs", y1: "top", y2: "bottom", fill: "fill", title: "title" }),
        Plot.ruleX([0], { stroke: "currentColor", strokeOpacity: 0.4 }),
        Plot.text(left, {
          text: "text",
          y: "top",
          frameAnchor: "left",
          textAnchor: "start",
          lineAnchor: "top",
          fontSize: 11,
        }),
        Plot.text(right, {
          text: "text",
          y: "top",
          frameAnchor: "right",
          textAnchor: "end",
          lineAnchor: "top",
          fontSize: 11,
        }),
      ],
    },
    `Run time and CPU time of ${plural(shown.length, "stage")} of ${caseLabel}; the table of stages has the numbers`,
  );
}

function largestInOrder(stages: readonly StageComparison[]): StageComparison[] {
  const size = (stage: StageComparison) => {
    const { current, baseline } = stage.metric("runMs");
    return Math.max(current ?? 0, baseline ?? 0);
  };
  const kept = new Set(stages.toSorted((a, b) => size(b) - size(a)).slice(0, MOST_STAGES));
  return stages.filter((stage) => kept.has(stage));
}

function describeChange(cpu: Comparison): string {
  if (cpu.current === null) return "only in the baseline";
  const change = cpu.change === undefined ? "" : ` (${formatComparedChange(cpu.change)})`;
  return `${formatMs(cpu.current)} CPU${change}`;
}
