import type { CaseEvent, CaseExecution } from "../../src/engine/engine.ts";
import type { Case } from "../../src/model/documents.ts";

/** A case named as on a cluster. */
export function makeCase(sparkVersion: string, orchestrator: string, operation: string, dataSize = "small"): Case {
  const name = `p0_smoke_${sparkVersion}_${orchestrator}_kubernetes_none_${operation}_${dataSize}`;
  return {
    name,
    dimensions: { sparkVersion, orchestrator, mode: "kubernetes", extensions: [], operation, dataSize },
  };
}

export const FOUR = [
  makeCase("4.1.1", "submit", "join"),
  makeCase("4.1.1", "connect", "join"),
  makeCase("3.5.7", "submit", "read"),
  makeCase("3.5.7", "connect", "aggregate"),
];

export const THOUSAND = Array.from({ length: 1000 }, (_, index) =>
  makeCase(`4.${Math.floor(index / 100)}.1`, index % 2 === 0 ? "submit" : "connect", "join", `size${index % 100}`),
);

export function started(testCase: Case, attempt = 1): CaseEvent {
  return { type: "started", case: testCase, attempt };
}

export function progress(testCase: Case, step: string): CaseEvent {
  return { type: "progress", case: testCase, step };
}

export function log(testCase: Case, line: string): CaseEvent {
  return { type: "log", case: testCase, line };
}

export function retrying(testCase: Case, reason: string): CaseEvent {
  return { type: "retrying", case: testCase, attempt: 1, reason, delayMs: 5000 };
}

/** The end of a case that took so long. */
export function finished(testCase: Case, tookMs: number, execution: Partial<CaseExecution> = {}): CaseEvent {
  return {
    type: "finished",
    case: testCase,
    execution: {
      status: "passed",
      reason: null,
      attempts: 1,
      namespace: null,
      startedAt: new Date(0).toISOString(),
      finishedAt: new Date(tookMs).toISOString(),
      attemptTimes: [],
      checksum: null,
      eventLogDirectory: "",
      applicationId: null,
      ...execution,
    },
  };
}
