/** What a workflow run is to later ones: part of their baseline, or why it is not. */
export type Standing = "baseline" | "pull-request" | "other-branch" | "other-event";

/**
 * Events that start a run on what a branch holds. A comment or the end of another workflow starts a run on the default branch, too, but
 * such a workflow checks out what it likes, most often a pull request; a release and a merge queue start one on a ref of their own.
 */
const BASELINE_EVENTS: readonly string[] = ["push", "schedule", "workflow_dispatch", "repository_dispatch"];

/**
 * The one rule by which a run is part of the baseline: when it is uploaded, when it is fetched, and in words.
 *
 * @param run branch: where it ran, null for a tag or another ref; isOwn: whether the branch is this repository's and not a fork's
 */
export function standingOf(run: {
  readonly event: string;
  readonly branch: string | null;
  readonly defaultBranch: string | null;
  readonly isOwn: boolean;
}): Standing {
  if (!run.isOwn || run.event.startsWith("pull_request")) return "pull-request";
  if (!BASELINE_EVENTS.includes(run.event)) return "other-event";
  return run.branch !== null && run.branch === run.defaultBranch ? "baseline" : "other-branch";
}

/** Why runs that an event starts are no baseline, as the end of a sentence. */
export function describeOtherEvent(event: string): string {
  return `a run that ${event} starts is no baseline, since nobody knows what it has checked out; push, schedule and dispatches are`;
}
