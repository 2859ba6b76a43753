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
  ["java.lang.IllegalStateException: Shutdown hooks cannot be modified during shutdown.", {}, "let go"],
  ["", {}, "lost"],
])("%j with %j: %s", (reason, circumstances, what) => expect(lose(reason, circumstances)).toBe(what));
