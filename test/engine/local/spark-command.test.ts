import { describe, expect, it } from "vitest";
import {
  caseConf,
  masterOf,
  maxParallelOf,
  parseMemoryMb,
  sparkEnvironment,
  submitCommand,
} from "../../../src/engine/local/spark-command.ts";
import { planExecutions } from "../../../src/plan/execution.ts";
import { makeSettings } from "../../spec/make-spec.ts";
import { caseOf, tierOf } from "./fake-machine.ts";

const GB = 1024 ** 3;

describe("parseMemoryMb", () => {
  it.each([
    ["512m", 512],
    ["2g", 2048],
    ["2GB", 2048],
    ["1536", 1536],
    ["1t", 1048576],
    ["1500k", 2],
    ["", null],
    ["lots", null],
    ["-1g", null],
    [undefined, null],
  ])("%s: %s", (text, expected) => {
    expect(parseMemoryMb(text)).toBe(expected);
  });
});

describe("masterOf", () => {
  it.each([
    ["local", {}, "local[2]"],
    ["standalone", {}, "local-cluster[1,2,1024]"],
    ["standalone", { "spark.executor.memory": "512m" }, "local-cluster[1,2,1024]"],
    ["standalone", { "spark.executor.memory": "3g" }, "local-cluster[1,2,3072]"],
  ])("%s %j: %s", (mode, conf, master) => {
    expect(masterOf(caseOf({ mode }), tierOf(), conf)).toBe(master);
  });
});

describe("maxParallelOf", () => {
  it.each([
    ["local", 16, 64, 8],
    ["local", 16, 5, 3],
    ["local", 3, 64, 1],
    ["local", 1, 64, 1],
    ["local", 8, 0.1, 1],
    ["standalone", 16, 12, 4],
  ])("%s on %i cores with %f GB: %i", (mode, cores, free, expected) => {
    expect(maxParallelOf(tierOf(), planExecutions([caseOf({ mode })], null), { cores, freeBytes: free * GB })).toBe(
      expected,
    );
  });
});

describe("caseConf", () => {
  const places = { scratch: "/s c", eventLogDirectory: "/run #1/eventlogs/x", jars: [] };
  const tier = tierOf({
    sparkConf: {
      all: { "spark.sql.shuffle.partitions": "7", "spark.ui.enabled": "true" },
      byDimension: { sparkVersion: { "4.1.4": { "spark.x": "tier" } } },
    },
  });

  it("has the tier's over the engine's, the user's over the tier's, and the event log over all", () => {
    const own = { "spark.x": "user", "spark.eventLog.enabled": "false", "spark.eventLog.dir": "/elsewhere" };
    const conf = caseConf(caseOf(), { tier, settings: makeSettings({ conf: own }) }, places);
    expect(conf).toEqual({
      "spark.driver.memory": "1024m",
      "spark.driver.bindAddress": "127.0.0.1",
      "spark.driver.host": "127.0.0.1",
      "spark.driver.defaultJavaOptions": '-Duser.timezone=UTC "-Djava.io.tmpdir=/s c/tmp"',
      "spark.ui.enabled": "true",
      "spark.ui.showConsoleProgress": "false",
      "spark.sql.session.timeZone": "UTC",
      "spark.sql.shuffle.partitions": "7",
      "spark.eventLog.compress": "true",
      "spark.eventLog.compression.codec": "zstd",
      "spark.x": "user",
      "spark.eventLog.enabled": "true",
      "spark.eventLog.dir": "file:///run%20%231/eventlogs/x",
    });
  });

  it("gives the memory to the executors of a standalone cluster, and their driver a gigabyte at most", () => {
    const spec = { tier: tierOf({ memoryMb: 8192 }), settings: makeSettings() };
    const conf = caseConf(caseOf({ mode: "standalone" }), spec, places);
    expect(conf).toMatchObject({
      "spark.driver.memory": "1024m",
      "spark.executor.memory": "8192m",
      "spark.executor.defaultJavaOptions": '-Duser.timezone=UTC "-Djava.io.tmpdir=/s c/tmp"',
      "spark.sql.shuffle.partitions": "8",
    });
  });
});

describe("sparkEnvironment", () => {
  it("is the same whatever the user's settings of Spark, Java and Python are", () => {
    const spark = {
      version: "4.1.4",
      home: "/cache/pyspark",
      python: { path: "/usr/bin/python3", version: "3.12.1" },
      java: { home: "/usr/lib/jvm/17", version: "17.0.15", source: "PATH" },
    };
    const theirs = Object.fromEntries(
      ["SPARK_CONF_DIR", "SPARK_HOME", "PYTHONPATH", "JAVA_TOOL_OPTIONS", "AWS_SECRET_ACCESS_KEY", "SPARK_MASTER"].map(
        (name) => [name, "theirs"],
      ),
    );
    expect(sparkEnvironment(spark, "/linked", "/s", { PATH: "/bin", HOME: "/home/u", ...theirs })).toEqual({
      PATH: "/bin",
      HOME: "/home/u",
      LANG: "C.UTF-8",
      TZ: "UTC",
      TMPDIR: "/s/tmp",
      JAVA_HOME: "/usr/lib/jvm/17",
      SPARK_HOME: "/linked",
      SPARK_CONF_DIR: "/s/conf",
      SPARK_LOCAL_DIRS: "/s/local",
      SPARK_LOCAL_IP: "127.0.0.1",
      SPARK_LOCAL_HOSTNAME: "localhost",
      PYSPARK_PYTHON: "/usr/bin/python3",
      PYSPARK_DRIVER_PYTHON: "/usr/bin/python3",
      PYTHONHASHSEED: "0",
    });
  });
});

describe("submitCommand", () => {
  it("keeps the order: master, name, properties, script, its arguments", () => {
    const command = submitCommand("/spark", {
      name: "case",
      master: "local[2]",
      conf: { "spark.b": "1 2", "spark.a": "" },
      main: { script: "/w/x.py" },
      args: ["--conf", "not ours"],
    });
    expect(command).toEqual([
      ...[
        "/spark/bin/spark-submit",
        "--master",
        "local[2]",
        "--name",
        "case",
        "--conf",
        "spark.b=1 2",
        "--conf",
        "spark.a=",
      ],
      ...["/w/x.py", "--conf", "not ours"],
    ]);
  });
});
