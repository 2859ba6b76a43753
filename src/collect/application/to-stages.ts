import type { Stage } from "../../model/documents.ts";
import { type JobGroup, parseJobGroup } from "../event-log/job-group.ts";
import type { StageRecord } from "../event-log/stage-record.ts";
import { TaskTotals } from "../event-log/task-totals.ts";

/** A stage with its place in the repetition that it belongs to. */
export interface PlacedStage {
  readonly record: StageRecord;
  readonly group: JobGroup;
  readonly ordinal: number;
  readonly key: string;
}

/**
 * Gives each executed stage a key that is the same in another run and another Spark version: the job group without its repetition,
 * the stage's ordinal among the executed ones of that repetition (by stage id; skipped stages have ids too), and its plan nodes.
 */
export function placeStages(records: Iterable<StageRecord>): PlacedStage[] {
  const nextOrdinal = new Map<string, number>();
  return [...records]
    .sort((a, b) => a.id - b.id)
    .map((record) => {
      const ordinal = nextOrdinal.get(record.jobGroup) ?? 0;
      nextOrdinal.set(record.jobGroup, ordinal + 1);
      const group = parseJobGroup(record.jobGroup);
      return { record, group, ordinal, key: `${group.base}/${ordinal}/${record.nodes.join("+")}` };
    });
}

/** The stages as a document has them; stages of one key (repetitions of one job group) are added up. */
export function toStages(placed: readonly PlacedStage[]): Stage[] {
  const byKey = new Map<string, PlacedStage[]>();
  for (const stage of placed) {
    const same = byKey.get(stage.key);
    if (same === undefined) byKey.set(stage.key, [stage]);
    else same.push(stage);
  }
  return [...byKey.values()].map(toStage);
}

function toStage(same: readonly PlacedStage[]): Stage {
  const { record, group, ordinal, key } = same[0]!;
  const records = same.map((stage) => stage.record);
  const totals = addTotals(records);
  return {
    key,
    jobGroup: group.base,
    ordinal,
    planNodes: [...record.nodes],
    name: record.name,
    metrics: totals.toMetrics({
      wallMs: records.reduce<number | null>((sum, { wallMs }) => (wallMs === null ? sum : (sum ?? 0) + wallMs), null),
      ...countAttempts(records),
      // An executor runs tasks of many stages; which of them it was lost to is not known.
      lostExecutors: null,
      oomKills: totals.outOfMemoryTasks,
    }),
    ...totals.toSkews(),
  };
}

export function addTotals(records: readonly StageRecord[]): TaskTotals {
  if (records.length === 1) return records[0]!.totals;
  const sum = new TaskTotals();
  for (const { totals } of records) sum.add(totals);
  return sum;
}

export function countAttempts(records: readonly StageRecord[]): { stages: number; retriedStages: number } {
  let stages = 0;
  let retriedStages = 0;
  for (const { attempts, retries } of records) {
    stages += attempts;
    retriedStages += retries;
  }
  return { stages, retriedStages };
}
