import { describe, expect, it } from "vitest";
import { ApplicationRecord } from "../../src/collect/application-record.ts";
import { findLostExecutors } from "../../src/collect/lost-executors.ts";

function recordWith(master: string, reason: string, jobsAreOpen = true): ApplicationRecord {
  const record = new ApplicationRecord();
  record.properties.set("spark.master", master);
  record.groups.set("join/sample-1", { startedAtMs: 1000, endedAtMs: jobsAreOpen ? null : 2000 });
  if (jobsAreOpen) record.openJobs.set(0, "join/sample-1");
  record.removedExecutors.push({ executorId: "1", atMs: 3000, reason });
  return record;
}

describe("findLostExecutors", () => {
  it.each([
    [
      "k8s://https://kubernetes.default.svc",
      "The executor with id 1 exited with exit code 137(SIGKILL, possible container OOM).",
      true,
    ],
    ["k8s://https://kubernetes.default.svc", "Command exited with code 137", true],
    ["k8s://https://kubernetes.default.svc", "Command exited with code 1", false],
    ["spark://master:7077", "Command exited with code 137", false],
    ["local-cluster[1,1,1024]", "Command exited with code 137", false],
    ["local-cluster[1,1,1024]", "Command exited with code 52", true],
    ["yarn", "Container killed by YARN for exceeding physical memory limits", true],
  ])("on %s, '%s' is a memory kill: %s", (master, reason, memoryKill) => {
    expect(findLostExecutors(recordWith(master, reason))).toEqual([
      { executorId: "1", atMs: 3000, reason, memoryKill },
    ]);
  });

  it("leaves out what goes at the end, or because it was idle", () => {
    expect(findLostExecutors(recordWith("spark://master:7077", "Command exited with code 143", false))).toEqual([]);
    expect(findLostExecutors(recordWith("k8s://x", "Executor killed by driver."))).toEqual([]);
  });
});
