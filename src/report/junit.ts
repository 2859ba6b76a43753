import type { TestCase } from "junit-report-builder";
import { describeCause, formatFinding } from "../analyse/describe-finding.ts";
import { describeCutOff, describeEnding } from "../documents/ending.ts";
import { listGatingWorse } from "../documents/verdict.ts";
import type { CaseResult, Finding } from "../model/documents.ts";
import { addEnding, builder, escapeCdata, escapeDots, secondsOf } from "./shared/junit.ts";
import { dimensionValue } from "./view/dimensions.ts";
import type { ReportView } from "./view/view.ts";

/** The run as JUnit XML: what CI systems show of a case. A case that got worse is a failure, infrastructure is an error. */
export function renderJunit(view: ReportView): string {
  const { run } = view.results;
  const report = builder.newBuilder();
  const suite = report
    .testSuite()
    .name(`spark-loadtest ${run.tier}`)
    .timestamp(run.startedAt)
    .property("verdict", view.verdict.verdict)
    .property("headline", view.verdict.headline)
    .property("run", run.id)
    .property("engine", run.engine);
  for (const one of view.cases) {
    const { result } = one;
    const testCase = suite.testCase().className(className(run.tier, result)).name(result.name).time(secondsOf(result));
    addEnding(testCase, result);
    if (one.standing === "worse") addFailure(testCase, listGatingWorse(one.findings));
  }
  // What concerns a family or the whole run is no case's failure, but a CI system that reads only this file must see it.
  for (const { lead } of view.worse) {
    if (lead.case !== null) continue;
    const testCase = suite.testCase().className(escapeDots(run.tier)).name(lead.label).time(0);
    addFailure(testCase, lead.findings);
  }
  const endedEarly = describeEnding(view.verdict);
  if (endedEarly !== null) {
    const message = [endedEarly, describeCutOff(view.verdict)].filter((part) => part !== null).join("; ");
    const addError = (name: string, text: string) =>
      suite.testCase().className(escapeDots(run.tier)).name(name).time(0).error(text, "ending");
    addError("all cases finished", message);
    for (const name of view.verdict.cutOffCases) addError(name, `cut off: ${endedEarly}`);
  }
  return report.build();
}

function addFailure(testCase: TestCase, findings: readonly Finding[]): void {
  const lines = findings.map(describeWithCause);
  testCase.failure(lines[0] ?? "worse than the baseline", "regression").stacktrace(escapeCdata(lines.join("\n")));
}

function describeWithCause(finding: Finding): string {
  const cause = finding.cause === null ? "" : ` ${describeCause(finding.cause)}`;
  return `${formatFinding(finding)}.${cause}`;
}

/** Tier and dimensions in the dotted form that CI systems group by; the operation last. */
function className(tier: string, { dimensions }: CaseResult): string {
  const order = ["sparkVersion", "orchestrator", "mode", "extensions", "operation"];
  return [tier, ...order.map((dimension) => dimensionValue(dimensions, dimension))].map(escapeDots).join(".");
}
