import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import tables from "../../../workflows/tables.json" with { type: "json" };
import type { Environment } from "../../lib/process/environment.ts";
import type { Case } from "../../model/documents.ts";
import type { Execution } from "../../plan/execution.ts";
import { bringsIceberg, bringsRapids } from "../../plan/jars.ts";
import { executorsOf, isDynamic } from "../../plan/matrix/executors.ts";
import { givenConfOf } from "../../plan/matrix/spark-conf.ts";
import type { Tier } from "../../plan/matrix/tier.ts";
import type { RunSpec } from "../../spec/spec.ts";
import { DEFAULT_CONF, DRIVER_MEMORY_MB, defaultPartitions } from "../shared/defaults.ts";
import { icebergConf } from "../shared/iceberg.ts";
import { rapidsConf } from "../shared/rapids.ts";
import type { Java } from "./install/java.ts";
import type { Python } from "./install/python.ts";

/** One Spark with what runs it. */
export interface SparkInstallation {
  readonly version: string;
  /** Folder with bin/spark-submit. */
  readonly home: string;
  readonly python: Python;
  readonly java: Java;
}

/** spark-submit's word for an application that is in no file of its own. */
const NO_FILE = "spark-internal";

/** Memory that a case takes beside Spark's own: what a JVM needs outside its heap, and Python. */
const OVERHEAD_MB = 512;

/** The master of a case: one JVM, or executors as processes of their own, each with a worker of its size. */
export function masterOf(testCase: Case, tier: Tier, conf: Readonly<Record<string, string>>): string {
  if (testCase.dimensions.mode !== "standalone") return `local[${tier.cores}]`;
  // A worker smaller than its executor would wait for ever.
  const memoryMb = Math.max(tier.memoryMb, parseMemoryMb(conf["spark.executor.memory"]) ?? 0);
  return `local-cluster[${executorsOf(testCase, tier, conf)},${coresOf(tier, conf)},${memoryMb}]`;
}

/** Cores of an executor. */
function coresOf({ cores }: Pick<Tier, "cores">, conf: Readonly<Record<string, string>>): string {
  const own = conf["spark.executor.cores"] ?? "";
  return /^[1-9]\d*$/.test(own) ? own : String(cores);
}

const UNITS_MB: Readonly<Record<string, number>> = tables.memoryUnitsMb;
const MEMORY = new RegExp(`^(\\d+)\\s*([${Object.keys(UNITS_MB).join("")}]?)b?$`, "i");

/** MiB of a memory setting of Spark's ("512m", "2g", "1024" is MiB); null for what is none. */
export function parseMemoryMb(text: string | undefined): number | null {
  const match = MEMORY.exec(text?.trim() ?? "");
  return match === null ? null : Math.ceil(Number(match[1]) * UNITS_MB[match[2]!.toLowerCase() || "m"]!);
}

/** How many cases fit on a machine at once, 1 at least. */
export function maxParallelOf(
  executions: readonly Execution[],
  spec: Pick<RunSpec, "tier" | "settings">,
  machine: { readonly cores: number; readonly freeBytes: number },
): number {
  const { tier } = spec;
  const fitting = executions.map(({ case: testCase }) => {
    const executors = executorsOf(testCase, tier, givenConfOf(testCase, spec));
    const driverMb =
      testCase.dimensions.mode === "standalone" ? Math.min(tier.memoryMb, DRIVER_MEMORY_MB) + OVERHEAD_MB : 0;
    const memoryMb = executors * (tier.memoryMb + OVERHEAD_MB) + driverMb;
    const byCores = Math.floor(machine.cores / (executors * tier.cores));
    return Math.min(byCores, Math.floor(machine.freeBytes / 1024 / 1024 / memoryMb));
  });
  return Math.max(1, Math.min(...fitting));
}

/** Spark properties of a case: the engine's defaults, the tier's, the user's, then what the engine cannot do without. */
export function caseConf(
  testCase: Case,
  { tier, settings }: Pick<RunSpec, "tier" | "settings">,
  {
    scratch,
    eventLogDirectory,
    jars,
    classPath,
  }: {
    readonly scratch: string;
    readonly eventLogDirectory: string;
    /** What the case needs beside its Spark. */
    readonly jars: readonly string[];
    /**
     * The same, for the class path: that of RAPIDS, a gigabyte which Spark would copy as one of its jars, and all beside it, since its
     * classes need those of Iceberg.
     */
    readonly classPath: readonly string[];
  },
): Record<string, string> {
  const isStandalone = testCase.dimensions.mode === "standalone";
  const driverMemoryMb = isStandalone ? Math.min(tier.memoryMb, DRIVER_MEMORY_MB) : tier.memoryMb;
  const own = givenConfOf(testCase, { tier, settings });
  const conf: Record<string, string> = {
    ...commonConf(scratch, driverMemoryMb),
    ...(bringsIceberg(testCase, tier) ? icebergConf(pathToFileURL(join(scratch, "warehouse")).href) : {}),
    ...(bringsRapids(testCase, tier) ? rapidsConf(testCase.dimensions.sparkVersion, null) : {}),
    ...(isStandalone
      ? {
          "spark.executor.memory": `${tier.memoryMb}m`,
          "spark.executor.defaultJavaOptions": javaOptions(scratch),
          ...waitForAll(testCase, tier, own),
        }
      : {}),
    "spark.sql.shuffle.partitions": defaultPartitions(testCase, tier, own),
    ...own,
    "spark.eventLog.enabled": "true",
    "spark.eventLog.dir": pathToFileURL(eventLogDirectory).href,
  };
  addToList(conf, "spark.jars", jars, ",");
  addToList(conf, "spark.driver.extraClassPath", classPath, delimiter);
  if (isStandalone) addToList(conf, "spark.executor.extraClassPath", classPath, delimiter);
  return conf;
}

/** Has the driver of several executors wait for them: Spark knows how many there will be by their cores. */
function waitForAll(testCase: Case, tier: Tier, own: Readonly<Record<string, string>>): Record<string, string> {
  const executors = executorsOf(testCase, tier, own);
  if (executors === 1 || isDynamic(own) || own["spark.cores.max"] !== undefined) return {};
  return { "spark.cores.max": String(executors * Number(coresOf(tier, own))), ...tables.waitForExecutors };
}

function addToList(conf: Record<string, string>, name: string, more: readonly string[], separator: string): void {
  if (more.length > 0) conf[name] = [...(conf[name] ? [conf[name]] : []), ...more].join(separator);
}

/** What every Spark process of this engine has. */
export function commonConf(scratch: string, driverMemoryMb: number): Record<string, string> {
  return {
    ...DEFAULT_CONF,
    "spark.driver.memory": `${driverMemoryMb}m`,
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    // The defaults and not the extra options, which belong to the tier and the user.
    "spark.driver.defaultJavaOptions": javaOptions(scratch),
    "spark.ui.enabled": "false",
  };
}

function javaOptions(scratch: string): string {
  const quoted = join(scratch, "tmp").replace(/["\\]/g, "\\$&");
  return `-Duser.timezone=UTC "-Djava.io.tmpdir=${quoted}"`;
}

/** spark-submit with its arguments. */
export function submitCommand(
  home: string,
  application: {
    readonly name: string;
    readonly master: string;
    readonly conf: Readonly<Record<string, string>>;
    /** A script of Python, or a class of Spark's own jars. */
    readonly main: { readonly script: string } | { readonly className: string };
    readonly args: readonly string[];
  },
): string[] {
  const conf = Object.entries(application.conf).flatMap(([key, value]) => ["--conf", `${key}=${value}`]);
  const { name, master, main, args } = application;
  const target = "script" in main ? [main.script] : ["--class", main.className, NO_FILE];
  return [join(home, "bin", "spark-submit"), "--master", master, "--name", name, ...conf, ...target, ...args];
}

/** The whole environment of a Spark process: nothing of the user's settings of Spark, Java or Python gets in. */
export function sparkEnvironment(
  spark: SparkInstallation,
  home: string,
  scratch: string,
  environment: Environment,
): Record<string, string> {
  return {
    PATH: environment.PATH ?? "/usr/local/bin:/usr/bin:/bin",
    HOME: environment.HOME ?? scratch,
    ...(environment.USER === undefined ? {} : { USER: environment.USER }),
    LANG: "C.UTF-8",
    TZ: "UTC",
    TMPDIR: join(scratch, "tmp"),
    JAVA_HOME: spark.java.home,
    SPARK_HOME: home,
    SPARK_CONF_DIR: join(scratch, "conf"),
    SPARK_LOCAL_DIRS: join(scratch, "local"),
    SPARK_LOCAL_IP: "127.0.0.1",
    SPARK_LOCAL_HOSTNAME: "localhost",
    PYSPARK_PYTHON: spark.python.path,
    PYSPARK_DRIVER_PYTHON: spark.python.path,
    PYTHONHASHSEED: "0",
  };
}
