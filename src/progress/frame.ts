import { formatCount } from "../lib/text/format.ts";
import { redactText } from "../lib/text/redact.ts";
import { cutEnd, cutStart, pad, toOneLine, widthOf } from "./one-line.ts";
import { describeDone, describeStepOf, type RunStatus } from "./run-status.ts";
import { formatElapsed, formatEstimate } from "./time-left.ts";

export interface FrameSize {
  readonly columns: number;
  readonly rows: number;
  /** Whether log lines may be dimmed. */
  readonly color: boolean;
}

const INDENT = 2;
const GAP = 2;
const MOST_STEP_COLUMNS = 24;
/** A log line of which less would be seen is left out. */
const FEWEST_LOG_COLUMNS = 12;
/** What Spark writes before each message; the row has a time of its own. */
const LOG_TIME = /^\d\d\/\d\d\/\d\d \d\d:\d\d:\d\d /;

/** A secret that is cut is not known as one. */
const toCell = (text: string) => redactText(toOneLine(text));

interface Row {
  readonly name: string;
  readonly step: string;
  readonly elapsed: string;
  readonly log: string;
}

/**
 * What a terminal shows of a run that goes on: a line with the figures, the steps under way, one line a running case, those
 * that have run the longest first. Every line is narrower than the terminal, and the block leaves a third of its height to the
 * lines that stay.
 *
 * @returns the lines; none while there is nothing to say
 */
export function renderFrame(status: RunStatus, nowMs: number, size: FrameSize): string[] {
  const width = Math.max(1, size.columns - 1);
  const height = Math.max(1, Math.min(size.rows - 1, Math.ceil((size.rows * 2) / 3)));
  const head = renderStatus(status, nowMs, width);
  // Where both are many, each gets half.
  const left = height - head.length;
  const stepRows = Math.min(status.steps.size, Math.max(left - status.running.size, Math.ceil(left / 2)));
  const steps = renderSteps(status, nowMs, stepRows, size);
  return [...head, ...steps, ...renderCases(status, nowMs, left - steps.length, size)].slice(0, height);
}

/** The figures of a run in order, the least important ones left out where they do not fit; none before there are any. */
export function renderStatus(status: RunStatus, nowMs: number, width = Number.POSITIVE_INFINITY): string[] {
  if (status.total === 0 && status.done === 0 && status.running.size === 0) return [];
  const leftMs = status.estimateLeftMs(nowMs);
  // In the order of the line, each with its importance.
  let parts: { text: string; rank: number }[] = [
    { text: describeDone(status), rank: 0 },
    { text: status.running.size === 0 ? "" : `${formatCount(status.running.size)} running`, rank: 3 },
    { text: formatElapsed(nowMs - status.beganAtMs), rank: 2 },
    { text: leftMs === null ? "" : `${formatEstimate(leftMs)} left`, rank: 1 },
  ].filter(({ text }) => text !== "");
  const join = () => parts.map(({ text }) => text).join(", ");
  for (let rank = 3; rank > 0 && join().length > width; rank -= 1) parts = parts.filter((part) => part.rank !== rank);
  return [cutEnd(join(), width)];
}

function renderSteps(status: RunStatus, nowMs: number, rows: number, size: FrameSize): string[] {
  return limitRows([...status.steps.values()], rows, size, "steps", (steps) =>
    renderRows(
      steps.map(({ name, detail, startedAtMs }) => ({
        name: toCell(name),
        step: toCell(detail),
        elapsed: formatElapsed(nowMs - startedAtMs),
        log: "",
      })),
      size,
    ),
  );
}

function renderCases(status: RunStatus, nowMs: number, rows: number, size: FrameSize): string[] {
  return limitRows([...status.running.values()], rows, size, "running", (cases) =>
    renderRows(
      cases.map((running) => ({
        name: toCell(status.shortName(running.name)),
        step: toCell(describeStepOf(running)),
        elapsed: formatElapsed(nowMs - running.startedAtMs),
        log: toCell(running.lastLine).replace(LOG_TIME, "").trimStart(),
      })),
      size,
    ),
  );
}

/** Renders so many items as there are rows for, and says in the last row how many there are besides. */
function limitRows<Item>(
  items: readonly Item[],
  rows: number,
  { columns, color }: FrameSize,
  what: string,
  render: (items: readonly Item[]) => string[],
): string[] {
  if (items.length === 0 || rows < 1) return [];
  if (items.length <= rows) return render(items);
  const more = cutEnd(`  … and ${formatCount(items.length - (rows - 1))} more ${what}`, columns - 1);
  return [...render(items.slice(0, rows - 1)), dim(more, color)];
}

/** Rows in columns: name, step, time, log line. What is least needed is left out first where it gets narrow. */
function renderRows(rows: readonly Row[], { columns, color }: FrameSize): string[] {
  const room = columns - 1 - INDENT;
  const widest = (part: keyof Row) => Math.max(0, ...rows.map((row) => widthOf(row[part])));
  const elapsedColumns = widest("elapsed");
  const stepWanted = Math.min(widest("step"), MOST_STEP_COLUMNS);
  // Wide terminals keep half of the line for what happens; on a narrow one the name is worth more.
  const mostName = room >= 60 ? room / 2 : Math.max(10, room - elapsedColumns - GAP);
  const nameColumns = Math.min(widest("name"), Math.floor(mostName));
  const stepRoom = room - nameColumns - elapsedColumns - 2 * GAP;
  const stepColumns = stepRoom < Math.min(stepWanted, 4) ? 0 : Math.min(stepWanted, stepRoom);
  const logColumns = room - nameColumns - elapsedColumns - GAP - (stepColumns === 0 ? 0 : stepColumns + GAP) - GAP;
  return rows.map(({ name, step, elapsed, log }) => {
    const cells = [pad(cutStart(name, nameColumns), nameColumns)];
    if (stepColumns > 0) cells.push(pad(cutEnd(step, stepColumns), stepColumns));
    cells.push(" ".repeat(elapsedColumns - elapsed.length) + elapsed);
    const line = cutEnd(" ".repeat(INDENT) + cells.join(" ".repeat(GAP)), columns - 1);
    const shown = logColumns < FEWEST_LOG_COLUMNS ? "" : cutEnd(log, logColumns);
    return shown === "" ? line : `${line}${" ".repeat(GAP)}${dim(shown, color)}`;
  });
}

function dim(text: string, color: boolean): string {
  return color ? `\u001B[2m${text}\u001B[22m` : text;
}
