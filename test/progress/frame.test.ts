import { describe, expect, it } from "vitest";
import { renderFrame } from "../../src/progress/frame.ts";
import { RunStatus } from "../../src/progress/run-status.ts";
import { FOUR, finished, log, makeName, progress, retrying, started, THOUSAND } from "./run-events.ts";

const [first, second, third, fourth] = FOUR as [(typeof FOUR)[0], (typeof FOUR)[0], (typeof FOUR)[0], (typeof FOUR)[0]];

function fourCases(): RunStatus {
  const status = new RunStatus(0);
  const others = [makeName("4.1.1", "submit", "write"), makeName("3.5.7", "submit", "write")];
  status.begin(12, 0, [...FOUR, ...others]);
  for (const name of others) status.apply(started(name), 0);
  for (const [index, name] of FOUR.entries()) status.apply(started(name), 5000 + 20_000 * index);
  status.apply(finished(others[0]!, 60_000), 60_000);
  status.apply(finished(others[1]!, 60_000, { status: "failed", reason: "no" }), 60_000);
  status.apply(progress(first, "sample 2 of 3"), 60_000);
  status.apply(
    log(first, "26/11/24 11:14:08 INFO TaskSetManager: Finished task 3.0 in stage 12.0 (TID 41) in 8 ms"),
    0,
  );
  status.apply(progress(second, "warm-up"), 60_000);
  status.apply(log(second, "\u001B[31mprinted\u001B[0m by the case\r\n"), 0);
  status.apply(retrying(third, "The pod was evicted."), 60_000);
  status.apply(started(fourth, 2), 60_000);
  status.apply(progress(fourth, "sample 1 of 3"), 60_000);
  return status;
}

const render = (status: RunStatus, nowMs: number, columns: number, rows: number) =>
  renderFrame(status, nowMs, { columns, rows, color: false });

describe("what a terminal shows", () => {
  it("is nothing while nothing is known", () => {
    expect(render(new RunStatus(0), 1000, 80, 24)).toEqual([]);
  });

  it("is four cases with what they are at and their last lines", () => {
    expect(render(fourCases(), 125_000, 100, 24)).toEqual([
      "2 of 12 cases, 1 not passed, 4 running, 2 min 5 s, about 2 min left",
      "  4.1.1 submit join        sample 2 of 3              2 min 0 s  INFO TaskSetManager: Finished tas…",
      "  4.1.1 connect join       warm-up                   1 min 40 s  printed by the case",
      "  3.5.7 submit read        waits to be tried again   1 min 20 s",
      "  3.5.7 connect aggregate  attempt 2: sample 1 of 3   1 min 0 s",
    ]);
  });

  it("leaves out log lines, then steps, then the starts of names where it is narrow", () => {
    expect(render(fourCases(), 125_000, 60, 24)).toEqual([
      "2 of 12 cases, 1 not passed, 2 min 5 s, about 2 min left",
      "  4.1.1 submit join        sample 2 of 3          2 min 0 s",
      "  4.1.1 connect join       warm-up               1 min 40 s",
      "  3.5.7 submit read        waits to be tried a…  1 min 20 s",
      "  3.5.7 connect aggregate  attempt 2: sample 1…   1 min 0 s",
    ]);
    expect(render(fourCases(), 125_000, 40, 24)).toEqual([
      "2 of 12 cases, 1 not passed",
      "  4.1.1 submit join         2 min 0 s",
      "  4.1.1 connect join       1 min 40 s",
      "  3.5.7 submit read        1 min 20 s",
      "  3.5.7 connect aggregate   1 min 0 s",
    ]);
    expect(render(fourCases(), 125_000, 30, 24)).toEqual([
      "2 of 12 cases, 1 not passed",
      "  ….1 submit join   2 min 0 s",
      "  …1 connect join  1 min 40 s",
      "  ….7 submit read  1 min 20 s",
      "  …nect aggregate   1 min 0 s",
    ]);
    for (const columns of [2, 5, 20, 30]) {
      expect(Math.max(...render(fourCases(), 125_000, columns, 24).map((line) => line.length))).toBeLessThan(columns);
    }
  });

  it("is those of a thousand that run the longest, in two thirds of the height", () => {
    const status = new RunStatus(0);
    status.begin(1280, 0, THOUSAND);
    for (const [index, name] of THOUSAND.entries()) {
      status.apply(started(name), index);
      status.apply(log(name, `INFO DAGScheduler: Submitting 200 missing tasks from ResultStage ${index}`), index);
    }
    expect(render(status, 12_000, 80, 24)).toEqual([
      "0 of 1,280 cases, 1,000 running, 12 s",
      "  4.0.1 submit size0    12 s  INFO DAGScheduler: Submitting 200 missing tasks …",
      ...Array.from(
        { length: 13 },
        (_, index) =>
          `  4.0.1 ${`${index % 2 === 0 ? "connect" : "submit"} size${index + 1}`.padEnd(14)}  11 s  INFO DAGScheduler: Submitting 200 missing tasks …`,
      ),
      "  … and 986 more running",
    ]);
    for (const rows of [1, 2, 3, 5, 100])
      expect(render(status, 12_000, 80, rows).length).toBeLessThanOrEqual(Math.max(1, rows - 1));
  });

  it("is steps before there are cases", () => {
    const status = new RunStatus(0);
    status.prepare({ step: "Cluster kind-spark-loadtest", state: "running" }, 1000);
    status.prepare({ step: "Image apache/spark:4.1.1", state: "running", detail: "of 1.2 GiB", fraction: 0.459 }, 3000);
    expect(render(status, 63_000, 80, 24)).toEqual([
      "  Cluster kind-spark-loadtest                   1 min 2 s",
      "  Image apache/spark:4.1.1     45 % of 1.2 GiB  1 min 0 s",
    ]);
  });

  it("is steps and cases, each with half of the height where both are many", () => {
    const status = fourCases();
    for (let index = 0; index < 9; index += 1) {
      status.prepare({ step: `Image ${index}`, state: "running" }, 120_000);
    }
    expect(render(status, 125_000, 80, 12)).toEqual([
      "2 of 12 cases, 1 not passed, 4 running, 2 min 5 s, about 2 min left",
      "  Image 0  5 s",
      "  Image 1  5 s",
      "  Image 2  5 s",
      "  … and 6 more steps",
      "  4.1.1 submit join   sample 2 of 3   2 min 0 s  INFO TaskSetManager: Finished…",
      "  4.1.1 connect join  warm-up        1 min 40 s  printed by the case",
      "  … and 2 more running",
    ]);
  });

  it("dims log lines", () => {
    const status = new RunStatus(0);
    status.apply(started(first), 0);
    status.apply(log(first, "line"), 0);
    expect(renderFrame(status, 0, { columns: 100, rows: 24, color: true })).toEqual([
      "0 cases done, 1 running, 0 s",
      `  ${first}  0 s  \u001B[2mline\u001B[22m`,
    ]);
  });
});
