import junitReportBuilder, { type Builder, type TestCase } from "junit-report-builder";
import type { CaseStatus } from "../../model/documents.ts";
import { elapsedMs, NO_REASON } from "../view/sentences.ts";
import { firstLine } from "../view/text.ts";

// The package is CommonJS whose types declare a default export that Node.js takes away.
export const builder = junitReportBuilder as unknown as Builder;

/** Says in a test case how a case or a scenario ended: one that failed is a failure, infrastructure is an error. */
export function addEnding(
  testCase: TestCase,
  ended: { readonly status: CaseStatus; readonly reason: string | null },
): void {
  const reason = ended.reason ?? NO_REASON;
  switch (ended.status) {
    case "skipped":
      testCase.skipped().standardOutput(escapeCdata(`Skipped: ${reason}`));
      break;
    case "explained":
      testCase.skipped().standardOutput(escapeCdata(`Explained: ${reason}`));
      break;
    case "infrastructure":
      testCase.error(firstLine(reason, 400), "infrastructure", escapeCdata(reason));
      break;
    case "failed":
      testCase.failure(firstLine(reason, 400), "failed").stacktrace(escapeCdata(reason));
      break;
    case "flaky":
      testCase.property("flaky", "true").standardOutput(escapeCdata(reason));
      break;
    case "passed":
      break;
  }
}

/** From the start to the end; 0 where the times are not known. */
export function secondsOf(times: { readonly startedAt: string | null; readonly finishedAt: string | null }): number {
  return (elapsedMs(times) ?? 0) / 1000;
}

/** A dot inside a value ("4.1.4") would start a package of its own. */
export function escapeDots(value: string): string {
  return value.replaceAll(".", "_");
}

/** Text for a CDATA section, of whose ends the XML builder escapes only the first. */
export function escapeCdata(text: string): string {
  return text.replaceAll("]]>", "]] >");
}
