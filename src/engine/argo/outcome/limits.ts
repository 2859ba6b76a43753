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
  /** No room on any node, or in the quota, while no other pod of the run has any. */
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
