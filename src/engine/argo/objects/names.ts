import { createHash } from "node:crypto";
import { toDnsText } from "../../../cluster/namespaces/labels.ts";

/** Names on a cluster. They are a contract with the chart, the WorkflowTemplates and run_case.py. */

export const CASE_ANNOTATION = "spark-loadtest/case";
/** JSON of the run's state, on the Workflow: what `collect` needs to write the run's folder. */
export const STATE_ANNOTATION = "spark-loadtest/state";

/** Of the WorkflowTemplate, the mutex, the chart's release and the bucket alike. */
export const TEMPLATE_NAME = "spark-loadtest";
export const STORE_NAME = "spark-loadtest-store";
/** Where the store's pod serves data sets and parts of cases, to be read only. */
export const FILES_PORT = 7071;
export const HISTORY_SERVER_NAME = "spark-loadtest-history";
/** The account of workflows' exit handlers, which the chart makes. */
export const EXIT_SERVICE_ACCOUNT = "spark-loadtest-exit";
/** Looks at workflows and changes nothing: for Argo's Web UI. */
export const VIEWER_SERVICE_ACCOUNT = "spark-loadtest-viewer";
export const BUCKET = "spark-loadtest";

/** The service account of a run's pods. The chart's policies read the run's id from the name. */
export function caseAccountOf(runId: string): string {
  return `spark-loadtest-case-${runId}`;
}

/** A namespace is a DNS label of at most 63 characters; attempts append `-2` to `-99`. */
const NAMESPACE_LENGTH = 60;
const HASH_LENGTH = 8;

/** The namespace of a case in a run: readable, unique, and a legal DNS label whatever the case is called. */
export function namespaceOf(runId: string, caseName: string): string {
  const hash = createHash("sha256").update(`${runId}/${caseName}`).digest("hex").slice(0, HASH_LENGTH);
  const text = toDnsText(caseName);
  const readable = (/^[a-z]/.test(text) ? text : `c-${text}`).slice(0, NAMESPACE_LENGTH - HASH_LENGTH - 1);
  return `${readable.replace(/(?<!-)-+$/, "")}-${hash}`;
}
