import { describe, expect, it } from "vitest";
import { toApplication } from "../../../src/collect/application/to-application.ts";
import { ApplicationRecord } from "../../../src/collect/event-log/application-record.ts";
import type { TaskEnd } from "../../../src/collect/event-log/spark-events.ts";

const SUCCESS = { Reason: "Success" };
const FAILED = { Reason: "ExceptionFailure", "Class Name": "java.lang.RuntimeException" };

function task(index: number | undefined, reason: TaskEnd["Task End Reason"] = SUCCESS, more: Partial<TaskEnd> = {}) {
  return {
    "Stage ID": 0,
    "Task End Reason": reason,
    "Task Info": index === undefined ? {} : { Index: index },
    "Task Metrics": { "Executor CPU Time": 1_000_000_000, "Input Metrics": { "Records Read": 10 } },
    ...more,
  } as TaskEnd;
}

/** The work of the one stage of an application with these tasks, or with several repetitions of them. */
function workOf(...repetitions: (readonly TaskEnd[])[]) {
  const record = new ApplicationRecord();
  for (const [id, tasks] of repetitions.entries()) {
    const properties = { "spark.jobGroup.id": `q/sample-${id + 1}` };
    record.JobStart({ "Job ID": id, "Submission Time": id, Properties: properties });
    record.StageSubmitted({ "Stage Info": { "Stage ID": id }, Properties: properties });
    for (const each of tasks) record.TaskEnd({ ...each, "Stage ID": id });
  }
  const { stages } = toApplication(record, { logName: "log", inProgress: false, lacksParts: false, problems: [] });
  expect(stages).toHaveLength(1);
  return stages[0]!.work;
}

describe("the work of a stage", () => {
  it.each<[string, TaskEnd[], { tasks: number; cpuMs: number; inputRecords: number } | undefined]>([
    ["is all of it where nothing was tried again", [task(0), task(1)], undefined],
    ["has no failed attempts", [task(0, FAILED), task(1), task(0)], { tasks: 2, cpuMs: 2000, inputRecords: 20 }],
    [
      "has the partitions that never succeeded",
      [task(0, FAILED), task(0, FAILED), task(1)],
      { tasks: 2, cpuMs: 1000, inputRecords: 10 },
    ],
    [
      "has one of two copies of a task",
      [task(0), task(0, { Reason: "TaskKilled", "Kill Reason": "another attempt succeeded" }), task(1)],
      { tasks: 2, cpuMs: 2000, inputRecords: 20 },
    ],
    [
      "has each partition once where a stage ran again, by the partition and not its place among the repeated ones",
      [
        ...[0, 1, 2, 3].map((index) => task(index)),
        task(undefined, SUCCESS, { "Stage Attempt ID": 1, "Task Info": { Index: 0, "Partition ID": 3 } }),
      ],
      { tasks: 4, cpuMs: 4000, inputRecords: 40 },
    ],
    [
      "has tasks that do not say which they are",
      [task(undefined), task(undefined), task(undefined, FAILED)],
      { tasks: 2, cpuMs: 2000, inputRecords: 20 },
    ],
    [
      "stays small with the absurd index of a damaged log",
      [task(2 ** 52), task(2 ** 52), task(-1), task(0.5)],
      { tasks: 3, cpuMs: 3000, inputRecords: 30 },
    ],
  ])("%s", (_, tasks, expected) => {
    const work = workOf(tasks);
    if (expected === undefined) expect(work).toBeUndefined();
    else expect(work).toMatchObject(expected);
  });

  it("adds up over the stages of several repetitions", () => {
    const tasks = [task(0, FAILED), task(0), task(1)];
    expect(workOf(tasks, tasks, tasks)).toMatchObject({ tasks: 6, cpuMs: 6000, inputRecords: 60 });
  });
});
