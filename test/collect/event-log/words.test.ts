import { describe, expect, test } from "vitest";
import { toEvidenceProperties } from "../../../src/collect/application/properties.ts";
import { parseJobGroup } from "../../../src/collect/event-log/job-group.ts";
import { NumberList, quantile, skew } from "../../../src/collect/event-log/numbers.ts";
import { normalizeNodeName, PlanIndex } from "../../../src/collect/event-log/plan-nodes.ts";
import { classifyTaskEnd, FailureCounter, shortenMessage } from "../../../src/collect/event-log/task-failures.ts";

test.each([
  ["aggregate/sample-1", { base: "aggregate", sample: 1 }],
  ["aggregate/sample-12", { base: "aggregate", sample: 12 }],
  ["etl/daily/sample-3", { base: "etl/daily", sample: 3 }],
  ["aggregate/warmup-1", { base: "aggregate", sample: null }],
  ["write/verify-sample-1", { base: "write/verify", sample: null }],
  ["write/verify-2", { base: "write/verify", sample: null }],
  ["sample-1", { base: "sample-1", sample: null }],
  ["aggregate/sample-first", { base: "aggregate/sample-first", sample: null }],
  ["", { base: "", sample: null }],
])("the job group %j", (name, group) => expect(parseJobGroup(name)).toEqual(group));

test.each([
  ["Scan parquet ", "Scan parquet"],
  ["Scan parquet spark_catalog.default.trips", "Scan parquet"],
  ["Scan ExistingRDD", "Scan ExistingRDD"],
  ["BatchScan demo.nyc.trips", "BatchScan"],
  ["GpuScan parquet ", "GpuScan parquet"],
  ["WholeStageCodegen (12)", ""],
  ["InputAdapter", ""],
  ["HashAggregate", "HashAggregate"],
  ["Execute InsertIntoHadoopFsRelationCommand", "Execute InsertIntoHadoopFsRelationCommand"],
  ["  ", ""],
])("the plan node %j is named %j", (name, normalized) => expect(normalizeNodeName(name)).toBe(normalized));

test("a stage has the nodes whose metrics it updated, timings aside, in the order of the rows", () => {
  const plans = new PlanIndex();
  plans.addPlan({
    nodeName: "Exchange",
    metrics: [{ accumulatorId: 1, metricType: "sum" }],
    children: [
      { nodeName: "Sort", metrics: [{ accumulatorId: 2, metricType: "timing" }] },
      { nodeName: "Scan parquet t", metrics: [{ accumulatorId: 3, metricType: "sum" }] },
    ],
  });
  expect(plans.nodesOf([{ ID: 1 }, { ID: 2 }, { ID: 3 }, { ID: 99 }])).toEqual(["Scan parquet", "Exchange"]);
});

test("properties of one run only are no evidence", () => {
  const properties = new Map([
    ["spark.sql.shuffle.partitions", "8"],
    ["spark.app.id", "local-1"],
    ["spark.app.startTime", "1"],
    ["spark.driver.port", "4"],
    ["spark.eventLog.dir", "file:/x"],
    [
      "spark.driver.extraJavaOptions",
      '--add-opens=java.base/java.lang=ALL-UNNAMED "-Djava.io.tmpdir=/a b/tmp" -XX:+UseZGC',
    ],
    ["spark.executor.extraJavaOptions", "-XX:+IgnoreUnrecognizedVMOptions"],
    ["spark.driver.memory", "1g"],
  ]);
  expect(toEvidenceProperties(properties)).toEqual({
    "spark.driver.extraJavaOptions": "-XX:+UseZGC",
    "spark.driver.memory": "1g",
    "spark.sql.shuffle.partitions": "8",
  });
});

describe("how a task ended", () => {
  test.each([
    [undefined, "succeeded"],
    [{ Reason: "Success" }, "succeeded"],
    [{ Reason: "ExceptionFailure", "Class Name": "java.lang.RuntimeException" }, "failed"],
    [{ Reason: "ExceptionFailure", "Class Name": "java.lang.OutOfMemoryError" }, "out of memory"],
    [{ Reason: "ExceptionFailure", "Class Name": "org.apache.spark.memory.SparkOutOfMemoryError" }, "out of memory"],
    [{ Reason: "ExecutorLostFailure" }, "failed"],
    [{ Reason: "FetchFailed" }, "failed"],
    [{ Reason: "TaskKilled", "Kill Reason": "another attempt succeeded" }, "not needed"],
    [{ Reason: "TaskKilled", "Kill Reason": "Stage cancelled" }, "not needed"],
    [{ Reason: "TaskKilled", "Kill Reason": "preempted" }, "failed"],
    [{ Reason: "TaskKilled", "Kill Reason": "Executor decommissioned" }, "released"],
    [{ Reason: "ExecutorLostFailure", "Loss Reason": "Container preempted on host: w1" }, "released"],
    [{ Reason: "ExecutorLostFailure", "Loss Reason": "Container container_1 on host: h was preempted." }, "released"],
    [{ Reason: "ExecutorLostFailure", "Loss Reason": "Executor heartbeat timed out" }, "failed"],
    [{ Reason: "TaskKilled", "Kill Reason": "Stage finished" }, "not needed"],
    [
      { Reason: "TaskKilled", "Kill Reason": "Finish but did not commit due to another attempt succeeded" },
      "not needed",
    ],
    [{ Reason: "TaskKilled", "Kill Reason": "killed via the Web UI" }, "failed"],
    [{ Reason: "TaskCommitDenied" }, "not needed"],
    [{ Reason: "Resubmitted" }, "resubmitted"],
    [{ Reason: "ExecutorLostFailure", "Loss Reason": "Executor decommission: spark scale down" }, "released"],
    [
      { Reason: "ExecutorLostFailure", "Loss Reason": "Executor decommission: Executor 1 is decommissioned." },
      "failed",
    ],
    [{ Reason: "ExceptionFailure", "Class Name": "com.nvidia.spark.rapids.jni.GpuSplitAndRetryOOM" }, "out of memory"],
    [
      {
        Reason: "ExceptionFailure",
        "Class Name": "ai.rapids.cudf.CudfException",
        Description: "std::bad_alloc: out_of_memory: CUDA error (failed to allocate 9 bytes) at: rmm.hpp:60",
      },
      "out of memory",
    ],
    [
      {
        Reason: "ExceptionFailure",
        "Class Name": "org.apache.spark.api.python.PythonException",
        Description:
          'Traceback (most recent call last):\n  File "x.py", line 1\ntorch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB',
      },
      "out of memory",
    ],
    [
      { Reason: "ExceptionFailure", "Class Name": "x", Description: "RuntimeError: CUDA error: out of memory" },
      "out of memory",
    ],
    [{ Reason: "ExceptionFailure", "Class Name": "x", Description: "CUDA out of resource" }, "out of memory"],
    [
      { Reason: "ExceptionFailure", "Class Name": "x", Description: "RESOURCE_EXHAUSTED: Out of memory while trying" },
      "out of memory",
    ],
    [
      { Reason: "ExceptionFailure", "Class Name": "x", Description: "RESOURCE_EXHAUSTED: message exceeds the maximum" },
      "failed",
    ],
    [
      {
        Reason: "ExceptionFailure",
        "Class Name": "x",
        Description: "Traceback:\n  at f\nMemoryError: Unable to allocate",
      },
      "out of memory",
    ],
    [{ Reason: "ExceptionFailure", "Class Name": "x", Description: "cannot reach oom-host.example.com" }, "failed"],
  ] as const)("%j: %s", (reason, outcome) => expect(classifyTaskEnd(reason)).toBe(outcome));
});

test.each([
  ["one\ntwo\n\nthree\nfour", "one\ntwo\nthree"],
  [
    'E: Traceback (most recent call last):\n  File "x.py", line 1\n    f()\nZeroDivisionError: division by zero\n\n\tat x.scala',
    "E: ZeroDivisionError: division by zero",
  ],
  ["x".repeat(600), `${"x".repeat(499)}…`],
  ["", ""],
])("the message %j is shortened to %j", (message, short) => expect(shortenMessage(message)).toBe(short));

test("failures that differ in numbers only are one", () => {
  const failures = new FailureCounter();
  failures.count(1, "FetchFailed", "block 12 of host 3\nat x");
  failures.count(1, "FetchFailed", "block 13 of host 4\nat y");
  failures.count(2, "FetchFailed", "block 12 of host 3");
  failures.count(null, "JobFailed", "aborted");
  expect(failures.toFailures((id) => `stage ${id}`)).toEqual([
    { stage: "stage 1", kind: "FetchFailed", message: "block 12 of host 3\nat x", count: 2 },
    { stage: "stage 2", kind: "FetchFailed", message: "block 12 of host 3", count: 1 },
    { stage: null, kind: "JobFailed", message: "aborted", count: 1 },
  ]);
});

describe("failures are one that differ in", () => {
  test.each([
    [
      "addresses",
      "Failed to connect to ip-10-0-0-1.ec2.internal/10.0.0.1:7337",
      "Failed to connect to ip-10-0-0-22.ec2.internal/10.0.0.22:38123",
    ],
    [
      "names of machines",
      "Lost task 3.0 in stage 1.0 (TID 5) (worker-a.example.com executor 3): x",
      "Lost task 11.1 in stage 1.0 (TID 7) (worker-bc.example.com executor 12): x",
    ],
    ["hosts without numbers", "Connection from node-a.example.com closed", "Connection from node-b.example.com closed"],
    [
      "containers",
      "Container from a bad node: container_e18_1700000000000_0001_01_000002 on host: h-a.x",
      "Container from a bad node: container_e19_1800000000000_0002_01_000009 on host: h-b.x",
    ],
    [
      "ids",
      "File s3://b/part-00001-0aad62c9-1df4-4c2e-9d36-c24f1cb0b5b6.parquet is missing",
      "File s3://b/part-00002-aead62c9-1df4-4c2e-9d36-c24f1cb0b5b7.parquet is missing",
    ],
    ["objects", "no route: Task@deadbeef", "no route: Task@cafe"],
    ["blocks", "Could not read block shuffle_1_22_3", "Could not read block shuffle_12_2_33"],
    ["counters and their units", "used 1.5 GiB of 2 GiB after 12 ms", "used 900 MiB of 2 GiB after 1.2 s"],
  ])("%s", (_, one, other) => {
    const failures = new FailureCounter();
    failures.count(1, "ExceptionFailure", one);
    failures.count(1, "ExceptionFailure", other);
    expect(failures.toFailures(() => null)).toEqual([
      { stage: null, kind: "ExceptionFailure", message: one, count: 2 },
    ]);
  });

  test.each([
    ["java.lang.ArithmeticException: / by zero", "java.lang.NullPointerException: x"],
    ["cannot be cast to class java.lang.String", "cannot be cast to class java.lang.Integer"],
    ["Table a not found", "Table b not found"],
  ])("%s is not %s", (one, other) => {
    const failures = new FailureCounter();
    failures.count(1, "ExceptionFailure", one);
    failures.count(1, "ExceptionFailure", other);
    expect(failures.toFailures(() => null)).toHaveLength(2);
  });
});

describe("numbers", () => {
  test.each([
    [[], null, null],
    [[5], 5, null],
    [[1, 9], 9, 1.8],
    [[4, 1, 2], 2, 2],
    [[0, 0, 0], 0, null],
    [[0, 0, 0, 8], 0, 8],
    [[1, 2, 3, 4], 3, 1.6],
  ])("%j has the median %d and the skew %d", (values, median, ratio) => {
    const list = NumberList.ofIntegers();
    for (const value of values) list.push(value);
    expect(quantile(list.sort(), 0.5)).toBe(median);
    expect(skew(list.sort())).toBe(ratio);
  });

  test("lists grow and are appended to each other", () => {
    const all = NumberList.ofFloats();
    const part = NumberList.ofFloats();
    for (let value = 100; value > 0; value--) part.push(value);
    all.append(part);
    all.append(part);
    all.push(0.5);
    expect(all.length).toBe(201);
    expect([all.sort()[0], all.sort()[200]]).toEqual([0.5, 100]);
  });
});
