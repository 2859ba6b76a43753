import { resolve } from "node:path";
import { type Command as Commander, InvalidArgumentError, Option } from "commander";
import { readArtifactsDirectory } from "../../cluster/tools/artifacts.ts";
import { readDataClaim } from "../../engine/argo/objects/data-claim.ts";
import { BadInputError } from "../../lib/errors.ts";
import type { Environment } from "../../lib/process/environment.ts";
import { redactText } from "../../lib/text/redact.ts";
import type { Partner } from "../../plan/execution.ts";
import {
  addClusterOptions,
  addInstallOptions,
  type ClusterConfig,
  type ClusterRunConfig,
  givenTo,
  readClusterConfig,
  readClusterRunConfig,
} from "../shared/cluster-options.ts";
import { wholeNumber } from "../shared/numbers.ts";
import {
  addArtifactsOption,
  addCacheOption,
  addResultOptions,
  type ResultConfig,
  readCacheDirectory,
  readResultConfig,
} from "../shared/result-options.ts";
import { addSelectionOptions, type CaseSelection, collect, readSelection } from "../shared/selection-options.ts";

/** What `run` was asked to do: every option with its default, validated once. */
export interface RunConfig extends CaseSelection, ResultConfig {
  /** null for Spark on this machine. */
  readonly cluster: ClusterConfig | null;
  readonly onCluster: ClusterRunConfig;
  /** The baseline of an A/B run; null for a run of one image. */
  readonly partner: Partner | null;
  /** Shows the cases' log lines as they come. */
  readonly showLogs: boolean;
  readonly maxParallel: number | null;
  readonly samples: number | null;
  readonly warmups: number | null;
  readonly timeoutSeconds: number | null;
  readonly caseTimeoutSeconds: number | null;
  readonly retries: number;
  readonly dataDirectory: string | null;
  readonly resumeDirectory: string | null;
  readonly conf: Readonly<Record<string, string>>;
  readonly workloadArgs: readonly string[];
  readonly cacheDirectory: string;
  /** Files that would be downloaded are looked for here first; null for none. */
  readonly artifactsDirectory: string | null;
  /** Where the run's source stands, when CI says so. */
  readonly commit: string | null;
  readonly ref: string | null;
}

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

function collectConf(text: string, previous: Readonly<Record<string, string>> = {}): Record<string, string> {
  const [, name, value] = /^([^=\s]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError("It must read PROPERTY=VALUE.");
  if (!name.startsWith("spark.")) throw new InvalidArgumentError("Spark's properties start with spark.");
  return { ...previous, [name]: value };
}

/** What addRunCommand and addSubmitCommand take. Throws BadInputError for options that contradict each other. */
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
    ...readResultConfig(options, env),
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
    resumeDirectory: path("resume"),
    conf: (options.conf as Record<string, string> | undefined) ?? {},
    workloadArgs: list("workloadArg"),
    cacheDirectory: readCacheDirectory(options, env),
    artifactsDirectory: readArtifactsDirectory(options.artifacts as string | undefined, env),
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
  if (isUri && redactText(text) !== text) {
    throw new BadInputError("--data holds what looks like a secret, and it is kept in the run's files.", {
      hint: "Give the address without it, and the secret as a Spark property: --conf spark.hadoop.fs.s3a.secret.key=...",
    });
  }
  if (onCluster) readDataClaim(text);
  if (isUri === onCluster) return isUri ? text : resolve(text);
  throw new BadInputError(
    onCluster
      ? `--data ${text} is a folder of this machine, which the pods of a cluster cannot see.`
      : `--data ${text} is a URI, and the cases run on this machine.`,
    {
      hint: onCluster
        ? "Give a URI, such as s3a://bucket/trips, or a claim of the namespace of the runs: pvc://CLAIM/PATH."
        : "Give a folder of Parquet files, or choose a cluster with --cluster.",
    },
  );
}

/** Options of what a run does, wherever it runs. */
export function addWorkOptions(command: Commander): Commander {
  return addSelectionOptions(command)
    .option("--max-parallel <n>", "cases at a time (default: from the cores and the memory)", wholeNumber(1, 1024))
    .option("--samples <n>", "measured repetitions of a case (default: the tier's)", wholeNumber(1, 1000))
    .option("--warmups <n>", "repetitions before them that are not counted (default: the tier's)", wholeNumber(0, 100))
    .option(
      "--data <dir-or-uri>",
      "your own Parquet files of taxi trips in place of the generated ones; on a cluster a URI (s3a://bucket/trips), or a claim (pvc://CLAIM/PATH)",
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

/** Adds `run`; gives what it was asked for to `choose`. */
export function addRunCommand(program: Commander, env: Environment, choose: (config: RunConfig) => void): void {
  const command = program.command("run").description("run a tier, judge it and report");
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
  addArtifactsOption(addCacheOption(command)).addHelpText(
    "after",
    `
On this machine, the first run downloads PySpark from PyPI and generates the data; both stay in the cache folder.
On a cluster, images that the local Docker has are loaded into kind or Minikube; the others are pulled by the cluster.
Ctrl-C ends every case, writes what is finished, removes what the run made and says how to continue.

On a cluster, the tier quick has no case; of p0_smoke --only orchestrator=submit,extensions=none leaves those that run there.

  $ spark-loadtest run --only operation=join
  $ spark-loadtest run --tier p0_smoke --only orchestrator=submit,extensions=none --cluster kind
  $ spark-loadtest run --tier p0_smoke --only orchestrator=submit,extensions=none --cluster current \\
      --image registry.example.com/spark:{sparkVersion}
  $ spark-loadtest run --tier p0_smoke --only orchestrator=submit,extensions=none,sparkVersion=4.1 --cluster kind \\
      --image spark:new --baseline-image spark:old`,
  );
  command.action((options) => choose(readRunConfig(options, givenTo(command), env)));
}
