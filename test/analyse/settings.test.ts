import { describe, expect, it } from "vitest";
import { compareDefaults, compareSettings, describeChanges, withSettings } from "../../src/analyse/causes/settings.ts";
import { buildEvidence } from "./builders.ts";

type Properties = Record<string, string>;

function compare(baseline: Properties, current: Properties, versions: [string, string] = ["3.5.1", "3.5.1"]) {
  const [before, now] = [
    { ...buildEvidence({ sparkVersion: versions[0] }), properties: baseline },
    { ...buildEvidence({ sparkVersion: versions[1] }), properties: current },
  ];
  return { settings: compareSettings(now, before), defaults: compareDefaults(now, before) };
}

describe("settings that changed", () => {
  it.each<[string, Properties, Properties, string[], [string, string]?]>([
    [
      "a default that is set is no change",
      { "spark.sql.adaptive.enabled": "true", "spark.sql.shuffle.partitions": "200" },
      { "spark.sql.autoBroadcastJoinThreshold": "10485760", "spark.executor.memory": "1024m" },
      [],
    ],
    [
      "a setting that is taken away has its default, not nothing",
      { "spark.sql.adaptive.enabled": "false", "spark.executor.memory": "4g" },
      {},
      ["spark.executor.memory 4g -> 1g (default)", "spark.sql.adaptive.enabled false -> true (default)"],
    ],
    [
      "a default is that of the side's own version",
      {},
      { "spark.sql.adaptive.enabled": "true" },
      ["spark.sql.adaptive.enabled false (default) -> true"],
      ["3.1.1", "3.5.1"],
    ],
    [
      "a default that is not known is unset",
      {},
      { "spark.sql.files.minPartitionNum": "4" },
      ["spark.sql.files.minPartitionNum unset -> 4"],
    ],
    [
      "sizes and truths are compared by what they mean",
      {
        "spark.sql.files.maxPartitionBytes": "134217728",
        "spark.shuffle.compress": "TRUE",
        "spark.memory.fraction": "0.60",
      },
      {
        "spark.sql.files.maxPartitionBytes": "128MB",
        "spark.shuffle.compress": "true",
        "spark.memory.fraction": "0.6",
      },
      [],
    ],
    [
      "times, and numbers in a setting's own unit, too",
      {
        "spark.executor.memory": "4g",
        "spark.locality.wait": "3s",
        "spark.reducer.maxSizeInFlight": "48m",
        "spark.sql.broadcastTimeout": "300s",
        "spark.network.timeout": "120s",
      },
      {
        "spark.executor.memory": "4096",
        "spark.locality.wait": "3000ms",
        "spark.reducer.maxSizeInFlight": "48",
        "spark.sql.broadcastTimeout": "300",
        "spark.network.timeout": "2min",
      },
      [],
    ],
    [
      "numbers without a unit are of one unit",
      { "spark.zebra": "1", "spark.network.timeout": "120s" },
      { "spark.zebra": "1024", "spark.network.timeout": "2h" },
      ["spark.network.timeout 120s -> 2h", "spark.zebra 1 -> 1024"],
    ],
    [
      "what a cluster manager gives, and how output is committed, but not where",
      {
        "spark.yarn.executor.memoryOverhead": "512",
        "spark.kubernetes.memoryOverheadFactor": "0.1",
        "spark.kubernetes.executor.limit.cores": "4",
        "spark.kubernetes.namespace": "one",
        "spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version": "1",
        "spark.hadoop.fs.s3a.bucket": "one",
        "spark.yarn.queue": "one",
      },
      {
        "spark.yarn.executor.memoryOverhead": "4096",
        "spark.kubernetes.memoryOverheadFactor": "0.4",
        "spark.kubernetes.executor.limit.cores": "1",
        "spark.kubernetes.namespace": "two",
        "spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version": "2",
        "spark.hadoop.fs.s3a.bucket": "two",
        "spark.yarn.queue": "two",
      },
      [
        "spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version 1 -> 2",
        "spark.kubernetes.executor.limit.cores 4 -> 1",
        "spark.kubernetes.memoryOverheadFactor 0.1 -> 0.4",
        "spark.yarn.executor.memoryOverhead 512 -> 4096",
      ],
    ],
    [
      "by weight",
      {
        "spark.zebra": "1",
        "spark.sql.session.x": "1",
        "spark.executor.cores": "2",
        "spark.sql.shuffle.partitions": "8",
      },
      {
        "spark.zebra": "2",
        "spark.sql.session.x": "2",
        "spark.executor.cores": "4",
        "spark.sql.shuffle.partitions": "9",
      },
      [
        "spark.executor.cores 2 -> 4",
        "spark.sql.shuffle.partitions 8 -> 9",
        "spark.sql.session.x 1 -> 2",
        "spark.zebra 1 -> 2",
      ],
    ],
    [
      "without what names a run, a machine or a person",
      {
        "spark.databricks.clusterUsageTags.clusterOwnerOrgId": "4598586477831989067",
        "spark.glue.JOB_RUN_ID": "jr_1",
        "spark.notify.to": "ann@example.com",
        "spark.master": "spark://10.0.0.5:7077",
        "spark.my.run.folder": "/data/2024-01-05/in",
        "spark.my.endpoint": "a",
      },
      {
        "spark.databricks.clusterUsageTags.clusterOwnerOrgId": "4598586477831989068",
        "spark.glue.JOB_RUN_ID": "jr_2",
        "spark.notify.to": "bob@example.com",
        "spark.master": "spark://10.0.0.6:7077",
        "spark.my.run.folder": "/data/2024-01-06/in",
        "spark.my.endpoint": "b",
      },
      [],
    ],
    [
      "an address beside another kind of value is not told",
      { "spark.master": "local[2]", "spark.notify.to": "none" },
      { "spark.master": "spark://10.0.0.6:7077", "spark.notify.to": "ann@example.com" },
      ["spark.master local[2] -> spark://*", "spark.notify.to none -> *"],
    ],
    [
      "long values are compared to their end, and told from the word on that differs",
      {
        "spark.sql.optimizer.excludedRules":
          "org.apache.spark.sql.catalyst.optimizer.ColumnPruning,org.apache.spark.sql.catalyst.optimizer.PushDownPredicates",
        "spark.plugins": `${"z".repeat(100)}1`,
        "spark.sql.extensions": `com.example.First,${"b".repeat(100)}`,
      },
      {
        "spark.sql.optimizer.excludedRules":
          "org.apache.spark.sql.catalyst.optimizer.ColumnPruning,org.apache.spark.sql.catalyst.optimizer.CollapseProject",
        "spark.plugins": "z".repeat(100),
        "spark.sql.extensions": "com.example.Second",
      },
      [
        `spark.sql.extensions com.example.First,${"b".repeat(41)}… -> com.example.Second`,
        "spark.sql.optimizer.excludedRules …PushDownPredicates -> …CollapseProject",
        `spark.plugins …${"z".repeat(30)}1 -> …${"z".repeat(30)}`,
      ],
    ],
    [
      "a kind of machine is told",
      { "spark.databricks.clusterUsageTags.clusterNodeType": "i3.xlarge" },
      { "spark.databricks.clusterUsageTags.clusterNodeType": "i3.2xlarge" },
      ["spark.databricks.clusterUsageTags.clusterNodeType i3.xlarge -> i3.2xlarge"],
    ],
  ])("%s", (_, baseline, current, expected, versions) => {
    const { settings } = compare(baseline, current, versions);
    expect(settings.map((change) => `${change.name} ${change.baseline} -> ${change.current}`)).toEqual(expected);
  });

  it("are those that both logs tell: one without its environment tells only what its queries modified", () => {
    const known = buildEvidence({ sparkVersion: "3.5.1" });
    const unknown = {
      ...buildEvidence({ sparkVersion: "3.1.1" }),
      javaVersion: null,
      properties: { "spark.sql.shuffle.partitions": "64" },
    };
    const partitions = [{ name: "spark.sql.shuffle.partitions", baseline: "64", current: "8" }];
    expect(compareSettings(known, unknown)).toEqual(partitions);
    expect(compareSettings(known, { ...unknown, properties: {} })).toEqual([]);
    expect(compareSettings({ ...unknown, properties: {} }, known)).toEqual([]);
    expect(compareDefaults(known, unknown)).toEqual([]);
    expect(compareDefaults(known, { ...unknown, javaVersion: "17" })).not.toEqual([]);
  });

  it("are told in 300 characters, the weightiest first and the others counted", () => {
    const many = (value: string): Properties =>
      Object.fromEntries(
        Array.from({ length: 40 }, (_, index) => [
          `spark.sql.some.quite.long.setting.name.${index}x`,
          value.repeat(30),
        ]),
      );
    const { settings } = compare(
      { ...many("a"), "spark.executor.memory": "1g" },
      { ...many("b"), "spark.executor.memory": "2g" },
    );
    const sentence = describeChanges(settings);
    expect(sentence.length).toBeLessThanOrEqual(300);
    expect(sentence).toMatch(
      /^41 settings changed: spark\.executor\.memory 1g -> 2g, spark\.sql\.some.* and \d+ more$/,
    );
    const [, shown] = / and (\d+) more$/.exec(sentence)!;
    expect(sentence.split(" -> ")).toHaveLength(41 - Number(shown) + 1);
    expect(withSettings("x".repeat(280), settings)).toBe("x".repeat(280));
    expect(withSettings("x".repeat(200), settings).length).toBeLessThanOrEqual(300);
  });
});

describe("defaults that another version changes", () => {
  it.each<[string, string, Properties, Properties, string[]]>([
    ["3.1.1", "3.5.1", {}, {}, ["spark.sql.adaptive.enabled"]],
    ["3.1.1", "3.5.1", { "spark.sql.adaptive.enabled": "true" }, {}, []],
    ["3.5.1", "3.5.7", {}, {}, []],
    ["3.5.7", "4.1.1", {}, {}, ["spark.sql.ansi.enabled", "spark.sql.sources.v2.bucketing.enabled"]],
  ])("%s -> %s with %j and %j", (before, now, baseline, current, expected) => {
    const { defaults } = compare(baseline, current, [before, now]);
    expect(defaults.map(({ name }) => name)).toEqual(expected);
  });
});
