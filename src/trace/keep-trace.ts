import type { OtlpConfig } from "../config/telemetry-config.ts";
import { errorMessage } from "../lib/errors.ts";
import { toPrintable } from "../lib/printable.ts";
import { writeOwnFile } from "../report/write.ts";
import type { Timeline, TimelineRecord } from "./timeline.ts";
import { type TraceSubject, toSpans } from "./to-spans.ts";
import { renderTrace } from "./to-trace-events.ts";

const FILE = "trace.json";

/**
 * Writes the trace of a run that has ended into its folder, and sends what of it has not been sent. Neither is a reason to fail a run:
 * what does not work is told.
 *
 * @param otlp null to send nothing
 */
export async function keepTrace(
  timeline: Timeline,
  subject: TraceSubject,
  otlp: OtlpConfig | null,
  directory: string,
  note: (text: string) => void,
): Promise<void> {
  try {
    const records = await timeline.read();
    const spans = toSpans(records, subject);
    await writeOwnFile(directory, FILE, renderTrace(spans, subject.run));
    if (otlp === null) return;
    const sent = countSent(records);
    // Who sends nothing need not wait for it.
    const { sendSpans } = await import("./send-spans.ts");
    const { trace, run } = subject;
    await sendSpans(
      spans.filter(({ process }) => process > sent),
      { trace, version: run.toolVersion },
      otlp,
    );
    timeline.add({ type: "sent" });
    await timeline.written();
  } catch (error) {
    note(`! ${toPrintable(errorMessage(error))}`);
  }
}

/** How many of the run's processes have been sent, or were before one that has been. */
function countSent(records: readonly TimelineRecord[]): number {
  const last = records.findLastIndex(({ type }) => type === "sent");
  return records.slice(0, last + 1).filter(({ type }) => type === "begin").length;
}
