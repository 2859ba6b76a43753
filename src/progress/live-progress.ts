import { renderFrame } from "./frame.ts";
import { LiveBlock } from "./live-block.ts";
import { toOneLine } from "./one-line.ts";
import type { Progress } from "./progress.ts";
import { describeDoneStep, describeFinished, describeReason, describeRetry, RunStatus } from "./run-status.ts";

/** At most five times a second, and only what has changed. */
const REDRAW_MS = 200;
/** Log lines that are shown between two drawings; of more nobody could read any. */
const MOST_LOG_LINES = 200;

/** On a terminal: lines that stay scroll by above a block that shows what is running. */
export function createLiveProgress(
  stream: NodeJS.WriteStream,
  options: { readonly showLogs: boolean; readonly color: boolean; readonly unit?: string },
): Progress {
  const status = new RunStatus(Date.now(), options.unit);
  const block = new LiveBlock(stream);
  let staying: string[] = [];
  let logs: string[] = [];
  let changed = false;
  let stopped = false;
  let drawnAtMs = Number.NEGATIVE_INFINITY;

  const draw = () => {
    changed = false;
    drawnAtMs = Date.now();
    settleLogs();
    // A terminal that does not tell its size says 0.
    const size = { columns: stream.columns || 80, rows: stream.rows || 24, color: options.color };
    block.update(staying, stopped ? [] : renderFrame(status, drawnAtMs, size));
    staying = [];
  };
  const settleLogs = () => {
    const over = logs.length - MOST_LOG_LINES;
    if (over > 0) staying.push(`… ${over} log lines are not shown`);
    staying.push(...logs.slice(-MOST_LOG_LINES).map(toOneLine));
    logs = [];
  };
  const say = (...lines: readonly string[]) => {
    settleLogs();
    staying.push(...lines);
    changed = true;
    if (stopped || Date.now() - drawnAtMs >= REDRAW_MS) draw();
  };
  const timer = setInterval(() => {
    // Times that go on change what is shown even where nothing happens.
    const ticks = status.running.size + status.steps.size > 0 && secondOf(Date.now()) !== secondOf(drawnAtMs);
    // A terminal that does not keep up is not given more.
    if ((changed || ticks) && !stream.writableNeedDrain) draw();
  }, REDRAW_MS);
  timer.unref();
  stream.on("resize", draw);

  return {
    note: say,
    begin(total, done, names = []) {
      status.begin(total, done, names);
      changed = true;
    },
    prepare(event) {
      const now = Date.now();
      const step = status.prepare(event, now);
      changed = true;
      if (event.state === "done") say(describeDoneStep(step, now));
    },
    show(event) {
      status.apply(event, Date.now());
      changed = true;
      if (event.type === "log" && options.showLogs) {
        logs.push(`${status.shortName(event.name)} | ${event.line}`);
      } else if (event.type === "retrying") {
        say(describeRetry(event));
      } else if (event.type === "finished") {
        say(`${describeFinished(event.name, event.outcome)}${describeReason(event.outcome)}`);
      }
    },
    stop() {
      clearInterval(timer);
      stream.off("resize", draw);
      stopped = true;
      draw();
    },
  };
}

const secondOf = (ms: number) => Math.floor(ms / 1000);
