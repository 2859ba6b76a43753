import type { ScenariosDocument } from "../../model/scenarios.ts";
import { renderExposition } from "../metrics/exposition.ts";
import { toScenarioFamilies } from "../metrics/families.ts";
import { renderHtml } from "./html.tsx";
import { renderJunit } from "./junit.ts";
import { renderMarkdown } from "./markdown.ts";
import { type ScenariosView, viewScenarios } from "./view.ts";

const RENDERERS: Readonly<Record<string, (view: ScenariosView) => string>> = {
  "report.html": renderHtml,
  "report.md": renderMarkdown,
  "junit.xml": renderJunit,
  "metrics.prom": ({ document }) => renderExposition(toScenarioFamilies(document)),
};

/** The reports on a run of scenarios by file name. Text of the document is shown and does nothing else. */
export function renderScenarioReports(document: ScenariosDocument): Record<string, string> {
  const view = viewScenarios(document);
  return Object.fromEntries(Object.entries(RENDERERS).map(([name, render]) => [name, render(view)]));
}
