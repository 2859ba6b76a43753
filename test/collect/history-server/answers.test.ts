import { expect, it } from "vitest";
import { applicationAnswer, jobsAnswer } from "../../../src/collect/history-server/answers.ts";

const attempt = { completed: true, startTimeEpoch: 1, endTimeEpoch: 9, appSparkVersion: "4.1.4" };
const application = (more: object) => ({ id: "app-1", name: "a", attempts: [{ ...attempt, ...more }] });
const jobs = (more: object) => [{ jobId: 0, status: "SUCCEEDED", stageIds: [0], ...more }];

it("reads what Spark answers, without what it does not need", () => {
  expect(applicationAnswer.parse({ ...application({}), other: 1 })).toEqual(application({}));
  expect(applicationAnswer.safeParse(application({ endTimeEpoch: -1 })).success).toBe(true);
  expect(jobsAnswer.parse(jobs({ jobTags: [] }))).toEqual(jobs({ jobTags: [] }));
});

it.each([
  ["a time beyond all dates", applicationAnswer, application({ startTimeEpoch: 8.64e15 + 1 })],
  ["an infinite time", applicationAnswer, application({ endTimeEpoch: Number.POSITIVE_INFINITY })],
  ["a version that is no text", applicationAnswer, application({ appSparkVersion: 4 })],
  ["an application without attempts", applicationAnswer, { id: "app-1", name: "a", attempts: [] }],
  ["an id with a fraction", jobsAnswer, jobs({ jobId: 0.5 })],
  ["an id beyond 2^53", jobsAnswer, jobs({ stageIds: [2 ** 53] })],
  ["a time that is none", jobsAnswer, jobs({ submissionTime: "now" })],
  ["a list that is none", jobsAnswer, { length: 1 }],
])("refuses %s", (_, schema, answer) => expect(schema.safeParse(answer).success).toBe(false));
