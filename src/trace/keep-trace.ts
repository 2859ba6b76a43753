import { writeOwnFile } from "../documents/write.ts";
import { errorMessage } from "../lib/errors.ts";
import type { Environment } from "../lib/process/environment.ts";
import type { OtlpConfig } from "./config.ts";
import { type OutlineRecord, readJobs, readTimeline, type Timeline } from "./timeline.ts";
import {
  type CaseOfProcess,
  type ProcessSpans,
  type Span,
  type TraceSubject,
  toCaseSpans,
  toSpans,
} from "./to-spans.ts";
import { renderTrace } from "./to-trace-events.ts";

const FILE = "trace.json";

/** Where a trace is sent. */
export interface TraceTarget {
  /** null to send nothing. */
  readonly otlp: OtlpConfig | null;
  /** For the proxy. */
  readonly environment: Environment;
}

/**
 * Writes the trace of a run that has ended into its folder, and sends what of it has not been sent. Neither is a reason to fail a run:
 * what does not work is told.
 */
export async function keepTrace(
  timeline: Timeline,
  subject: TraceSubject,
  { otlp, environment }: TraceTarget,
  directory: string,
  note: (text: string) => void,
): Promise<void> {
  const { trace, run } = subject;
  try {
    await timeline.written();
    const records = await readTimeline(directory);
    const processes = toSpans(records, subject);
    // Called twice for every case: the file is not to wait for the collector.
    const spansOf = async (one: CaseOfProcess) =>
      toCaseSpans(one, one.record.jobs === null ? [] : await readJobs(directory, one.record.jobs), run);
    await writeOwnFile(directory, FILE, renderTrace(processes, spansOf, run));
    if (otlp === null) return;
    // The sender takes time to load, which a run that sends nothing does not spend.
    const { sendSpans } = await import("./send-spans.ts");
    const spans = listSpans(processes.slice(countSent(records)), spansOf);
    await sendSpans(spans, { trace, version: run.toolVersion }, otlp, environment);
    timeline.add({ type: "sent" });
    await timeline.written();
  } catch (error) {
    note(`! ${errorMessage(error)}`);
  }
}

/** Each behind its parent. */
async function* listSpans(
  processes: readonly ProcessSpans[],
  spansOf: (one: CaseOfProcess) => Promise<readonly Span[]>,
): AsyncGenerator<readonly Span[]> {
  for (const { stages, cases } of processes) {
    yield stages;
    for (const one of cases) yield await spansOf(one);
  }
}

/** How many of the run's processes have been sent, or were before one that has been. */
function countSent(records: readonly OutlineRecord[]): number {
  const last = records.findLastIndex(({ type }) => type === "sent");
  return records.slice(0, last + 1).filter(({ type }) => type === "begin").length;
}
