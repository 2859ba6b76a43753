import type { CoreV1Event, V1Pod } from "@kubernetes/client-node";
import { toPrintable } from "../../../lib/text/printable.ts";
import { toReason } from "../../shared/reason.ts";
import {
  createStatusReader,
  isFulfilled,
  isOver,
  type WorkflowObject,
  type WorkflowStatus,
} from "../objects/node-status.ts";
import { type FollowedOutcome, toOutcome, toUnreached } from "../outcome/case-outcome.ts";
import { isCutOff, isPast } from "../outcome/cut-off.ts";
import { endPod } from "../outcome/end-pod.ts";
import type { FollowLimits } from "../outcome/limits.ts";
import { isFullStoreMessage, isQuotaMessage } from "../outcome/start-failure.ts";
import type { FollowEvent, FollowOptions } from "./event.ts";
import type { FollowedLogs } from "./logs.ts";
import { FollowedStarts, hasRoom } from "./starts.ts";
import { hearLine, type ReportedExecution, reportOf, tellCase } from "./tell-case.ts";
import { describeSteps, stepNameOf } from "./tell-step.ts";

/** Changes that come close together are looked at once. */
const SHORTEST_PAUSE_MS = 50;
/** Looking at thousands of nodes takes its time: of one core it may take one part in so many. */
const PAUSE_FACTOR = 50;
const LONGEST_PAUSE_MS = 1_000;
/** A controller that is there takes a workflow up at once. */
const TAKEN_UP_MS = 10_000;
const FULL_STORE = "the disk of the object store is full (persistence.size of the chart's values)";

/** What Argo's own process, which runs ours, writes into the same log; for people it is noise. */
const ARGO_LINE = /^time=\S+ level=\w+ msg=.* argo=true\b/;

export interface FollowedRunOptions extends FollowOptions {
  readonly limits: FollowLimits;
  readonly logs: FollowedLogs | null;
  readonly emit: (event: FollowEvent) => void;
  readonly readEvents: (pod: V1Pod) => Promise<readonly CoreV1Event[]>;
  /** Everything has been told. */
  readonly onEnded: () => void;
  readonly onFailure: (error: unknown) => void;
}

/** What is known of a run that is followed, and what has been told of it. */
export class FollowedRun {
  readonly #options: FollowedRunOptions;
  readonly #reports: ReadonlyMap<string, ReportedExecution>;
  readonly #readStatus = createStatusReader();
  readonly #starts: FollowedStarts;
  /** Pods that exist, and the last state of those that are gone. */
  readonly #pods = new Map<string, V1Pod>();
  readonly #gone = new Map<string, V1Pod>();
  readonly #steps = new Map<string, string>();
  readonly #settling: Promise<void>[] = [];
  /** Since when a case that has ended waits for its result. */
  readonly #resultAwaitedSince = new Map<string, number>();
  #workflow: WorkflowObject | undefined;
  #read: WorkflowObject | undefined;
  #status: WorkflowStatus | undefined;
  #phase = "";
  #waiting: string | null = null;
  #firstSeenAt = 0;
  #quotaSince: number | null = null;
  #stuck: string | null = null;
  #unendable: string | null = null;
  /** Why pods were ended that could not start: what Argo says of them is only how they were ended. */
  readonly #notStarted = new Map<string, string>();
  /** Whether the workflow's deadline has left a case unfinished. */
  #timedOut = false;
  #told = false;
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  #restUntil = 0;

  constructor(options: FollowedRunOptions) {
    this.#options = options;
    this.#reports = new Map(options.executions.map((execution) => [execution.id, reportOf(execution)]));
    this.#starts = new FollowedStarts(options.limits, options.readEvents, () => this.#lookSoon());
  }

  /** Whether the workflow has been seen at all. */
  get seen(): boolean {
    return this.#workflow !== undefined;
  }

  seeWorkflow(workflow: WorkflowObject): void {
    if (this.#workflow === undefined) this.#firstSeenAt = performance.now();
    this.#workflow = workflow;
    this.#lookSoon();
  }

  seePod(pod: V1Pod): void {
    this.#pods.set(pod.metadata?.name ?? "", pod);
    this.#lookSoon();
  }

  losePod(pod: V1Pod): void {
    const name = pod.metadata?.name ?? "";
    this.#pods.delete(name);
    this.#gone.set(name, pod);
    this.#starts.forget(name);
    this.#options.logs?.end(name);
    this.#lookSoon();
  }

  tellLines(id: string, lines: readonly string[]): void {
    const { emit } = this.#options;
    const report = this.#reports.get(id);
    if (report === undefined) return;
    for (const line of lines) {
      if (ARGO_LINE.test(line)) continue;
      for (const event of hearLine(report, line)) emit(event);
      emit({ type: "log", execution: report.execution, line: toPrintable(line) });
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #lookSoon(): void {
    this.#lookAt(Math.max(performance.now() + SHORTEST_PAUSE_MS, this.#restUntil));
  }

  #lookAt(atMs: number): void {
    if (this.#options.signal.aborted || atMs >= this.#timerAt) return;
    clearTimeout(this.#timer);
    this.#timerAt = atMs;
    this.#timer = setTimeout(() => this.#look(), Math.max(atMs - performance.now(), 0));
  }

  #look(): void {
    this.#timerAt = Number.POSITIVE_INFINITY;
    if (this.#options.signal.aborted || this.#workflow === undefined || this.#told) return;
    const startedAt = performance.now();
    try {
      if (this.#read !== this.#workflow) {
        this.#status = this.#readStatus(this.#workflow);
        this.#read = this.#workflow;
      }
      this.#tell(this.#status!, startedAt);
    } catch (error) {
      this.#options.onFailure(error);
      return;
    }
    const tookMs = performance.now() - startedAt;
    this.#restUntil = performance.now() + Math.min(tookMs * PAUSE_FACTOR, LONGEST_PAUSE_MS);
  }

  #tell(status: WorkflowStatus, now: number): void {
    const over = isOver(status.phase);
    this.#tellWorkflow(status, now);
    this.#tellSteps(status);
    const starts = this.#starts.look(this.#pods.values(), now);
    this.#lookAt(starts.againAtMs);
    for (const [name, report] of this.#reports) if (!report.ended) this.#tellCase(name, report, status, now);
    for (const pod of starts.cannotStart) this.#endStart(pod, status);
    if (over) this.#endRun(status);
    else this.#tellStuck(status, now);
  }

  #tellWorkflow({ phase, message }: WorkflowStatus, now: number): void {
    const { emit } = this.#options;
    let waiting: string | null = null;
    if (phase === "Pending" && message !== null) waiting = toReason(message);
    if (phase === "") {
      if (now - this.#firstSeenAt >= TAKEN_UP_MS) waiting = "no Argo controller has taken the workflow up yet";
      else this.#lookAt(this.#firstSeenAt + TAKEN_UP_MS);
    }
    if (phase !== this.#phase) {
      this.#phase = phase;
      emit({ type: "phase", phase, message: message === null ? null : toReason(message) });
    }
    if (waiting !== this.#waiting) {
      this.#waiting = waiting;
      emit({ type: "waiting", reason: waiting });
    }
  }

  #tellSteps({ others }: WorkflowStatus): void {
    for (const event of describeSteps(others, (pod) => this.#problemOf(pod))) {
      const text = `${event.state} ${event.reason ?? ""}`;
      if (this.#steps.get(event.step) === text) continue;
      this.#steps.set(event.step, text);
      this.#options.emit(event);
    }
  }

  #problemOf(pod: string): string | null {
    return this.#notStarted.get(pod) ?? this.#starts.problemOf(pod)?.reason ?? null;
  }

  #tellCase(name: string, report: ReportedExecution, status: WorkflowStatus, now: number): void {
    const nodes = status.cases.get(name);
    // Past its deadline Argo still makes pods for cases that have not begun, and ends them at once.
    if (nodes === undefined || isPast(status.deadline, nodes.attempts[0]?.startedAt ?? null)) return;
    const { emit, logs, limits, warmups, samples } = this.#options;
    const last = nodes.attempts.at(-1);
    const pod = last === undefined ? undefined : this.#podOf(last.podName);
    const problem = last === undefined ? null : this.#starts.problemOf(last.podName);
    for (const event of tellCase(report, { nodes, pod, problem, warmups, samples })) emit(event);
    nodes.attempts.forEach((attempt, index) => {
      const attemptPod = this.#pods.get(attempt.podName);
      if (attemptPod !== undefined) logs?.see(attemptPod, name, index + 1);
      if (isFulfilled(attempt.phase)) logs?.end(attempt.podName);
    });
    if (!isFulfilled(nodes.phase)) return;
    if (last !== undefined && last.result === null && last.resultPending && !isOver(status.phase)) {
      const since = this.#resultAwaitedSince.get(name) ?? now;
      this.#resultAwaitedSince.set(name, since);
      if (now - since < limits.drainMs) {
        this.#lookAt(since + limits.drainMs);
        return;
      }
    }
    if (this.#stuck === null && isCutOff(nodes, status.deadline)) {
      report.ended = true;
      this.#timedOut = true;
      this.#settling.push(logs?.drain(name, limits.drainMs) ?? Promise.resolve());
      return;
    }
    const at = new Date().toISOString();
    // What was stopped because the run was stuck ends with that reason, and not with that of its stopping.
    const stopped = this.#stuck !== null && last?.result == null;
    this.#finish(report, stopped ? toUnreached(nodes, this.#stuck!, at) : toOutcome(nodes, pod, at));
  }

  #podOf(name: string): V1Pod | undefined {
    return this.#pods.get(name) ?? this.#gone.get(name);
  }

  /** Tells the end of a case, once what it wrote has been told. */
  #finish(report: ReportedExecution, outcome: FollowedOutcome): void {
    const { emit, logs, limits } = this.#options;
    report.ended = true;
    const tell = async () => {
      await logs?.drain(report.execution.id, limits.drainMs);
      emit({ type: "finished", execution: report.execution, outcome });
    };
    this.#settling.push(tell());
  }

  /** Ends a pod that cannot start, and tells its case as ended without waiting for what Argo makes of it. */
  #endStart(pod: V1Pod, status: WorkflowStatus): void {
    const name = pod.metadata?.name ?? "";
    const reason = this.#starts.problemOf(name)?.reason ?? "the pod did not start";
    this.#notStarted.set(name, reason);
    const data = status.others.find(({ podName, template }) => podName === name && template === "data");
    // Without its data no case begins.
    if (data !== undefined) this.#finishUnreached(status, `${stepNameOf(data)}: ${reason}`);
    for (const [id, nodes] of status.cases) {
      if (!nodes.attempts.some(({ podName }) => podName === name)) continue;
      const report = this.#reports.get(id);
      if (report !== undefined && !report.ended)
        this.#finish(report, toUnreached(nodes, reason, new Date().toISOString()));
    }
    const { kubeConfig, signal } = this.#options;
    endPod(kubeConfig, pod, reason, signal).catch((error: unknown) => {
      if (signal.aborted) return;
      this.#unendable = toReason(`${reason} (and ${error instanceof Error ? error.message : String(error)})`);
      this.#lookSoon();
    });
  }

  #finishUnreached({ cases }: Pick<WorkflowStatus, "cases">, reason: string): void {
    for (const [name, report] of this.#reports) {
      if (!report.ended) this.#finish(report, toUnreached(cases.get(name), reason, new Date().toISOString()));
    }
  }

  /** Looks whether the run has come to a stop that only stopping the workflow ends. */
  #tellStuck(status: WorkflowStatus, now: number): void {
    if (this.#stuck !== null) return;
    const anyHasRoom = [...this.#pods.values()].some(hasRoom);
    const waiting = [...status.cases.values()]
      .flatMap((nodes) => [nodes.message, nodes.attempts.at(-1)?.message ?? null])
      .concat(status.others.filter(({ phase }) => !isFulfilled(phase)).map(({ message }) => message));
    const quota = anyHasRoom ? undefined : waiting.find(isQuotaMessage);
    if (quota === undefined) this.#quotaSince = null;
    else this.#quotaSince ??= now;
    const dueAt =
      this.#quotaSince === null ? Number.POSITIVE_INFINITY : this.#quotaSince + this.#options.limits.noRoomMs;
    const allTold = [...this.#reports.values()].every(({ ended }) => ended);
    const isFull = [...status.cases.values()].some(({ attempts }) =>
      attempts.some(({ phase, message }) => isFulfilled(phase) && isFullStoreMessage(message)),
    );
    if (isFull) this.#stuck = FULL_STORE;
    else if (now >= dueAt) this.#stuck = toReason(quota!);
    else if (allTold && this.#unendable !== null) this.#stuck = this.#unendable;
    else this.#lookAt(dueAt);
    if (this.#stuck !== null) this.#options.emit({ type: "stuck", reason: this.#stuck });
  }

  #endRun({ cases, phase, message, startedAt, finishedAt, others, deadline }: WorkflowStatus): void {
    this.#told = true;
    const failed = describeSteps(others, (pod) => this.#problemOf(pod)).find(
      (step) => step.state === "failed" && !isPast(deadline, step.finishedAt),
    );
    const reason =
      this.#stuck ??
      (failed === undefined ? null : `${failed.step}: ${failed.reason}`) ??
      message ??
      `the workflow ended before the case did (${phase})`;
    const isLate = this.#stuck === null && failed === undefined && isPast(deadline, finishedAt);
    if (!isLate) this.#finishUnreached({ cases }, reason);
    else this.#timedOut ||= [...this.#reports.values()].some(({ ended }) => !ended);
    const timedOutAfterSeconds = this.#timedOut ? (deadline?.seconds ?? null) : null;
    void Promise.all(this.#settling).then(() => {
      const { emit, onEnded } = this.#options;
      const words = message === null ? null : toReason(message);
      emit({ type: "ended", timedOutAfterSeconds, phase, message: words, startedAt, finishedAt });
      onEnded();
    });
  }
}
