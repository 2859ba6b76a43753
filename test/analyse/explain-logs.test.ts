import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { explain } from "../../src/analyse/explain.ts";
import { toSubject } from "../../src/analyse/statistics/subject.ts";
import { readEventLogs } from "../../src/collect/application/read-event-logs.ts";
import type { Cause } from "../../src/model/documents.ts";

/** Logs as small as they can be, each of a kind that was explained wrongly. */
const FOLDER = join(import.meta.dirname, "../fixtures/explain");

async function explainLogs(baseline: string, current: string): Promise<Cause[]> {
  const [before, now] = await Promise.all(
    [baseline, current].map(async (log) => toSubject((await readEventLogs([join(FOLDER, log)]))[0]!)),
  );
  return explain(now!, before!);
}

const SKEWED = "stage 2 of job-*-run-*-action (Exchange)";

describe("event logs", () => {
  it.each<[what: string, baseline: string, current: string, causes: [kind: string, sentence: string][]]>([
    [
      "tasks that were tried again, which are no partitions",
      "retried-tasks/baseline",
      "retried-tasks/current",
      [["failure", "2 failures that Spark retried: Container marked as failed"]],
    ],
    [
      "a job group that holds the id of the run",
      "run-id-in-job-group/baseline",
      "run-id-in-job-group/current",
      [["skew", `the largest task of ${SKEWED} reads 60x the records of the median task instead of 1x: a skewed key`]],
    ],
    [
      "input where there was none",
      "input-from-zero/baseline",
      "input-from-zero/current",
      [
        ["input-changed", "reads 4,000,000 records instead of 0, in 2 stages instead of 1"],
        ["plan-changed", "the plan changed: more Scan parquet; 2 stages instead of 1; no setting changed"],
        [
          "cpu",
          "the work takes 1201x CPU time, most of it in stage 2 (Scan parquet), which the baseline does not have: 4 min 0 s",
        ],
      ],
    ],
    [
      "a sort-merge join that became a broadcast join",
      "join-strategy/sort-merge",
      "join-strategy/broadcast",
      [
        [
          "plan-changed",
          "the plan changed: more BroadcastHashJoin; less Exchange, Sort, SortMergeJoin; 1 stage instead of 2 (spark.sql.autoBroadcastJoinThreshold -1 -> 10485760)",
        ],
        ["config-changed", "1 setting changed: spark.sql.autoBroadcastJoinThreshold -1 -> 10485760"],
      ],
    ],
    [
      "a broadcast join that became a sort-merge join",
      "join-strategy/broadcast",
      "join-strategy/sort-merge",
      [
        [
          "plan-changed",
          "the plan changed: more Exchange, Sort, SortMergeJoin; less BroadcastHashJoin; 2 stages instead of 1 (spark.sql.autoBroadcastJoinThreshold 10485760 -> -1)",
        ],
        ["config-changed", "1 setting changed: spark.sql.autoBroadcastJoinThreshold 10485760 -> -1"],
        [
          "cpu",
          "the work takes +100 % CPU time, most of it in stage 2 (Exchange, Sort, SortMergeJoin), which the baseline does not have: 2 s",
        ],
      ],
    ],
    [
      "a stage fewer in another Spark version, which no default of it explains",
      "../eventlogs/3.5.7-connect",
      "../eventlogs/4.1.1-connect",
      [
        [
          "version-changed",
          "Spark 4.1.1 ran instead of 3.5.7, which has other defaults (spark.sql.ansi.enabled false -> true, spark.sql.sources.v2.bucketing.enabled false -> true)",
        ],
        [
          "plan-changed",
          "the plan changed: less mapPartitions, parallelize; 4 stages instead of 5; no setting that changed is known to do this",
        ],
        ["config-changed", "1 setting changed: spark.remote sc://* -> unset"],
      ],
    ],
    [
      "a job that failed for good",
      "failed-job/baseline",
      "failed-job/current",
      [["failure", "1 job failed for good after 4 attempts: java.lang.RuntimeException: boom"]],
    ],
    [
      "a job of the baseline that failed for good",
      "failed-job/current",
      "failed-job/baseline",
      [
        [
          "partial",
          "1 job of the baseline failed for good; only stages that both sides have to their end are compared",
        ],
      ],
    ],
    [
      "a job that was cancelled, which did less and did not fail",
      "cancelled-job/baseline",
      "cancelled-job/current",
      [
        [
          "partial",
          "1 job of the current log was cancelled; only stages that both sides have to their end are compared",
        ],
      ],
    ],
    [
      "a job of the baseline that was cancelled",
      "cancelled-job/current",
      "cancelled-job/baseline",
      [["partial", "1 job of the baseline was cancelled; only stages that both sides have to their end are compared"]],
    ],
    [
      "a baseline without its end",
      "cut-off-baseline/baseline.inprogress",
      "cut-off-baseline/current",
      [
        [
          "partial",
          "the baseline is cut off or damaged: the log is marked as in progress: the application was running, or its driver died; only stages that both sides have to their end are compared",
        ],
      ],
    ],
    [
      "another Spark version whose default is what was set",
      "spark-upgrade/baseline",
      "spark-upgrade/current",
      [["version-changed", "Spark 3.5.1 ran instead of 3.1.1"]],
    ],
    [
      "another Spark version with other defaults, and more CPU time",
      "spark-upgrade-of-defaults/baseline",
      "spark-upgrade-of-defaults/current",
      [
        [
          "version-changed",
          "Spark 3.5.1 ran instead of 3.1.1, which has other defaults (spark.sql.adaptive.enabled false -> true)",
        ],
        [
          "cpu",
          "the same work takes +100 % CPU time, most of it in stage 1: 8 s instead of 4 s (+100 %), with Spark 3.5.1 instead of 3.1.1",
        ],
      ],
    ],
  ])("%s", async (_, baseline, current, expected) => {
    const causes = await explainLogs(baseline, current);
    expect(causes.map(({ kind, sentence }) => [kind, sentence])).toEqual(expected);
  });

  it("have the same stages by their keys in every run, whatever id the job group holds", async () => {
    const keys = await Promise.all(
      ["baseline", "current"].map(async (log) => {
        const [application] = await readEventLogs([join(FOLDER, "run-id-in-job-group", log)]);
        return application!.stages.map(({ key }) => key);
      }),
    );
    expect(keys[1]).toEqual(keys[0]);
    expect(keys[0]).toEqual([
      "*_*_job-*-run-*-action-*/0/Scan parquet+Exchange",
      "*_*_job-*-run-*-action-*/1/Exchange",
    ]);
  });
});
