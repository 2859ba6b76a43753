import { join } from "node:path";
import { prepareDirectory, writeDocument, writeOwnFile } from "../documents/write.ts";
import { errorMessage } from "../lib/errors.ts";
import type { Environment } from "../lib/process/environment.ts";
import type { Results } from "../model/documents.ts";
import type { ScenariosDocument } from "../model/scenarios.ts";
import { type ReportInput, type ReportView, viewReport } from "../report/view/view.ts";
import type { PushTarget } from "./push/target.ts";

/** One of the places that a run is written to: a file of its folder, or a receiver of metrics. */
export interface Output<Run> {
  /** Writes the run into the folder, or sends it. Throws InfrastructureError for a file that cannot be written. */
  readonly write: (run: Run, directory: string) => Promise<void>;
}

/** A run that was judged, as its outputs take it. */
export interface JudgedRun extends ReportInput {
  /** The other side of an A/B run; null for a run of one image. */
  readonly partner: Results | null;
  readonly view: ReportView;
}

/** What the outputs of a judged run need, with the view that its reports share. */
export function toJudgedRun(input: ReportInput, partner: Results | null = null): JudgedRun {
  return { ...input, partner, view: viewReport(input) };
}

/** The files for programs. */
export const DOCUMENTS: readonly Output<JudgedRun>[] = [
  document(join("baseline", "results.json"), ({ partner }) => partner),
  document("results.json", ({ results }) => results),
  document("verdict.json", ({ verdict }) => verdict),
];

export const HTML_REPORT = "report.html";

/** What is written for people, CI systems and Prometheus. Renderers are loaded when they are wanted: plots take as long as all the rest. */
const RENDERERS: Readonly<Record<string, (run: JudgedRun) => Promise<string>>> = {
  [HTML_REPORT]: async ({ view }) => (await import("../report/html/page.tsx")).renderHtml(view),
  "report.md": async ({ view }) => (await import("../report/markdown.ts")).renderMarkdown(view),
  "junit.xml": async ({ view }) => (await import("../report/junit.ts")).renderJunit(view),
  "metrics.prom": async ({ results, verdict }) => {
    const [{ renderExposition }, { toMetricFamilies }] = await Promise.all([
      import("../report/metrics/exposition.ts"),
      import("../report/metrics/families.ts"),
    ]);
    return renderExposition(toMetricFamilies(results, verdict));
  },
};

/** The rendered files. Each replaces an earlier one of ours and nobody else's. */
export const REPORTS = Object.entries(RENDERERS).map(
  ([name, render]): Output<JudgedRun> => ({
    async write(run, directory) {
      await writeOwnFile(directory, name, await render(run));
    },
  }),
);

/** The document of a run of scenarios. */
export const SCENARIOS_DOCUMENT: Output<ScenariosDocument> = document("scenarios.json", (scenarios) => scenarios);

/** The rendered files of a run of scenarios, of the same names as those of a judged run. */
export const SCENARIO_REPORTS: Output<ScenariosDocument> = {
  async write(scenarios, directory) {
    const { renderScenarioReports } = await import("../report/scenarios/reports.ts");
    for (const [name, text] of Object.entries(renderScenarioReports(scenarios))) {
      await writeOwnFile(directory, name, text);
    }
  },
};

/**
 * Sends the metrics. A receiver that is down is a note: the figures are in metrics.prom, too.
 *
 * @param environment for the proxy
 */
export function pushMetricsTo(
  target: PushTarget,
  environment: Environment,
  { note, signal }: { readonly note: (text: string) => void; readonly signal: AbortSignal },
): Output<JudgedRun> {
  return {
    async write({ results, verdict }) {
      // Nothing is sent for a run that a signal ended: the user waits for the end, and half a run says little about the tier.
      if (signal.aborted) return;
      const [{ pushMetrics }, { toMetricFamilies }] = await Promise.all([
        import("./push/push-metrics.ts"),
        import("../report/metrics/families.ts"),
      ]);
      try {
        await pushMetrics(toMetricFamilies(results, verdict), target, { tier: results.run.tier, environment });
        note(`Metrics pushed to ${target.shownUrl}`);
      } catch (error) {
        note(`! ${errorMessage(error)}`);
      }
    },
  };
}

/** Makes the folder of a run, and makes sure that its reports and its trace can be written there. Throws BadInputError. */
export function prepareOutDirectory(directory: string): Promise<void> {
  return prepareDirectory(directory, [...Object.keys(RENDERERS), "trace.json"]);
}

/** Writes a run to each of the outputs, in their order. Throws the first one's error. */
export async function writeOutputs<Run>(outputs: readonly Output<Run>[], run: Run, directory: string): Promise<void> {
  for (const output of outputs) await output.write(run, directory);
}

/** A JSON document, left out where the run has none. */
function document<Run>(name: string, select: (run: Run) => unknown): Output<Run> {
  return {
    async write(run, directory) {
      const value = select(run);
      if (value !== null) await writeDocument(join(directory, name), value);
    },
  };
}
