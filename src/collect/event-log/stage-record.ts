import { CountedTasks } from "./counted-tasks.ts";
import { scopeNames } from "./plan-nodes.ts";
import type { StageInfo, TaskEnd } from "./spark-events.ts";
import type { TaskOutcome } from "./task-failures.ts";
import { TaskTotals } from "./task-totals.ts";

/** One stage of an application with all its attempts, as the events go by. */
export class StageRecord {
  readonly id: number;
  readonly totals = new TaskTotals();
  readonly counted = new CountedTasks();
  name = "";
  /** Whole `spark.jobGroup.id`, repetition included. */
  jobGroup = "";
  submittedAtMs: number | null = null;
  completedAtMs: number | null = null;
  /** The last attempt failed or was cancelled. */
  unfinished = false;
  /** Empty where the stage has no SQL plan, or did not complete. */
  planNodes: string[] = [];
  #scopes: string[] = [];
  readonly #attempts = new Set<number>();

  constructor(id: number) {
    this.id = id;
  }

  /** Takes in what an event says of the stage; which of its events comes first depends on where the log begins. */
  describe(info: StageInfo): void {
    this.addAttempt(info["Stage Attempt ID"]);
    this.name = info["Stage Name"] ?? this.name;
    if (this.#scopes.length === 0) this.#scopes = scopeNames(info);
    this.submittedAtMs ??= info["Submission Time"] ?? null;
    if (info["Completion Time"] == null) return;
    this.completedAtMs = info["Completion Time"];
    this.unfinished = info["Failure Reason"] != null;
  }

  addAttempt(attempt: number | null | undefined): void {
    this.#attempts.add(attempt ?? 0);
  }

  addTask(task: TaskEnd, outcome: TaskOutcome): void {
    this.addAttempt(task["Stage Attempt ID"]);
    this.totals.addTask(task, outcome);
    this.counted.addTask(task, outcome);
  }

  get attempts(): number {
    return this.#attempts.size;
  }

  get retries(): number {
    return this.#attempts.has(0) ? this.#attempts.size - 1 : this.#attempts.size;
  }

  /** What names the stage in its key. */
  get nodes(): readonly string[] {
    return this.planNodes.length > 0 ? this.planNodes : this.#scopes;
  }

  get wallMs(): number | null {
    return this.submittedAtMs === null || this.completedAtMs === null ? null : this.completedAtMs - this.submittedAtMs;
  }
}
