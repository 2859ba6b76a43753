import type { Stage } from "../../model/documents.ts";
import type { StagePair } from "../statistics/match-stages.ts";

/** Stages that read fewer records are uneven by chance: a handful of groups over a handful of partitions. */
const FEWEST_RECORDS = 1000;
const FEWEST_TASKS = 3;

/** Whether the median task of a stage read nothing: a ratio to it says nothing, and the skews are what the largest task read. */
export function hasIdleMedian({ shuffleRecordsMedian }: Stage): boolean {
  return shuffleRecordsMedian != null && shuffleRecordsMedian < 1;
}

/** Records that the largest task of a stage read; null where the median, of which the skew is a multiple, is not known. */
export function largestTaskRecords({ shuffleRecordsSkew, shuffleRecordsMedian }: Stage): number | null {
  if (shuffleRecordsSkew === null || shuffleRecordsMedian == null) return null;
  return shuffleRecordsSkew * Math.max(shuffleRecordsMedian, 1);
}

/**
 * Whether a stage's largest task has grown away from its median task: to more than twice the ratio of the baseline and by more
 * than 3 (identical data give the same ratio to the last record; 1.5 became 34.7 with one key skewed). Where the median task of a side
 * read nothing, what the largest task read has to have grown as much.
 */
export function isMoreSkewed({ current, baseline }: StagePair): boolean {
  const now = current.shuffleRecordsSkew;
  const before = baseline.shuffleRecordsSkew;
  if (now === null || before === null) return false;
  if ((current.metrics.shuffleReadRecords ?? 0) < FEWEST_RECORDS) return false;
  if ((current.metrics.tasks ?? 0) < FEWEST_TASKS) return false;
  if (hasIdleMedian(current) || hasIdleMedian(baseline)) {
    const [most, mostBefore] = [largestTaskRecords(current), largestTaskRecords(baseline)];
    if (most !== null && mostBefore !== null) return most > skewLimit(mostBefore);
  }
  return now > skewLimit(before);
}

/** The ratio from which a stage counts as skewed, given the baseline's. */
export function skewLimit(before: number): number {
  return Math.max(2 * before, before + 3);
}
