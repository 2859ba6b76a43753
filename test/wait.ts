import { readFileSync } from "node:fs";
import timers from "node:timers/promises";

// The real one, also where a test stops the clock.
const sleep = timers.setTimeout;

/** Resolves once a condition holds; the test's own time-out ends it else. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(2);
}

export function isRunning(pid: number): boolean {
  try {
    // A zombie that nobody has waited for is gone for our purposes.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
