import { NumberSet } from "./numbers.ts";
import type { TaskEnd } from "./spark-events.ts";
import type { TaskOutcome } from "./task-failures.ts";
import { TaskTotals } from "./task-totals.ts";

/**
 * Which tasks of a stage count for its result: of each partition the first that succeeded. The others failed, were not needed, or repeated
 * what had succeeded and was lost. Two bits of memory a partition.
 */
export class CountedTasks {
  /** Partitions of which a task ended, in whatever way, and those of which one succeeded. */
  readonly #seen = new NumberSet();
  readonly #succeeded = new NumberSet();
  /** Tasks that succeeded and do not say of which partition. */
  #unnamed = 0;
  #uncounted: TaskTotals | null = null;

  /** Partitions that tasks worked on, whatever was tried again. */
  get partitions(): number {
    return this.#seen.size + this.#unnamed;
  }

  /** The tasks that do not count; null where all do. */
  get uncounted(): TaskTotals | null {
    return this.#uncounted;
  }

  addTask(task: TaskEnd, outcome: TaskOutcome): void {
    if (this.#counts(task, outcome === "succeeded")) return;
    this.#uncounted ??= new TaskTotals();
    this.#uncounted.addTask(task, outcome);
  }

  #counts({ "Task Info": info }: TaskEnd, succeeded: boolean): boolean {
    const partition = info?.["Partition ID"] ?? info?.Index;
    if (!Number.isSafeInteger(partition) || partition! < 0) {
      if (succeeded) this.#unnamed += 1;
      return succeeded;
    }
    this.#seen.add(partition!);
    return succeeded && this.#succeeded.add(partition!);
  }
}
