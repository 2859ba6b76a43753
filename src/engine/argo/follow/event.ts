import type { KubeConfig } from "@kubernetes/client-node";
import type { Execution } from "../../../plan/execution.ts";
import type { ExecutionNews } from "../../engine.ts";
import type { WorkflowPhase } from "../objects/node-status.ts";
import type { FollowedOutcome } from "../outcome/case-outcome.ts";
import type { FollowLimits } from "../outcome/limits.ts";

/**
 * What happens to a workflow, in order. The events of an execution are those of the engine and are passed on as they are, but
 * for "finished". One that ended before this process looked is told as "started" and "finished" in one go.
 */
export type FollowEvent =
  | ExecutionNews
  | { readonly type: "finished"; readonly execution: Execution; readonly outcome: FollowedOutcome }
  /** The workflow's phase changed. The last of these is followed by "ended" once every case has been told. */
  | { readonly type: "phase"; readonly phase: WorkflowPhase; readonly message: string | null }
  /** The workflow as a whole waits: for its mutex, for a controller to take it up. null: no more. */
  | { readonly type: "waiting"; readonly reason: string | null }
  /** A pod that is no case: the data set of a size, the exit handler. `reason` where it failed, or what it waits for. */
  | {
      readonly type: "step";
      readonly step: string;
      readonly state: "running" | "done" | "failed";
      readonly reason: string | null;
      /** Of its pod: ISO 8601. */
      readonly startedAt: string | null;
      readonly finishedAt: string | null;
    }
  /**
   * No pod of the workflow can be made or scheduled, and none is running whose end would change that; or the store has no room for
   * what pods make. The cases that this holds up have not been told as finished: whoever stops the workflow gets them as
   * "infrastructure" with this reason.
   */
  | { readonly type: "stuck"; readonly reason: string }
  /** The connection to the API server is lost, and later: is back. For people. */
  | { readonly type: "disturbance"; readonly message: string }
  /**
   * The workflow is over. Cases that it never came to have been told as "infrastructure" before, but for those that its own deadline cut
   * off or kept from beginning: they are not told as finished. Nothing follows.
   */
  | {
      readonly type: "ended";
      /** The deadline that left cases unfinished, in seconds from the workflow's start; null where none did. */
      readonly timedOutAfterSeconds: number | null;
      readonly phase: WorkflowPhase;
      readonly message: string | null;
      readonly startedAt: string | null;
      readonly finishedAt: string | null;
    };

export interface FollowOptions {
  readonly kubeConfig: KubeConfig;
  readonly namespace: string;
  /** Of the Workflow. */
  readonly name: string;
  /** Those that were submitted. */
  readonly executions: readonly Execution[];
  /** For the words of progress: "sample 2/3". Of a workload that tells nothing of its repetitions, 0 and 0. */
  readonly warmups: number;
  readonly samples: number;
  /** Folder for `<execution>.log`, which is made; null to tell the lines only. */
  readonly logDirectory: string | null;
  /** Ends the iteration at once, without an error. The workflow goes on. */
  readonly signal: AbortSignal;
  readonly limits?: Partial<FollowLimits>;
}
