import { describe, expect, it } from "vitest";
import { findPlanReason } from "../../src/analyse/causes/plan-settings.ts";

const change = (gained: string[], lost: string[] = [], all: string[] = []) => ({
  gained,
  lost,
  all: [...gained, ...lost, ...all],
});

describe("findPlanReason", () => {
  it.each<[setting: string, baseline: string, current: string, gained: string[], lost: string[]]>([
    [
      "spark.sql.autoBroadcastJoinThreshold",
      "-1",
      "10485760",
      ["BroadcastHashJoin"],
      ["Exchange", "Sort", "SortMergeJoin"],
    ],
    [
      "spark.sql.adaptive.autoBroadcastJoinThreshold",
      "10m",
      "1m",
      ["SortMergeJoin", "Sort"],
      ["BroadcastNestedLoopJoin"],
    ],
    ["spark.sql.join.preferSortMergeJoin", "true", "false", ["ShuffledHashJoin"], ["SortMergeJoin", "Sort"]],
    ["spark.sql.adaptive.enabled", "true (default)", "false", ["SortMergeJoin", "Sort"], ["BroadcastHashJoin"]],
    ["spark.sql.adaptive.enabled", "true", "false", ["Sort"], []],
    ["spark.sql.adaptive.skewJoin.enabled", "false", "true", ["SortMergeJoin(skew=true)"], ["SortMergeJoin"]],
    ["spark.sql.cbo.joinReorder.enabled", "false", "true", ["BroadcastHashJoin"], ["SortMergeJoin"]],
    [
      "spark.sql.execution.useObjectHashAggregateExec",
      "true",
      "false",
      ["SortAggregate", "Sort"],
      ["ObjectHashAggregate"],
    ],
    ["spark.sql.execution.replaceHashWithSortAgg", "false", "true", ["SortAggregate"], ["HashAggregate"]],
    ["spark.sql.exchange.reuse", "true", "false", ["Exchange", "Scan parquet", "Filter"], []],
    ["spark.sql.optimizer.windowGroupLimitThreshold", "-1", "1000", ["WindowGroupLimit"], []],
    [
      "spark.sql.optimizer.runtime.bloomFilter.enabled",
      "false",
      "true",
      ["ObjectHashAggregate", "Exchange", "Scan parquet"],
      [],
    ],
    ["spark.sql.sources.useV1SourceList", "parquet", "unset", ["BatchScan"], ["Scan parquet"]],
    ["spark.sql.hive.convertMetastoreParquet", "true", "false", ["Scan hive"], ["Scan parquet"]],
    ["spark.sql.sources.bucketing.enabled", "true", "false", ["Exchange", "Sort"], []],
    ["spark.sql.execution.pythonUDF.arrow.enabled", "false", "true", ["ArrowEvalPython"], ["BatchEvalPython"]],
    ["spark.plugins", "unset", "com.nvidia.spark.SQLPlugin", ["GpuSort", "GpuFilter"], ["Sort", "Filter", "Window"]],
    ["spark.rapids.sql.exec.SortExec", "true", "false", ["Sort"], ["GpuSort"]],
    ["spark.sql.extensions", "unset", "org.apache.comet.CometSparkSessionExtensions", ["CometFilter"], ["Filter"]],
    ["spark.sql.optimizer.excludedRules", "unset", "x", ["Filter"], []],
    ["spark.sql.limit.scaleUpFactor", "4", "100", [], []],
  ])("%s %s -> %s", (name, baseline, current, gained, lost) => {
    const settings = [{ name, baseline, current }];
    expect(findPlanReason(settings, change(gained, lost))).toEqual({ settings, explainsAll: true });
  });

  it.each<[what: string, setting: string, baseline: string, current: string, gained: string[], lost: string[]]>([
    ["the other way", "spark.sql.autoBroadcastJoinThreshold", "1g", "10m", ["BroadcastHashJoin"], ["SortMergeJoin"]],
    ["the other way", "spark.sql.exchange.reuse", "true", "false", [], ["Exchange", "Scan parquet"]],
    ["another query", "spark.sql.exchange.reuse", "true", "false", ["Exchange", "Scan parquet"], ["Window"]],
    ["no such node", "spark.sql.adaptive.enabled", "false", "true", ["Scan parquet", "Window", "Sort"], []],
    ["no join", "spark.sql.autoBroadcastJoinThreshold", "10m", "1g", ["Sort"], []],
    ["no v2 source", "spark.sql.sources.v2.bucketing.enabled", "false (default)", "true (default)", [], ["Exchange"]],
    ["an expression", "spark.sql.ansi.enabled", "false (default)", "true (default)", ["Filter"], []],
    ["how a node runs", "spark.sql.codegen.wholeStage", "true", "false", ["Sort"], []],
    ["what is read", "spark.sql.parquet.filterPushdown", "true", "false", ["Filter"], []],
    ["what is overwritten", "spark.sql.sources.partitionOverwriteMode", "static", "dynamic", ["Scan parquet"], []],
    ["no accelerator", "spark.sql.extensions", "unset", "x", ["SortMergeJoin"], ["BroadcastHashJoin"]],
    ["stages alone", "spark.sql.autoBroadcastJoinThreshold", "10m", "1g", [], []],
  ])("%s: not %s", (_, name, baseline, current, gained, lost) => {
    expect(findPlanReason([{ name, baseline, current }], change(gained, lost))).toEqual({
      settings: [],
      explainsAll: false,
    });
  });

  it("names what made a part of the change, and does not account for the rest", () => {
    const settings = [{ name: "spark.sql.autoBroadcastJoinThreshold", baseline: "-1", current: "10m" }];
    expect(findPlanReason(settings, change(["BroadcastHashJoin", "Generate"], ["SortMergeJoin"]))).toEqual({
      settings,
      explainsAll: false,
    });
    const bucketing = [{ name: "spark.sql.sources.v2.bucketing.enabled", baseline: "false", current: "true" }];
    expect(findPlanReason(bucketing, change([], ["Exchange"], ["BatchScan"])).explainsAll).toBe(true);
  });
});
