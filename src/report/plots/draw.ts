import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";

/** Width of a plot that fits a phone without scrolling or shrinking its text; on a wide screen several stand side by side. */
export const NARROW_PX = 336;

let document: Document | undefined;

/**
 * Draws a plot as static SVG markup. Its colours are `currentColor` and the custom properties of the report's stylesheet, so
 * that one drawing serves light, dark and print. `description` is what a screen reader says in its place.
 */
export function drawPlot(options: Plot.PlotOptions, description: string): string {
  // One empty document serves all plots: Plot only creates elements with it and attaches none.
  document ??= parseHTML("<!doctype html><html><body></body></html>").document as unknown as Document;
  const svg = Plot.plot({ ...options, document, className: "plot" });
  // Its rules are in the report's stylesheet once and not in every drawing.
  svg.querySelector("style")?.remove();
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", description);
  // Keyboards reach the cases through the table that stands beside every plot and not through a thousand cells.
  for (const link of svg.querySelectorAll("a")) link.setAttribute("tabindex", "-1");
  return svg.outerHTML;
}
