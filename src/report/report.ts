import { writeOwnFile } from "../documents/write.ts";
import { renderHtml } from "./html/page.tsx";
import { renderJunit } from "./junit.ts";
import { renderMarkdown } from "./markdown.ts";
import { renderExposition } from "./metrics/exposition.ts";
import { toMetricFamilies } from "./metrics/families.ts";
import { type ReportInput, viewReport } from "./view/view.ts";

export { prepareOutDirectory, writeDocument } from "../documents/write.ts";
export type { ReportInput } from "./view/view.ts";

/** The reports by file name. */
export interface Reports {
  readonly "report.html": string;
  readonly "report.md": string;
  readonly "junit.xml": string;
  readonly "metrics.prom": string;
}

/** Where the reports are. */
export interface ReportPaths {
  readonly htmlPath: string;
  readonly markdownPath: string;
  readonly junitPath: string;
  readonly metricsPath: string;
}

/** Renders a run, its verdict and the earlier runs. Whatever text is in them, the reports show it and do nothing else with it. */
export function renderReports(input: ReportInput): Reports {
  const view = viewReport(input);
  return {
    "report.html": renderHtml(view),
    "report.md": renderMarkdown(view),
    "junit.xml": renderJunit(view),
    "metrics.prom": renderExposition(toMetricFamilies(input.results, input.verdict)),
  };
}

/** The report as GitHub Markdown alone. */
export function renderReportMarkdown(input: ReportInput): string {
  return renderMarkdown(viewReport(input));
}

/**
 * Writes the reports into a folder, which is made where it is missing. Earlier reports of ours are replaced, other files stay.
 * Throws BadInputError where that is not possible.
 */
export async function writeReports(input: ReportInput, outDirectory: string): Promise<ReportPaths> {
  const reports = renderReports(input);
  return {
    htmlPath: await writeOwnFile(outDirectory, "report.html", reports["report.html"]),
    markdownPath: await writeOwnFile(outDirectory, "report.md", reports["report.md"]),
    junitPath: await writeOwnFile(outDirectory, "junit.xml", reports["junit.xml"]),
    metricsPath: await writeOwnFile(outDirectory, "metrics.prom", reports["metrics.prom"]),
  };
}
