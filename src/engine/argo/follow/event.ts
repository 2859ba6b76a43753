import type { KubeConfig } from "@kubernetes/client-node";
import type { Case } from "../../../model/documents.ts";
import type { CaseEvent, CaseExecution } from "../../engine.ts";
import type { WorkflowPhase } from "../objects/node-status.ts";

/** What is known of a case on a cluster when it has ended; the engine adds where its event log lies. */
export interface FollowedExecution extends Omit<CaseExecution, "eventLogDirectory" | "applicationId"> {
  /** The last attempt's pod, under whose name Argo keeps its log and artifacts; null where none was made. */
  readonly pod: string | null;
}

/**
 * What happens to a workflow, in order. The events of a case are those of CaseEvent and are passed on as they are, but for
 * "finished". A case that ended before this process looked is told as "started" and "finished" in one go.
 */
export type FollowEvent =
  | Exclude<CaseEvent, { type: "finished" }>
  | { readonly type: "finished"; readonly case: Case; readonly execution: FollowedExecution }
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
   * No pod of the workflow can be made or scheduled, and none is running whose end would change that. The cases that this
   * holds up have not been told as finished: whoever stops the workflow gets them as "infrastructure" with this reason.
   */
  | { readonly type: "stuck"; readonly reason: string }
  /** The connection to the API server is lost, and later: is back. For people. */
  | { readonly type: "disturbance"; readonly message: string }
  /** The workflow is over. Cases that it never came to have been told as "infrastructure" before. Nothing follows. */
  | {
      readonly type: "ended";
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
  /** The cases that were submitted. */
  readonly cases: readonly Case[];
  /** For the words of progress: "sample 2/3". Of a workload that tells nothing of its repetitions, 0 and 0. */
  readonly warmups: number;
  readonly samples: number;
  /** Folder for `<case>.log`, which is made; null to tell the lines only. */
  readonly logDirectory: string | null;
  /** Ends the iteration at once, without an error. The workflow goes on. */
  readonly signal: AbortSignal;
  readonly limits?: Partial<FollowLimits>;
}

/** How long things may take before they are given up, in milliseconds. */
export interface FollowLimits {
  /** The API server is away. */
  readonly unreachableTimeoutMs: number;
  /** No byte on a watch, on which bookmarks come once a minute. */
  readonly idleTimeoutMs: number;
  /** A container waits with an error that time does not mend: its image does not exist, its configuration is wrong. */
  readonly cannotStartMs: number;
  /** ... with one that may mend: a registry that does not answer, a volume that cannot be mounted. */
  readonly mayStartMs: number;
  /** No room on any node, or in the quota, while no other pod of the run is running. */
  readonly noRoomMs: number;
  /** ... while an autoscaler says that it adds a node. */
  readonly scaleUpMs: number;
  /** What an ended case's log and result may come late. */
  readonly drainMs: number;
}

export const FOLLOW_LIMITS: FollowLimits = {
  unreachableTimeoutMs: 300_000,
  idleTimeoutMs: 90_000,
  cannotStartMs: 5_000,
  mayStartMs: 20_000,
  noRoomMs: 20_000,
  scaleUpMs: 600_000,
  drainMs: 10_000,
};
