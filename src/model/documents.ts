import { z } from "zod";
import { GATES, METRICS, type MetricName, WORK_METRICS, type WorkMetric } from "./metrics.ts";

/** The documents that leave a run, as schemas: their types, their validation and their JSON Schemas have this one source. */

/** Metrics that decide are counters and never below 0; an advisory one may be of a clock that was set back. */
const metricsShape = Object.fromEntries(
  METRICS.map(({ name, gate }) => [name, (gate === "advisory" ? z.number() : z.number().nonnegative()).nullable()]),
) as Record<MetricName, z.ZodNullable<z.ZodNumber>>;
export const metricsSchema = z.object(metricsShape);

export const workSchema = metricsSchema.pick(
  Object.fromEntries(WORK_METRICS.map((name) => [name, true])) as Record<WorkMetric, true>,
);
export type Work = z.infer<typeof workSchema>;

/** The values of a case, in the order of its name. A tier file may add dimensions of its own, whose values are strings. */
export const dimensionsSchema = z
  .object({
    sparkVersion: z.string(),
    orchestrator: z.string(),
    mode: z.string(),
    extensions: z.array(z.string()).describe("empty for none"),
    operation: z.string(),
    dataSize: z.string(),
  })
  .catchall(z.union([z.string(), z.array(z.string())]));
export type Dimensions = z.infer<typeof dimensionsSchema>;

export const caseSchema = z.object({ name: z.string(), dimensions: dimensionsSchema });
export type Case = z.infer<typeof caseSchema>;

export const planSchema = z.object({
  schema: z.literal("spark-loadtest/plan/v1"),
  tier: z.string(),
  cases: z.array(
    caseSchema.extend({
      skipped: z
        .string()
        .nullable()
        .optional()
        .describe("with --cluster: why the case cannot run there, in one sentence; null where it can"),
      explained: z
        .string()
        .nullable()
        .optional()
        .describe(
          "with --cluster: why the case can run there and measures nothing, in one sentence; null where it does, or where only the cluster tells",
        ),
    }),
  ),
});
export type Plan = z.infer<typeof planSchema>;

export const stageSchema = z.object({
  key: z
    .string()
    .describe(
      "the same stage in another run or Spark version: job group without its repetition and without ids of the run, ordinal, plan nodes",
    ),
  jobGroup: z.string().describe("spark.jobGroup.id without the repetition; empty where the job had none"),
  ordinal: z.number().int().describe("0, 1, ... in order of submission within one repetition of the job group"),
  planNodes: z.array(z.string()).describe("names of the SQL plan's nodes whose metrics this stage updated"),
  name: z.string().describe("Spark's own name of the stage (call site)"),
  metrics: metricsSchema,
  work: workSchema
    .optional()
    .describe(
      "of the metrics what counts for the result, where attempts failed or were repeated: of each partition one task that succeeded",
    ),
  unfinished: z
    .boolean()
    .optional()
    .describe("true where its last attempt failed or was cancelled, so that partitions of it may be missing"),
  shuffleRecordsSkew: z.number().nullable().describe("largest to median shuffle records read by a task"),
  shuffleRecordsMedian: z
    .number()
    .nullable()
    .optional()
    .describe(
      "median shuffle records read by a task; below 1 the skew counts it as 1. Documents of earlier versions lack it",
    ),
  shuffleBytesSkew: z.number().nullable().describe("largest to median shuffle bytes read by a task"),
  taskMsSkew: z.number().nullable().describe("largest to median task duration"),
});
export type Stage = z.infer<typeof stageSchema>;

/** One measured repetition of a case. */
export const sampleSchema = z.object({ metrics: metricsSchema, stages: z.array(stageSchema) });
export type Sample = z.infer<typeof sampleSchema>;

export const taskFailureSchema = z.object({
  stage: z.string().nullable().describe("key of the stage"),
  kind: z.string().describe("ExceptionFailure, ExecutorLostFailure, FetchFailed, TaskKilled, or JobFailed"),
  message: z.string().describe("first lines of what Spark said"),
  count: z.number().int(),
});
export type TaskFailure = z.infer<typeof taskFailureSchema>;

export const lostExecutorSchema = z.object({
  executorId: z.string(),
  atMs: z.number().describe("milliseconds since 1970"),
  reason: z.string(),
  memoryKill: z.boolean(),
});
export type LostExecutor = z.infer<typeof lostExecutorSchema>;

/** What explains a case beside its numbers, gathered from its event log. */
export const evidenceSchema = z.object({
  applicationId: z.string().nullable(),
  sparkVersion: z.string().nullable(),
  javaVersion: z.string().nullable(),
  completed: z.boolean(),
  partial: z
    .boolean()
    .describe("the log is truncated, corrupt or still being written; the figures cover what could be read"),
  properties: z.record(z.string(), z.string()).describe("Spark properties and SQL settings, secrets redacted"),
  failures: z.array(taskFailureSchema),
  cancelledJobs: z
    .number()
    .int()
    .optional()
    .describe(
      "jobs that somebody cancelled, absent where there are none; earlier versions have them among the failures",
    ),
  lostExecutors: z.array(lostExecutorSchema),
});
export type Evidence = z.infer<typeof evidenceSchema>;

/** One job of an application, with the stages that were run for it. */
export const jobSchema = z.object({
  id: z.number().int(),
  group: z.string().describe("spark.jobGroup.id, or the tag that stands for it in Spark Connect; empty for none"),
  description: z.string().nullable().describe("first line of spark.job.description"),
  startedAtMs: z.number(),
  finishedAtMs: z.number().nullable().describe("null where the log does not tell its end"),
  failed: z.boolean(),
  cancelled: z.boolean().optional().describe("true where somebody cancelled it, which is no failure"),
  stages: z.array(
    z.object({
      id: z.number().int(),
      name: z.string().describe("first line of Spark's own name of the stage (call site)"),
      startedAtMs: z.number().nullable(),
      finishedAtMs: z.number().nullable(),
      attempts: z.number().int(),
      tasks: z.number().int(),
      failedTasks: z.number().int(),
    }),
  ),
});
export type Job = z.infer<typeof jobSchema>;

/** One application of an event log, as `events --json` gives it. */
export const applicationSchema = z.object({
  id: z.string(),
  name: z.string(),
  sparkVersion: z.string().nullable(),
  completed: z.boolean(),
  partial: z.boolean(),
  problems: z
    .array(z.string())
    .describe("why the log is partial, or what in it could not be read; of one that is not, what is unusual in it"),
  startedAtMs: z.number().nullable(),
  finishedAtMs: z.number().nullable(),
  metrics: metricsSchema.describe("of the whole application, warm-up included"),
  stages: z.array(stageSchema),
  samples: z.array(sampleSchema).describe("the measured repetitions; one with everything where the log marks none"),
  jobs: z.array(jobSchema).describe("in the order of their ids"),
  evidence: evidenceSchema,
});
export type Application = z.infer<typeof applicationSchema>;

export const eventsSchema = z.object({
  schema: z.literal("spark-loadtest/events/v1"),
  applications: z.array(applicationSchema),
  passedOver: z
    .array(z.object({ path: z.string(), reason: z.string().describe("goes on from the path") }))
    .describe("what lies in the folders given and is no event log"),
});
export type EventsDocument = z.infer<typeof eventsSchema>;

/**
 * `flaky`: failed at first, and passed when it was tried again. `explained`: ran without the hardware that it is to measure, which said
 * what would not run on it; neither a pass nor a failure.
 */
export const CASE_STATUSES = ["passed", "flaky", "failed", "explained", "skipped", "infrastructure"] as const;
export const caseStatusSchema = z.enum(CASE_STATUSES);
export type CaseStatus = z.infer<typeof caseStatusSchema>;

/** What the RAPIDS Accelerator would not run on a GPU, and why, in its own words. */
export const notOnGpuSchema = z.object({
  operator: z.string().describe("class of the operator or expression: ObjectHashAggregateExec, ApproximatePercentile"),
  reason: z.string(),
  count: z
    .number()
    .int()
    .describe("how often the plugin said it: again in each repetition, and where Spark plans anew"),
});
export type NotOnGpu = z.infer<typeof notOnGpuSchema>;

export const caseResultSchema = z.object({
  name: z.string(),
  dimensions: dimensionsSchema,
  status: caseStatusSchema,
  reason: z.string().nullable().describe("why the case did not pass, or not at once, for people; null for passed"),
  attempts: z.number().int().describe("0 for a skipped case"),
  namespace: z.string().nullable().describe("the case's Kubernetes namespace; null on the local engine"),
  startedAt: z.string().nullable().describe("ISO 8601; null for a skipped case"),
  finishedAt: z.string().nullable(),
  checksum: z.string().nullable().describe("of the operation's result; null where the workload gave none"),
  samples: z.array(
    sampleSchema.extend({
      pair: z.number().int().optional().describe("1, 2, ...: the pair of an A/B run that it was measured in"),
    }),
  ),
  evidence: evidenceSchema.nullable(),
  notOnGpu: z
    .array(notOnGpuSchema)
    .optional()
    .describe("of an explained case: what would not run on a GPU, the most frequent first; empty where all would"),
});
export type CaseResult = z.infer<typeof caseResultSchema>;

const digestSchema = z.string().regex(/^[0-9a-f]{16}$/);

/** What a run worked on: runs are compared where it is the same. */
export const workloadSchema = z.object({
  tiersFile: z.string().nullable().describe("path of the tier file in its repository; null for the built-in tiers"),
  script: z.string().nullable().describe("path of the script in its repository; null for the built-in workload"),
  digests: z
    .object({
      script: digestSchema.describe("of the script's content"),
      modules: digestSchema
        .optional()
        .describe(
          "of the files beside the script that it imports or that Spark properties name; earlier versions have none",
        ),
      arguments: digestSchema.describe("of the arguments of tier and run"),
      data: digestSchema.describe("of the place of the user's own data; of the generated data set"),
      settings: digestSchema.describe("of the Spark properties of tier and run"),
    })
    .describe("first 16 hexadecimal digits of SHA-256; secrets are taken out before"),
  resources: z
    .object({
      executors: z.number().int().describe("of a case, unless its Spark properties say otherwise"),
      cores: z.number().int().describe("of each executor"),
      memoryMb: z.number().describe("of each executor"),
    })
    .optional()
    .describe("what the tier gives a case; earlier versions have none, and gave it one executor"),
});
export type Workload = z.infer<typeof workloadSchema>;

/** The job of a GitHub workflow that a run was made by. */
export const workflowJobSchema = z.object({
  repository: z.string().describe("owner/name"),
  workflow: z.string().describe("path of the workflow's file in the repository, or its name"),
  job: z.string(),
  matrix: z.record(z.string(), z.string()).describe("the job's values in its matrix; empty where there is none"),
  step: z.string().nullable().describe("which of the job's steps with this action; null for the first"),
  attempt: z.number().int().describe("1, 2, ...: of the workflow run, which somebody may have started again"),
});
export type WorkflowJob = z.infer<typeof workflowJobSchema>;

const timeSchema = z.string().refine((text) => !Number.isNaN(Date.parse(text)), "Invalid time: it is not ISO 8601");

export const runSchema = z.object({
  id: z.string(),
  tier: z.string(),
  engine: z
    .enum(["local", "argo", "scenarios"])
    .describe("scenarios: of versions before spark-loadtest/scenarios/v1, whose scenarios were cases"),
  startedAt: timeSchema,
  finishedAt: timeSchema.nullable().describe("null where the run was ended before all its cases"),
  commit: z.string().nullable(),
  ref: z.string().nullable(),
  toolVersion: z.string(),
  host: z.object({ cpus: z.number().int(), memoryBytes: z.number(), os: z.string(), cpuModel: z.string() }),
  partnerOf: z
    .object({ id: z.string(), image: z.string().describe("of these cases, with placeholders for their dimensions") })
    .optional()
    .describe("the run that these cases ran in pairs with: they are the baseline of an A/B run"),
  workload: workloadSchema.optional().describe("left out by earlier versions"),
  workflowJob: workflowJobSchema.optional().describe("left out where no workflow ran the action"),
});
export type Run = z.infer<typeof runSchema>;

export const resultsSchema = z.object({
  schema: z.literal("spark-loadtest/results/v1"),
  run: runSchema,
  cases: z.array(caseResultSchema).superRefine((cases, context) => {
    const names = new Set<string>();
    for (const [index, { name }] of cases.entries()) {
      if (names.has(name)) {
        context.addIssue({ code: "custom", path: [index, "name"], message: `the case ${name} is there twice` });
      }
      names.add(name);
    }
  }),
});
export type Results = z.infer<typeof resultsSchema>;

export const CAUSE_KINDS = [
  "partial",
  "version-changed",
  "failure",
  "memory-kill",
  "executor-loss",
  "plan-changed",
  "config-changed",
  "input-changed",
  "spill",
  "skew",
  "too-few-partitions",
  "too-many-partitions",
  "gc",
  "cpu",
  "environment",
] as const;
export const causeSchema = z.object({
  kind: z.enum(CAUSE_KINDS),
  stage: z.string().nullable().describe("key of the stage that shows it; null where it concerns the whole application"),
  sentence: z.string().describe("the cause in one sentence, with its figures, for people"),
  evidence: z
    .array(z.object({ what: z.string(), baseline: z.string(), current: z.string() }))
    .describe("the figures it rests on, with units"),
});
export type Cause = z.infer<typeof causeSchema>;
export type CauseKind = Cause["kind"];

export const explainSchema = z.object({
  schema: z.literal("spark-loadtest/explain/v1"),
  causes: z.array(causeSchema).describe("the likeliest first"),
});
export type ExplainDocument = z.infer<typeof explainSchema>;

export const findingSchema = z.object({
  scope: z.enum(["case", "family", "run"]),
  subject: z.string().describe("name of the case, or of the family as dimension=value"),
  metric: z
    .string()
    .describe("a metric, `shuffleRecordsSkew`, `largestTaskRecords`, `checksum`, or `status` (0 passed, 1 did not)"),
  gate: z.enum(GATES),
  gates: z
    .boolean()
    .describe("whether it decides the verdict: its gate is one of failOn, or it is the status of a case that failed"),
  direction: z.enum(["worse", "better"]),
  baseline: z.number().nullable(),
  current: z.number().nullable(),
  change: z.number().nullable().describe("current / baseline - 1; null where the baseline is 0"),
  pValue: z.number().nullable().describe("adjusted for the number of tests; null for exact comparisons"),
  cause: causeSchema.nullable(),
});
export type Finding = z.infer<typeof findingSchema>;

export const VERDICTS = ["regression", "improvement", "no-change", "inconclusive", "no-baseline", "failed"] as const;
export const verdictSchema = z.object({
  schema: z.literal("spark-loadtest/verdict/v1"),
  verdict: z.enum(VERDICTS),
  headline: z.string().describe("the verdict in one sentence"),
  failOn: z.array(z.enum(GATES)).describe("gates whose findings make a regression"),
  ending: z
    .enum(["complete", "timeout", "interrupted", "infrastructure", "crashed"])
    .describe(
      "of the run: complete where every case of the plan has a result, timeout where its time limit was over, infrastructure where what it ran on broke down, crashed by an error of this tool",
    ),
  plannedCases: z.number().int().nullable().describe("null where only the results of an incomplete run are known"),
  finishedCases: z.number().int().describe("skipped ones included; in an A/B run those that have all their pairs"),
  endCause: z
    .string()
    .nullable()
    .describe("what ended the run before its last case, for people; null for a complete run, and where nobody knows"),
  cutOffCases: z
    .array(z.string())
    .describe("names of the cases that had begun and did not finish, where they are known; the others had not begun"),
  maxDetectableChange: z
    .number()
    .nullable()
    .describe(
      "limit of noise.smallestDetectableChange from which on nothing is decided on CPU time; null: judged without a limit",
    ),
  findings: z.array(findingSchema).describe("the worst first: hard, soft, advisory; worse before better"),
  baseline: z.object({
    runs: z.array(z.object({ id: z.string(), startedAt: z.string(), commit: z.string().nullable() })),
    notes: z.array(z.string()).describe("what limits the comparison: too few runs, other hardware, missing cases"),
    pairedImage: z
      .string()
      .optional()
      .describe("of an A/B run: the image whose cases ran in pairs with those of this run, in the same workflow"),
  }),
  noise: z.object({
    cpuCoefficientOfVariation: z
      .number()
      .nullable()
      .describe("of one run's cpuMs of a case, after the shift that all cases share"),
    sharedShift: z
      .number()
      .nullable()
      .describe(
        "median change of cpuMs over all cases; taken out before testing, in an A/B run only where it is a finding",
      ),
    smallestDetectableChange: z
      .number()
      .nullable()
      .describe("smallest relative change of a single case's cpuMs that this comparison finds four times out of five"),
    degreesOfFreedom: z.number().nullable(),
  }),
});
export type Verdict = z.infer<typeof verdictSchema>;

/** How a run ended. */
export type RunEnding = Pick<Verdict, "ending" | "plannedCases" | "finishedCases" | "endCause" | "cutOffCases">;
