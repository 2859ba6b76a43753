import type { ProgressEvent, ShownOutcome } from "../../src/progress/progress.ts";

/** The name of a case on a cluster. */
export function makeName(sparkVersion: string, orchestrator: string, operation: string, dataSize = "small"): string {
  return `p0_smoke_${sparkVersion}_${orchestrator}_kubernetes_none_${operation}_${dataSize}`;
}

export const FOUR = [
  makeName("4.1.1", "submit", "join"),
  makeName("4.1.1", "connect", "join"),
  makeName("3.5.7", "submit", "read"),
  makeName("3.5.7", "connect", "aggregate"),
];

export const THOUSAND = Array.from({ length: 1000 }, (_, index) =>
  makeName(`4.${Math.floor(index / 100)}.1`, index % 2 === 0 ? "submit" : "connect", "join", `size${index % 100}`),
);

export function started(name: string, attempt = 1): ProgressEvent {
  return { type: "started", name, attempt };
}

export function progress(name: string, step: string): ProgressEvent {
  return { type: "progress", name, step };
}

export function log(name: string, line: string): ProgressEvent {
  return { type: "log", name, line };
}

export function retrying(name: string, reason: string): ProgressEvent {
  return { type: "retrying", name, attempt: 1, reason, delayMs: 5000 };
}

/** The end of a case that took so long. */
export function finished(name: string, tookMs: number, outcome: Partial<ShownOutcome> = {}): ProgressEvent {
  return {
    type: "finished",
    name,
    outcome: {
      status: "passed",
      reason: null,
      startedAt: new Date(0).toISOString(),
      finishedAt: new Date(tookMs).toISOString(),
      ...outcome,
    },
  };
}
