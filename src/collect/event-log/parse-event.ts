import { parseJson } from "../../lib/text/parse-json.ts";
import { BYTE_ORDER_MARK } from "../codecs/detect-codec.ts";
import { isWellFormed } from "./event-shapes.ts";
import { EVENT_NAMES, type EventName, type SparkEvents } from "./spark-events.ts";

export type EventHandlers = { readonly [Name in EventName]: (event: SparkEvents[Name]) => void };

/** What became of a line: handed on; another event of Spark's, which is not needed; nothing but white space; or no event at all. */
export type LineOutcome = "read" | "passed over" | "blank" | "damaged";

const PREFIX = Buffer.from('{"Event":"');
const QUOTE = 34;
const CLOSING_BRACE = 125;
/** Newlines are none of a line's. */
const WHITE_SPACE: ReadonlySet<number | undefined> = new Set([9, 13, 32]);
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
/** In the order in which Spark writes them. */
const CUTS: Partial<Record<EventName, readonly Cut[]>> = {
  TaskEnd: [
    // A task that was lost has no metrics.
    {
      from: Buffer.from('"Accumulables":['),
      to: [mark('"Task Metrics":{', "]},"), mark(']},"Task Executor Metrics":{')],
    },
    { from: Buffer.from('"Push Based Shuffle":{'), to: [mark('}},"Shuffle Write Metrics":{')] },
  ],
  JobStart: [{ from: Buffer.from('"Stage Infos":['), to: [mark('],"Stage IDs":[')] }],
  SQLExecutionStart: [PLAN_CUT],
  SQLAdaptiveExecutionUpdate: [PLAN_CUT],
};

/** Reads lines of an event log and hands on the events that have a handler. */
export function createLineReader(handlers: EventHandlers): (bytes: Buffer, start: number, end: number) => LineOutcome {
  const known = new Map<string, EventName | null>();
  const lookUp = (event: string): EventName | null => {
    const name = event.replace(PACKAGES, "");
    return EVENT_NAMES.has(name) ? (name as EventName) : null;
  };
  const nameOf = (fullName: string): EventName | null => {
    let name = known.get(fullName);
    if (name === undefined) {
      name = lookUp(fullName);
      known.set(fullName, name);
    }
    return name;
  };
  const handOn = (name: EventName, event: Record<string, unknown>): LineOutcome => {
    if (!isWellFormed(name, event)) return "damaged";
    (handlers[name] as (event: unknown) => void)(event);
    return "read";
  };
  /** A line as other programs write it, which are free to put in spaces and to order the fields. */
  const readForeign = (bytes: Buffer, start: number, end: number): LineOutcome => {
    const whole = bytes.subarray(start, end);
    const line = trim(whole);
    if (line.length === 0) return whole.includes(0) ? "damaged" : "blank";
    const event = parseObject(line.toString("utf8"));
    if (typeof event?.Event !== "string") return "damaged";
    const name = nameOf(event.Event);
    return name === null ? "passed over" : handOn(name, event);
  };
  return (bytes, start, end) => {
    if (!beginsAsSparks(bytes, start)) return readForeign(bytes, start, end);
    const nameStart = start + PREFIX.length;
    const nameEnd = bytes.indexOf(QUOTE, nameStart);
    if (nameEnd === -1 || nameEnd > end) return "damaged";
    const name = nameOf(bytes.toString("latin1", nameStart, nameEnd));
    if (name === null && bytes[end - 1] === CLOSING_BRACE) return "passed over";
    const event = name === null ? undefined : parseObject(cutBulk(bytes.subarray(start, end), CUTS[name]));
    return name === null || event === undefined ? readForeign(bytes, start, end) : handOn(name, event);
  };
}

/** Byte by byte, which costs less than a call that has to be compiled first. Lines that are shorter end in a byte that differs. */
function beginsAsSparks(bytes: Buffer, start: number): boolean {
  for (let index = 0; index < PREFIX.length; index++) if (bytes[start + index] !== PREFIX[index]) return false;
  return true;
}

/** Without white space, zeros and the byte order mark around it. */
function trim(line: Buffer): Buffer {
  let start = 0;
  let end = line.length;
  const isMargin = (byte: number | undefined) => byte === 0 || WHITE_SPACE.has(byte);
  if (line.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK)) start = BYTE_ORDER_MARK.length;
  while (start < end && isMargin(line[start])) start += 1;
  while (end > start && isMargin(line[end - 1])) end -= 1;
  return line.subarray(start, end);
}

function parseObject(text: string): Record<string, unknown> | undefined {
  const value = parseJson(text);
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
}

function cutBulk(line: Buffer, cuts: readonly Cut[] | undefined): string {
  if (cuts === undefined) return line.toString("utf8");
  let kept = "";
  let start = 0;
  for (const { from, to } of cuts) {
    const found = line.indexOf(from, start);
    if (found === -1) continue;
    const keep = found + from.length;
    for (const { mark, closing } of to) {
      const end = line.indexOf(mark, keep);
      if (end === -1) continue;
      kept += line.toString("utf8", start, keep) + closing;
      start = end;
      break;
    }
  }
  return kept + line.toString("utf8", start);
}
