import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { toApplication } from "../../../src/collect/application/to-application.ts";
import { ApplicationRecord } from "../../../src/collect/event-log/application-record.ts";
import { readLogSupplement } from "../../../src/collect/history-server/log-supplement.ts";

const RUN_ID = "7d1e1c2a-0d5f-4c58-9f55-6f7ad2f2a111";

/** The jobs of one query of Spark 3.0 to 3.4: its broadcast starts first, in a group of its own. */
function readQuery(group: string | undefined, broadcast: Record<string, string> = {}) {
  const record = new ApplicationRecord();
  const query = { "spark.sql.execution.id": "4", ...(group === undefined ? {} : { "spark.jobGroup.id": group }) };
  const ofBroadcast = {
    "spark.sql.execution.id": "4",
    "spark.jobGroup.id": RUN_ID,
    "spark.job.description": `broadcast exchange (runId ${RUN_ID})`,
    ...broadcast,
  };
  for (const [id, properties] of [ofBroadcast, query].entries()) {
    const info = { "Stage ID": id, "Stage Name": "save at Job.scala:1", "Submission Time": 1000 * id + 1 };
    record.JobStart({ "Job ID": id, "Submission Time": 1000 * id, "Stage IDs": [id], Properties: properties });
    record.StageSubmitted({ "Stage Info": info, Properties: properties });
    record.StageCompleted({ "Stage Info": { ...info, "Completion Time": 1000 * id + 900 } });
    record.JobEnd({ "Job ID": id, "Completion Time": 1000 * (id + 1), "Job Result": { Result: "JobSucceeded" } });
  }
  record.ApplicationEnd({ Timestamp: 5000 });
  return toApplication(record, { logName: "log", inProgress: false, lacksParts: false, problems: [] });
}

test("a broadcast belongs to the group, and to the repetition, of its query", () => {
  const { samples, jobs, stages } = readQuery("join/sample-2");
  expect(jobs.map(({ group }) => group)).toEqual(["join/sample-2", "join/sample-2"]);
  expect(stages.map(({ key, jobGroup }) => [key, jobGroup])).toEqual([
    ["join/0/", "join"],
    ["join/1/", "join"],
  ]);
  expect(samples.map(({ metrics, stages: own }) => [metrics.wallMs, own.length])).toEqual([[2000, 2]]);
});

test("a broadcast of a query without a group has none", () => {
  expect(readQuery(undefined).stages.map(({ key }) => key)).toEqual(["/0/", "/1/"]);
});

test("a group that a user named is the user's, also beside another one of the query", () => {
  const { jobs } = readQuery("join", { "spark.job.description": "my broadcast" });
  expect(jobs.map(({ group }) => group)).toEqual([RUN_ID, "join"]);
});

test("a History Server's jobs get the query of a broadcast from the log", async () => {
  const folder = await mkdtemp(join(tmpdir(), "spark-loadtest-test-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "app-1");
  const submitted = (id: number, properties: Record<string, string>) => ({
    Event: "SparkListenerStageSubmitted",
    "Stage Info": { "Stage ID": id },
    Properties: { "spark.sql.execution.id": "4", ...properties },
  });
  const events = [
    { Event: "SparkListenerLogStart", "Spark Version": "3.4.1" },
    submitted(0, { "spark.jobGroup.id": RUN_ID, "spark.job.description": `broadcast exchange (runId ${RUN_ID})` }),
    submitted(1, { "spark.jobGroup.id": "join/sample-2" }),
  ];
  await writeFile(file, events.map((event) => `${JSON.stringify(event)}\n`).join(""));
  const record = new ApplicationRecord();
  await readLogSupplement({ name: "app-1", files: [file], inProgress: false, problems: [] }, record);
  expect(record.jobGroups.settle(RUN_ID)).toBe("join/sample-2");
});
