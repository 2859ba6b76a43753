import * as Plot from "@observablehq/plot";
import { formatFinding, toFindingCells } from "../../analyse/describe-finding.ts";
import { formatMs, plural } from "../../lib/text/format.ts";
import { type Axis, layMatrix } from "../view/dimensions.ts";
import { compareCase, formatComparedChange } from "../view/figures.ts";
import { CASE_MARKS } from "../view/marks.ts";
import { oneLine } from "../view/text.ts";
import type { CaseView } from "../view/view.ts";
import { drawPlot } from "./draw.ts";

/** Size of a cell: with words in it, or with a symbol only where there are many. */
const WORDS = { width: 104, height: 30, mostAcross: 9, mostDown: 40 };
const SYMBOLS = { width: 22, height: 16 };
const CHARACTER_PX = 6;

/** A change of CPU time that gets the strongest of the three faint shades. */
const STRONG_CHANGE = 0.25;

interface Cell {
  readonly fx: string;
  readonly fy: string;
  readonly x: string;
  readonly y: string;
  readonly fill: string;
  readonly color: string;
  readonly text: string;
  readonly title: string;
  readonly href: string;
}

/** The matrix of the run: what a case does goes down, where it runs goes across; each cell leads to its case. */
export function drawHeatMap(views: readonly CaseView[]): string {
  const { across, down } = layMatrix(views.map(({ result }) => result));
  const columns = across.innerValues.length * across.outerValues.length;
  const rows = down.innerValues.length * down.outerValues.length;
  const words = columns <= WORDS.mostAcross && rows <= WORDS.mostDown;
  const size = words ? WORDS : SYMBOLS;
  const cells = views.map((view): Cell => {
    const { result } = view;
    return {
      fx: across.outer(result),
      fy: down.outer(result),
      x: across.inner(result),
      y: down.inner(result),
      fill: `var(--cell-${shadeOf(view)})`,
      color: `var(--cell-${shadeOf(view)}-text)`,
      text: words ? cellText(view) : CASE_MARKS[view.standing].symbol,
      title: describeCell(view),
      href: `#${view.id}`,
    };
  });
  const grouped = { across: across.outerValues.length > 1, down: down.outerValues.length > 1 };
  const longest = (values: readonly string[]) => Math.max(0, ...values.map((value) => Math.min(value.length, 40)));
  // Names across stand upright where they are longer than their column.
  const upright = longest(across.innerValues) * CHARACTER_PX > size.width - 4;
  const marginTop = (upright ? longest(across.innerValues) * CHARACTER_PX + 12 : 22) + (grouped.across ? 20 : 0);
  const marginLeft = longest(down.innerValues) * CHARACTER_PX + 14;
  const marginRight = grouped.down ? longest(down.outerValues) * CHARACTER_PX + 14 : 8;
  const groupGap = 8;
  const short = (value: string) => oneLine(value, 40);
  return drawPlot(
    {
      width: marginLeft + marginRight + columns * size.width + (across.outerValues.length - 1) * groupGap,
      height: marginTop + 8 + rows * size.height + (down.outerValues.length - 1) * groupGap,
      marginTop,
      marginBottom: 8,
      marginLeft,
      marginRight,
      color: { type: "identity" },
      x: { type: "band", domain: [...across.innerValues], label: null, padding: 0.06 },
      y: { type: "band", domain: [...down.innerValues], label: null, padding: 0.08 },
      ...(grouped.across || grouped.down
        ? {
            fx: facetScale(across, size.width, groupGap),
            fy: facetScale(down, size.height, groupGap),
          }
        : {}),
      marks: [
        Plot.axisX({
          anchor: "top",
          tickSize: 0,
          tickFormat: short,
          tickRotate: upright ? -90 : 0,
          textAnchor: upright ? "start" : "middle",
          fontSize: 11,
        }),
        Plot.axisY({ tickSize: 0, tickFormat: short, fontSize: 11 }),
        ...(grouped.across
          ? [
              Plot.axisFx({
                anchor: "top",
                dy: upright ? -(longest(across.innerValues) * CHARACTER_PX) : -14,
                label: null,
                fontSize: 12,
                fontWeight: 600,
              }),
            ]
          : []),
        ...(grouped.down
          ? [Plot.axisFy({ anchor: "right", label: null, fontSize: 12, fontWeight: 600, tickFormat: short })]
          : []),
        Plot.cell(cells, { ...channels(grouped), fill: "fill", title: "title", href: "href", rx: 3 }),
        Plot.text(cells, { ...channels(grouped), text: "text", fill: "color", fontSize: 11, pointerEvents: "none" }),
      ],
    },
    `Matrix of ${plural(views.length, "case")}; the table of all cases has the same in words`,
  );
}

function channels(grouped: { across: boolean; down: boolean }): Record<string, string> {
  return {
    x: "x",
    y: "y",
    ...(grouped.across ? { fx: "fx" } : {}),
    ...(grouped.down ? { fy: "fy" } : {}),
  };
}

function facetScale(axis: Axis, bandPx: number, gapPx: number) {
  const groupPx = axis.innerValues.length * bandPx;
  return { domain: [...axis.outerValues], padding: 0, paddingInner: gapPx / (groupPx + gapPx), label: null };
}

/** A case without a finding has a faint shade by the change of its CPU time, so that noise does not look like a finding. */
function shadeOf(view: CaseView): string {
  if (view.standing !== "unchanged") return view.standing;
  const { change } = compareCase(view, "cpuMs");
  if (change === undefined || change === null) return "unchanged";
  const step = Math.min(3, Math.floor((Math.abs(change) / STRONG_CHANGE) * 3));
  return step === 0 ? "unchanged" : `${change > 0 ? "up" : "down"}-${step}`;
}

function cellText(view: CaseView): string {
  const { symbol, word } = CASE_MARKS[view.standing];
  const finding = view.findings[0];
  if (view.standing === "unjudged") return formatMs(view.metrics.wallMs ?? 0);
  if (view.standing === "unchanged") return formatComparedChange(compareCase(view, "cpuMs").change);
  if (finding !== undefined && finding.current !== null && view.result.status === "passed") {
    const { current, change } = toFindingCells(finding);
    return `${symbol} ${finding.change === null ? current : change}`;
  }
  return `${symbol} ${word === "infrastructure" ? "infra" : word}`;
}

function describeCell(view: CaseView): string {
  const { word } = CASE_MARKS[view.standing];
  const lines = [`${view.label}: ${word}`];
  if (view.result.reason !== null) lines.push(oneLine(view.result.reason, 160));
  lines.push(...view.findings.slice(0, 3).map(formatFinding));
  const cpu = compareCase(view, "cpuMs");
  if (cpu.current !== null) {
    const change = cpu.change === undefined ? "" : `, ${formatComparedChange(cpu.change)} against the baseline`;
    lines.push(`CPU ${formatMs(cpu.current)}${change}`);
  }
  return lines.join("\n");
}
