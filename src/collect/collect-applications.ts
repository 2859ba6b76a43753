import type { ExecutionOutcome } from "../engine/engine.ts";
import { errorMessage } from "../lib/errors.ts";
import type { Application } from "../model/documents.ts";
import { readEventLogs } from "./application/read-event-logs.ts";
import { collectFromHistoryServer, type HistoryServerOptions } from "./history-server/history-server.ts";
import { findLogs } from "./log-files/find-logs.ts";

export interface CollectOptions extends HistoryServerOptions {
  /** Why the History Server was passed over for the event log, in one sentence that is fit for a terminal. */
  readonly onFallback: (reason: string) => void;
}

/**
 * The applications of an execution that has ended: from the History Server, and from the event log where that has not got the whole of it.
 * Both give the same document.
 *
 * @throws BadInputError where neither has any
 */
export async function collectApplications(
  {
    applicationId,
    eventLogDirectory,
    historyServerUrl,
  }: Pick<ExecutionOutcome, "applicationId" | "eventLogDirectory" | "historyServerUrl">,
  { onFallback, ...options }: CollectOptions,
): Promise<Application[]> {
  if (historyServerUrl !== null && applicationId !== null) {
    try {
      if (await isUnfinished(eventLogDirectory)) {
        onFallback("The driver did not end its event log, so the History Server takes the application for running.");
      } else {
        return [await collectFromHistoryServer(historyServerUrl, applicationId, { ...options, eventLogDirectory })];
      }
    } catch (error) {
      // An interrupted run does not tell why: it takes the event log that is here.
      if (!options.signal.aborted) onFallback(errorMessage(error));
    }
  }
  return readEventLogs([eventLogDirectory]);
}

/** Whether waiting for the History Server is in vain. */
async function isUnfinished(eventLogDirectory: string): Promise<boolean> {
  const found = await findLogs(eventLogDirectory).catch(() => null);
  return found?.sources.some(({ inProgress }) => inProgress) ?? false;
}
