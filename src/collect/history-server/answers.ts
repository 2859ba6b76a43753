import { z } from "zod";

/**
 * The parts of the answers of Spark's REST API v1 that are read, as Spark 3.5 and 4.x give them (org.apache.spark.status.api.v1).
 * Whatever else an answer holds is left out.
 */

/** `2026-11-23T07:54:05.395GMT` as milliseconds since 1970. */
const timeSchema = z.string().transform((text, context) => {
  const ms = Date.parse(text.replace(/GMT$/, "Z"));
  if (Number.isNaN(ms)) context.addIssue(`${text} is no time`);
  return ms;
});

/** Bytes, records, nanoseconds: what is below 0 was never counted. */
const countSchema = z.number().nonnegative();
/** Milliseconds since 1970 that a Date can hold. */
const epochSchema = z.number().min(-8.64e15).max(8.64e15);

export const applicationAnswer = z.object({
  id: z.string(),
  name: z.string(),
  /** The latest first. */
  attempts: z
    .array(
      z.object({
        /** Only where the driver runs in the cluster (YARN); then it is part of every path. */
        attemptId: z.string().optional(),
        completed: z.boolean(),
        startTimeEpoch: epochSchema,
        /** -1 while it runs. */
        endTimeEpoch: epochSchema,
        appSparkVersion: z.string(),
      }),
    )
    .min(1),
});
export type ApplicationAnswer = z.infer<typeof applicationAnswer>;
export type AttemptAnswer = ApplicationAnswer["attempts"][number];

export const jobsAnswer = z.array(
  z.object({
    jobId: z.int(),
    description: z.string().optional(),
    jobGroup: z.string().optional(),
    jobTags: z.array(z.string()).optional(),
    status: z.string(),
    submissionTime: timeSchema.optional(),
    completionTime: timeSchema.optional(),
    stageIds: z.array(z.int()),
  }),
);
export type JobAnswer = z.infer<typeof jobsAnswer>[number];

export const stagesAnswer = z.array(
  z.object({
    stageId: z.int(),
    attemptId: z.int(),
    /** COMPLETE, FAILED, ACTIVE; PENDING and SKIPPED ones never ran. */
    status: z.string(),
    name: z.string(),
    numFailedTasks: countSchema,
    submissionTime: timeSchema.optional(),
    completionTime: timeSchema.optional(),
    executorRunTime: z.number(),
    executorCpuTime: countSchema,
    jvmGcTime: z.number(),
    peakExecutionMemory: countSchema,
    memoryBytesSpilled: countSchema,
    diskBytesSpilled: countSchema,
    inputBytes: countSchema,
    inputRecords: countSchema,
    outputBytes: countSchema,
    outputRecords: countSchema,
    shuffleReadBytes: countSchema,
    shuffleReadRecords: countSchema,
    shuffleWriteBytes: countSchema,
    shuffleWriteRecords: countSchema,
  }),
);
export type StageAnswer = z.infer<typeof stagesAnswer>[number];

export const tasksAnswer = z.array(
  z.object({
    taskId: z.int(),
    index: z.int().optional(),
    partitionId: z.int().optional(),
    /** SUCCESS, FAILED, KILLED; the others have not ended. */
    status: z.string(),
    launchTime: timeSchema,
    /** Milliseconds. */
    duration: z.number().optional(),
    /** Of a task that was killed: the bare reason. */
    errorMessage: z.string().optional(),
    /** Absent where the task was lost. */
    taskMetrics: z
      .object({
        executorRunTime: z.number(),
        executorCpuTime: countSchema,
        jvmGcTime: z.number(),
        peakExecutionMemory: countSchema,
        memoryBytesSpilled: countSchema,
        diskBytesSpilled: countSchema,
        inputMetrics: z.object({ bytesRead: countSchema, recordsRead: countSchema }),
        outputMetrics: z.object({ bytesWritten: countSchema, recordsWritten: countSchema }),
        shuffleReadMetrics: z.object({
          remoteBytesRead: countSchema,
          localBytesRead: countSchema,
          recordsRead: countSchema,
        }),
        shuffleWriteMetrics: z.object({ bytesWritten: countSchema, recordsWritten: countSchema }),
      })
      .optional(),
  }),
);
export type TaskAnswer = z.infer<typeof tasksAnswer>[number];
export type TaskMetricsAnswer = NonNullable<TaskAnswer["taskMetrics"]>;

export const executorsAnswer = z.array(
  z.object({
    id: z.string(),
    /** Absent for those that were there at the end. */
    removeTime: timeSchema.optional(),
    removeReason: z.string().optional(),
  }),
);
export type ExecutorAnswer = z.infer<typeof executorsAnswer>[number];

/** Tasks of one attempt of a stage that was run. */
export interface StageTasks {
  readonly stage: StageAnswer;
  readonly tasks: readonly TaskAnswer[];
}

/** All that a History Server is asked about an application. */
export interface Answers {
  readonly application: ApplicationAnswer;
  readonly attempt: AttemptAnswer;
  readonly jobs: readonly JobAnswer[];
  readonly stages: readonly StageTasks[];
  readonly executors: readonly ExecutorAnswer[];
}
