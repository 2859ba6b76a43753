import type { V1Pod } from "@kubernetes/client-node";
import type { Execution } from "../../../plan/execution.ts";
import { toReason } from "../../shared/reason.ts";
import { describeStep } from "../../shared/result-file.ts";
import { type CaseNodes, isFulfilled, type PodNode } from "../objects/node-status.ts";
import type { StartProblem } from "../outcome/start-failure.ts";
import type { FollowEvent } from "./event.ts";

/** An execution, and what has been told of it. */
export interface ReportedExecution {
  readonly execution: Execution;
  /** The last attempt that was told as started, 0 for none. */
  attempt: number;
  /** The last attempt whose end was told as worth another one. */
  retried: number;
  step: string | null;
  /** What the attempt's own log said last of where it stands. */
  spoken: string | null;
  /** Nothing more is told of it. */
  ended: boolean;
}

export function reportOf(execution: Execution): ReportedExecution {
  return { execution, attempt: 0, retried: 0, step: null, spoken: null, ended: false };
}

export interface CaseView {
  readonly nodes: CaseNodes;
  /** The last attempt's pod. */
  readonly pod: V1Pod | undefined;
  readonly problem: StartProblem | null;
  readonly warmups: number;
  readonly samples: number;
}

/** Brings what has been told up to what is seen, and gives what is new. Whatever was missed in between is told in its order. */
export function tellCase(report: ReportedExecution, view: CaseView): FollowEvent[] {
  const { attempts } = view.nodes;
  const events: FollowEvent[] = [];
  const retry = (attempt: number, delayMs: number) => {
    if (attempt === 0 || report.retried >= attempt) return;
    report.retried = attempt;
    const reason = toReason(attempts[attempt - 1]?.message ?? "the attempt failed");
    events.push({ type: "retrying", execution: report.execution, attempt: attempt + 1, reason, delayMs });
  };
  while (report.attempt < attempts.length) {
    retry(report.attempt, 0);
    report.attempt += 1;
    report.step = null;
    report.spoken = null;
    events.push({ type: "started", execution: report.execution, attempt: report.attempt });
  }
  const last = attempts.at(-1);
  if (last === undefined || isFulfilled(view.nodes.phase)) return events;
  if (isFulfilled(last.phase)) {
    const delayMs = backoffMs(view.nodes.message);
    // Argo announces the wait before it has looked at whether there will be another attempt.
    if (delayMs !== null && mayRetry(last)) retry(attempts.length, delayMs);
    return events;
  }
  return [...events, ...tellStep(report, describePod(last, view, report.spoken))];
}

/**
 * Takes a line of the case's log for where the case stands, which run_case.py says in it. (Argo passes on a pod's own progress
 * only once a minute.)
 */
export function hearLine(report: ReportedExecution, line: string): FollowEvent[] {
  const step = /^spark-loadtest: ((?:warm-up|sample) \d+\/\d+|ending)$/.exec(line)?.[1];
  if (step === undefined) return [];
  report.spoken = step;
  return report.attempt === 0 || report.ended ? [] : tellStep(report, step);
}

function tellStep(report: ReportedExecution, step: string): FollowEvent[] {
  if (step === report.step) return [];
  report.step = step;
  return [{ type: "progress", execution: report.execution, step }];
}

/** run_case.py's exit code for what another attempt may do better. */
const AGAIN_CODE = 75;

function mayRetry({ phase, exitCode }: PodNode): boolean {
  return phase === "Error" || exitCode === AGAIN_CODE;
}

const UNIT_MS: Readonly<Record<string, number>> = { second: 1_000, minute: 60_000, hour: 3_600_000 };

/** Milliseconds of "Backoff for 1 minute 4 seconds"; null for any other message. */
export function backoffMs(message: string | null): number | null {
  const text = /^Backoff for (.+)$/.exec(message ?? "")?.[1];
  if (text === undefined) return null;
  const parts = [...text.matchAll(/(?<!\d)(\d+) (second|minute|hour)/g)];
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * UNIT_MS[unit!]!, 0);
}

/** What a pod is doing, in a few words. */
function describePod(node: PodNode, { pod, problem, warmups, samples }: CaseView, spoken: string | null): string {
  if (problem !== null) return problem.kind === "starting" ? problem.reason : `waiting: ${problem.reason}`;
  if (node.phase === "Pending" && node.message !== null && pod?.status?.phase !== "Running") {
    return `waiting: ${toReason(node.message)}`;
  }
  const main = pod?.status?.containerStatuses?.find(({ name }) => name === "main");
  if (main?.state?.terminated !== undefined) return "saving what it made";
  const running = main?.state?.running !== undefined || (pod === undefined && node.phase === "Running");
  if (!running) return "starting its containers";
  if (spoken !== null) return spoken;
  const { progress } = node;
  if (progress === null) return "running";
  if (progress.all === warmups + samples) return describeStep(progress.done, warmups, samples);
  return `${progress.done}/${progress.all}`;
}
