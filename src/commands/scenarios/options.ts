import { resolve } from "node:path";
import { type Command as Commander, InvalidArgumentError, Option } from "commander";
import { BadInputError } from "../../lib/errors.ts";
import type { Environment } from "../../lib/process/environment.ts";
import {
  addClusterChoice,
  CLUSTER_THERE,
  type ClusterChoice,
  givenTo,
  readClusterChoice,
  readOwner,
} from "../shared/cluster-options.ts";
import { wholeNumber } from "../shared/numbers.ts";
import { addCacheOption, readCacheDirectory } from "../shared/result-options.ts";
import { collect } from "../shared/selection-options.ts";

/** Levels of the Pod Security Standards. */
export const POD_SECURITY_LEVELS = ["privileged", "baseline", "restricted"] as const;
export type PodSecurityLevel = (typeof POD_SECURITY_LEVELS)[number];

/** `scenarios`: scripts, each in a namespace of its own. Folders are absolute. */
export interface ScenariosConfig {
  readonly cluster: ClusterChoice;
  readonly directory: string;
  /** Parts of the paths below the folder; empty for all. */
  readonly filters: readonly string[];
  /** One of so many parts, the first being 1; null for all. */
  readonly shard: { readonly index: number; readonly count: number } | null;
  readonly maxParallel: number;
  /** Of one attempt of one scenario. */
  readonly timeoutSeconds: number;
  /** Further attempts of a scenario that failed. */
  readonly retries: number;
  /** Further attempts of a request to the API server. */
  readonly maxRetries: number;
  readonly failFast: boolean;
  readonly keepOnFailure: boolean;
  readonly namespacePrefix: string;
  /** null for the cluster's own default. */
  readonly podSecurity: PodSecurityLevel | null;
  /** Hard limits of a ResourceQuota; empty for none. */
  readonly quota: Readonly<Record<string, string>>;
  /** How long the namespaces may take to go, at the end. */
  readonly cleanupTimeoutSeconds: number;
  /** null for `scenarios/` in the run's folder. */
  readonly resultsDirectory: string | null;
  readonly outDirectory: string | null;
  readonly showLogs: boolean;
  readonly owner: string;
  readonly cacheDirectory: string;
  readonly commit: string | null;
  readonly ref: string | null;
}

const DAY_SECONDS = 24 * 3600;
const MAX_PARALLEL = { min: 1, max: 1024, standard: 4 };
const MAX_RETRIES = { min: 0, max: 20, standard: 3 };
/** Of the 63 characters of a namespace's name; the others are for the scenario's name and a random suffix. */
const PREFIX_LENGTH = 40;

function parsePrefix(text: string): string {
  if (/^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(text) && text.length <= PREFIX_LENGTH) return text;
  throw new InvalidArgumentError(
    `It must begin a DNS label: small letters, digits and hyphens, a letter first, at most ${PREFIX_LENGTH}.`,
  );
}

function parseShard(text: string): NonNullable<ScenariosConfig["shard"]> {
  const [, index, count] = /^(\d{1,4})\/(\d{1,4})$/.exec(text)?.map(Number) ?? [];
  if (index === undefined || count === undefined || index < 1 || index > count) {
    throw new InvalidArgumentError("It must read I/N, with I from 1 to N.");
  }
  return { index, count };
}

function parseQuota(text: string, previous: Readonly<Record<string, string>> = {}): Record<string, string> {
  const entries = text.split(",").map((part) => {
    const [, resource, amount] =
      /^([a-z0-9][-a-z0-9./]*)=(\d+(?:\.\d+)?(?:m|[kMGTPE]i?|Ki)?)$/i.exec(part.trim()) ?? [];
    if (resource === undefined || amount === undefined) {
      throw new InvalidArgumentError("It must read RESOURCE=AMOUNT, e.g. pods=10,requests.cpu=4,requests.memory=8Gi.");
    }
    return [resource, amount] as const;
  });
  return { ...previous, ...Object.fromEntries(entries) };
}

/** Adds `scenarios`; gives what it was asked for to `choose`. */
export function addScenariosCommand(
  program: Commander,
  env: Environment,
  choose: (config: ScenariosConfig) => void,
): void {
  const command = program
    .command("scenarios")
    .description("run a folder of scenario scripts side by side, each in a namespace of its own")
    .action((options) => choose(readScenariosConfig(options, givenTo(command), env)));
  command
    .option("--dir <dir>", "folder with the scenarios: every *.sh in it and below (environment: SCENARIOS_DIR)")
    .option("--filter <text>", "only scenarios with this in their path below the folder; may be repeated", collect)
    .addOption(
      new Option("--shard <i/n>", "the i-th of n parts of the scenarios, for n runners side by side").argParser(
        parseShard,
      ),
    )
    .option(
      "--max-parallel <n>",
      `scenarios at a time (default: ${MAX_PARALLEL.standard}; environment: MAX_PARALLEL)`,
      wholeNumber(MAX_PARALLEL.min, MAX_PARALLEL.max),
    )
    .addOption(
      new Option("--timeout <seconds>", "fail a scenario after this time, and end all its processes")
        .argParser(wholeNumber(1, 7 * DAY_SECONDS))
        .default(3600),
    )
    .addOption(
      new Option("--retries <n>", "more attempts for a scenario that failed; a pass is then reported as flaky")
        .argParser(wholeNumber(0, 10))
        .default(0),
    )
    .option(
      "--max-retries <n>",
      `more attempts for a request while names conflict, or the API server throttles or is away (default: ${MAX_RETRIES.standard}; environment: MAX_RETRIES)`,
      wholeNumber(MAX_RETRIES.min, MAX_RETRIES.max),
    )
    .option("--fail-fast", "start no further scenario once one has failed", false)
    .option("--keep-on-failure", "leave the namespaces of failed scenarios for seven days, to look at them", false)
    .addOption(
      new Option("--namespace-prefix <text>", "what the namespaces' names begin with")
        .argParser(parsePrefix)
        .default("spark-test"),
    )
    .addOption(
      new Option("--pod-security <level>", "Pod Security level that the namespaces enforce").choices(
        POD_SECURITY_LEVELS,
      ),
    )
    .option(
      "--quota <resource=amount,...>",
      "a ResourceQuota for each namespace, e.g. pods=10,requests.cpu=4; may be repeated",
      parseQuota,
    )
    .addOption(
      new Option("--cleanup-timeout <seconds>", "how long the namespaces may take to go, at the end")
        .argParser(wholeNumber(1, DAY_SECONDS))
        .default(120),
    )
    .option(
      "--results <dir>",
      "one <scenario>.json each with status and exit_code (default: scenarios/ in the run's folder; environment: RESULTS_DIR)",
    )
    .option("--out <dir>", "the run's folder (default: spark-loadtest-runs/<run id>)")
    .option("--logs", "show the scenarios' output as it comes", false);
  addClusterChoice(command, ["kind", "minikube", "current"], undefined, CLUSTER_THERE);
  addCacheOption(command).addHelpText(
    "after",
    `
A scenario is a script with a run bit and a #! line. It is called as SCRIPT NAMESPACE RELEASE from this folder, with KUBECONFIG
set to the cluster in use and RESULTS_DIR to the results' folder. Exit code 0 is a pass. Its namespace is new, and is deleted as
soon as the script has ended, after the Helm releases in it are uninstalled. Files that begin with a dot are left out.

Ctrl-C ends the scripts, deletes the namespaces and waits until they are gone; a second one deletes them and does not wait. What a
kill leaves is removed by the next run, or by \`spark-loadtest cleanup\`.

  $ spark-loadtest scenarios --dir scenarios --max-parallel 4
  $ spark-loadtest scenarios --dir scenarios --shard 2/3 --retries 1 --fail-fast
  $ spark-loadtest scenarios --dir scenarios --filter smoke/ --pod-security restricted --quota pods=10,requests.cpu=4
  $ MAX_PARALLEL=8 SCENARIOS_DIR=scenarios RESULTS_DIR=test-results spark-loadtest scenarios`,
  );
}

/** What addScenariosCommand takes; options win over the environment. Throws BadInputError. */
export function readScenariosConfig(
  options: Readonly<Record<string, unknown>>,
  given: (name: string) => boolean,
  env: Environment,
): ScenariosConfig {
  const path = (name: string, variable?: string): string | null => {
    const text = (options[name] as string | undefined) ?? (variable === undefined ? undefined : env[variable]);
    return text ? resolve(text) : null;
  };
  const directory = path("dir", "SCENARIOS_DIR");
  if (directory === null) {
    throw new BadInputError("No folder of scenarios was given.", {
      hint: "Name it with --dir DIR, or set SCENARIOS_DIR.",
    });
  }
  return {
    cluster: readClusterChoice(options, given),
    directory,
    filters: (options.filter as string[] | undefined) ?? [],
    shard: (options.shard as ScenariosConfig["shard"] | undefined) ?? null,
    maxParallel: readNumber(options.maxParallel, env, "MAX_PARALLEL", MAX_PARALLEL),
    timeoutSeconds: options.timeout as number,
    retries: options.retries as number,
    maxRetries: readNumber(options.maxRetries, env, "MAX_RETRIES", MAX_RETRIES),
    failFast: options.failFast === true,
    keepOnFailure: options.keepOnFailure === true,
    namespacePrefix: options.namespacePrefix as string,
    podSecurity: (options.podSecurity as PodSecurityLevel | undefined) ?? null,
    quota: (options.quota as Record<string, string> | undefined) ?? {},
    cleanupTimeoutSeconds: options.cleanupTimeout as number,
    resultsDirectory: path("results", "RESULTS_DIR"),
    outDirectory: path("out"),
    showLogs: options.logs === true,
    owner: readOwner(env),
    cacheDirectory: readCacheDirectory(options, env),
    commit: env.GITHUB_SHA || null,
    ref: env.GITHUB_REF || null,
  };
}

function readNumber(
  option: unknown,
  env: Environment,
  variable: string,
  { min, max, standard }: { readonly min: number; readonly max: number; readonly standard: number },
): number {
  if (option !== undefined) return option as number;
  const text = env[variable];
  if (!text) return standard;
  try {
    return wholeNumber(min, max)(text);
  } catch (error) {
    throw new BadInputError(`The environment variable ${variable} is ${text}. ${(error as Error).message}`, {
      hint: `Set it to another number, or unset it.`,
      cause: error,
    });
  }
}
