import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { findStartProblem } from "../../src/engine/argo/outcome/start-failure.ts";
import { explainFailure } from "../../src/engine/local/failure.ts";
import { parseMemoryMb } from "../../src/engine/local/spark-command.ts";
import { countExecutors } from "../../src/plan/matrix/executors.ts";
import tables from "../../workflows/tables.json" with { type: "json" };

/** What an expression gives for each of the values, in the pods' Python. */
function inPython(imports: string, expression: string, values: readonly unknown[]): unknown[] {
  const program = `import json, sys\nfrom ${imports}\nprint(json.dumps([${expression} for each in json.load(sys.stdin)]))`;
  const options = { cwd: "workflows", input: JSON.stringify(values), encoding: "utf8" } as const;
  const { stdout, stderr } = spawnSync("python3", ["-B", "-c", program], options);
  expect(stderr).toBe("");
  return JSON.parse(stdout);
}

test("a memory setting is the same size here and in the pods", () => {
  const sizes = ["512m", " 2G ", "1024", "1025k", "1t", "3gb", "7 MB", "1.5g", "2x", "", "m", "-1g"];
  const own = sizes.map(parseMemoryMb);
  expect(own).toEqual([512, 2048, 1024, 2, 1048576, 3072, 7, null, null, null, null, null]);
  expect(inPython("spark_command import parse_memory_mb", "parse_memory_mb(each)", sizes)).toEqual(own);
});

test("a case has as many executors here and in the pods", () => {
  const dynamic = { "spark.dynamicAllocation.enabled": "true", "spark.dynamicAllocation.maxExecutors": "5" };
  const confs = [
    ...["1", "3", "0", "two", "1.5", ""].map((instances) => ({ "spark.executor.instances": instances })),
    { "spark.executor.instances": "3", "spark.dynamicAllocation.maxExecutors": "5" },
    { ...dynamic, "spark.executor.instances": "3" },
    { ...dynamic, "spark.dynamicAllocation.maxExecutors": "infinity", "spark.dynamicAllocation.initialExecutors": "2" },
    {},
  ];
  const own = confs.map(countExecutors);
  expect(own).toEqual([1, 3, 1, 1, 1, 1, 3, 5, 2, 1]);
  expect(inPython("spark_command import executors_of", "executors_of(each)", confs)).toEqual(own);
});

test("a reason for which a container waits is final for both, or for neither", () => {
  const { finalSeconds, passingSeconds } = tables.waiting;
  const reasons = [...Object.keys(finalSeconds), ...Object.keys(passingSeconds), "ContainerCreating"];
  const waits = reasons.flatMap((reason) => [
    [reason, "dial tcp 1.2.3.4:443: connect: connection refused"] as const,
    [reason, "docker.io/apache/spark:9.9: Not Found"] as const,
  ]);
  const isFinal = ([reason, message]: readonly [string, string]) => {
    const containerStatuses = [{ name: "executor", state: { waiting: { reason, message } } }];
    return findStartProblem({ status: { phase: "Pending", containerStatuses } } as never)?.kind === "final";
  };
  const seconds = inPython("executor_watch import patience_seconds", "patience_seconds(*each, 60)", waits);
  expect(seconds.map((each) => Number(each) < 10)).toEqual(waits.map(isFinal));
});

test("what the machine says when it fails means the same, but for the word for the machine", () => {
  const words = [
    "java.io.IOException: No space left on device",
    "There is insufficient memory for the Java Runtime Environment to continue.",
    "java.net.SocketException: Too many open files",
    "java.lang.OutOfMemoryError: unable to create native thread",
    "java.net.BindException: bind",
    "[JAVA_GATEWAY_EXITED] Java gateway process exited before sending its port number.",
    "java.net.ConnectException: spark-loadtest-store.load:7071: Connection refused",
    "Error occurred during initialization of boot layer",
  ];
  const own = words.map((line) => explainFailure({ kind: "exit", code: 1 }, line));
  expect(own.every(({ infrastructure }) => infrastructure)).toBe(true);
  expect(new Set(own.map(({ reason }) => reason)).size).toBe(tables.failures.machine.length);
  expect(inPython("failure import explain", "explain(1, [each]).reason", words)).toEqual(
    own.map(({ reason }) => reason.replace("the machine", "the pod")),
  );
});
