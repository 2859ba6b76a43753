import type { PrepareEvent } from "../engine/engine.ts";
import { writeGroup, writeLines } from "../lib/process/output.ts";
import { renderStatus } from "./frame.ts";
import { LogTail } from "./log-tail.ts";
import { toOneLine } from "./one-line.ts";
import type { Progress } from "./progress.ts";
import {
  describeDone,
  describeDoneStep,
  describeFinished,
  describeReason,
  describeRetry,
  describeRunning,
  RunStatus,
} from "./run-status.ts";
import { formatElapsed } from "./time-left.ts";

/** A log that says nothing for longer looks as if the run hung. */
const HEARTBEAT_MS = 60_000;
/** A step that takes long and has news says so this often. */
const STEP_NEWS_MS = 15_000;
/** Of a case that is still running when the run ends, what it was at. */
const LAST_LINES_UNFINISHED = 20;

/**
 * Where lines cannot be taken back: one line where something begins or ends, and a sign of life every minute. Logs of cases are
 * printed as they come with `showLogs`; in GitHub Actions as one folded group a case once it has ended, because lines of cases
 * that run at once would interleave.
 */
export function createAppendProgress(
  stream: NodeJS.WriteStream,
  options: { readonly showLogs: boolean; readonly groups: boolean; readonly unit?: string },
): Progress {
  const status = new RunStatus(Date.now(), options.unit);
  const tails = new Map<string, LogTail>();
  const saidAtMs = new Map<string, number>();
  const say = (...lines: readonly string[]) => writeLines(stream, lines);

  const prepare = (event: PrepareEvent) => {
    const now = Date.now();
    const known = status.steps.has(event.step);
    const step = status.prepare(event, now);
    if (event.state === "done") {
      saidAtMs.delete(step.name);
      say(describeDoneStep(step, now));
    } else if (!known) {
      saidAtMs.set(step.name, now);
      say(`… ${step.name}${step.detail && `: ${step.detail}`}`);
    } else if (now - (saidAtMs.get(step.name) ?? now) >= STEP_NEWS_MS) {
      sayStep(step.name, now);
    }
  };
  const sayStep = (name: string, now: number) => {
    const step = status.steps.get(name);
    if (step === undefined) return;
    saidAtMs.set(name, now);
    say(`… ${name}: ${step.detail && `${step.detail}, `}${formatElapsed(now - step.startedAtMs)}`);
  };
  const beat = () => {
    const now = Date.now();
    for (const name of status.steps.keys()) sayStep(name, now);
    if (status.running.size === 0 && status.done === status.total) return;
    const [longest] = status.running.values();
    const running = longest === undefined ? "" : `; longest: ${describeRunning(longest, now)}`;
    say(`… ${renderStatus(status, now)}${running}`);
  };
  const tailOf = (name: string) => {
    const tail = tails.get(name) ?? new LogTail();
    tails.set(name, tail);
    return tail;
  };
  const timer = setInterval(beat, HEARTBEAT_MS);
  timer.unref();

  return {
    note: say,
    begin: (total, done, names = []) => status.begin(total, done, names),
    prepare,
    show(event) {
      const { name } = event;
      status.apply(event, Date.now());
      if (event.type === "started") {
        if (event.attempt === 1) say(`… ${name}`);
      } else if (event.type === "log") {
        // A line that comes after the end has no group any more; it is in the case's file.
        if (options.groups && status.running.has(name)) tailOf(name).push(event.line);
        else if (options.showLogs && !options.groups) say(`${status.shortName(name)} | ${toOneLine(event.line)}`);
      } else if (event.type === "retrying") {
        say(describeRetry(event));
        tails.get(name)?.push(`↻ attempt ${event.attempt}: ${event.reason}`);
      } else if (event.type === "finished") {
        const title = `${describeFinished(name, event.outcome)}  ${describeDone(status)}`;
        const reason = describeReason(event.outcome);
        const tail = tails.get(name);
        tails.delete(name);
        if (tail !== undefined) writeGroup(stream, title, tail.render(name));
        // A group is folded at first: what went wrong must be seen without unfolding it.
        if (tail === undefined || reason !== "") say(`${title}${reason}`);
      }
    },
    stop() {
      clearInterval(timer);
      for (const [name, tail] of tails) {
        writeGroup(stream, `… ${name}  has not ended`, tail.render(name, LAST_LINES_UNFINISHED));
      }
      tails.clear();
    },
  };
}
