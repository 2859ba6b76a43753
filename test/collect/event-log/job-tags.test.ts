import { describe, expect, it } from "vitest";
import { readEventLogs } from "../../../src/collect/application/read-event-logs.ts";
import { readJobGroup } from "../../../src/collect/event-log/job-group.ts";
import { findFixture } from "../fixtures.ts";

const SESSION = "SparkConnect_SessionTag_User_ann_Session_059f3f67-6e95-422c-8702-105e0edad613_Tag_";
const OPERATION = "SparkConnect_OperationTag_User_ann_Session_059f3f67-6e95-422c-8702-105e0edad613_Operation_1262f37c";

describe("readJobGroup", () => {
  it.each([
    [undefined, ""],
    [{}, ""],
    [{ "spark.jobGroup.id": "join/sample-2" }, "join/sample-2"],
    [{ "spark.jobGroup.id": "nightly" }, "nightly"],
    [{ "spark.job.tags": `${OPERATION},${SESSION}join/sample-2` }, "join/sample-2"],
    [{ "spark.job.tags": `${SESSION}write/verify-warmup-1,${OPERATION}` }, "write/verify-warmup-1"],
    [{ "spark.job.tags": `${SESSION}my_Tag_join/sample-2` }, "my_Tag_join/sample-2"],
    [{ "spark.job.tags": `${OPERATION},${SESSION}some tag` }, ""],
    // Set by the user's own driver, without Connect.
    [{ "spark.job.tags": "etl,join/sample-3" }, "join/sample-3"],
    [{ "spark.jobGroup.id": "nightly", "spark.job.tags": "join/sample-3" }, "join/sample-3"],
    [{ "spark.jobGroup.id": "join/sample-1", "spark.job.tags": "join/sample-3" }, "join/sample-1"],
  ])("%j is %j", (properties, group) => {
    expect(readJobGroup(properties as Record<string, string> | undefined)).toBe(group);
  });
});

// Recorded from a server's pod on a cluster, and reduced by scripts/reduce-eventlog.ts.
describe.each([
  { log: "3.5.7-connect", stages: ["parallelize+mapPartitions"], tasks: 7 },
  { log: "4.1.1-connect", stages: [], tasks: 6 },
])("$log", ({ log, stages, tasks }) => {
  it("has its samples by their tags", async () => {
    const [application] = await readEventLogs([findFixture(log)]);
    expect(application).toMatchObject({ sparkVersion: log.split("-")[0], completed: true, problems: [] });
    const keys = [
      ...stages,
      "Scan parquet+ColumnarToRow+HashAggregate+Exchange",
      "Exchange+HashAggregate+HashAggregate+Exchange",
      "Exchange+HashAggregate+HashAggregate+Exchange",
      "Exchange+HashAggregate",
    ].map((nodes, ordinal) => `aggregate/${ordinal}/${nodes}`);
    const { samples } = application!;
    expect(samples.map((sample) => sample.stages.map(({ key }) => key))).toEqual([keys, keys]);
    for (const { metrics } of samples) expect(metrics).toMatchObject({ inputRecords: 200_000, failedTasks: 0 });
    expect(samples.map(({ metrics }) => metrics.tasks)).toEqual([tasks, tasks]);
  });
});
