import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { type Command as Commander, InvalidArgumentError, Option } from "commander";
import { BadInputError } from "../../lib/errors.ts";
import { GATES, type Gate } from "../../model/metrics.ts";
import { type PushTarget, readPushTarget } from "../../publish/push/target.ts";
import { readTelemetryConfig } from "../../trace/config.ts";
import {
  addClusterOptions,
  addInstallOptions,
  CLUSTER_THERE,
  DEFAULT_IMAGE,
  readClusterConfig,
  readClusterRunConfig,
} from "../shared/cluster-options.ts";
import type { CaseSelection, Partner, RunConfig } from "../shared/config.ts";
import { wholeNumber } from "../shared/numbers.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const DAY_SECONDS = 24 * 3600;

/** Options that say what a run consists of; `--resume` takes them from the run's folder. */
const FIXED_BY_RESUME = [
  "tier",
  "tiersFile",
  "only",
  "exclude",
  "coverage",
  "samples",
  "warmups",
  "data",
  "out",
] as const;

export function collect(value: string, previous: readonly string[] = []): string[] {
  return [...previous, value];
}

function collectConf(text: string, previous: Readonly<Record<string, string>> = {}): Record<string, string> {
  const [, name, value] = /^([^=\s]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError("It must read PROPERTY=VALUE.");
  if (!name.startsWith("spark.")) throw new InvalidArgumentError("Spark's properties start with spark.");
  return { ...previous, [name]: value };
}

function parseGates(text: string): Gate[] {
  if (text === "none") return [];
  const gates = text.split(",").map((gate) => gate.trim());
  const unknown = gates.find((gate) => !GATES.includes(gate as Gate));
  if (unknown !== undefined) {
    throw new InvalidArgumentError(`It must be none, or gates out of ${GATES.join(", ")}, separated by commas.`);
  }
  return GATES.filter((gate) => gates.includes(gate));
}

export function addPlanOptions(command: Commander): Commander {
  return command
    .option(
      "--tier <name>",
      "the matrix to run: quick, p0_smoke, p1_core, p2_full, or one of your tiers file (default: quick)",
    )
    .option("--tiers-file <file>", "your own tiers, see docs/tiers.md")
    .option(
      "--only <conditions>",
      "keep the cases with these values, e.g. operation=join,sparkVersion=4.1; may be repeated",
      collect,
    )
    .option("--exclude <conditions>", "leave out the cases with these values; may be repeated", collect)
    .addOption(
      new Option("--coverage <how>", "full matrix, or a small one in which every pair of values still meets")
        .choices(["full", "pairwise"])
        .default("full"),
    );
}

/** What addPlanOptions takes. */
export function readSelection({ tier, tiersFile, only, exclude, coverage }: Record<string, unknown>): CaseSelection {
  return {
    tier: (tier as string | undefined) ?? null,
    tiersFile: tiersFile === undefined ? null : resolve(tiersFile as string),
    only: (only as string[] | undefined) ?? [],
    exclude: (exclude as string[] | undefined) ?? [],
    coverage: coverage as CaseSelection["coverage"],
  };
}

export function failOnOption(): Option {
  return new Option("--fail-on <gates>", "gates whose findings make a regression: hard, soft, advisory, or none")
    .argParser(parseGates)
    .default(["hard", "soft"] satisfies Gate[], "hard,soft");
}

/** The folder that --cache-dir names, or the default one. */
export function readCacheDirectory(options: Readonly<Record<string, unknown>>, env: Environment): string {
  if (options.cacheDir !== undefined) return resolve(options.cacheDir as string);
  return env.SPARK_LOADTEST_CACHE || join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "spark-loadtest");
}

/** What addRunOptions and addSubmitOptions take. Throws BadInputError for options that contradict each other. */
export function readRunConfig(
  options: Record<string, unknown>,
  given: (name: string) => boolean,
  env: Environment,
): RunConfig {
  const text = (name: string): string | null => (options[name] as string | undefined) ?? null;
  const path = (name: string): string | null => (text(name) === null ? null : resolve(text(name) as string));
  const number = (name: string): number | null => (options[name] as number | undefined) ?? null;
  const list = (name: string): string[] => (options[name] as string[] | undefined) ?? [];
  if (options.resume !== undefined) {
    if (given("cluster") && options.cluster !== "local") {
      throw new BadInputError("--resume continues a run on this machine; one on a cluster goes on by itself.", {
        hint: "Take it up with `spark-loadtest watch ID`, and have its results with `spark-loadtest collect ID`.",
      });
    }
    const contradiction = FIXED_BY_RESUME.find((name) => given(name));
    if (contradiction !== undefined) {
      const flag = contradiction.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      throw new BadInputError(`--resume continues a run as it was begun, so --${flag} cannot be given with it.`, {
        hint: `Leave --${flag} out, or start a new run without --resume.`,
      });
    }
  }
  const cluster = readClusterConfig(options, given);
  return {
    ...readSelection(options),
    cluster,
    onCluster: readClusterRunConfig(options, env),
    partner: readPartner(options, given),
    showLogs: options.logs === true,
    maxParallel: number("maxParallel"),
    samples: number("samples"),
    warmups: number("warmups"),
    timeoutSeconds: number("timeout"),
    caseTimeoutSeconds: number("caseTimeout"),
    retries: number("retries") as number,
    dataDirectory: readData(text("data"), cluster !== null),
    outDirectory: path("out"),
    resumeDirectory: path("resume"),
    baseline: list("baseline").map((entry) => resolve(entry)),
    failOn: options.failOn as Gate[],
    pushTo: readPush(options, env),
    conf: (options.conf as Record<string, string> | undefined) ?? {},
    workloadArgs: list("workloadArg"),
    cacheDirectory: readCacheDirectory(options, env),
    telemetry: readTelemetryConfig(env),
    commit: env.GITHUB_SHA || null,
    ref: env.GITHUB_REF || null,
  };
}

/** null without --baseline-image. Throws BadInputError for options that contradict it. */
function readPartner(options: Record<string, unknown>, given: (name: string) => boolean): Partner | null {
  const image = options.baselineImage as string | undefined;
  if (image === undefined) {
    if (!given("pairs")) return null;
    throw new BadInputError("--pairs says how often two images are compared, and --baseline-image is missing.", {
      hint: "Name the other image with --baseline-image, or leave --pairs out.",
    });
  }
  if (given("baseline")) {
    throw new BadInputError("--baseline compares with earlier runs, and --baseline-image with the same run's own.", {
      hint: "Leave one of them out.",
    });
  }
  return { image, pairs: options.pairs as number };
}

/** On this machine a folder; on a cluster a URI, because no pod sees this machine's files. */
function readData(text: string | null, onCluster: boolean): string | null {
  if (text === null) return null;
  const isUri = /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
  if (isUri === onCluster) return isUri ? text : resolve(text);
  throw new BadInputError(
    onCluster
      ? `--data ${text} is a folder of this machine, which the pods of a cluster cannot see.`
      : `--data ${text} is a URI, and the cases run on this machine.`,
    {
      hint: onCluster
        ? "Give a URI that every Spark image can read, such as s3a://bucket/trips."
        : "Give a folder of Parquet files, or choose a cluster with --cluster.",
    },
  );
}

/** Options of what a run does, wherever it runs. */
function addWorkOptions(command: Commander): Commander {
  return addPlanOptions(command)
    .option("--max-parallel <n>", "cases at a time (default: from the cores and the memory)", wholeNumber(1, 1024))
    .option("--samples <n>", "measured repetitions of a case (default: the tier's)", wholeNumber(1, 1000))
    .option("--warmups <n>", "repetitions before them that are not counted (default: the tier's)", wholeNumber(0, 100))
    .option(
      "--data <dir-or-uri>",
      "your own Parquet files of taxi trips in place of the generated ones; on a cluster a URI such as s3a://bucket/trips",
    )
    .option("--conf <property=value>", "a Spark property for every case, over the tier's; may be repeated", collectConf)
    .option(
      "--workload-arg <argument>",
      "a further argument for the workload, e.g. --workload-arg=--fault=skew; may be repeated",
      collect,
    )
    .option("--timeout <seconds>", "end the run after this time (default: the tier's)", wholeNumber(1, 7 * DAY_SECONDS))
    .option(
      "--case-timeout <seconds>",
      "fail a case after this time (default: the tier's)",
      wholeNumber(1, DAY_SECONDS),
    )
    .addOption(
      new Option("--retries <n>", "more attempts for a case that infrastructure failed")
        .argParser(wholeNumber(0, 10))
        .default(2),
    );
}

export function addCacheOption(command: Commander): Commander {
  return command.option(
    "--cache-dir <dir>",
    "PySpark, Java, data sets, tools and kubeconfigs are kept here (default: ~/.cache/spark-loadtest)",
  );
}

/** Options of what happens with a run's results. */
export function addResultOptions(command: Commander): Commander {
  return command
    .option("--out <dir>", "the run's folder (default: spark-loadtest-runs/<run id>)")
    .option("--baseline <path>", "an earlier run, or a folder of them, to compare with; may be repeated", collect)
    .addOption(failOnOption())
    .option(
      "--push-metrics <url>",
      "send the run's metrics at its end to a Pushgateway, or by remote write where the path ends in /write, /push or /receive",
    );
}

/** What --push-metrics asks for. Throws BadInputError. */
export function readPush({ pushMetrics }: Readonly<Record<string, unknown>>, env: Environment): PushTarget | null {
  if (pushMetrics === undefined) return null;
  return readPushTarget(pushMetrics as string, env.SPARK_LOADTEST_PUSH_TOKEN);
}

export function addRunOptions(command: Commander): Commander {
  const choices = ["local", "kind", "minikube", "current"];
  addResultOptions(addWorkOptions(command));
  addClusterOptions(
    command,
    choices,
    "local",
    "where the cases run: local is Spark on this machine; kind and minikube bring up a cluster; current is the kubeconfig's",
  );
  addInstallOptions(command)
    .option(
      "--baseline-image <template>",
      "compare with this image in the same run: each case runs in pairs, once with either image (A/B)",
    )
    .addOption(
      new Option("--pairs <n>", "pairs of each case, with --baseline-image").argParser(wholeNumber(1, 100)).default(3),
    )
    .option("--keep-cluster", "leave the cluster that this run brings up, with what is in it", false)
    .option("--keep-on-failure", "leave the namespaces of failed cases, and the cluster, to look at them", false)
    .option("--install-cli", "have the Argo CLI in the tool cache, too", false)
    .option("--logs", "show the cases' log lines as they come", false)
    .option("--resume <dir>", "continue a run that was ended, from its folder (on this machine)");
  return addCacheOption(command).addHelpText(
    "after",
    `
On this machine, the first run downloads PySpark from PyPI and generates the data; both stay in the cache folder.
On a cluster, images that the local Docker has are loaded into kind or Minikube; the others are pulled by the cluster.
Ctrl-C ends every case, writes what is finished, removes what the run made and says how to continue.

  $ spark-loadtest run --tier p0_smoke --cluster kind --only operation=join
  $ spark-loadtest run --tier p0_smoke --cluster current --image registry.example.com/spark:{sparkVersion}
  $ spark-loadtest run --tier p0_smoke --cluster kind --image spark:new --baseline-image spark:old --only sparkVersion=4.1`,
  );
}

export function addSubmitOptions(command: Commander): Commander {
  addWorkOptions(command);
  addClusterOptions(command, ["kind", "minikube", "current"], undefined, CLUSTER_THERE);
  command
    .option("--image <template>", "image of the cases; {sparkVersion} stands for the case's", DEFAULT_IMAGE)
    .option("--keep-on-failure", "leave the namespaces of failed cases, to look at them", false)
    .option("--dry-run", "print the manifests for kubectl and argo; no cluster is asked", false);
  return addCacheOption(command);
}
