import type { PrepareEvent } from "../engine/engine.ts";
import { formatCount, formatMs, plural } from "../lib/text/format.ts";
import type { ProgressEvent, ShownOutcome } from "./progress.ts";
import { shortenNames } from "./short-names.ts";
import { estimateLeftMs, formatElapsed } from "./time-left.ts";

/** A step before or beside the cases: the cluster, images, data. */
export interface Step {
  readonly name: string;
  readonly startedAtMs: number;
  /** "45 % of 1.2 GiB"; empty where nothing is known. */
  detail: string;
}

export interface RunningCase {
  readonly name: string;
  readonly startedAtMs: number;
  attempt: number;
  /** What it is at, as the engine says it; empty at first. */
  step: string;
  /** Raw: whoever shows it cleans it, which ten thousand lines a second would not bear. */
  lastLine: string;
}

/**
 * Where a run stands, gathered from its events. Times are milliseconds since 1970. Costs next to nothing an event; what is
 * worked out from it is worked out when it is shown.
 */
export class RunStatus {
  readonly beganAtMs: number;
  /** 0 until it is known. */
  total = 0;
  done = 0;
  notPassed = 0;
  /** In the order in which they began: the first have run the longest. */
  readonly steps = new Map<string, Step>();
  readonly running = new Map<string, RunningCase>();
  readonly #finishedMs: number[] = [];
  readonly #names = new Set<string>();
  #shortNames: Map<string, string> | undefined;
  #casesBeganAtMs: number | undefined;
  /** Running cases times milliseconds, up to #countedAtMs. */
  #busyMs = 0;
  #countedAtMs = 0;

  /** What is counted: "case", "scenario". */
  readonly unit: string;

  constructor(nowMs: number, unit = "case") {
    this.beganAtMs = nowMs;
    this.unit = unit;
  }

  begin(total: number, done: number, names: readonly string[]): void {
    this.total = total;
    this.done = done;
    for (const name of names) this.#addName(name);
  }

  /** @returns the step as it stands, or stood when it was done */
  prepare({ step: name, state, detail = "", fraction }: PrepareEvent, nowMs: number): Step {
    const text = [fraction === undefined ? "" : `${Math.floor(fraction * 100)} %`, detail].filter(Boolean).join(" ");
    const step = this.steps.get(name) ?? { name, startedAtMs: nowMs, detail: text };
    step.detail = state === "done" ? detail : text;
    if (state === "done") this.steps.delete(name);
    else this.steps.set(name, step);
    return step;
  }

  /** Counts the event in. */
  apply(event: ProgressEvent, nowMs: number): void {
    const { name } = event;
    const running = this.running.get(name);
    switch (event.type) {
      case "started":
        this.#count(nowMs);
        this.#addName(name);
        if (running === undefined) {
          this.running.set(name, { name, startedAtMs: nowMs, attempt: event.attempt, step: "", lastLine: "" });
        } else {
          running.attempt = event.attempt;
          running.step = "";
        }
        break;
      case "progress":
        if (running !== undefined) running.step = event.step;
        break;
      case "log":
        if (running !== undefined) running.lastLine = event.line;
        break;
      case "retrying":
        if (running !== undefined) running.step = "waits to be tried again";
        break;
      case "finished":
        this.#count(nowMs);
        this.#finishedMs.push(tookMs(event.outcome) ?? nowMs - (running?.startedAtMs ?? nowMs));
        this.running.delete(name);
        this.done += 1;
        if (event.outcome.status !== "passed" && event.outcome.status !== "flaky") this.notPassed += 1;
        break;
    }
  }

  /** The case's name by what differs from the others'. */
  shortName(name: string): string {
    this.#shortNames ??= shortenNames([...this.#names]);
    return this.#shortNames.get(name) ?? name;
  }

  /** Milliseconds to the end of the last case; null where that cannot be told yet. */
  estimateLeftMs(nowMs: number): number | null {
    if (this.#casesBeganAtMs === undefined) return null;
    const runningMs = Array.from(this.running.values(), ({ startedAtMs }) => nowMs - startedAtMs);
    const observedMs = nowMs - this.#casesBeganAtMs;
    const busyMs = this.#busyMs + this.running.size * (nowMs - this.#countedAtMs);
    return estimateLeftMs({
      unstarted: Math.max(0, this.total - this.done - this.running.size),
      finishedMs: this.#finishedMs,
      runningMs,
      parallel: observedMs > 0 ? busyMs / observedMs : runningMs.length,
    });
  }

  #count(nowMs: number): void {
    this.#casesBeganAtMs ??= nowMs;
    this.#busyMs += this.running.size * (nowMs - this.#countedAtMs);
    this.#countedAtMs = nowMs;
  }

  #addName(name: string): void {
    if (this.#names.has(name)) return;
    this.#names.add(name);
    this.#shortNames = undefined;
  }
}

/** How long a case took with all its attempts, by the clock of whatever ran it; undefined where its times are none. */
export function tookMs({ startedAt, finishedAt }: ShownOutcome): number | undefined {
  const ms = Date.parse(finishedAt ?? "") - Date.parse(startedAt ?? "");
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

const SYMBOLS = { passed: "✓", flaky: "~", failed: "✗", infrastructure: "!", explained: "○", skipped: "–" } as const;

/** "3 of 12 cases, 1 not passed". */
export function describeDone({ done, total, notPassed, unit }: RunStatus): string {
  const count = total === 0 ? `${plural(done, unit)} done` : `${formatCount(done)} of ${plural(total, unit)}`;
  return notPassed > 0 ? `${count}, ${formatCount(notPassed)} not passed` : count;
}

/** "✓ p0_smoke_4.1.1_submit_... 12.3 s", by its whole name: it is what one searches a log for. */
export function describeFinished(name: string, outcome: ShownOutcome): string {
  const took = tookMs(outcome);
  return `${SYMBOLS[outcome.status]} ${name}${took === undefined ? "" : `  ${formatMs(took)}`}`;
}

/** "  failed: why"; nothing where there is no reason. */
export function describeReason({ status, reason }: ShownOutcome): string {
  return reason === null ? "" : `  ${status}: ${reason}`;
}

/** The line of a step that is done. */
export function describeDoneStep({ name, detail, startedAtMs }: Step, nowMs: number): string {
  const took = nowMs === startedAtMs ? "" : ` (${formatMs(nowMs - startedAtMs)})`;
  return `✓ ${name}${detail && `: ${detail}`}${took}`;
}

/** The line of a case that will be tried again. */
export function describeRetry({ name, reason, delayMs }: ProgressEvent & { type: "retrying" }): string {
  return `↻ ${name}: ${reason} Next attempt in ${formatMs(delayMs)}.`;
}

/** What a running case is at: "attempt 2: sample 1 of 3". */
export function describeStepOf({ attempt, step }: RunningCase): string {
  return [attempt > 1 ? `attempt ${attempt}` : "", step].filter(Boolean).join(": ");
}

/** A running case on one line, by its whole name. */
export function describeRunning(running: RunningCase, nowMs: number): string {
  const at = [running.name, describeStepOf(running), formatElapsed(nowMs - running.startedAtMs)];
  return at.filter(Boolean).join(", ");
}
