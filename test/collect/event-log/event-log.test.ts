import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { describeApplications } from "../../../src/collect/application/describe-application.ts";
import { readEventLogs } from "../../../src/collect/application/read-event-logs.ts";
import { saysCancelled } from "../../../src/collect/event-log/failure-words.ts";
import { type Application, applicationSchema } from "../../../src/model/documents.ts";
import { FIXTURES, findFixture } from "../fixtures.ts";

async function read(name: string): Promise<Application> {
  const [application, ...more] = await readEventLogs([findFixture(name)]);
  expect(more).toEqual([]);
  return application!;
}

const NO_FAULT = { failedTasks: 0, retriedStages: 0, lostExecutors: 0, oomKills: 0, diskSpilledBytes: 0 };
const READ = {
  ...NO_FAULT,
  stages: 3,
  tasks: 4,
  inputRecords: 200_000,
  shuffleReadRecords: 2,
  shuffleWriteRecords: 2,
  shuffleWriteBytes: 148,
};
const WINDOW = {
  ...NO_FAULT,
  stages: 12,
  tasks: 36,
  inputRecords: 600_000,
  shuffleReadRecords: 600_024,
  shuffleWriteRecords: 600_024,
  shuffleWriteBytes: 9_500_040,
};
const AGGREGATE = {
  ...NO_FAULT,
  stages: 15,
  tasks: 60,
  inputRecords: 600_000,
  shuffleReadRecords: 973_293,
  shuffleWriteRecords: 973_293,
};

describe("the figures of real logs", () => {
  test.each([
    { log: "3.5.9-lz4", samples: 1, metrics: READ },
    { log: "3.5.9-snappy", samples: 1, metrics: READ },
    { log: "3.5.9-lzf", samples: 1, metrics: READ },
    { log: "4.3.0-plain", samples: 1, metrics: READ },
    { log: "3.5.9-window", samples: 2, metrics: WINDOW },
    { log: "4.1.4-window", samples: 2, metrics: WINDOW },
    { log: "4.3.0-window", samples: 2, metrics: WINDOW },
    { log: "4.3.0-skew", samples: 2, metrics: { ...WINDOW, shuffleWriteBytes: 8_272_953 } },
    { log: "4.3.0-spill", samples: 2, metrics: { ...WINDOW, diskSpilledBytes: 5_835_378 } },
    { log: "4.3.0-rolling", samples: 1, metrics: { ...NO_FAULT, stages: 5, tasks: 1444, shuffleReadRecords: 395_164 } },
    {
      log: "4.3.0-lost-executor",
      samples: 2,
      metrics: { ...AGGREGATE, stages: 16, tasks: 69, failedTasks: 1, lostExecutors: 1 },
    },
    {
      log: "3.5.9-lost-executor",
      samples: 2,
      metrics: { ...AGGREGATE, stages: 16, tasks: 69, failedTasks: 1, lostExecutors: 1 },
    },
  ])("$log", async ({ log, samples, metrics }) => {
    const application = await read(log);
    expect(application).toMatchObject({
      sparkVersion: log.split("-")[0],
      completed: true,
      partial: false,
      problems: [],
      metrics,
    });
    expect(application.samples).toHaveLength(samples);
    expect(applicationSchema.parse(application)).toEqual(application);
    const { wallMs, cpuMs, runMs, gcMs, taskMsP50, taskMsP95, taskMsP99, peakExecutionMemoryBytes } =
      application.metrics;
    expect(wallMs).toBe(application.finishedAtMs! - application.startedAtMs!);
    expect(runMs!).toBeGreaterThan(cpuMs!);
    expect(cpuMs!).toBeGreaterThan(gcMs! / 2);
    expect([taskMsP50, taskMsP95, taskMsP99].toSorted((a, b) => a! - b!)).toEqual([taskMsP50, taskMsP95, taskMsP99]);
    expect(peakExecutionMemoryBytes === 0).toBe(metrics.stages === READ.stages);
  });
});

test("a stage has the same key in every Spark version", async () => {
  const keys = await Promise.all(
    ["3.5.9-window", "4.1.4-window", "4.3.0-window"].map(async (log) =>
      (await read(log)).samples.map(({ stages }) => stages.map(({ key }) => key)),
    ),
  );
  const expected = [
    "window/0/parallelize+mapPartitions",
    "window/1/Scan parquet+ColumnarToRow+Exchange",
    "window/2/Exchange+Sort+Window+HashAggregate+Exchange",
    "window/3/Exchange+HashAggregate",
  ];
  expect(keys).toEqual([
    [expected, expected],
    [expected, expected],
    [expected, expected],
  ]);
});

test("samples leave the warm-up out, the application does not", async () => {
  const { metrics, stages, samples } = await read("4.3.0-window");
  expect(samples.map((sample) => sample.metrics.inputRecords)).toEqual([200_000, 200_000]);
  expect(metrics.inputRecords).toBe(600_000);
  expect(stages.map((stage) => [stage.jobGroup, stage.ordinal, stage.metrics.stages])).toEqual([
    ["window", 0, 3],
    ["window", 1, 3],
    ["window", 2, 3],
    ["window", 3, 3],
  ]);
  const sums = samples.map((sample) => sample.stages.reduce((sum, stage) => sum + stage.metrics.cpuMs!, 0));
  for (const [index, sum] of sums.entries()) expect(sum).toBeCloseTo(samples[index]!.metrics.cpuMs!, 2);
});

test("skew shows in the records that the tasks of a stage read", async () => {
  const skewOf = async (log: string) =>
    (await read(log)).samples.map(({ stages }) => stages[2]!.shuffleRecordsSkew!.toFixed(3));
  expect(await skewOf("4.3.0-window")).toEqual(["1.417", "1.417"]);
  expect(await skewOf("4.3.0-skew")).toEqual(["21.137", "21.137"]);
});

test.each(["3.5.9-lost-executor", "4.3.0-lost-executor"])(
  "%s: the loss belongs to the sample that ran",
  async (log) => {
    const { samples, evidence } = await read(log);
    expect(samples.map(({ metrics }) => metrics.lostExecutors)).toEqual([1, 0]);
    expect(evidence.lostExecutors.map(({ reason, memoryKill }) => ({ reason, memoryKill }))).toEqual([
      { reason: "Command exited with code 137", memoryKill: false },
    ]);
    expect(evidence.failures).toEqual([
      {
        stage: "aggregate/1/parallelize",
        kind: "ExecutorLostFailure",
        message: "Command exited with code 137",
        count: 1,
      },
    ]);
  },
);

test("a job that failed says why", async () => {
  const { metrics, evidence, completed } = await read("4.3.0-failed");
  expect(completed).toBe(true);
  expect(metrics.failedTasks).toBe(2);
  expect(evidence.failures).toEqual([
    {
      stage: "window/1/Scan parquet+Exchange",
      kind: "ExceptionFailure",
      message:
        "org.apache.spark.SparkRuntimeException: [USER_RAISED_EXCEPTION] asked for by --fault fail SQLSTATE: P0001",
      count: 2,
    },
    {
      stage: null,
      kind: "JobFailed",
      message: "[USER_RAISED_EXCEPTION] asked for by --fault fail SQLSTATE: P0001",
      count: 1,
    },
  ]);
});

test("a job that was cancelled has not failed, and its stage is unfinished", async () => {
  const [application] = await readEventLogs([
    join(import.meta.dirname, "../../fixtures/explain/cancelled-job/current"),
  ]);
  const { evidence, jobs, stages } = application!;
  expect(evidence).toMatchObject({ failures: [], cancelledJobs: 1 });
  expect(jobs.map(({ failed, cancelled }) => [failed, cancelled])).toEqual([
    [false, undefined],
    [false, true],
  ]);
  expect(stages.map(({ unfinished }) => unfinished)).toEqual([undefined, true]);
  expect(describeApplications([application!])).toContain(
    "\nCANCELLED 1 job: the figures hold what they had done by then\n",
  );
});

test.each<[cancelled: boolean, message: string]>([
  [true, "Job 1 cancelled part of cancelled job group nightly"],
  [true, "[SPARK_JOB_CANCELLED] Job 12 cancelled part of cancelled job group 6b1c SQLSTATE: XXKDA"],
  [true, "Job 3 cancelled as part of cancellation of all jobs"],
  [true, "Job 3 cancelled because Stage 5 was cancelled"],
  [true, "Job 0 cancelled "],
  [false, "Job 3 cancelled because SparkContext was shut down"],
  [false, "[SPARK_JOB_CANCELLED] Job 3 cancelled because SparkContext was shut down SQLSTATE: XXKDA"],
  [false, "Job aborted due to stage failure: Task 0 in stage 1.0 failed 4 times: Job 1 cancelled"],
  [false, "Job 3 cancelledness"],
])("that a job was cancelled is %s of %j", (cancelled, message) => expect(saysCancelled(message)).toBe(cancelled));

test("a driver that was killed leaves what its log holds", async () => {
  const { completed, partial, problems, metrics, finishedAtMs, samples } = await read("4.3.0-killed-driver");
  expect({ completed, partial, finishedAtMs }).toEqual({ completed: false, partial: true, finishedAtMs: null });
  expect(problems).toEqual(["the log is marked as in progress: the application was running, or its driver died"]);
  expect(metrics.tasks).toBe(60);
  expect(samples.map((sample) => sample.metrics.tasks)).toEqual([20, 20]);
});

test("the evidence has the settings of the run, and nothing of one run only", async () => {
  const { evidence } = await read("4.3.0-spill");
  expect(evidence).toMatchObject({
    sparkVersion: "4.3.0",
    javaVersion: "17.0.15 (Debian)",
    failures: [],
    lostExecutors: [],
  });
  expect(evidence.properties).toEqual({
    "spark.app.name": "spark-loadtest window",
    "spark.driver.memory": "1g",
    "spark.eventLog.compress": "true",
    "spark.eventLog.compression.codec": "zstd",
    "spark.eventLog.enabled": "true",
    "spark.eventLog.rolling.enabled": "true",
    "spark.master": "local[2]",
    "spark.memory.fraction": "0.005",
    "spark.scheduler.mode": "FIFO",
    "spark.serializer.objectStreamReset": "100",
    "spark.sql.adaptive.coalescePartitions.enabled": "false",
    "spark.sql.shuffle.partitions": "8",
    "spark.submit.deployMode": "client",
    "spark.ui.enabled": "false",
  });
});

test("a folder of logs gives them all", async () => {
  const applications = await readEventLogs([FIXTURES]);
  expect(applications).toHaveLength(17);
  expect(applications.filter(({ partial }) => partial)).toHaveLength(1);
});

test.each(["4.3.0-lost-executor", "4.3.0-killed-driver"])("%s in words", async (log) => {
  await expect(`${describeApplications([await read(log)])}\n`).toMatchFileSnapshot(
    `../../fixtures/eventlogs/described/${log}.txt`,
  );
});
