import type { StagePair } from "../statistics/match-stages.ts";

/** Stages that read fewer records are uneven by chance: a handful of groups over a handful of partitions. */
const FEWEST_RECORDS = 1000;
const FEWEST_TASKS = 3;

/**
 * Whether a stage's largest task has grown away from its median task: to more than twice the ratio of the baseline and by more
 * than 3 (identical data give the same ratio to the last record; 1.5 became 34.7 with one key skewed).
 */
export function isMoreSkewed({ current, baseline }: StagePair): boolean {
  const now = current.shuffleRecordsSkew;
  const before = baseline.shuffleRecordsSkew;
  if (now === null || before === null) return false;
  if ((current.metrics.shuffleReadRecords ?? 0) < FEWEST_RECORDS) return false;
  if ((current.metrics.tasks ?? 0) < FEWEST_TASKS) return false;
  return now > skewLimit(before);
}

/** The ratio from which a stage counts as skewed, given the baseline's. */
export function skewLimit(before: number): number {
  return Math.max(2 * before, before + 3);
}
