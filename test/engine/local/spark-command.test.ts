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

  it.each<[string, Record<string, string>, string]>([
    ["local", {}, "local[2]"],
    ["local", { "spark.executor.instances": "5" }, "local[2]"],
    ["standalone", {}, "local-cluster[3,2,1024]"],
    ["standalone", { "spark.executor.instances": "5" }, "local-cluster[5,2,1024]"],
    ["standalone", { "spark.executor.instances": "two" }, "local-cluster[1,2,1024]"],
    ["standalone", { "spark.executor.cores": "4" }, "local-cluster[3,4,1024]"],
    ["standalone", { "spark.executor.cores": "four" }, "local-cluster[3,2,1024]"],
  ])("has a worker for each of a tier's executors: %s %j: %s", (mode, conf, master) => {
    expect(masterOf(caseOf({ mode }), tierOf({ executors: 3 }), conf)).toBe(master);
  });
});

describe("maxParallelOf", () => {
  it.each([
    ["local", 1, 16, 64, 8],
    ["local", 1, 16, 5, 3],
    ["local", 1, 3, 64, 1],
    ["local", 1, 1, 64, 1],
    ["local", 1, 8, 0.1, 1],
    ["local", 4, 16, 64, 8],
    ["standalone", 1, 16, 12, 4],
    ["standalone", 2, 16, 64, 4],
    // A driver of 1.5 GB and two executors of as much.
    ["standalone", 2, 64, 12, 2],
  ])("%s with %i executors on %i cores with %f GB: %i", (mode, executors, cores, free, expected) => {
    const spec = { tier: tierOf({ executors }), settings: makeSettings() };
    const executions = planExecutions([caseOf({ mode: "local" }), caseOf({ mode })], null);
    expect(maxParallelOf(executions, spec, { cores, freeBytes: free * GB })).toBe(expected);
  });

  it("counts the executors that the user's own properties ask for", () => {
    const spec = { tier: tierOf(), settings: makeSettings({ conf: { "spark.executor.instances": "4" } }) };
    const executions = planExecutions([caseOf({ mode: "standalone" })], null);
    expect(maxParallelOf(executions, spec, { cores: 16, freeBytes: 64 * GB })).toBe(2);
  });
});

describe("caseConf", () => {
  const places = { scratch: "/s c", eventLogDirectory: "/run #1/eventlogs/x", jars: [], classPath: [] };
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

describe("several executors", () => {
  const places = { scratch: "/s", eventLogDirectory: "/e", jars: [], classPath: [] };
  const confOf = (mode: string, conf: Record<string, string> = {}, executors = 3) =>
    caseConf(caseOf({ mode }), { tier: tierOf({ executors }), settings: makeSettings({ conf }) }, places);
  const WAITING = [
    ...["spark.cores.max", "spark.scheduler.minRegisteredResourcesRatio"],
    "spark.scheduler.maxRegisteredResourcesWaitingTime",
  ];

  it("are all there before the first job, and share it in as many partitions for a core as one has", () => {
    expect(confOf("standalone")).toMatchObject({
      "spark.cores.max": "6",
      "spark.scheduler.minRegisteredResourcesRatio": "1.0",
      "spark.scheduler.maxRegisteredResourcesWaitingTime": "1d",
      "spark.executor.memory": "1024m",
      "spark.sql.shuffle.partitions": "24",
    });
    const own = { "spark.executor.instances": "2", "spark.executor.cores": "4" };
    expect(confOf("standalone", own)).toMatchObject({
      "spark.cores.max": "8",
      "spark.sql.shuffle.partitions": "16",
    });
  });

  it.each<[string, string, Record<string, string>, number]>([
    ["the driver is alone", "local", {}, 3],
    ["there is one", "standalone", {}, 1],
    ["they come and go", "standalone", { "spark.dynamicAllocation.enabled": "true" }, 3],
  ])("are not waited for where %s", (_, mode, conf, executors) => {
    expect(Object.keys(confOf(mode, conf, executors)).filter((name) => WAITING.includes(name))).toEqual([]);
  });

  it("are not waited for where the user says how many cores there are", () => {
    const conf = confOf("standalone", { "spark.cores.max": "100" });
    expect(conf["spark.cores.max"]).toBe("100");
    expect(conf).not.toHaveProperty(["spark.scheduler.minRegisteredResourcesRatio"]);
  });

  it("are none in the mode local, whose partitions are those of its cores", () => {
    expect(confOf("local")["spark.sql.shuffle.partitions"]).toBe("8");
  });
});

describe("the Spark properties of RAPIDS", () => {
  const places = { scratch: "/s", eventLogDirectory: "/e", jars: [], classPath: ["/c/rapids.jar"] };
  const of = (dimensions: Parameters<typeof caseOf>[0], conf: Record<string, string> = {}) =>
    caseConf(
      caseOf({ extensions: ["rapids"], ...dimensions }),
      { tier: tierOf({}), settings: makeSettings({ conf }) },
      places,
    );

  it("only explain, from a jar on the class path", () => {
    const conf = of({ sparkVersion: "4.0.4" });
    expect(conf).toMatchObject({
      "spark.plugins": "com.nvidia.spark.SQLPlugin",
      "spark.rapids.sql.mode": "explainOnly",
      "spark.rapids.skipGpuArchitectureCheck": "true",
      "spark.rapids.sql.explain": "NOT_ON_GPU",
      "spark.shuffle.manager": "sort",
      "spark.driver.extraClassPath": "/c/rapids.jar",
    });
    expect(Object.keys(conf).filter((name) => /override|spark.jars|executor/.test(name))).toEqual([]);
  });

  it("name the build of a patch release that the plugin does not know", () => {
    expect(of({ sparkVersion: "4.0.5" })["spark.rapids.shims-provider-override"]).toBe(
      "com.nvidia.spark.rapids.shims.spark404.SparkShimServiceProvider",
    );
  });

  it("go beside the user's own class path, on the executors of a standalone cluster, too", () => {
    expect(of({ mode: "standalone" }, { "spark.driver.extraClassPath": "/own.jar" })).toMatchObject({
      "spark.driver.extraClassPath": "/own.jar:/c/rapids.jar",
      "spark.executor.extraClassPath": "/c/rapids.jar",
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
