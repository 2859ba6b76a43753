import { describe, expect, it } from "vitest";
import { compare } from "../../src/analyse/compare.ts";
import { describeCauses, describeVerdict } from "../../src/analyse/describe.ts";
import { explain, findLargestDifference } from "../../src/analyse/explain.ts";
import { matchStages } from "../../src/analyse/statistics/match-stages.ts";
import type { Subject } from "../../src/analyse/statistics/subject.ts";
import type { Evidence, Stage } from "../../src/model/documents.ts";
import { causeSchema } from "../../src/model/documents.ts";
import type { Metrics } from "../../src/model/metrics.ts";
import {
  buildBaseline,
  buildCase,
  buildEvidence,
  buildResults,
  buildSample,
  buildStage,
  SCAN,
  WINDOW,
} from "./builders.ts";

function subject(
  metrics: Partial<Metrics> = {},
  stages: Stage[] = [SCAN, WINDOW],
  evidence: Partial<Evidence> = {},
): Subject {
  const sample = buildSample(metrics, stages);
  return { samples: [sample, sample, sample], evidence: buildEvidence(evidence) };
}

const lost = (memoryKill: boolean, reason: string): Partial<Evidence> => ({
  lostExecutors: [{ executorId: "1", atMs: 1, reason, memoryKill }],
});

describe("explain", () => {
  it.each<[string, Subject, [kind: string, stage: string | null, sentence: string][]]>([
    ["identical subjects", subject(), []],
    [
      "one shuffle partition",
      subject(
        { tasks: 5 },
        [SCAN, buildStage(WINDOW, { tasks: 1, taskMsP99: 3200, peakExecutionMemoryBytes: 92_000_000 })],
        {
          properties: { "spark.sql.shuffle.partitions": "1", "spark.app.id": "local-2", "spark.driver.port": "4711" },
        },
      ),
      [
        [
          "too-few-partitions",
          WINDOW.key,
          "stage 2 of window (Exchange, Sort, Window) runs in 1 task instead of 8 with the same 600,000 records (spark.sql.shuffle.partitions 8 -> 1)",
        ],
        ["config-changed", null, "1 setting changed: spark.sql.shuffle.partitions 8 -> 1"],
      ],
    ],
    [
      "one partition that makes the next exchange needless",
      subject({ tasks: 5 }, [
        SCAN,
        buildStage(
          WINDOW,
          { tasks: 1, taskMsP99: 3200 },
          { key: "window/1/other", planNodes: ["Exchange", "Sort", "Window", "HashAggregate"] },
        ),
      ]),
      [
        [
          "too-few-partitions",
          "window/1/other",
          "stage 2 of window (Exchange, Sort, Window) runs in 1 task instead of 8 with the same 600,000 records",
        ],
        ["plan-changed", "window/1/other", "the plan changed: more HashAggregate"],
      ],
    ],
    [
      "200 partitions",
      subject({ tasks: 204 }, [SCAN, buildStage(WINDOW, { tasks: 200 })]),
      [
        [
          "too-many-partitions",
          WINDOW.key,
          "stage 2 of window (Exchange, Sort, Window) runs in 200 tasks instead of 8 with the same 600,000 records",
        ],
      ],
    ],
    [
      "a skewed key",
      subject({}, [SCAN, buildStage(WINDOW, {}, { shuffleRecordsSkew: 34.7, taskMsSkew: 17.6 })]),
      [
        [
          "skew",
          WINDOW.key,
          "the largest task of stage 2 of window (Exchange, Sort, Window) reads 34.7x the records of the median task instead of 1.5x: a skewed key",
        ],
      ],
    ],
    [
      "a skewed key, and most tasks without records",
      subject({}, [
        SCAN,
        buildStage(WINDOW, {}, { shuffleRecordsSkew: 600_000, shuffleRecordsMedian: 0, shuffleBytesSkew: 51_700_000 }),
      ]),
      [
        [
          "skew",
          WINDOW.key,
          "the largest task of stage 2 of window (Exchange, Sort, Window) reads 600,000 records, the median task 0, instead of 1.5x: a skewed key",
        ],
      ],
    ],
    [
      "little memory",
      subject(
        { diskSpilledBytes: 43_000_000, memorySpilledBytes: 160_000_000 },
        [SCAN, buildStage(WINDOW, { diskSpilledBytes: 43_000_000, memorySpilledBytes: 160_000_000 })],
        { properties: { "spark.driver.memory": "512m" } },
      ),
      [
        [
          "spill",
          WINDOW.key,
          "stage 2 of window (Exchange, Sort, Window) spills 41 MiB to disk instead of 0 B (spark.driver.memory 1g -> 512m)",
        ],
        ["config-changed", null, "1 setting changed: spark.driver.memory 1g -> 512m"],
      ],
    ],
    [
      "a spill of which nothing is counted on disk",
      subject({ memorySpilledBytes: 160_000_000 }, [SCAN, buildStage(WINDOW, { memorySpilledBytes: 160_000_000 })]),
      [["spill", WINDOW.key, "stage 2 of window (Exchange, Sort, Window) spills 153 MiB from memory instead of 0 B"]],
    ],
    [
      "a stage that is told to spill",
      subject({ diskSpilledBytes: 2_700_000 }, [SCAN, buildStage(WINDOW, { diskSpilledBytes: 2_700_000 })], {
        properties: { "spark.shuffle.spill.numElementsForceSpillThreshold": "5000" },
      }),
      [
        [
          "spill",
          WINDOW.key,
          "stage 2 of window (Exchange, Sort, Window) spills 2.57 MiB to disk instead of 0 B (spark.shuffle.spill.numElementsForceSpillThreshold unset -> 5000)",
        ],
        ["config-changed", null, "1 setting changed: spark.shuffle.spill.numElementsForceSpillThreshold unset -> 5000"],
      ],
    ],
    [
      "an executor lost",
      subject({ lostExecutors: 1, failedTasks: 2, retriedStages: 1 }, undefined, {
        ...lost(false, "worker lost: localhost"),
        failures: [{ stage: WINDOW.key, kind: "FetchFailed", message: "no such block", count: 2 }],
      }),
      [
        [
          "executor-loss",
          WINDOW.key,
          "1 executor lost, and 2 tasks failed and 1 stage ran again: worker lost: localhost",
        ],
      ],
    ],
    [
      "an executor killed for its memory",
      subject(
        { oomKills: 1, lostExecutors: 1, failedTasks: 1 },
        undefined,
        lost(true, "exited with code 137: OOMKilled"),
      ),
      [
        ["memory-kill", null, "1 executor killed for memory: exited with code 137: OOMKilled"],
        ["executor-loss", null, "1 executor lost, and 1 task failed"],
      ],
    ],
    [
      "a task without heap",
      subject({ failedTasks: 1 }, undefined, {
        failures: [
          {
            stage: WINDOW.key,
            kind: "ExceptionFailure",
            message: "java.lang.OutOfMemoryError: Java heap space\n\tat x",
            count: 1,
          },
        ],
      }),
      [
        ["memory-kill", WINDOW.key, "1 task ran out of memory: java.lang.OutOfMemoryError: Java heap space"],
        ["failure", WINDOW.key, "1 failure that Spark retried: java.lang.OutOfMemoryError: Java heap space"],
      ],
    ],
    [
      "a failure whose words only hold those of memory",
      subject({ failedTasks: 1 }, undefined, {
        failures: [
          {
            stage: WINDOW.key,
            kind: "ExceptionFailure",
            message:
              "java.lang.RuntimeException: OutOfMemoryErrorTest, see wiki/OutOfMemoryError-FAQ or wiki/OutOfMemoryError",
            count: 1,
          },
        ],
      }),
      [
        [
          "failure",
          WINDOW.key,
          "1 failure that Spark retried: java.lang.RuntimeException: OutOfMemoryErrorTest, see wiki",
        ],
      ],
    ],
    [
      "tasks without Spark's own memory, whose executors live on",
      subject({ oomKills: 7, failedTasks: 7 }, undefined, {
        failures: [
          {
            stage: WINDOW.key,
            kind: "ExceptionFailure",
            message: "org.apache.spark.memory.SparkOutOfMemoryError: Unable to acquire 262144 bytes of memory",
            count: 7,
          },
        ],
      }),
      [
        [
          "memory-kill",
          WINDOW.key,
          "7 tasks ran out of memory: org.apache.spark.memory.SparkOutOfMemoryError: Unable to acquire 262144 bytes of memory",
        ],
        [
          "failure",
          WINDOW.key,
          "7 failures that Spark retried: org.apache.spark.memory.SparkOutOfMemoryError: Unable to acquire 262144 bytes of memory",
        ],
      ],
    ],
    [
      "twice the input",
      subject({ inputRecords: 1_200_000, cpuMs: 6200 }, [
        buildStage(SCAN, { inputRecords: 1_200_000, tasks: 8 }),
        WINDOW,
      ]),
      [
        ["input-changed", SCAN.key, "reads 1,200,000 records instead of 600,000 (+100 %)"],
        // No stage took more: none is said to have.
        ["cpu", null, "the work takes +100 % CPU time"],
      ],
    ],
    [
      "other values in as many records",
      subject({}, [buildStage(SCAN, { shuffleWriteRecords: 900_000 }), WINDOW]),
      [
        [
          "input-changed",
          SCAN.key,
          "stage 1 of window (Scan parquet, Exchange) passes on 900,000 instead of 600,000 (+50 %) records although as many are read: the data or the query changed",
        ],
      ],
    ],
    [
      "a broadcast lost",
      subject({ stages: 3 }, [
        SCAN,
        buildStage(WINDOW, {}, { ordinal: 2, key: "window/2/x" }),
        buildStage(SCAN, { inputRecords: 0 }, { ordinal: 1, key: "window/1/y", planNodes: ["SortMergeJoin", "Sort"] }),
      ]),
      [["plan-changed", "window/1/y", "the plan changed: more Sort, SortMergeJoin; 3 stages instead of 2"]],
    ],
    [
      "garbage collection",
      subject({ gcMs: 3000 }, [SCAN, buildStage(WINDOW, { gcMs: 2900 })]),
      [["gc", WINDOW.key, "garbage collection takes 50 % of the run time instead of 3 % (3 s instead of 200 ms)"]],
    ],
    [
      "more CPU for the same work",
      subject({ cpuMs: 6200 }, [SCAN, buildStage(WINDOW, { cpuMs: 5200 })]),
      [
        [
          "cpu",
          WINDOW.key,
          "the same work takes +100 % CPU time, most of it in stage 2 of window (Exchange, Sort, Window): 5.2 s instead of 2.1 s (+148 %)",
        ],
      ],
    ],
    [
      "a busy machine",
      subject({ runMs: 12_000, wallMs: 9000, cpuMs: 3200 }),
      [
        [
          "environment",
          null,
          "executor run time +100 % while CPU time stays (+3.23 %): the machine was busy, not the code slower",
        ],
      ],
    ],
    [
      "an application that idled",
      subject({ wallMs: 124_200 }),
      [
        [
          "environment",
          null,
          "wall time 29.6x while CPU time stays (0 %), and so does executor run time (0 %): the time went by outside its stages",
        ],
      ],
    ],
    [
      "fewer executors",
      subject({ wallMs: 16_800 }, [buildStage(SCAN, { wallMs: 10_000 }), buildStage(WINDOW, { wallMs: 10_000 })]),
      [
        [
          "environment",
          null,
          "wall time +300 % while CPU time stays (0 %), and so does executor run time (0 %): the stages ran fewer tasks at a time, as with fewer executors or cores",
        ],
      ],
    ],
    ["a little more CPU", subject({ cpuMs: 3400 }), []],
    [
      "settings that differ by nature",
      subject({}, undefined, {
        properties: { "spark.app.name": "x", "spark.eventLog.dir": "/other", "spark.driver.host": "b" },
      }),
      [],
    ],
  ])("%s", (_, current, expected) => {
    const causes = explain(current, subject());
    expect(causes.map(({ kind, stage, sentence }) => [kind, stage, sentence])).toEqual(
      expected.map(([kind, stage, sentence]) => [kind, stage, expect.stringContaining(sentence)]),
    );
    for (const cause of causes) expect(causeSchema.parse(cause)).toEqual(cause);
  });

  const failures = (count: number): Partial<Evidence> => ({
    failures: [{ stage: WINDOW.key, kind: "ExceptionFailure", message: "java.io.IOException: reset", count }],
  });
  const twice = { inputRecords: 1_200_000 };
  const ofTwice = [buildStage(SCAN, twice), WINDOW];
  /** More input, of which the CPU time shows nothing. */
  const half = { inputRecords: 900_000 };
  const ofHalf = [buildStage(SCAN, half), WINDOW];
  const losses = (count: number): Partial<Evidence> => ({
    lostExecutors: Array.from({ length: count }, (_, index) => ({
      executorId: String(index),
      atMs: 1,
      reason: "worker lost",
      memoryKill: false,
    })),
  });
  it.each<[string, Subject, Subject, string[]]>([
    [
      "one failure more of a dozen comes after twice the input",
      subject(twice, ofTwice, failures(13)),
      subject({}, undefined, failures(12)),
      ["input-changed", "failure"],
    ],
    [
      "one lost executor more of three comes after twice the input",
      subject(twice, ofTwice, losses(4)),
      subject({}, undefined, losses(3)),
      ["input-changed", "executor-loss"],
    ],
    [
      "and so do failures that are new and that Spark got over",
      subject(twice, ofTwice, failures(2)),
      subject(),
      ["input-changed", "failure"],
    ],
    [
      "failures that are new come before half as much input again",
      subject(half, ofHalf, failures(2)),
      subject(),
      ["failure", "input-changed"],
    ],
    [
      "unless the CPU time grew as the input did",
      subject({ ...half, cpuMs: 4600 }, ofHalf, failures(2)),
      subject(),
      ["input-changed", "failure", "cpu"],
    ],
    [
      "an attempt that took a quarter of the time comes after ten times the input",
      subject(
        { inputRecords: 6_000_000, tasks: 4, failedTasks: 1 },
        [
          buildStage(
            SCAN,
            { inputRecords: 6_000_000, runMs: 40_000 },
            { work: { ...SCAN.metrics, inputRecords: 6_000_000, runMs: 28_000 } },
          ),
          WINDOW,
        ],
        failures(1),
      ),
      subject(),
      ["input-changed", "failure"],
    ],
    [
      "but not a task that was tried again among hundreds",
      subject({ ...twice, tasks: 300, failedTasks: 1 }, ofTwice, failures(1)),
      subject(),
      ["input-changed", "failure"],
    ],
    [
      "nor one of a few",
      subject({ ...twice, tasks: 4, failedTasks: 1 }, ofTwice, failures(1)),
      subject(),
      ["input-changed", "failure"],
    ],
    [
      "nor some of a few that took hardly any time",
      subject(
        { ...twice, tasks: 4, failedTasks: 3 },
        [buildStage(SCAN, twice, { work: { ...SCAN.metrics, ...twice, runMs: 5990 } }), WINDOW],
        failures(3),
      ),
      subject(),
      ["input-changed", "failure"],
    ],
    [
      "unless it took most of the time",
      subject(
        { ...twice, tasks: 300, failedTasks: 1 },
        [buildStage(SCAN, twice, { work: { ...SCAN.metrics, ...twice, runMs: 600 } }), WINDOW],
        failures(1),
      ),
      subject(),
      ["failure", "input-changed"],
    ],
    [
      "or made a stage run again, beside half as much input again",
      subject({ ...half, tasks: 300, failedTasks: 1, retriedStages: 1 }, ofHalf, failures(1)),
      subject(),
      ["failure", "input-changed"],
    ],
    [
      "nor an executor that was lost with hardly a task",
      subject({ ...twice, tasks: 300, lostExecutors: 1, failedTasks: 1 }, ofTwice, losses(1)),
      subject(),
      ["input-changed", "executor-loss"],
    ],
    [
      "unlike one that was lost with many, beside half as much input again",
      subject({ ...half, tasks: 300, lostExecutors: 1, failedTasks: 40 }, ofHalf, losses(1)),
      subject(),
      ["executor-loss", "input-changed"],
    ],
    [
      "which comes after twice the input",
      subject({ ...twice, tasks: 300, lostExecutors: 1, failedTasks: 40 }, ofTwice, losses(1)),
      subject(),
      ["input-changed", "executor-loss"],
    ],
    [
      "an executor that was killed for its memory comes before twice the input",
      subject({ ...twice, oomKills: 1, lostExecutors: 1 }, ofTwice, lost(true, "exited with code 137: OOMKilled")),
      subject(),
      ["memory-kill", "executor-loss", "input-changed"],
    ],
    [
      "and so does a case that failed",
      { ...subject(twice, ofTwice, failures(4)), status: "failed" },
      subject(),
      ["failure", "input-changed"],
    ],
    [
      "nor a single task without memory, beside another plan",
      subject({ tasks: 300, failedTasks: 1, oomKills: 1 }, [
        SCAN,
        buildStage(WINDOW, {}, { planNodes: ["Exchange", "Window", "Generate"] }),
      ]),
      subject(),
      ["plan-changed", "memory-kill"],
    ],
    [
      "far more failures come before half as much input again",
      subject(half, ofHalf, failures(30)),
      subject({}, undefined, failures(12)),
      ["failure", "input-changed"],
    ],
    [
      "a job that failed beside a dozen failures comes before it",
      subject({}, undefined, {
        failures: [
          ...failures(13).failures!,
          {
            stage: null,
            kind: "JobFailed",
            message: "Task 0 in stage 1.0 failed 4 times, most recent failure",
            count: 1,
          },
        ],
      }),
      subject({}, undefined, failures(12)),
      ["failure"],
    ],
  ])("%s", (_, current, baseline, kinds) => {
    expect(explain(current, baseline).map(({ kind }) => kind)).toEqual(kinds);
  });

  it("says most of it of a stage with more than half of it only", () => {
    const evenly = [buildStage(SCAN, { cpuMs: 2000 }), buildStage(WINDOW, { cpuMs: 3100 })];
    expect(explain(subject({ cpuMs: 5100 }, evenly), subject())).toMatchObject([
      { kind: "cpu", stage: null, sentence: "the same work takes +64.5 % CPU time" },
    ]);
    const added = buildStage(
      SCAN,
      { cpuMs: 2500, inputRecords: 0 },
      { ordinal: 2, key: "new", planNodes: ["Generate"] },
    );
    expect(explain(subject({ cpuMs: 5600 }, [SCAN, WINDOW, added]), subject()).at(-1)).toMatchObject({
      kind: "cpu",
      stage: "new",
      sentence:
        "the same work takes +80.6 % CPU time, most of it in stage 3 of window (Generate), which the baseline does not have: 2.5 s",
    });
  });

  it("calls the work the same only where both sides counted records", () => {
    const nothing = { inputRecords: 0, outputRecords: 0, shuffleReadRecords: 0, shuffleWriteRecords: 0 };
    const unknown = { inputRecords: null, outputRecords: null, shuffleReadRecords: null, shuffleWriteRecords: null };
    for (const counted of [nothing, unknown]) {
      const [cause] = explain(subject({ ...counted, cpuMs: 6200 }), subject(counted));
      expect(cause?.sentence).toMatch(/^the work takes \+100 % CPU time/);
    }
  });

  it("takes 0 in the baseline for a change, and what was not measured for none", () => {
    const writing = (shuffleWriteRecords: number | null): Subject =>
      subject({}, [buildStage(SCAN, { shuffleWriteRecords }), WINDOW]);
    expect(explain(subject(), writing(0))).toMatchObject([
      { kind: "input-changed", sentence: expect.stringContaining("passes on 600,000 instead of 0 records") },
    ]);
    expect(explain(subject(), writing(null))).toEqual([]);
    expect(explain(subject(), subject({ inputRecords: null }))).toEqual([]);
    expect(explain(subject({ cpuMs: 3100 }), subject({ cpuMs: 0 }))).toMatchObject([
      { kind: "cpu", sentence: expect.stringContaining("takes 3.1 s of CPU time instead of 0") },
    ]);
    const spilled = subject({ diskSpilledBytes: 43_000_000 });
    expect(explain(spilled, subject({ diskSpilledBytes: null, memorySpilledBytes: null }))).toEqual([]);
  });

  it.each<[string, Partial<Metrics>, string[]]>([
    ["none where all got cheaper", { wallMs: 2600, taskMsP99: 540, cpuMs: 1500 }, []],
    ["none where nothing changed", {}, []],
    ["none where it grew by a hair", { wallMs: 4300, cpuMs: 2150 }, []],
    ["where the stage took longer", { wallMs: 6000 }, ["too-few-partitions"]],
    ["where its longest task did", { wallMs: 4000, taskMsP99: 3200 }, ["too-few-partitions"]],
    ["where it cost more CPU time", { wallMs: 4000, cpuMs: 2600 }, ["too-few-partitions"]],
    ["where it spilled", { wallMs: 4000, diskSpilledBytes: 43_000_000 }, ["too-few-partitions"]],
    ["where its tasks failed", { wallMs: 4000, failedTasks: 2 }, ["too-few-partitions"]],
    [
      "where nobody knows what it took",
      { wallMs: null, taskMsP99: null, cpuMs: null, diskSpilledBytes: null, memorySpilledBytes: null },
      ["too-few-partitions"],
    ],
  ])("calls fewer tasks too few only where something got worse: %s", (_, stage, kinds) => {
    const current = subject({ tasks: 5 }, [SCAN, buildStage(WINDOW, { tasks: 1, ...stage })]);
    expect(explain(current, subject()).map(({ kind }) => kind)).toEqual(kinds);
  });

  it("says nothing of one garbage collection in a short run", () => {
    expect(explain(subject({ gcMs: 62, runMs: 27 }), subject({ gcMs: 0, runMs: 300 }))).toEqual([]);
  });

  it("puts a plan that a setting made before what it reads, and another one behind", () => {
    const planNodes = ["Scan parquet", "WindowGroupLimit", "Exchange"];
    const stages = [buildStage(SCAN, { inputRecords: 900_000 }, { planNodes }), WINDOW];
    const setting = { properties: { "spark.sql.optimizer.windowGroupLimitThreshold": "1000" } };
    const kinds = (evidence: Partial<Evidence>) =>
      explain(subject({ inputRecords: 900_000 }, stages, evidence), subject()).map(({ kind }) => kind);
    expect(kinds(setting)).toEqual(["plan-changed", "input-changed", "config-changed"]);
    expect(kinds({})).toEqual(["input-changed", "plan-changed"]);
  });

  it("puts other input of the same size behind skew and another plan", () => {
    const planNodes = ["Scan parquet", "Filter", "Exchange"];
    const kinds = (inputRecords: number) =>
      explain(subject({ inputRecords }, [buildStage(SCAN, { inputRecords }, { planNodes }), WINDOW]), subject()).map(
        ({ kind }) => kind,
      );
    expect(kinds(630_000)).toEqual(["plan-changed", "input-changed"]);
    expect(kinds(670_000)).toEqual(["input-changed", "plan-changed"]);
  });

  const ofJoin = (join: string, evidence: Partial<Evidence> = {}, inputRecords = 600_000): Subject =>
    subject(
      { inputRecords },
      [buildStage(SCAN, { inputRecords }), buildStage(WINDOW, {}, { planNodes: ["Exchange", "Sort", join] })],
      evidence,
    );
  it.each<[what: string, Subject, Subject, [kind: string, sentence: string][]]>([
    [
      "a setting that joins do not depend on",
      ofJoin("BroadcastHashJoin", { properties: { "spark.sql.statistics.size.autoUpdate.enabled": "true" } }),
      ofJoin("SortMergeJoin"),
      [
        [
          "plan-changed",
          "the plan changed: more BroadcastHashJoin; less SortMergeJoin; no setting that changed is known to do this",
        ],
        ["config-changed", "1 setting changed"],
      ],
    ],
    [
      "a threshold that was lowered, and less input, where there are more broadcast joins",
      ofJoin("BroadcastHashJoin", { properties: { "spark.sql.autoBroadcastJoinThreshold": "5m" } }, 60_000),
      ofJoin("SortMergeJoin"),
      [
        ["input-changed", "reads 60,000 records instead of 600,000 (-90 %)"],
        ["plan-changed", "less SortMergeJoin; no setting that changed is known to do this"],
        ["config-changed", ""],
      ],
    ],
    [
      "a threshold that was raised, and less input",
      ofJoin("BroadcastHashJoin", { properties: { "spark.sql.autoBroadcastJoinThreshold": "1g" } }, 60_000),
      ofJoin("SortMergeJoin"),
      [
        ["plan-changed", "less SortMergeJoin (spark.sql.autoBroadcastJoinThreshold 10m (default) -> 1g)"],
        ["input-changed", "reads 60,000 records instead of 600,000 (-90 %)"],
        ["config-changed", ""],
      ],
    ],
    [
      "defaults of another version that make no such plan",
      ofJoin("Window", { sparkVersion: "4.0.0" }, 3_000_000),
      subject({}, [SCAN], { sparkVersion: "3.5.1" }),
      [
        ["version-changed", "Spark 4.0.0 ran instead of 3.5.1, which has other defaults (spark.sql.ansi.enabled"],
        ["input-changed", "reads 3,000,000 records instead of 600,000 (+400 %), in 2 stages instead of 1"],
        [
          "plan-changed",
          "the plan changed: more Exchange, Sort, Window; 2 stages instead of 1; no setting that changed is known to do this",
        ],
      ],
    ],
    [
      "a log without its settings, of which nothing is claimed",
      ofJoin("BroadcastHashJoin"),
      { ...ofJoin("SortMergeJoin"), evidence: buildEvidence({ javaVersion: null, properties: {} }) },
      [["plan-changed", "the plan changed: more BroadcastHashJoin; less SortMergeJoin"]],
    ],
  ])("blames a plan on no more than what makes it: %s", (_, current, baseline, expected) => {
    const causes = explain(current, baseline).map(({ kind, sentence }) => [kind, sentence]);
    expect(causes).toEqual(expected.map(([kind, sentence]) => [kind, expect.stringContaining(sentence)]));
  });

  it("names the default of another version that made another plan", () => {
    const planNodes = ["Exchange", "Window"];
    const causes = explain(
      subject({}, [SCAN, buildStage(WINDOW, {}, { planNodes })], { sparkVersion: "3.5.1" }),
      subject({}, undefined, { sparkVersion: "3.1.1" }),
    );
    expect(causes.map(({ kind, sentence }) => [kind, sentence])).toEqual([
      [
        "version-changed",
        "Spark 3.5.1 ran instead of 3.1.1, which has other defaults (spark.sql.adaptive.enabled false -> true)",
      ],
      ["plan-changed", "the plan changed: less Sort (spark.sql.adaptive.enabled false (default) -> true (default))"],
    ]);
  });

  it("compares what both logs have whole where one is cut off", () => {
    const cutOff = { ...subject({ cpuMs: 900 }, [SCAN], { partial: true }), problems: ["the log has no end"] };
    expect(explain(subject(), cutOff)).toMatchObject([
      {
        kind: "partial",
        sentence:
          "the baseline is cut off or damaged: the log has no end; only stages that both sides have to their end are compared",
      },
    ]);
    expect(explain(cutOff, cutOff)[0]?.sentence).toMatch(/^both logs are cut off or damaged: the log has no end; /);
    const unfinished = buildStage(WINDOW, { wallMs: null, cpuMs: 10 });
    const slower = [buildStage(SCAN, { cpuMs: 2000 }), unfinished];
    expect(
      explain(subject({ cpuMs: 2010 }, slower, { partial: true }), subject()).map(({ kind, sentence }) => [
        kind,
        sentence,
      ]),
    ).toEqual([
      ["partial", "the current log is cut off or damaged; only stages that both sides have to their end are compared"],
      ["cpu", expect.stringMatching(/^the same work takes \+100 % CPU time, most of it in stage 1 of window/)],
    ]);
  });

  it("knows cancelled jobs, also those that an earlier version wrote among the failures", () => {
    const message = "Job 3 cancelled part of cancelled job group nightly";
    const earlier: Evidence["failures"] = [{ stage: null, kind: "JobFailed", message, count: 2 }];
    const cancelled = (count: number): Partial<Evidence> => ({ cancelledJobs: count });
    const told = (now: Partial<Evidence>, before: Partial<Evidence>): string[] =>
      explain(subject({}, [SCAN], now), subject({}, undefined, before)).map(({ kind, sentence }) =>
        [kind, sentence.split(";")[0]].join(": "),
      );
    expect(told({ failures: earlier }, {})).toEqual(["partial: 2 jobs of the current log were cancelled"]);
    expect(told({}, cancelled(1))).toEqual(["partial: 1 job of the baseline was cancelled"]);
    expect(told(cancelled(3), { failures: earlier })).toEqual(["partial: 3 jobs were cancelled instead of 2"]);
    expect(told(cancelled(2), { failures: earlier })).toEqual([
      "plan-changed: the plan changed: less Exchange, Sort, Window",
    ]);
  });

  it("says everything in 300 characters", () => {
    const long = "x".repeat(2000);
    const planNodes = Array.from({ length: 60 }, (_, index) => `Node${"x".repeat(40)}${index}`);
    const properties = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`spark.memory.a${index}`, long]));
    const current = subject(
      { lostExecutors: 1, oomKills: 1, diskSpilledBytes: 43_000_000 },
      [SCAN, buildStage(WINDOW, { diskSpilledBytes: 43_000_000, tasks: 1 }, { planNodes, jobGroup: long })],
      { ...lost(true, long), failures: [{ stage: null, kind: "JobFailed", message: long, count: 2 }], properties },
    );
    const causes = [
      ...explain(current, subject()),
      ...explain({ ...current, evidence: buildEvidence({ properties }) }, subject()),
    ];
    expect(new Set(causes.map(({ kind }) => kind)).size).toBeGreaterThan(4);
    for (const { sentence } of causes) expect(sentence.length).toBeLessThanOrEqual(300);
  });

  it.each<[string | null, Partial<Metrics>, Partial<Metrics>]>([
    ["Output records 4,000 instead of 0", { outputRecords: 4000 }, { outputRecords: 0 }],
    ["Output records 0 instead of 25,000 (-100 %)", { outputRecords: 0 }, {}],
    ["Stages 2 instead of 0", {}, { stages: 0, tasks: 0, inputRecords: null, cpuMs: null }],
    ["Executor CPU time 1 s instead of 3.1 s (-67.7 %)", { cpuMs: 1000, outputRecords: 20_000 }, {}],
    [null, { cpuMs: 3400, wallMs: 5000, outputBytes: 1000 }, {}],
    [null, { outputRecords: null }, {}],
    [null, {}, {}],
  ])("finds the largest difference: %s", (expected, current, baseline) => {
    expect(findLargestDifference(subject(current), subject(baseline))).toBe(expected);
  });

  it("tells failures and losses without ids of the run, addresses and people", () => {
    const message =
      "java.io.IOException: Connection reset: ip-10-0-0-1.ec2.internal/10.0.0.1:50010 ann@example.com application_1700000000000_0001 9e1e1c1a-3f59-4a19-8a3d-5b2f6a1c0001";
    const told = "java.io.IOException: Connection reset: */* * application_* *";
    const sentences = (metrics: Partial<Metrics>, evidence: Partial<Evidence>): string[] =>
      explain(subject(metrics, undefined, evidence), subject()).map(({ sentence }) => sentence);
    const failed = { failures: [{ stage: null, kind: "ExceptionFailure", message, count: 1 }] };
    expect(sentences({ failedTasks: 1 }, failed)).toEqual([`1 failure that Spark retried: ${told}`]);
    expect(sentences({}, lost(false, message))).toEqual([`1 executor lost: ${told}`]);
    expect(sentences({ oomKills: 1 }, lost(true, message))[0]).toBe(`1 executor killed for memory: ${told}`);
  });

  it("explains a failure by its own words where there is nothing to compare with", () => {
    const current: Subject = { samples: [], evidence: null, status: "failed", reason: "exit code 1: no such file" };
    expect(explain(current, { samples: [], evidence: null })).toMatchObject([
      { kind: "failure", stage: null, sentence: "the case failed: exit code 1: no such file" },
    ]);
  });

  it("says what it rests on, for people", () => {
    expect(
      describeCauses(explain(subject({ lostExecutors: 1 }, undefined, lost(false, "worker lost")), subject())),
    ).toBe(
      [
        "1. executor-loss: 1 executor lost: worker lost",
        "     Lost executors: 0 -> 1",
        "     Failed tasks: 0 -> 0",
        "     Retried stages: 0 -> 0",
        "     Wall time: 4.2 s -> 4.2 s",
      ].join("\n"),
    );
    expect(describeCauses([], "Tasks 13 instead of 12 (+8.33 %)")).toBe(
      "No cause found. The largest difference between the two logs: Tasks 13 instead of 12 (+8.33 %).",
    );
    expect(describeCauses([])).toBe("No cause found: the two logs do not differ in anything that explains a change.");
  });
});

describe("matchStages", () => {
  it.each<[string, string, boolean]>([
    ["etl 10.0.0.1 stepA", "etl 10.0.0.2 stepA", true],
    ["etl ip-10-0-0-1 stepA", "etl ip-10-0-0-77 stepA", true],
    ["application_1700000000000_0001 stepA", "application_1700000600000_0042 stepA", true],
    ["2023-11-14 22:13:20,123 stepA", "2023-11-15 22:13:20,456 stepA", true],
    ["quick-20261128t175703-52d8 stepA", "quick-20261129t080000-99aa stepA", true],
    ["dt=2023-11-14/hr=22 stepA", "dt=2023-11-15/hr=01 stepA", true],
    ["Tue Nov 14 22:13:20 UTC 2023 stepA", "Wed Nov 15 22:13:20 UTC 2023 stepA", true],
    ["etl-n2x4z stepA", "etl-q9w8z stepA", true],
    ["etl stepA", "etl stepB", false],
    ["pr-1234", "pr-1235", false],
    ["report_2023-11", "report_2023-12", false],
    ["tpcds-q99", "tpcds-q98", false],
  ])("matches what is shown alike: %j and %j", (current, baseline, matched) => {
    const { pairs } = matchStages(
      [buildStage(SCAN, {}, { jobGroup: current })],
      [buildStage(SCAN, {}, { jobGroup: baseline })],
    );
    expect(pairs).toHaveLength(matched ? 1 : 0);
  });

  const stage = (ordinal: number, planNodes: string[], key = `${ordinal}/${planNodes.join("+")}`): Stage =>
    buildStage(SCAN, {}, { ordinal, planNodes, key });
  it.each<[string, Stage[], Stage[], [string, string][]]>([
    ["by key", [stage(0, ["A"])], [stage(0, ["A"])], [["0/A", "0/A"]]],
    [
      "past an inserted stage",
      [stage(0, ["A"]), stage(1, ["N"]), stage(2, ["B", "C"])],
      [stage(0, ["A"]), stage(1, ["B", "C"])],
      [
        ["0/A", "0/A"],
        ["2/B+C", "1/B+C"],
      ],
    ],
    [
      "past an inserted stage, where several do the same",
      [stage(0, ["N"]), stage(1, ["A"]), stage(2, ["A"])],
      [stage(0, ["A"]), stage(1, ["A"])],
      [
        ["1/A", "0/A"],
        ["2/A", "1/A"],
      ],
    ],
    ["by place and similar nodes", [stage(1, ["A", "B", "C"])], [stage(1, ["A", "B"])], [["1/A+B+C", "1/A+B"]]],
    ["not by place alone", [stage(1, ["A"])], [stage(1, ["B"])], []],
    [
      "without plan nodes by place",
      [stage(0, [], "a"), stage(1, [], "b")],
      [stage(0, [], "x"), stage(1, [], "y")],
      [
        ["a", "x"],
        ["b", "y"],
      ],
    ],
  ])("%s", (_, current, baseline, expected) => {
    const { pairs } = matchStages(current, baseline);
    expect(pairs.map((pair) => [pair.current.key, pair.baseline.key])).toEqual(expected);
  });
});

describe("describeVerdict", () => {
  it("gives a terminal the headline, the findings and what limits them", () => {
    const results = buildResults([buildCase("window", { samples: [1, 2, 3].map(() => buildSample({ tasks: 13 })) })]);
    const verdict = compare(results, buildBaseline([[buildCase()], [buildCase()], [buildCase()]]));
    expect(describeVerdict(verdict, results)).toMatchInlineSnapshot(`
      "REGRESSION  1 of 1 compared cases got worse than in 3 baseline runs: quick_4.1.4_submit_local_none_window_tiny: Tasks 13 instead of 12 (+8.33 %).
      run run-2, tier quick

        worse  hard     quick_4.1.4_submit_local_none_window_tiny: Tasks 13 instead of 12 (+8.33 %)

      Notes:
        - 1 of the 6 cases that it takes to tell what the machine did to all of them: CPU times are compared as they are

      CPU time of a case varies by 0.5 % from run to run; a change from +6.55 % on is found four times out of five."
    `);
  });
});
