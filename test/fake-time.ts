import { syncBuiltinESMExports } from "node:module";
import timers from "node:timers/promises";
import { vi } from "vitest";

const REAL = { sleep: timers.setTimeout, turn: timers.setImmediate, timeout: AbortSignal.timeout };
/** When each sleep of the code under test ends. */
const sleeps = new Set<{ readonly dueMs: number }>();

/**
 * Stops the clock for the code under test: timers, sleeps (node:timers/promises), AbortSignal.timeout, Date and performance.now.
 * Sockets, files and processes go on. Time passes by `vi.advanceTimersByTimeAsync`, `passSleep` and `sleepThrough` only; `expect.poll`
 * would move the clock, `until` of wait.ts does not.
 */
export function useFakeTime(): void {
  vi.useFakeTimers({
    toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date", "performance"],
  });
  timers.setTimeout = sleep as typeof timers.setTimeout;
  syncBuiltinESMExports();
  AbortSignal.timeout = (delayMs) => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new DOMException("The operation timed out.", "TimeoutError")), delayMs);
    return controller.signal;
  };
}

export function useRealTime(): void {
  vi.useRealTimers();
  timers.setTimeout = REAL.sleep;
  syncBuiltinESMExports();
  AbortSignal.timeout = REAL.timeout;
  sleeps.clear();
}

/** Lets time pass while the code under test sleeps, and only then, until the work has ended. */
export async function sleepThrough<T>(work: Promise<T>): Promise<T> {
  let isOver = false;
  const end = () => {
    isOver = true;
  };
  work.then(end, end);
  while (!isOver) await passSleep(() => isOver);
  return work;
}

/** Waits until the code under test sleeps, and lets that sleep come to its end. */
export async function passSleep(isOver = () => false): Promise<void> {
  while (sleeps.size === 0) {
    if (isOver()) return;
    await REAL.sleep(1);
  }
  const dueMs = Math.min(...[...sleeps].map((each) => each.dueMs));
  await vi.advanceTimersByTimeAsync(Math.max(0, dueMs - Date.now()));
}

/** Turns of the event loop in which what this process has sent to itself arrives. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await REAL.turn();
}

function sleep<T>(delayMs = 1, value?: T, { signal }: { readonly signal?: AbortSignal } = {}): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const entry = { dueMs: Date.now() + delayMs };
    const end = () => {
      clearTimeout(timer);
      sleeps.delete(entry);
      signal?.removeEventListener("abort", onAbort);
    };
    const onAbort = () => {
      end();
      reject(Object.assign(new DOMException("The operation was aborted", "AbortError"), { cause: signal?.reason }));
    };
    const timer = setTimeout(() => {
      end();
      resolve(value);
    }, delayMs);
    sleeps.add(entry);
    if (signal?.aborted) onAbort();
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
