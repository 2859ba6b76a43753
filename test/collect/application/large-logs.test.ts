import { expect, test } from "vitest";
import { toApplication } from "../../../src/collect/application/to-application.ts";
import { toJobs } from "../../../src/collect/application/to-jobs.ts";
import { ApplicationRecord } from "../../../src/collect/event-log/application-record.ts";
import { NO_OWN_RULES } from "../../../src/lib/text/spark-redaction.ts";

const reading = { logName: "app", inProgress: false, problems: [], lacksParts: false };

/** Jobs one after the other, each a repetition of its own with a stage of its own; behind each an executor is lost. */
function makeRepetitions(count: number): ApplicationRecord {
  const record = new ApplicationRecord();
  for (let job = 0; job < count; job++) {
    const Properties = { "spark.jobGroup.id": `join/sample-${job}` };
    const at = job * 10;
    record.JobStart({ "Job ID": job, "Submission Time": at, "Stage IDs": [job], Properties });
    record.StageSubmitted({ "Stage Info": { "Stage ID": job, "Submission Time": at }, Properties });
    record.JobEnd({ "Job ID": job, "Completion Time": at + 5, "Job Result": { Result: "JobSucceeded" } });
    record.ExecutorRemoved({ "Executor ID": `${job}`, Timestamp: at + 6, "Removed Reason": "worker lost" });
  }
  // One goes on, so that a loss is none of the teardown.
  record.JobStart({ "Job ID": count, "Submission Time": count * 10, "Stage IDs": [] });
  return record;
}

/** CPU time of this process, in milliseconds: wall time is that of other processes, too. */
function measureCpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

test("the time of a log grows with its repetitions and lost executors, and not with their product", () => {
  const read = (count: number) => {
    const record = makeRepetitions(count);
    return measureCpuMs(() => {
      const { samples, jobs, metrics } = toApplication(record, reading);
      expect(metrics.lostExecutors).toBe(count);
      expect(samples.map((sample) => sample.metrics.lostExecutors)).toEqual(Array(count).fill(1));
      expect(samples.map((sample) => sample.stages.length)).toEqual(Array(count).fill(1));
      expect(jobs).toHaveLength(count + 1);
    });
  };
  read(100);
  const shorter = read(500);
  expect(read(2000) / shorter).toBeLessThan(10);
}, 60_000);

test("the time of jobs that need one stage grows with their number", () => {
  const read = (count: number) => {
    const record = new ApplicationRecord();
    for (let job = 0; job < count; job++)
      record.JobStart({ "Job ID": job, "Submission Time": job * 10, "Stage IDs": [0] });
    record.StageSubmitted({ "Stage Info": { "Stage ID": 0, "Submission Time": 15 } });
    return measureCpuMs(() => {
      const jobs = toJobs(record, NO_OWN_RULES);
      expect(jobs).toHaveLength(count);
      expect(jobs[0]!.stages.map(({ id }) => id)).toEqual([0]);
    });
  };
  read(1000);
  const shorter = read(15_000);
  expect(read(60_000) / shorter).toBeLessThan(10);
}, 60_000);

test("a loss counts in the repetition that ran, else in the nearest one, the earlier of two that are as near", () => {
  const record = new ApplicationRecord();
  const run = (number: number, from: number, to: number) => {
    record.JobStart({
      "Job ID": number,
      "Submission Time": from,
      Properties: { "spark.jobGroup.id": `join/sample-${number}` },
    });
    record.JobEnd({ "Job ID": number, "Completion Time": to });
  };
  const lose = (...times: number[]) => {
    for (const Timestamp of times)
      record.ExecutorRemoved({ "Executor ID": `${Timestamp}`, Timestamp, "Removed Reason": "worker lost" });
  };
  run(1, 100, 200);
  // A short one within a long one, as two threads of a driver run them.
  run(2, 300, 600);
  run(3, 350, 400);
  run(4, 700, 800);
  record.JobStart({ "Job ID": 5, "Submission Time": 900 });
  lose(50, 150, 250, 251, 500, 640, 651, 900);
  const { samples } = toApplication(record, reading);
  expect(samples.map(({ metrics }) => metrics.lostExecutors)).toEqual([3, 3, 0, 2]);
});
