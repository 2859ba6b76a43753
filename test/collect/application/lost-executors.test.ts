import { expect, test } from "vitest";
import { findLostExecutors } from "../../../src/collect/application/lost-executors.ts";
import { ApplicationRecord } from "../../../src/collect/event-log/application-record.ts";

function lose(reason: string, { master = "k8s://https://x", jobRuns = true } = {}) {
  const record = new ApplicationRecord();
  record.EnvironmentUpdate({ "Spark Properties": { "spark.master": master } });
  record.JobStart({ "Job ID": 1, "Submission Time": 100 });
  if (!jobRuns) record.JobEnd({ "Job ID": 1, "Completion Time": 200 });
  record.ExecutorRemoved({ Timestamp: 300, "Executor ID": "7", "Removed Reason": reason });
  const [lost] = findLostExecutors(record);
  return lost === undefined ? "let go" : lost.memoryKill ? "killed for memory" : "lost";
}

test.each([
  ["Command exited with code 137", {}, "killed for memory"],
  ["Command exited with code 137", { master: "local-cluster[2,1,512]" }, "lost"],
  ["Command exited with code 137", { jobRuns: false }, "let go"],
  ["Command exited with code 52", { master: "spark://x:7077" }, "killed for memory"],
  ["The executor with id 7 exited with exit code 137(SIGKILL, possible container OOM).", {}, "killed for memory"],
  ["Container killed by YARN for exceeding physical memory limits", {}, "killed for memory"],
  ["Container killed by YARN for exceeding physical memory limits", { jobRuns: false }, "killed for memory"],
  ["Command exited with code 143", {}, "lost"],
  ["Command exited with code 143", { jobRuns: false }, "let go"],
  ["Executor heartbeat timed out after 120000 ms", {}, "lost"],
  ["worker lost", {}, "lost"],
  ["Command exited with code 1", {}, "lost"],
  ["Command exited with code 137", { master: "spark://x:7077" }, "lost"],
  ["Container killed by YARN for exceeding physical memory limits", { master: "yarn" }, "killed for memory"],
  ["Executor killed by driver.", {}, "let go"],
  [
    "Container container_e18_1700000000000_0001_01_000002 exited from explicit termination request.",
    { master: "yarn" },
    "let go",
  ],
  ["Container in pod spark-exec-3 exited from explicit termination request.", {}, "let go"],
  ["Executor for container container_1 exited after Application shutdown.", { master: "yarn" }, "let go"],
  ["Executor decommission: spark scale down", {}, "let go"],
  ["Executor decommission: Rolling via ID", {}, "let go"],
  ["Executor decommission: Executor 3 is decommissioned.", {}, "lost"],
  ["Container container_1 on host: h was preempted.", { master: "yarn" }, "lost"],
  ["The executor with id 3 was deleted by a user or the framework.", {}, "lost"],
  ["Executor heartbeat timed out on idle-7.example.com after 120000 ms", {}, "lost"],
  ["Lost the connection to room-12:7337", {}, "lost"],
  ["Lost the connection to oom-worker-1.example.com", {}, "lost"],
  ["Lost the connection to oom.example.com:7337", {}, "lost"],
  ["Lost the connection to node-oom", {}, "lost"],
  [
    "Container from a bad node: c on host: h. Exit status: 137. Diagnostics: Container killed",
    { master: "yarn" },
    "killed for memory",
  ],
  ["Container is running 1B beyond the 'PHYSICAL' memory limit.", { master: "yarn" }, "killed for memory"],
  ["The executor with id 2 exited with exit code 52(JVM OOM).", {}, "killed for memory"],
  ["Reason: OOMKilled", {}, "killed for memory"],
  ["CUDA out of memory", { master: "spark://x:7077" }, "killed for memory"],
  ["killed by the oom-killer", {}, "killed for memory"],
  ["java.lang.OutOfMemoryError: Java heap space", {}, "killed for memory"],
  ["java.lang.IllegalStateException: Shutdown hooks cannot be modified during shutdown.", {}, "let go"],
  ["", {}, "lost"],
])("%j with %j: %s", (reason, circumstances, what) => expect(lose(reason, circumstances)).toBe(what));
