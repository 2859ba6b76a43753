import { existsSync, statSync } from "node:fs";
import { userInfo } from "node:os";
import { resolve } from "node:path";
import { type Command as Commander, InvalidArgumentError, Option } from "commander";
import parseArgv from "string-argv";
import type { ChartSource } from "../../cluster/helm/chart.ts";
import { BadInputError } from "../../lib/errors.ts";
import { PINS } from "../../lib/pins.ts";
import type { Environment } from "../../lib/process/environment.ts";
import type { ClusterRunSettings } from "../../spec/spec.ts";
import { addCacheOption, readCacheDirectory } from "./result-options.ts";

type Options = Readonly<Record<string, unknown>>;

/** Which cluster a command is about. */
export interface ClusterChoice {
  /** null for the cluster that this tool made last and kept, else the current context. */
  readonly provider: "kind" | "minikube" | "current" | null;
  /** Of the kind cluster or the Minikube profile. */
  readonly name: string;
  /** Of the kubeconfig; null for its current one. */
  readonly context: string | null;
}

/** Which cluster, and where on it the workflows are. */
export interface ClusterConfig extends ClusterChoice {
  /** Of the workflows. */
  readonly namespace: string;
}

/** What a run or an install on a cluster has beside what every run has. */
export interface ClusterRunConfig extends Omit<ClusterRunSettings, "namespace"> {
  readonly nodeImage: string | null;
  readonly clusterArgs: readonly string[];
}

/** Something that is on a cluster already. */
export interface AttachConfig {
  readonly cluster: ClusterConfig;
  readonly cacheDirectory: string;
}

const NAMESPACE = "spark-loadtest";
const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
export const DEFAULT_IMAGE = "apache/spark:{sparkVersion}";

/** What `--cluster` may be where it is not this machine. */
export const CLUSTERS = ["kind", "minikube", "current"];
/** Of commands that work on a cluster that is there. */
export const CLUSTER_THERE = "which cluster (default: the one that this tool made and kept, else the current context)";
/** Options that mean nothing without a cluster. */
const CLUSTER_ONLY = [
  ...["clusterName", "context", "namespace", "nodeImage", "clusterArgs", "argoChart", "sparkOperatorChart", "values"],
  "image",
  ...["keepCluster", "keepOnFailure", "installCli", "baselineImage", "pairs"],
];

function dnsLabel(text: string): string {
  if (DNS_LABEL.test(text)) return text;
  throw new InvalidArgumentError("It must be a DNS label: small letters, digits and hyphens, at most 63.");
}

function splitArguments(text: string, previous: readonly string[] = []): string[] {
  return [...previous, ...parseArgv(text)];
}

/** Options that say which cluster a command is about. */
export function addClusterOptions(
  command: Commander,
  choices: readonly string[],
  standard: string | undefined,
  description: string,
): Commander {
  return addClusterChoice(command, choices, standard, description).addOption(
    new Option("--namespace <name>", "namespace of the workflows").argParser(dnsLabel).default(NAMESPACE),
  );
}

/** The same for a command that has nothing to do with workflows. */
export function addClusterChoice(
  command: Commander,
  choices: readonly string[],
  standard: string | undefined,
  description: string,
): Commander {
  const cluster = new Option("--cluster <where>", description).choices(choices);
  if (standard !== undefined) cluster.default(standard);
  return command
    .addOption(cluster)
    .addOption(
      new Option("--cluster-name <name>", "name of the kind cluster or the Minikube profile")
        .argParser(dnsLabel)
        .default("spark-loadtest"),
    )
    .option("--context <name>", "kubeconfig context for --cluster current (default: the current one)");
}

/** Options of the commands that can bring up a cluster and install into it. */
export function addInstallOptions(command: Commander): Commander {
  return command
    .option("--node-image <image>", "image of the cluster's nodes (kind: --image, Minikube: --base-image)")
    .option(
      "--cluster-args <arguments>",
      'further arguments for `kind create cluster` or `minikube start`, e.g. "--config kind.yaml"; may be repeated',
      splitArguments,
    )
    .option(
      "--argo-chart <chart>",
      `chart argo-workflows: a folder, a .tgz, or a version (default: ${PINS.charts["argo-workflows"].version})`,
    )
    .option(
      "--spark-operator-chart <chart>",
      `chart spark-operator, installed where cases need it: a folder, a .tgz, or a version (default: ${PINS.charts["spark-operator"].version})`,
    )
    .option("--values <file>", "values for the chart spark-loadtest, see charts/spark-loadtest/values.yaml")
    .option(
      "--image <template>",
      "image of the cases; {sparkVersion} and other dimensions stand for the case's values",
      DEFAULT_IMAGE,
    );
}

/** What addClusterOptions takes; null for the local engine. Throws BadInputError for options that contradict each other. */
export function readClusterConfig(options: Options, given: (name: string) => boolean): ClusterConfig | null {
  const provider = options.cluster as string | undefined;
  if (provider === "local") {
    const useless = CLUSTER_ONLY.find(given);
    if (useless !== undefined) refuse(useless, "says something about a cluster, and --cluster local has none");
    return null;
  }
  return { ...readClusterChoice(options, given), namespace: options.namespace as string };
}

/** What addClusterChoice takes. */
export function readClusterChoice(options: Options, given: (name: string) => boolean): ClusterChoice {
  const provider = options.cluster as string | undefined;
  if (given("context") && provider !== undefined && provider !== "current") {
    refuse("context", "chooses a kubeconfig context, which is for --cluster current");
  }
  if (given("clusterName") && provider === "current") {
    refuse("clusterName", "names a cluster of kind or Minikube; --cluster current takes --context");
  }
  return {
    provider: (provider ?? (given("context") ? "current" : null)) as ClusterConfig["provider"],
    name: options.clusterName as string,
    context: (options.context as string | undefined) ?? null,
  };
}

/** What addInstallOptions takes. */
export function readClusterRunConfig(options: Options, env: Environment): ClusterRunConfig {
  return {
    nodeImage: (options.nodeImage as string | undefined) ?? null,
    clusterArgs: (options.clusterArgs as string[] | undefined) ?? [],
    argoChart: readChartSource(options.argoChart as string | undefined, "--argo-chart", "argo-workflows"),
    operatorChart: readChartSource(
      options.sparkOperatorChart as string | undefined,
      "--spark-operator-chart",
      "spark-operator",
    ),
    valuesFile: readValuesFile(options.values as string | undefined),
    image: options.image as string,
    keepCluster: options.keepCluster === true,
    keepOnFailure: options.keepOnFailure === true,
    installCli: options.installCli === true,
    owner: readOwner(env),
  };
}

/** Whether an option stands on the command line, and does not only have its default. */
export function givenTo(command: Commander): (name: string) => boolean {
  return (name) => command.getOptionValueSource(name) === "cli";
}

/** Options of a command about something that is on a cluster. */
export function addAttachOptions(command: Commander): Commander {
  return addCacheOption(addClusterOptions(command, CLUSTERS, undefined, CLUSTER_THERE));
}

/** What addAttachOptions takes, of a command without a local engine. */
export function readAttachConfig(command: Commander, options: Options, env: Environment): AttachConfig {
  return {
    cluster: readClusterConfig(options, givenTo(command)) as ClusterConfig,
    cacheDirectory: readCacheDirectory(options, env),
  };
}

/** The options with which a command finds a cluster again. */
export function attachOptionsOf({ provider, name, context, namespace }: ClusterConfig): string[] {
  const ofContext = context === null ? [] : ["--context", context];
  return [
    ...(provider === "kind" || provider === "minikube" ? ["--cluster", provider, "--cluster-name", name] : ofContext),
    ...(namespace === NAMESPACE ? [] : ["--namespace", namespace]),
  ];
}

/** Who started a run. */
export function readOwner(env: Environment): string {
  return env.GITHUB_REPOSITORY || env.USER || userInfo().username;
}

/** A version of an upstream chart, or a folder or file of it; null where the option is left out. Throws BadInputError. */
export function readChartSource(
  text: string | undefined,
  option: string,
  chart: keyof typeof PINS.charts,
): ChartSource | null {
  if (text === undefined) return null;
  if (/^v?\d+\.\d+\.\d+/.test(text) && !existsSync(text)) return { kind: "version", version: text.replace(/^v/, "") };
  const path = resolve(text);
  if (existsSync(path)) return { kind: "path", path };
  throw new BadInputError(`${option} ${text} is neither a version nor a folder or file that is there.`, {
    hint: `Give the upstream chart ${chart} as a folder, a .tgz, or a version such as ${PINS.charts[chart].version}.`,
  });
}

function readValuesFile(text: string | undefined): string | null {
  if (text === undefined) return null;
  const path = resolve(text);
  if (existsSync(path) && statSync(path).isFile()) return path;
  throw new BadInputError(`--values ${text} is no file that is there.`, {
    hint: "Give a YAML file with values for the chart spark-loadtest.",
  });
}

function refuse(option: string, why: string): never {
  const flag = option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new BadInputError(`--${flag} ${why}.`, { hint: `Leave --${flag} out, or choose another --cluster.` });
}
