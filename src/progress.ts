import { createLogUpdate } from "log-update";
import type { CaseEvent, PrepareEvent } from "./engine/engine.ts";
import { formatMs } from "./lib/format.ts";

const REDRAW_MS = 200;
/** In a log that is only read afterwards, a step that takes long says so this often. */
const QUIET_MS = 15_000;

interface Work {
  readonly startedAtMs: number;
  detail: string;
  saidAtMs: number;
}

/** Where a run stands, for people: a live block on a terminal, one line an event elsewhere. */
export interface Progress {
  note(text: string): void;
  prepare(event: PrepareEvent): void;
  case(event: CaseEvent): void;
  /** Sets how many cases there are in all and how many of them are done before the first event. */
  begin(total: number, done: number): void;
  stop(): void;
}

export function createProgress(stream: NodeJS.WriteStream): Progress {
  const live = stream.isTTY ? createLogUpdate(stream) : undefined;
  const steps = new Map<string, Work>();
  const running = new Map<string, Work>();
  const beganAtMs = Date.now();
  let total = 0;
  let done = 0;
  let notPassed = 0;

  const draw = () => {
    if (live === undefined) return;
    const now = Date.now();
    const rows = [...steps, ...running].map(
      ([name, { startedAtMs, detail }]) => `  ${name}  ${detail}${detail && "  "}${formatMs(now - startedAtMs)}`,
    );
    const status = total === 0 ? [] : [`${describeDone()}, ${formatMs(now - beganAtMs)}${describeRest(now)}`];
    live([...status, ...rows].join("\n"));
  };
  const describeDone = () => `${done} of ${total} cases${notPassed > 0 ? `, ${notPassed} not passed` : ""}`;
  // What an earlier process of the run finished says nothing about the pace of this one.
  let firstCaseAtMs = 0;
  let doneBefore = 0;
  const describeRest = (now: number) => {
    const counted = done - doneBefore;
    if (counted < 2 || done === total) return "";
    return `, about ${formatMs(((now - firstCaseAtMs) / counted) * (total - done))} left`;
  };
  const say = (text: string) => {
    live?.clear();
    stream.write(`${text}\n`);
    draw();
  };
  const timer = live === undefined ? undefined : setInterval(draw, REDRAW_MS);
  timer?.unref();

  return {
    note: say,
    begin(cases, finished) {
      total = cases;
      done = finished;
      firstCaseAtMs = Date.now();
      doneBefore = finished;
    },
    prepare({ step, state, detail = "", fraction }) {
      const now = Date.now();
      const text = [fraction === undefined ? "" : `${Math.floor(fraction * 100)} %`, detail].filter(Boolean).join(" ");
      const known = steps.get(step);
      if (state === "done") {
        steps.delete(step);
        const took = known === undefined ? "" : ` (${formatMs(now - known.startedAtMs)})`;
        say(`✓ ${step}${detail && `: ${detail}`}${took}`);
      } else if (known === undefined) {
        steps.set(step, { startedAtMs: now, detail: text, saidAtMs: now });
        if (live === undefined) say(`… ${step}${text && `: ${text}`}`);
      } else {
        known.detail = text;
        if (live === undefined && now - known.saidAtMs >= QUIET_MS) {
          known.saidAtMs = now;
          say(`… ${step}: ${text && `${text}, `}${formatMs(now - known.startedAtMs)}`);
        }
      }
    },
    case(event) {
      const { name } = event.case;
      const now = Date.now();
      if (event.type === "started") {
        running.set(name, {
          startedAtMs: now,
          detail: event.attempt > 1 ? `attempt ${event.attempt}` : "",
          saidAtMs: now,
        });
        if (live === undefined) say(`… ${name}`);
      } else if (event.type === "progress") {
        const work = running.get(name);
        if (work !== undefined) work.detail = event.step;
      } else if (event.type === "retrying") {
        say(`↻ ${name}: ${event.reason} Next attempt in ${formatMs(event.delayMs)}.`);
      } else {
        const { execution } = event;
        const took = running.get(name);
        running.delete(name);
        done += 1;
        if (execution.status !== "passed") notPassed += 1;
        const symbol = { passed: "✓", failed: "✗", infrastructure: "!", skipped: "–" }[execution.status];
        const reason = execution.reason === null ? "" : `  ${execution.status}: ${execution.reason}`;
        say(
          `${symbol} ${name}  ${took === undefined ? "" : formatMs(now - took.startedAtMs)}  ${describeDone()}${reason}`,
        );
      }
    },
    stop() {
      clearInterval(timer);
      steps.clear();
      running.clear();
      live?.clear();
      live?.done();
    },
  };
}
