import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { compare } from "../../src/analyse/compare.ts";
import { explain } from "../../src/analyse/explain.ts";
import type { Subject } from "../../src/analyse/statistics/subject.ts";
import type { CaseResult } from "../../src/model/documents.ts";
import { buildBaseline, buildCase, buildResults } from "./builders.ts";

/**
 * What the reader gave for event logs of the built-in workload on the tiny data: three samples each on local[2] with 8 shuffle
 * partitions, unless the name says otherwise; "little memory" is spark.memory.fraction=0.01, the cluster is local-cluster[2,1,1024].
 */
const recordings: Record<string, Subject> = JSON.parse(
  gunzipSync(readFileSync(new URL("recordings/subjects.json.gz", import.meta.url))).toString(),
);

const CAUSES: [current: string, baseline: string, kinds: string[], stage: RegExp | null][] = [
  ["window", "window", [], null],
  ["window again", "window", [], null],
  ["window skew", "window", ["skew"], /^window\/2\/Exchange\+Sort\+Window/],
  [
    "window one partition",
    "window",
    ["too-few-partitions", "plan-changed", "config-changed"],
    /^window\/2\/Exchange\+Sort\+Window/,
  ],
  ["window double work", "window", ["input-changed", "plan-changed"], /^window\/1\/Scan parquet/],
  ["aggregate little memory", "aggregate", ["spill", "config-changed"], /^aggregate\/1\/Scan parquet/],
  ["aggregate lost executor", "aggregate cluster", ["executor-loss"], /^aggregate\/1\/parallelize/],
];

function find(version: string, name: string): Subject {
  const recording = recordings[`${version} ${name.replaceAll(" ", "-")}`];
  if (recording === undefined) throw new Error(`no recording of ${version} ${name}`);
  return recording;
}

describe.each(["3.5.9", "4.1.4"])("real logs of Spark %s", (version) => {
  it.each(CAUSES)("%s against %s", (current, baseline, kinds, stage) => {
    // How much CPU time two single runs take on a shared machine is chance; its causes are tested with made figures.
    const causes = explain(find(version, current), find(version, baseline)).filter(({ kind }) => kind !== "cpu");
    expect(causes.map(({ kind }) => kind)).toEqual(kinds);
    if (stage !== null) expect(causes[0]!.stage).toMatch(stage);
  });

  const toCase = (name: string): CaseResult => {
    const { samples, evidence } = find(version, name);
    return buildCase(name.split(" ")[0]!, { samples: [...samples], evidence });
  };

  it.each(CAUSES)("%s against %s is judged in the hard gates", (current, baseline, kinds) => {
    const { findings } = compare(buildResults([toCase(current)]), buildBaseline([[toCase(baseline)]]), {
      failOn: ["hard"],
    });
    const worse = findings.filter(({ gate, direction }) => gate === "hard" && direction === "worse");
    expect(new Set(worse.map(({ cause }) => cause?.kind))).toEqual(new Set(kinds.slice(0, 1)));
  });
});

it("explains nothing but the version by another version's stages where the work is the same", () => {
  const kinds = explain(find("4.1.4", "window"), find("3.5.9", "window")).map(({ kind }) => kind);
  expect(kinds.filter((kind) => !["cpu", "environment", "gc"].includes(kind))).toEqual(["version-changed"]);
});
