import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createLineReader, type EventHandlers } from "../../../src/collect/event-log/parse-event.ts";
import { EVENT_NAMES } from "../../../src/collect/event-log/spark-events.ts";
import { findFixtureFile } from "../fixtures.ts";

function readLines(text: string) {
  const events: { name: string; event: unknown }[] = [];
  const handlers = Object.fromEntries(
    [...EVENT_NAMES].map((name) => [name, (event: unknown) => events.push({ name, event })]),
  ) as unknown as EventHandlers;
  const readLine = createLineReader(handlers);
  const outcomes = text.split("\n").map((line) => {
    const bytes = Buffer.from(`before\n${line}\nafter`);
    return readLine(bytes, 7, bytes.length - 6);
  });
  return { events, outcomes };
}

test("what is cut out of the lines of a real log is only what nobody reads", () => {
  const lines = readFileSync(findFixtureFile("4.3.0-plain"), "utf8").trimEnd().split("\n");
  const { events, outcomes } = readLines(lines.join("\n"));
  expect(new Set(outcomes)).toEqual(new Set(["read", "passed over"]));
  const whole = lines
    .map((line) => JSON.parse(line))
    .filter(({ Event: event }) => EVENT_NAMES.has(event.replace(/.*SparkListener/, "")));
  expect(events).toHaveLength(whole.length);
  for (const [index, event] of whole.entries()) {
    if (event["Task Info"] !== undefined) {
      event["Task Info"].Accumulables = [];
      delete event["Task Executor Metrics"];
      event["Task Metrics"]["Shuffle Read Metrics"]["Push Based Shuffle"] = {};
    }
    if (event["Stage Infos"] !== undefined) event["Stage Infos"] = [];
    if (event.physicalPlanDescription !== undefined) event.physicalPlanDescription = "";
    expect(events[index]!.event).toEqual(event);
  }
});

describe("a line is", () => {
  test.each([
    ['{"Event":"SparkListenerJobEnd","Job ID":1}', "read"],
    ['{"Event":"SparkListenerTaskStart","Stage ID":1}', "passed over"],
    ['{"Event":"org.apache.spark.sql.execution.ui.SparkListenerSQLExecutionStart","executionId":1}', "read"],
    ['{"Event":"com.example.SparkListenerJobEnd","Job ID":1}', "passed over"],
    ['{"Event":"constructor"}', "passed over"],
    ['{"Event":"SparkListenerTaskStart","Stage ID":', "damaged"],
    ['{"Event":"SparkListenerJobEnd","Job ID":', "damaged"],
    ['{"Event":"SparkListenerJobEnd"}', "damaged"],
    ['{"Event":"SparkListenerJobEnd', "damaged"],
    ['{"Event":"', "damaged"],
    ['{"a":1}', "damaged"],
    ['{"Event": "SparkListenerJobEnd", "Job ID": 1}', "read"],
    ['{ "Job ID" : 1 , "Event" : "SparkListenerJobEnd" }', "read"],
    ['\ufeff{"Event":"SparkListenerJobEnd","Job ID":1}', "read"],
    ['{"Event":"SparkListenerJobEnd","Job ID":1}\r', "read"],
    ['{"Event":"SparkListenerTaskStart","Stage ID":1}\r', "passed over"],
    ['{"Event": "SparkListenerTaskStart", "Stage ID": 1}', "passed over"],
    ['{"Event": "SparkListenerJobEnd", "Job ID":', "damaged"],
    ['{"Event":"SparkListenerJobEnd","Job ID":1}\0\0', "read"],
    ["", "blank"],
    [" \t\r", "blank"],
    ["\0\0\0\0", "damaged"],
    ["{", "damaged"],
  ])("%s: %s", (line, outcome) => expect(readLines(line).outcomes).toEqual([outcome]));
});

test.each([
  {
    what: "a task without metrics",
    line: '{"Event":"SparkListenerTaskEnd","Stage ID":1,"Task Info":{"Task ID":1,"Accumulables":[]},"Task Executor Metrics":{"a":1}}',
    event: {
      Event: "SparkListenerTaskEnd",
      "Stage ID": 1,
      "Task Info": { "Task ID": 1, Accumulables: [] },
      "Task Executor Metrics": { a: 1 },
    },
  },
  {
    what: "accumulables with brackets inside",
    line: '{"Event":"SparkListenerTaskEnd","Stage ID":1,"Task Info":{"Accumulables":[{"Value":[1,[2]]},{"Value":"]},"}]},"Task Metrics":{"a":1}}',
    event: {
      Event: "SparkListenerTaskEnd",
      "Stage ID": 1,
      "Task Info": { Accumulables: [] },
      "Task Metrics": { a: 1 },
    },
  },
  {
    what: "a message that looks like the marks",
    line: String.raw`{"Event":"SparkListenerTaskEnd","Stage ID":1,"Task End Reason":{"Description":"\"Accumulables\":[ \"Task Metrics\":{ ü"},"Task Info":{"Accumulables":[{}]},"Task Metrics":{"a":1}}`,
    event: {
      Event: "SparkListenerTaskEnd",
      "Stage ID": 1,
      "Task End Reason": { Description: '"Accumulables":[ "Task Metrics":{ ü' },
      "Task Info": { Accumulables: [] },
      "Task Metrics": { a: 1 },
    },
  },
  {
    what: "metrics in which something follows what is cut out",
    line: '{"Event":"SparkListenerTaskEnd","Stage ID":1,"Task Metrics":{"Shuffle Read Metrics":{"Push Based Shuffle":{"a":1},"b":2},"Shuffle Write Metrics":{"c":3}}}',
    event: {
      Event: "SparkListenerTaskEnd",
      "Stage ID": 1,
      "Task Metrics": {
        "Shuffle Read Metrics": { "Push Based Shuffle": { a: 1 }, b: 2 },
        "Shuffle Write Metrics": { c: 3 },
      },
    },
  },
  {
    what: "a job of one stage without properties",
    line: '{"Event":"SparkListenerJobStart","Job ID":1,"Stage Infos":[{"Stage IDs":[1]}],"Stage IDs":[1]}',
    event: { Event: "SparkListenerJobStart", "Job ID": 1, "Stage Infos": [], "Stage IDs": [1] },
  },
])("reads $what", ({ line, event }) => {
  expect(readLines(line).events.map((read) => read.event)).toEqual([event]);
});
