import { groupBy } from "../../lib/group-by.ts";
import type { Application } from "../../model/documents.ts";

/** A log that was read. */
export interface ReadLog {
  readonly path: string;
  readonly application: Application;
}

/**
 * Logs that are cut-off copies of a whole one, each with that one: what people copied while the application ran, or Spark's own
 * `.inprogress` file beside the copy of it that it finished. They are logs of one start of one application; a further attempt has started
 * at another time, and has a log of its own.
 */
export function findCutOffCopies(logs: readonly ReadLog[]): Map<ReadLog, ReadLog> {
  const started = logs.filter(
    ({ application }) => application.evidence.applicationId !== null && application.startedAtMs !== null,
  );
  const byStart = groupBy(started, ({ application: { id, name, startedAtMs } }) =>
    JSON.stringify([id, name, startedAtMs]),
  );
  const copies = new Map<ReadLog, ReadLog>();
  for (const alike of byStart.values()) {
    const whole = alike.find(({ application }) => !application.partial);
    if (whole === undefined) continue;
    for (const log of alike) if (isWithin(log.application, whole.application)) copies.set(log, whole);
  }
  return copies;
}

function isWithin(copy: Application, whole: Application): boolean {
  return copy.partial && (copy.metrics.tasks ?? 0) <= (whole.metrics.tasks ?? 0);
}
