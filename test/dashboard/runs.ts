import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { compare } from "../../src/analyse/compare.ts";
import type { Subject } from "../../src/analyse/statistics/subject.ts";
import type { CaseResult, Results } from "../../src/model/documents.ts";
import { type MetricFamily, toMetricFamilies } from "../../src/report/metrics/families.ts";
import { buildCase, buildResults } from "../analyse/builders.ts";

/** What the reader gave for real event logs; see test/analyse/recordings.test.ts. */
const recordings: Record<string, Subject> = JSON.parse(
  gunzipSync(readFileSync(new URL("../analyse/recordings/subjects.json.gz", import.meta.url))).toString(),
);

/** A case's dimension of its own, its recording now, and its recording before. */
const CASES: readonly (readonly [own: Record<string, string>, current: string, baseline: string])[] = [
  [{}, "window-again", "window"],
  [{ data: "skewed" }, "window-skew", "window"],
  [{ partitions: "one" }, "window-one-partition", "window"],
  [{}, "aggregate", "aggregate"],
  [{ memory: "little" }, "aggregate-little-memory", "aggregate"],
  [{ master: "cluster" }, "aggregate-lost-executor", "aggregate-cluster"],
];
const VERSIONS = ["3.5.9", "4.1.4"];
const CASE_SECONDS = 40;

/** The values of one case that got worse, shuffled and spilled, as labels. */
export const WORSE_CASE = {
  tier: "quick",
  spark_version: "4.1.4",
  orchestrator: "submit",
  mode: "local",
  extensions: "none",
  operation: "aggregate",
  data_size: "tiny",
  variant: "memory=little",
};

/** A run of twelve real cases, and the run before it; the second one is judged against the first. */
export function buildRuns(times: { readonly beforeMs: number; readonly currentMs: number }): {
  readonly before: MetricFamily[];
  readonly current: MetricFamily[];
  readonly cases: number;
} {
  const before = buildRun("run-1", times.beforeMs, 2);
  const current = buildRun("run-2", times.currentMs, 1);
  const judge = (results: Results, runs: Results[]) =>
    compare(results, { runs, notes: [] }, { failOn: ["hard", "soft"] });
  return {
    before: toMetricFamilies(before, judge(before, [])),
    current: toMetricFamilies(current, judge(current, [before])),
    cases: current.cases.length,
  };
}

/** @param recording 1 for the recordings of now, 2 for those of before */
function buildRun(id: string, endMs: number, recording: 1 | 2): Results {
  const startMs = endMs - VERSIONS.length * CASES.length * CASE_SECONDS * 1000;
  const cases = VERSIONS.flatMap((version, outer) =>
    CASES.map((each, inner): CaseResult => {
      const { samples, evidence } = recordings[`${version} ${each[recording]}`]!;
      const base = buildCase(each[1].split("-")[0]!);
      const finishedMs = startMs + (outer * CASES.length + inner + 1) * CASE_SECONDS * 1000;
      return {
        ...base,
        name: `${base.name}_${version}_${Object.values(each[0]).join("_")}`,
        dimensions: { ...base.dimensions, sparkVersion: version, ...each[0] },
        samples: [...samples],
        evidence,
        startedAt: new Date(finishedMs - CASE_SECONDS * 1000).toISOString(),
        finishedAt: new Date(finishedMs).toISOString(),
      };
    }),
  );
  const [startedAt, finishedAt] = [startMs, endMs].map((ms) => new Date(ms).toISOString());
  return buildResults(cases, { id, startedAt: startedAt!, finishedAt: finishedAt! });
}
