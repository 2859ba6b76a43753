import type { EventHandlers } from "../event-log/parse-event.ts";
import type { Properties, TaskMetrics } from "../event-log/spark-events.ts";
import type { Answers, JobAnswer, StageTasks, TaskAnswer, TaskMetricsAnswer } from "./answers.ts";
import { readTaskReason } from "./task-reason.ts";

/** Stages that Spark planned but never submitted: nothing in an event log tells of them. */
const NEVER_RAN: ReadonlySet<string> = new Set(["SKIPPED", "PENDING"]);
const UNFINISHED: ReadonlySet<string> = new Set(["RUNNING", "GET RESULT", "UNKNOWN"]);

export function hasRun({ status }: { readonly status: string }): boolean {
  return !NEVER_RAN.has(status);
}

/** Tasks of a stage that have ended, lost results included: as many as an event log has TaskEnd events. */
export function countEndedTasks({ stage, tasks }: StageTasks): number {
  return tasks.filter(hasEnded).length + countResubmitted({ stage, tasks });
}

/**
 * Hands on a History Server's answers as the events that they were made of, in the order of their times, so that they come to
 * figures by the same code as an event log.
 *
 * @param jobFailures messages of the jobs that failed, by job id: what the server does not keep
 */
export function feedAnswers(
  { application, attempt, jobs, stages, executors }: Answers,
  jobFailures: ReadonlyMap<number, string>,
  handlers: EventHandlers,
): void {
  handlers.LogStart({ "Spark Version": attempt.appSparkVersion });
  handlers.ApplicationStart({
    "App ID": application.id,
    "App Name": application.name,
    Timestamp: attempt.startTimeEpoch,
  });
  const events: { atMs: number; tell: () => void }[] = [];
  for (const job of [...jobs].sort((a, b) => a.jobId - b.jobId)) {
    if (job.submissionTime !== undefined)
      events.push({ atMs: job.submissionTime, tell: () => startJob(job, handlers) });
  }
  for (const run of [...stages].sort(inOrder)) {
    const { stage, tasks } = run;
    const properties = propertiesOf(findJob(run, jobs));
    events.push({ atMs: stage.submissionTime ?? 0, tell: () => submitStage(run, properties, handlers) });
    // An executor's results are lost a moment before its running tasks are.
    const endedAtMs = stage.completionTime ?? Number.POSITIVE_INFINITY;
    const lostAtMs = tasks.filter(isLost).reduce((atMs, task) => Math.min(atMs, finishTimeOf(task)), endedAtMs);
    for (let left = countResubmitted(run); left > 0; left -= 1) {
      events.push({ atMs: lostAtMs, tell: () => resubmitTask(run, handlers) });
    }
    for (const task of tasks.filter(hasEnded)) {
      events.push({ atMs: finishTimeOf(task), tell: () => endTask(run, task, handlers) });
    }
    if (stage.completionTime !== undefined) events.push({ atMs: endedAtMs, tell: () => completeStage(run, handlers) });
  }
  for (const job of jobs) {
    const { completionTime } = job;
    if (completionTime === undefined) continue;
    events.push({ atMs: completionTime, tell: () => endJob(job, jobFailures.get(job.jobId), handlers) });
  }
  for (const { id, removeTime, removeReason } of executors) {
    if (removeTime === undefined) continue;
    const event = { "Executor ID": id, Timestamp: removeTime, "Removed Reason": removeReason ?? "" };
    events.push({ atMs: removeTime, tell: () => handlers.ExecutorRemoved(event) });
  }
  // Stable: of one millisecond, in the order above, in which nothing ends before it begins.
  for (const { tell } of events.sort((a, b) => a.atMs - b.atMs)) tell();
  handlers.ApplicationEnd({ Timestamp: attempt.endTimeEpoch });
}

function inOrder({ stage: a }: StageTasks, { stage: b }: StageTasks): number {
  return a.stageId - b.stageId || a.attemptId - b.attemptId;
}

function hasEnded({ status }: TaskAnswer): boolean {
  return !UNFINISHED.has(status);
}

function isLost({ errorMessage }: TaskAnswer): boolean {
  return errorMessage?.startsWith("ExecutorLostFailure") ?? false;
}

/**
 * Tasks whose result was lost with its executor after they had succeeded (`Resubmitted`). An event log tells of each a second time, as
 * failed and without metrics; the server counts them among the failed ones of the stage, and lists them as succeeded only.
 */
function countResubmitted({ stage, tasks }: StageTasks): number {
  const failed = tasks.filter((task) => task.status === "FAILED" && !isCommitDenied(task)).length;
  return Math.max(0, stage.numFailedTasks - failed);
}

/** The stage counts these among the killed ones. */
function isCommitDenied({ errorMessage }: TaskAnswer): boolean {
  return errorMessage?.startsWith("TaskCommitDenied") ?? false;
}

/**
 * The job that a stage was run for: of the jobs that need it and ran then, the first, whose properties Spark gives it. The server
 * itself does not say.
 */
function findJob({ stage }: StageTasks, jobs: readonly JobAnswer[]): JobAnswer | undefined {
  const needing = jobs.filter(({ stageIds }) => stageIds.includes(stage.stageId)).sort((a, b) => a.jobId - b.jobId);
  const submittedAtMs = stage.submissionTime ?? 0;
  const running = needing.find(
    ({ submissionTime = 0, completionTime = Number.POSITIVE_INFINITY }) =>
      submissionTime <= submittedAtMs && submittedAtMs <= completionTime,
  );
  return running ?? needing[0];
}

function propertiesOf(job: JobAnswer | undefined): Properties {
  return {
    ...(job?.jobGroup === undefined ? {} : { "spark.jobGroup.id": job.jobGroup }),
    ...(job?.jobTags === undefined ? {} : { "spark.job.tags": job.jobTags.join(",") }),
  };
}

function startJob(job: JobAnswer, handlers: EventHandlers): void {
  const { jobId, submissionTime, stageIds, description } = job;
  handlers.JobStart({
    "Job ID": jobId,
    "Submission Time": submissionTime!,
    "Stage IDs": stageIds,
    Properties: {
      ...propertiesOf(job),
      ...(description === undefined ? {} : { "spark.job.description": description }),
    },
  });
}

function endJob({ jobId, status, completionTime }: JobAnswer, failure: string | undefined, handlers: EventHandlers) {
  handlers.JobEnd({
    "Job ID": jobId,
    "Completion Time": completionTime!,
    "Job Result":
      status === "FAILED"
        ? { Result: "JobFailed", ...(failure === undefined ? {} : { Exception: { Message: failure } }) }
        : { Result: "JobSucceeded" },
  });
}

function submitStage({ stage }: StageTasks, properties: Properties, handlers: EventHandlers): void {
  handlers.StageSubmitted({ "Stage Info": toStageInfo(stage, null), Properties: properties });
}

function completeStage({ stage }: StageTasks, handlers: EventHandlers): void {
  handlers.StageCompleted({ "Stage Info": toStageInfo(stage, stage.completionTime ?? null) });
}

function toStageInfo(stage: StageTasks["stage"], completedAtMs: number | null) {
  return {
    "Stage ID": stage.stageId,
    "Stage Attempt ID": stage.attemptId,
    "Stage Name": stage.name,
    ...(stage.submissionTime === undefined ? {} : { "Submission Time": stage.submissionTime }),
    ...(completedAtMs === null ? {} : { "Completion Time": completedAtMs }),
    ...(stage.status === "FAILED" ? { "Failure Reason": stage.status } : {}),
  };
}

function finishTimeOf({ launchTime, duration = 0 }: TaskAnswer): number {
  return launchTime + duration;
}

function endTask({ stage }: StageTasks, task: TaskAnswer, handlers: EventHandlers): void {
  handlers.TaskEnd({
    "Stage ID": stage.stageId,
    "Stage Attempt ID": stage.attemptId,
    "Task End Reason": readTaskReason(task),
    "Task Info": {
      ...(task.index === undefined ? {} : { Index: task.index }),
      ...(task.partitionId === undefined ? {} : { "Partition ID": task.partitionId }),
      "Launch Time": task.launchTime,
      "Finish Time": finishTimeOf(task),
    },
    ...(task.taskMetrics === undefined ? {} : { "Task Metrics": toTaskMetrics(task.taskMetrics) }),
  });
}

function resubmitTask({ stage }: StageTasks, handlers: EventHandlers): void {
  handlers.TaskEnd({
    "Stage ID": stage.stageId,
    "Stage Attempt ID": stage.attemptId,
    "Task End Reason": { Reason: "Resubmitted" },
  });
}

function toTaskMetrics(metrics: TaskMetricsAnswer): TaskMetrics {
  const { inputMetrics, outputMetrics, shuffleReadMetrics, shuffleWriteMetrics } = metrics;
  return {
    "Executor Run Time": metrics.executorRunTime,
    "Executor CPU Time": metrics.executorCpuTime,
    "JVM GC Time": metrics.jvmGcTime,
    "Peak Execution Memory": metrics.peakExecutionMemory,
    "Memory Bytes Spilled": metrics.memoryBytesSpilled,
    "Disk Bytes Spilled": metrics.diskBytesSpilled,
    "Input Metrics": { "Bytes Read": inputMetrics.bytesRead, "Records Read": inputMetrics.recordsRead },
    "Output Metrics": { "Bytes Written": outputMetrics.bytesWritten, "Records Written": outputMetrics.recordsWritten },
    "Shuffle Read Metrics": {
      "Remote Bytes Read": shuffleReadMetrics.remoteBytesRead,
      "Local Bytes Read": shuffleReadMetrics.localBytesRead,
      "Total Records Read": shuffleReadMetrics.recordsRead,
    },
    "Shuffle Write Metrics": {
      "Shuffle Bytes Written": shuffleWriteMetrics.bytesWritten,
      "Shuffle Records Written": shuffleWriteMetrics.recordsWritten,
    },
  };
}
