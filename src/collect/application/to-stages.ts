import { redactText } from "../../lib/text/redact.ts";
import { withoutAddresses } from "../../lib/text/run-ids.ts";
import type { OwnRules } from "../../lib/text/spark-redaction.ts";
import type { Stage, Work } from "../../model/documents.ts";
import { type Metrics, WORK_METRICS } from "../../model/metrics.ts";
import type { ApplicationRecord } from "../event-log/application-record.ts";
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
 * Gives each executed stage a key that is the same in another run and another Spark version: the job group without its repetition and
 * without ids of the run and addresses, the stage's ordinal among the executed ones of that repetition (by stage id; skipped stages have ids too), and
 * its plan nodes.
 */
export function placeStages({ stages, jobGroups }: Pick<ApplicationRecord, "stages" | "jobGroups">): PlacedStage[] {
  const nextOrdinal = new Map<string, number>();
  const named = new Map<string, { readonly group: JobGroup; readonly base: string; readonly repetition: string }>();
  const nameGroup = (raw: string) => {
    const known = named.get(raw);
    if (known !== undefined) return known;
    const whole = jobGroups.settle(raw);
    const group = parseJobGroup(whole);
    const base = withoutAddresses(group.base);
    const name = { group, base, repetition: `${base}${whole.slice(group.base.length)}` };
    named.set(raw, name);
    return name;
  };
  return [...stages.values()]
    .sort((a, b) => a.id - b.id)
    .map((record) => {
      const { group, base, repetition } = nameGroup(record.jobGroup);
      const ordinal = nextOrdinal.get(repetition) ?? 0;
      nextOrdinal.set(repetition, ordinal + 1);
      return { record, group, ordinal, key: `${base}/${ordinal}/${record.nodes.join("+")}` };
    });
}

/** The stages as a document has them; stages of one key (repetitions of one job group) are added up. */
export function toStages(placed: readonly PlacedStage[], own: OwnRules): Stage[] {
  const byKey = new Map<string, PlacedStage[]>();
  for (const stage of placed) {
    const same = byKey.get(stage.key);
    if (same === undefined) byKey.set(stage.key, [stage]);
    else same.push(stage);
  }
  // A log of a million stages has few names.
  const names = new Map<string, string>();
  const redactName = (name: string) => {
    const redacted = names.get(name) ?? redactText(name, own);
    names.set(name, redacted);
    return redacted;
  };
  return [...byKey.values()].map((same) => toStage(same, redactName(same[0]!.record.name)));
}

function toStage(same: readonly PlacedStage[], name: string): Stage {
  const { record, group, ordinal, key } = same[0]!;
  const records = same.map((stage) => stage.record);
  const totals = addTotals(records);
  const metrics = totals.toMetrics({
    wallMs: records.reduce<number | null>((sum, { wallMs }) => (wallMs === null ? sum : (sum ?? 0) + wallMs), null),
    ...countAttempts(records),
    // An executor runs tasks of many stages; which of them it was lost to is not known.
    lostExecutors: null,
    oomKills: totals.outOfMemoryTasks,
  });
  const work = toWork(records, metrics);
  return {
    key,
    jobGroup: group.base,
    ordinal,
    planNodes: [...record.nodes],
    name,
    metrics,
    ...(work === undefined ? {} : { work }),
    ...(records.some(({ unfinished }) => unfinished) ? { unfinished: true } : {}),
    ...totals.toSkews(),
  };
}

/** Of the metrics what the tasks come to that count for the result; undefined where all do. */
function toWork(records: readonly StageRecord[], metrics: Metrics): Work | undefined {
  const uncounted = new TaskTotals();
  for (const { counted } of records) if (counted.uncounted !== null) uncounted.add(counted.uncounted);
  if (uncounted.tasks === 0) return undefined;
  const off = uncounted.toMetrics({
    wallMs: null,
    stages: null,
    retriedStages: null,
    lostExecutors: null,
    oomKills: null,
  });
  const left = WORK_METRICS.map((name): [keyof Work, number | null] => {
    const all = metrics[name];
    // To the microsecond, as what it is taken from. Of numbers beyond 2^53 the rest may come out below 0.
    return [name, all === null ? null : Math.max(0, Math.round((all - (off[name] ?? 0)) * 1000) / 1000)];
  });
  const tasks = records.reduce((sum, { counted }) => sum + counted.partitions, 0);
  return { ...(Object.fromEntries(left) as Work), tasks };
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
