import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { explainFailure } from "../../../src/engine/local/failure.ts";

const recording = (name: string) => readFileSync(join("test/engine/fixtures", name), "utf8");
const exit = (code: number) => ({ kind: "exit", code }) as const;

describe("explainFailure", () => {
  // What spark-submit of these versions printed, less most of its information lines.
  it.each([
    ["4.1.4-udf.txt", "ZeroDivisionError: integer division or modulo by zero"],
    ["3.5.9-rdd.txt", "ZeroDivisionError: division by zero"],
    [
      "3.5.9-analysis.txt",
      "AnalysisException: [UNRESOLVED_COLUMN.WITH_SUGGESTION] A column or function parameter with name `nope` cannot be resolved. " +
        "Did you mean one of the following? [`id`].;",
    ],
    ["4.1.4-sqlraise.txt", "SparkRuntimeException: [USER_RAISED_EXCEPTION] asked for SQLSTATE: P0001"],
    ["3.5.9-exit.txt", "asked for it"],
    [
      "3.5.7-s3a.txt",
      "NoVersionAttributeException: `s3a://spark-loadtest/own/trips/part-00000-dd1230fa-ebc9-47a0-aaaf-4c4c00dc6553-c000.snappy.parquet': " +
        "Change detection policy requires ETag",
    ],
  ])("finds the line of %s that says why", (name, reason) => {
    expect(explainFailure(exit(1), recording(name))).toEqual({ reason, infrastructure: false });
  });

  it("shows no secret that the line has", () => {
    const { reason } = explainFailure(
      exit(2),
      "job.py: error: unrecognized arguments: --password hush --api-key=hush\n",
    );
    expect(reason).toBe(
      "job.py: error: unrecognized arguments: --password *********(redacted) --api-key=*********(redacted)",
    );
  });

  it("takes a full disk for the machine's failure, though Python raised it", () => {
    expect(explainFailure(exit(1), recording("4.1.4-enospc.txt"))).toEqual({
      reason: "no space left on device",
      infrastructure: true,
    });
  });

  it.each([
    [
      "OpenJDK 64-Bit Server VM warning: INFO: os::commit_memory failed; error='Cannot allocate memory' (errno=12)",
      "the machine has no memory left for another JVM",
    ],
    [
      "pyspark.errors.exceptions.base.PySparkRuntimeError: [JAVA_GATEWAY_EXITED] Java gateway process exited before sending its port number.",
      "the JVM ended before Python could reach it",
    ],
    [
      "Exception in thread \"main\" java.net.BindException: Cannot assign requested address: Service 'sparkDriver' failed after 16 retries",
      "a network address is already in use",
    ],
    ["java.lang.OutOfMemoryError: unable to create native thread: possibly out of memory", "no process or thread left"],
    [
      ": java.net.ConnectException: spark-loadtest-store.spark-loadtest:7071: Connection refused",
      "the object store could not be reached",
    ],
    [
      "pyspark.errors.exceptions.captured.IllegalArgumentException: java.net.UnknownHostException: spark-loadtest-store.load",
      "the object store could not be reached",
    ],
    [
      "Error occurred during initialization of boot layer\njava.lang.module.FindException: Module jdk.incubator.vector not found",
      "the JVM did not start",
    ],
  ])("knows the machine's words: %s", (output, reason) => {
    expect(explainFailure(exit(1), output)).toEqual({ reason, infrastructure: true });
  });

  it.each([
    ["java.lang.OutOfMemoryError: Java heap space", "OutOfMemoryError: Java heap space"],
    [
      "Unrecognized VM option 'Nope'\nError occurred during initialization of VM",
      "Error occurred during initialization of VM",
    ],
    [
      "26/11/23 07:40:35 WARN Utils: Service 'SparkUI' could not bind: Address already in use\nValueError: no",
      "ValueError: no",
    ],
    [
      'Exception in thread "main" org.apache.spark.SparkException: Master must start with yarn\n\tat x',
      "SparkException: Master must start with yarn",
    ],
    [
      "26/11/23 07:40:35 ERROR SparkContext: Error initializing SparkContext.\n26/11/23 07:40:36 INFO X: bye",
      "SparkContext: Error initializing SparkContext.",
    ],
    ["\u001b[31mbad\u001b[0m\u0007 news \u202e", "bad news"],
    [`x${"y".repeat(5000)}`, `x${"y".repeat(296)}...`],
    ["26/11/23 07:40:36 INFO X: bye\n", "exit code 1 without a word"],
    ["", "exit code 1 without a word"],
    ["Traceback (most recent call last):", "Traceback (most recent call last):"],
  ])("does not take for the machine's failure: %j", (output, reason) => {
    expect(explainFailure(exit(1), output)).toEqual({ reason, infrastructure: false });
  });

  it.each([
    [{ kind: "timeout", timeoutMs: 300_000 }, "no end after 300 s", false],
    [{ kind: "signal", signal: "SIGKILL" }, "killed by SIGKILL from outside (the machine may be out of memory)", true],
    [{ kind: "signal", signal: "SIGTERM" }, "killed by SIGTERM from outside", true],
    [{ kind: "signal", signal: "SIGSEGV" }, "crashed with SIGSEGV", false],
    [{ kind: "exit", code: 137 }, "killed by SIGKILL from outside (the machine may be out of memory)", true],
    [{ kind: "spawn", code: "EAGAIN" }, "spark-submit could not be started (EAGAIN)", true],
  ] as const)("%j: %s", (failure, reason, infrastructure) => {
    expect(explainFailure(failure, "26/11/23 07:40:36 INFO X: y")).toEqual({ reason, infrastructure });
  });
});
