import { describe, expect, it } from "vitest";
import { matchStages } from "../../src/analyse/statistics/match-stages.ts";
import { onlyWork, summarise } from "../../src/analyse/statistics/subject.ts";
import { type Stage, workSchema } from "../../src/model/documents.ts";
import { buildSample, buildStage, SCAN } from "./builders.ts";

/** A scan in a job group, told by how many records it reads. */
function scan(ordinal: number, inputRecords: number, jobGroup = "q", name = "save at Job.scala:12"): Stage {
  const key = `${jobGroup}/${ordinal}`;
  return buildStage(SCAN, { inputRecords, shuffleWriteRecords: inputRecords }, { ordinal, jobGroup, key, name });
}

describe("matchStages", () => {
  const cases: [string, Stage[], Stage[], [string, string][]][] = [
    [
      "stages that were submitted in another order, by what they read",
      [scan(0, 1_000_000), scan(1, 2000)],
      [scan(0, 2000), scan(1, 1_000_000)],
      [
        ["q/0", "q/1"],
        ["q/1", "q/0"],
      ],
    ],
    [
      "so too where all of the data has doubled",
      [scan(0, 2_000_000), scan(1, 2000)],
      [scan(0, 1000), scan(1, 1_000_000)],
      [
        ["q/0", "q/1"],
        ["q/1", "q/0"],
      ],
    ],
    [
      "in order where one stage reads more than the next one did",
      [scan(0, 250), scan(1, 200)],
      [scan(0, 100), scan(1, 200)],
      [
        ["q/0", "q/0"],
        ["q/1", "q/1"],
      ],
    ],
    [
      "in order where each has grown a little",
      [scan(0, 110), scan(1, 121), scan(2, 133)],
      [scan(0, 100), scan(1, 110), scan(2, 121)],
      [
        ["q/0", "q/0"],
        ["q/1", "q/1"],
        ["q/2", "q/2"],
      ],
    ],
    [
      "past one that was put in between, of the same nodes",
      [scan(0, 500), scan(1, 7), scan(2, 90_000)],
      [scan(0, 500), scan(1, 90_000)],
      [
        ["q/0", "q/0"],
        ["q/2", "q/1"],
      ],
    ],
    ["past one that is no more", [scan(0, 90_000)], [scan(0, 500), scan(1, 90_000)], [["q/0", "q/1"]]],
    [
      "by their call sites first, wherever in the file they stand now",
      [scan(0, 10, "q", "count at Job.scala:14"), scan(1, 10, "q", "save at Job.scala:9")],
      [scan(0, 10, "q", "save at Job.scala:7"), scan(1, 10, "q", "count at Job.scala:12")],
      [
        ["q/0", "q/1"],
        ["q/1", "q/0"],
      ],
    ],
    [
      "groups named by a random id",
      [scan(0, 10, "9d8e4a1b-30be-4a7e-9d8e-4a1b2c3d4e5f")],
      [scan(0, 10, "11111111-2222-3333-4444-555555555555")],
      [["9d8e4a1b-30be-4a7e-9d8e-4a1b2c3d4e5f/0", "11111111-2222-3333-4444-555555555555/0"]],
    ],
    [
      "groups of one name before those of another batch",
      [scan(0, 10, "batch-7"), scan(0, 10, "batch-8")],
      [scan(0, 10, "batch-8"), scan(0, 10, "batch-9")],
      [
        ["batch-8/0", "batch-8/0"],
        ["batch-7/0", "batch-9/0"],
      ],
    ],
    ["no groups whose numbers name work", [scan(0, 10, "q12")], [scan(0, 10, "q13")], []],
  ];
  it.each(cases)("pairs %s", (_, current, baseline, expected) => {
    const { pairs } = matchStages(current, baseline);
    expect(new Map(pairs.map((pair) => [pair.current.key, pair.baseline.key]))).toEqual(new Map(expected));
  });

  it("pairs thousands of stages of one kind in a moment", () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => scan(index, index % 17));
    const startedAtMs = performance.now();
    expect(matchStages(many(6000), many(5000)).pairs).toHaveLength(5000);
    expect(performance.now() - startedAtMs).toBeLessThan(5000);
  });
});

describe("the samples of a subject in one", () => {
  it("take the median of a stage's own figures, in whatever order its samples submitted it", () => {
    const samples = [
      [scan(0, 1000), scan(1, 8)],
      [scan(0, 8), scan(1, 1000)],
      [scan(0, 1000), scan(1, 8)],
    ].map((stages) => buildSample({}, stages));
    expect(summarise({ samples, evidence: null }).stages.map(({ metrics }) => metrics.inputRecords)).toEqual([1000, 8]);
  });

  it("keep a stage whose job group is named anew in each run", () => {
    const samples = ["run-1", "run-2", "run-3"].map((group) => buildSample({}, [scan(0, 10, group)]));
    expect(summarise({ samples, evidence: null }).stages).toHaveLength(1);
  });
});

it("counts failed and repeated attempts as no work of a stage and of its sample", () => {
  const work = workSchema.parse({ ...SCAN.metrics, tasks: 4, inputRecords: 600_000, cpuMs: 1000 });
  const stage = buildStage(SCAN, { tasks: 7, inputRecords: 900_000, cpuMs: 1600, failedTasks: 3 }, { work });
  const sample = buildSample({ tasks: 15, inputRecords: 900_000, cpuMs: 3700, failedTasks: 3 }, [stage]);
  const [only] = onlyWork({ samples: [sample], evidence: null }).samples;
  expect(only!.metrics).toMatchObject({ tasks: 12, inputRecords: 600_000, cpuMs: 3100, failedTasks: 3 });
  expect(only!.stages[0]!.metrics).toMatchObject({ tasks: 4, inputRecords: 600_000, cpuMs: 1000, failedTasks: 3 });
});
