import junitReportBuilder, { type Builder, type TestCase } from "junit-report-builder";
import type { CaseResult, Finding } from "../model/documents.ts";
import { dimensionValue } from "./view/dimensions.ts";
import { describeFinding } from "./view/figures.ts";
import { elapsedMs, NO_REASON } from "./view/sentences.ts";
import { firstLine } from "./view/text.ts";
import { judgedWorse, type ReportView } from "./view/view.ts";

// The package is CommonJS whose types declare a default export that Node.js takes away.
const builder = junitReportBuilder as unknown as Builder;

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
    const testCase = suite
      .testCase()
      .className(view.measured ? className(run.tier, result) : escapeDots(run.tier))
      .name(result.name)
      .time(wallSeconds(result));
    const reason = result.reason ?? NO_REASON;
    if (result.status === "skipped") testCase.skipped().standardOutput(inCdata(`Skipped: ${reason}`));
    else if (result.status === "infrastructure")
      testCase.error(firstLine(reason, 400), "infrastructure", inCdata(reason));
    else if (result.status === "failed") testCase.failure(firstLine(reason, 400), "failed").stacktrace(inCdata(reason));
    else if (result.status === "flaky") testCase.property("flaky", "true").standardOutput(inCdata(reason));
    else if (one.standing === "worse") addFailure(testCase, judgedWorse(one.findings, view.verdict));
  }
  // What concerns a family or the whole run is no case's failure, but a CI system that reads only this file must see it.
  for (const { lead } of view.worse) {
    if (lead.case !== null) continue;
    const testCase = suite.testCase().className(escapeDots(run.tier)).name(lead.label).time(0);
    addFailure(testCase, lead.findings);
  }
  return report.build();
}

function addFailure(testCase: TestCase, findings: readonly Finding[]): void {
  const lines = findings.map(describeWithCause);
  testCase.failure(lines[0] ?? "worse than the baseline", "regression").stacktrace(inCdata(lines.join("\n")));
}

function describeWithCause(finding: Finding): string {
  const cause = finding.cause === null ? "" : ` ${finding.cause.kind}: ${finding.cause.sentence}`;
  return `${describeFinding(finding)}.${cause}`;
}

/** Tier and dimensions in the dotted form that CI systems group by; the operation last. */
function className(tier: string, { dimensions }: CaseResult): string {
  const order = ["sparkVersion", "orchestrator", "mode", "extensions", "operation"];
  return [tier, ...order.map((dimension) => dimensionValue(dimensions, dimension))].map(escapeDots).join(".");
}

/** A dot inside a value ("4.1.4") would start a package of its own. */
function escapeDots(value: string): string {
  return value.replaceAll(".", "_");
}

function wallSeconds(testCase: CaseResult): number {
  return (elapsedMs(testCase) ?? 0) / 1000;
}

/** Text for a CDATA section, of whose ends the XML builder escapes only the first. */
function inCdata(text: string): string {
  return text.replaceAll("]]>", "]] >");
}
