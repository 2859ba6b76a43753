import { expect, it } from "vitest";
import { toApplication } from "../../../src/collect/application/to-application.ts";
import { ApplicationRecord, MAX_STAGES } from "../../../src/collect/event-log/application-record.ts";

const reading = { logName: "app", inProgress: false, problems: [], lacksParts: false };

function record(stages: number): ApplicationRecord {
  const application = new ApplicationRecord();
  application.LogStart({ "Spark Version": "4.1.1" });
  for (let id = 0; id < stages; id++) {
    application.StageCompleted({ "Stage Info": { "Stage ID": id, "Submission Time": id, "Completion Time": id + 1 } });
  }
  application.ApplicationEnd({ Timestamp: stages });
  return application;
}

it("stages beyond the limit are left out, and the application is partial with the limit's name", () => {
  expect(record(100).hasTooManyStages).toBe(false);
  const over = record(MAX_STAGES + 1);
  expect(over.stages.size).toBe(MAX_STAGES);
  over.stages.clear();
  const { partial, problems } = toApplication(over, reading);
  expect(partial).toBe(true);
  expect(problems.join()).toContain("more stages than the 100,000 that are kept (limit of stages)");
});
