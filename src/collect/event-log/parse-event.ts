import { EVENT_NAMES, type EventName, type SparkEvents } from "./spark-events.ts";

export type EventHandlers = { readonly [Name in EventName]: (event: SparkEvents[Name]) => void };

/** What became of a line: handed on; another event of Spark's, which is not needed; or no event at all. */
export type LineOutcome = "read" | "passed over" | "damaged";

const PREFIX = Buffer.from('{"Event":"');
const QUOTE = 34;
/** The SQL events have their whole class name. */
const PACKAGES = /^(?:SparkListener|org\.apache\.spark\.sql\.execution\.ui\.SparkListener)/;

/**
 * Bulk that nobody reads, cut out of the bytes before they are parsed: most of a log is accumulables of tasks. The bytes behind `from`
 * up to the first of `to` that there is are left out, `closing` is put in their place. None of these can occur inside a JSON string, where
 * its quotes would be escaped.
 */
interface Cut {
  readonly from: Buffer;
  readonly to: readonly { readonly mark: Buffer; readonly closing: string }[];
}
const mark = (text: string, closing = "") => ({ mark: Buffer.from(text), closing });
const PLAN_CUT: Cut = {
  from: Buffer.from('"physicalPlanDescription":"'),
  to: [mark('","sparkPlanInfo":{')],
};
const CUTS: Partial<Record<EventName, Cut>> = {
  // A task that was lost has no metrics.
  TaskEnd: {
    from: Buffer.from('"Accumulables":['),
    to: [mark('"Task Metrics":{', "]},"), mark(']},"Task Executor Metrics":{')],
  },
  JobStart: { from: Buffer.from('"Stage Infos":['), to: [mark('],"Stage IDs":[')] },
  SQLExecutionStart: PLAN_CUT,
  SQLAdaptiveExecutionUpdate: PLAN_CUT,
};

/** Without these an event says nothing, whatever else it holds. */
const REQUIRED: Partial<Record<EventName, string>> = {
  JobStart: "Job ID",
  JobEnd: "Job ID",
  StageSubmitted: "Stage Info",
  StageCompleted: "Stage Info",
  TaskEnd: "Stage ID",
};

/** Reads lines of an event log and hands on the events that have a handler. */
export function createLineReader(handlers: EventHandlers): (bytes: Buffer, start: number, end: number) => LineOutcome {
  const known = new Map<string, EventName | null>();
  const lookUp = (event: string): EventName | null => {
    const name = event.replace(PACKAGES, "");
    return EVENT_NAMES.has(name) ? (name as EventName) : null;
  };
  return (bytes, start, end) => {
    if (bytes.compare(PREFIX, 0, PREFIX.length, start, Math.min(start + PREFIX.length, end)) !== 0) return "damaged";
    const nameStart = start + PREFIX.length;
    const nameEnd = bytes.indexOf(QUOTE, nameStart);
    if (nameEnd === -1 || nameEnd > end) return "damaged";
    const fullName = bytes.toString("latin1", nameStart, nameEnd);
    let name = known.get(fullName);
    if (name === undefined) {
      name = lookUp(fullName);
      known.set(fullName, name);
    }
    if (name === null) return bytes[end - 1] === 125 ? "passed over" : "damaged";
    const event = parseObject(cutBulk(bytes.subarray(start, end), CUTS[name]));
    const required = REQUIRED[name];
    if (event === undefined || (required !== undefined && event[required] == null)) return "damaged";
    (handlers[name] as (event: unknown) => void)(event);
    return "read";
  };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

function cutBulk(line: Buffer, bulk: Cut | undefined): string {
  const found = bulk === undefined ? -1 : line.indexOf(bulk.from);
  if (bulk === undefined || found === -1) return line.toString("utf8");
  const keep = found + bulk.from.length;
  for (const { mark, closing } of bulk.to) {
    const to = line.indexOf(mark, keep);
    if (to !== -1) return line.toString("utf8", 0, keep) + closing + line.toString("utf8", to);
  }
  return line.toString("utf8");
}
