import { redactText } from "../../lib/text/redact.ts";
import type { OwnRules } from "../../lib/text/spark-redaction.ts";
import type { Job } from "../../model/documents.ts";
import type { ApplicationRecord, JobRecord } from "../event-log/application-record.ts";
import type { StageRecord } from "../event-log/stage-record.ts";

/** Connect names jobs and stages after the whole plan of a query. */
const LONGEST_NAME = 120;
/** Of a name that is cut, what is searched for secrets. */
const LOOKED_THROUGH = 8 * LONGEST_NAME;

/** The jobs in the order of their ids, each with the stages that were run for it, and not those that an earlier job had run. */
export function toJobs(record: ApplicationRecord, own: OwnRules): Job[] {
  const jobs = [...record.jobs.values()].sort((a, b) => a.id - b.id);
  const stagesOf = new Map<JobRecord, StageRecord[]>(jobs.map((job) => [job, []]));
  const needing = new Map<number, JobRecord[]>();
  for (const job of jobs) {
    for (const id of job.stageIds) {
      const others = needing.get(id);
      if (others === undefined) needing.set(id, [job]);
      else others.push(job);
    }
  }
  for (const stage of [...record.stages.values()].sort((a, b) => a.id - b.id)) {
    const job = findJob(stage, needing.get(stage.id) ?? []);
    if (job !== undefined) stagesOf.get(job)!.push(stage);
  }
  return jobs.map((job) => ({
    id: job.id,
    group: record.jobGroups.settle(job.group),
    description: job.description === null ? null : shortenText(job.description, own),
    startedAtMs: job.startedAtMs,
    finishedAtMs: job.endedAtMs,
    failed: job.failed,
    ...(job.cancelled ? { cancelled: true } : {}),
    stages: stagesOf.get(job)!.map(({ id, name, submittedAtMs, completedAtMs, attempts, totals }) => ({
      id,
      name: shortenText(name, own),
      startedAtMs: submittedAtMs,
      finishedAtMs: completedAtMs,
      attempts,
      tasks: totals.tasks,
      failedTasks: totals.failedTasks,
    })),
  }));
}

/** Of the jobs that need a stage the one that was running when it was submitted. */
function findJob({ submittedAtMs }: StageRecord, needing: readonly JobRecord[]): JobRecord | undefined {
  const atMs = submittedAtMs ?? 0;
  const running = needing.find(
    ({ startedAtMs, endedAtMs }) => startedAtMs <= atMs && atMs <= (endedAtMs ?? Number.POSITIVE_INFINITY),
  );
  return running ?? needing[0];
}

function shortenText(name: string, own: OwnRules): string {
  return redactText(name.split("\n", 1)[0]!.slice(0, LOOKED_THROUGH), own).slice(0, LONGEST_NAME);
}
