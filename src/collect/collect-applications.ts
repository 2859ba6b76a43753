import type { CaseExecution } from "../engine/engine.ts";
import { errorMessage } from "../lib/errors.ts";
import type { Application } from "../model/documents.ts";
import { readEventLogs } from "./event-log.ts";
import { collectFromHistoryServer } from "./history-server.ts";

export interface CollectOptions {
  /** null where there is none, as on this machine: then the event log is read. */
  readonly historyServerUrl: URL | null;
  /** Why the History Server was passed over for the event log, in one sentence. */
  readonly onFallback: (reason: string) => void;
  readonly signal: AbortSignal;
}

/**
 * The applications of a case that has ended: from the History Server, and from the event log where that cannot give them.
 *
 * @throws BadInputError where neither has any
 */
export async function collectApplications(
  { applicationId, eventLogDirectory }: Pick<CaseExecution, "applicationId" | "eventLogDirectory">,
  { historyServerUrl, onFallback, signal }: CollectOptions,
): Promise<Application[]> {
  if (historyServerUrl !== null && applicationId !== null) {
    try {
      return [await collectFromHistoryServer(historyServerUrl, applicationId, { signal })];
    } catch (error) {
      if (signal.aborted) throw error;
      onFallback(errorMessage(error));
    }
  }
  return readEventLogs([eventLogDirectory]);
}
