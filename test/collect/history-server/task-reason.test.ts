import { expect, test } from "vitest";
import type { TaskEndReason } from "../../../src/collect/event-log/spark-events.ts";
import { readTaskReason } from "../../../src/collect/history-server/task-reason.ts";

const EXCEPTION = "org.apache.spark.SparkException";

/** What Spark's servers give as `status` and `errorMessage`, and the reason in the event log. */
test.each<[status: string, errorMessage: string | undefined, reason: TaskEndReason]>([
  ["SUCCESS", undefined, { Reason: "Success" }],
  ["KILLED", "another attempt succeeded", { Reason: "TaskKilled", "Kill Reason": "another attempt succeeded" }],
  [
    "FAILED",
    "ExecutorLostFailure (executor 1 exited caused by one of the running tasks) Reason: Command exited with code 137",
    { Reason: "ExecutorLostFailure", "Loss Reason": "Command exited with code 137" },
  ],
  [
    "FAILED",
    "ExecutorLostFailure (executor 1 exited unrelated to the running tasks)",
    { Reason: "ExecutorLostFailure", "Loss Reason": "" },
  ],
  [
    "FAILED",
    "FetchFailed(BlockManagerId(0, 172.17.0.5, 39613, None), shuffleId=0, mapIndex=1, mapId=7, reduceId=14, message=\norg.apache.spark.shuffle.FetchFailedException\n\tat org.apache.spark.errors.SparkCoreErrors$.fetchFailedError(SparkCoreErrors.scala:426)\n\n)",
    {
      Reason: "FetchFailed",
      Message:
        "org.apache.spark.shuffle.FetchFailedException\n\tat org.apache.spark.errors.SparkCoreErrors$.fetchFailedError(SparkCoreErrors.scala:426)\n",
    },
  ],
  ["FAILED", "TaskResultLost (result lost from block manager)", { Reason: "TaskResultLost" }],
  [
    "FAILED",
    "TaskCommitDenied (Driver denied task commit) for job: 1, partition: 2, attemptNumber: 3",
    { Reason: "TaskCommitDenied" },
  ],
  ["FAILED", "UnknownReason", { Reason: "UnknownReason" }],
  [
    "FAILED",
    `${EXCEPTION}: it broke\nin two lines: a: b\n\tat a.B.c(B.scala:1)\nCaused by: java.lang.OutOfMemoryError\n\tat x`,
    { Reason: "ExceptionFailure", "Class Name": EXCEPTION, Description: "it broke\nin two lines: a: b" },
  ],
  [
    "FAILED",
    "java.lang.OutOfMemoryError\n\tat a.B.c(B.scala:1)\n",
    { Reason: "ExceptionFailure", "Class Name": "java.lang.OutOfMemoryError", Description: "" },
  ],
  ["FAILED", "nothing that is known", { Reason: "ExceptionFailure", Message: "nothing that is known" }],
  ["FAILED", undefined, { Reason: "ExceptionFailure", Message: "" }],
])("%s: %s", (status, errorMessage, reason) => {
  const answer = { taskId: 1, launchTime: 0, status, ...(errorMessage === undefined ? {} : { errorMessage }) };
  expect(readTaskReason(answer)).toEqual(reason);
});
