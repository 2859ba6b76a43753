import { formatMs } from "../lib/text/format.ts";

export interface Pace {
  /** Cases that have neither begun nor ended. */
  readonly unstarted: number;
  /** How long each case that has ended took, retries and the waits between them included. */
  readonly finishedMs: readonly number[];
  /** How long each running case has run by now. */
  readonly runningMs: readonly number[];
  /** How many cases ran at a time, on average and with the gaps between cases. */
  readonly parallel: number;
}

/** What is left of a case that takes longer than the others did, as a part of what they took. */
const OVERDUE = 0.1;

/**
 * Milliseconds until the last case has probably ended, from what the cases took so far and how many ran at a time; null while
 * that says too little. The cases that end first are the short ones, so of many that began at once half must have ended.
 */
export function estimateLeftMs({ unstarted, finishedMs, runningMs, parallel }: Pace): number | null {
  if (unstarted === 0 && runningMs.length === 0) return null;
  if (finishedMs.length < 2 || finishedMs.length * 2 < runningMs.length) return null;
  const overdue = runningMs.filter((ms) => ms > meanOf(finishedMs));
  const caseMs = meanOf([...finishedMs, ...overdue]);
  const rests = runningMs.map((ms) => Math.max(caseMs - ms, caseMs * OVERDUE));
  const work = unstarted * caseMs + rests.reduce((sum, ms) => sum + ms, 0);
  // No more than all of what is left can run at a time, and the last to begin takes its full time after the first place is free.
  const width = Math.min(Math.max(parallel, 0.05), unstarted + runningMs.length);
  const free = runningMs.length < Math.ceil(parallel) ? 0 : Math.min(...rests);
  return Math.max(work / width, ...rests, unstarted > 0 ? free + caseMs : 0);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** An estimate as coarse as it is: "less than 1 min", "about 12 min", "about 2 h 10 min". */
export function formatEstimate(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1) return "less than 1 min";
  if (minutes < 60) return `about ${minutes} min`;
  const tens = Math.round(minutes / 10) * 10;
  return `about ${Math.floor(tens / 60)} h ${tens % 60} min`;
}

/** A time that goes on, in whole seconds: it changes once a second, and so does what shows it. */
export function formatElapsed(ms: number): string {
  const whole = Math.floor(Math.max(0, ms) / 1000) * 1000;
  return whole === 0 ? "0 s" : formatMs(whole);
}
