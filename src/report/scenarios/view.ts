import { formatCount, formatMs, listNames, NOT_MEASURED, plural } from "../../lib/text/format.ts";
import type { ScenarioResult, ScenariosDocument } from "../../model/scenarios.ts";
import { CASE_MARKS, type Mark } from "../view/marks.ts";
import { cleanDocument } from "../view/text.ts";

type ScenarioStatus = ScenarioResult["status"];

/** How a scenario ended, the most urgent first: tables are sorted by it. */
export const SCENARIO_MARKS: Readonly<Record<ScenarioStatus, Mark>> = {
  failed: CASE_MARKS.failed,
  infrastructure: CASE_MARKS.infrastructure,
  flaky: CASE_MARKS.flaky,
  passed: { symbol: "✓", word: "passed", tone: "plain" },
  skipped: CASE_MARKS.skipped,
};
const STATUSES = Object.keys(SCENARIO_MARKS) as ScenarioStatus[];

/** What all the renderings say of a run of scenarios. */
export interface ScenariosView {
  readonly document: ScenariosDocument;
  /** Of the whole run. */
  readonly mark: Mark;
  readonly headline: string;
  /** "10 passed, 1 failed": those of which there are none left out, but for passed. */
  readonly counts: string;
  /** That the run was ended early, after how many scenarios, and which were cut off; null for a run that was not. */
  readonly incomplete: string | null;
  /** The most urgent first, otherwise in the order of the run. */
  readonly byUrgency: readonly ScenarioResult[];
}

/** Works out what a report says. All text in it is free of control characters and bounded, but not yet escaped. */
export function viewScenarios(input: ScenariosDocument): ScenariosView {
  const document = cleanDocument(input);
  const { run, scenarios } = document;
  const count = (...statuses: ScenarioStatus[]) => scenarios.filter(({ status }) => statuses.includes(status)).length;
  const order: readonly ScenarioStatus[] = ["passed", "flaky", "failed", "infrastructure", "skipped"];
  return {
    document,
    mark: markOf(run, { failed: count("failed", "infrastructure"), passed: count("passed", "flaky") }),
    headline: describeOutcome(scenarios.length, count),
    counts: order
      .filter((status) => status === "passed" || count(status) > 0)
      .map((status) => `${formatCount(count(status))} ${SCENARIO_MARKS[status].word}`)
      .join(", "),
    incomplete:
      run.ending === "complete"
        ? null
        : `The run ended before all its scenarios: ${scenarios.length} of ${plural(run.planned, "scenario")} had ended.${describeCutOff(run)}`,
    byUrgency: scenarios.toSorted((a, b) => STATUSES.indexOf(a.status) - STATUSES.indexOf(b.status)),
  };
}

function describeCutOff({ cutOff = [] }: ScenariosDocument["run"]): string {
  return cutOff.length === 0 ? "" : ` Cut off: ${listNames(cutOff)}.`;
}

function markOf(
  { ending }: ScenariosDocument["run"],
  { failed, passed }: { readonly failed: number; readonly passed: number },
): Mark {
  if (failed > 0) return { symbol: "✕", word: "Not passed: scenarios failed", tone: "bad" };
  if (ending !== "complete") return { symbol: "?", word: "Not decided: the run ended early", tone: "warn" };
  if (passed === 0) return { symbol: "?", word: "Not decided: no scenario ran", tone: "warn" };
  return { symbol: "✓", word: "Passed: every scenario", tone: "good" };
}

function describeOutcome(total: number, count: (...statuses: ScenarioStatus[]) => number): string {
  const failed = count("failed", "infrastructure");
  const flaky = count("flaky");
  if (failed === 0) {
    const again = flaky === 0 ? "" : `, ${flaky} of them only when tried again`;
    return `${plural(count("passed", "flaky"), "scenario")} passed${again}.`;
  }
  const how = count("failed") === 0 ? "met broken infrastructure" : "failed";
  const again = flaky === 0 ? "" : `; ${flaky} passed only when tried again`;
  return `${failed} of ${plural(total, "scenario")} ${how}${again}.`;
}

/** How long the script ran in the last attempt. */
export function formatScriptTime({ scriptMs }: ScenarioResult): string {
  return scriptMs === null ? NOT_MEASURED : formatMs(scriptMs);
}
