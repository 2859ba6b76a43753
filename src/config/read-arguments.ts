import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { Command as Commander, CommanderError, InvalidArgumentError, Option } from "commander";
import { BadInputError } from "../lib/errors.ts";
import { GATES, type Gate } from "../model/metrics.ts";
import type { CaseSelection, Command, RunConfig } from "./config.ts";
import { wholeNumber } from "./numbers.ts";

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
  "conf",
  "workloadArg",
  "out",
] as const;

function collect(value: string, previous: readonly string[] = []): string[] {
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

function addPlanOptions(command: Commander): Commander {
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
function readSelection({ tier, tiersFile, only, exclude, coverage }: Record<string, unknown>): CaseSelection {
  return {
    tier: (tier as string | undefined) ?? null,
    tiersFile: tiersFile === undefined ? null : resolve(tiersFile as string),
    only: (only as string[] | undefined) ?? [],
    exclude: (exclude as string[] | undefined) ?? [],
    coverage: coverage as CaseSelection["coverage"],
  };
}

function failOnOption(): Option {
  return new Option("--fail-on <gates>", "gates whose findings make a regression: hard, soft, advisory, or none")
    .argParser(parseGates)
    .default(["hard", "soft"] satisfies Gate[], "hard,soft");
}

function defaultCacheDirectory(env: Environment): string {
  return env.SPARK_LOADTEST_CACHE || join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "spark-loadtest");
}

function readRunConfig(
  options: Record<string, unknown>,
  given: (name: string) => boolean,
  env: Environment,
): RunConfig {
  const text = (name: string): string | null => (options[name] as string | undefined) ?? null;
  const path = (name: string): string | null => (text(name) === null ? null : resolve(text(name) as string));
  const number = (name: string): number | null => (options[name] as number | undefined) ?? null;
  const list = (name: string): string[] => (options[name] as string[] | undefined) ?? [];
  if (options.resume !== undefined) {
    const contradiction = FIXED_BY_RESUME.find((name) => given(name));
    if (contradiction !== undefined) {
      const flag = contradiction.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      throw new BadInputError(`--resume continues a run as it was begun, so --${flag} cannot be given with it.`, {
        hint: `Leave --${flag} out, or start a new run without --resume.`,
      });
    }
  }
  return {
    ...readSelection(options),
    maxParallel: number("maxParallel"),
    samples: number("samples"),
    warmups: number("warmups"),
    timeoutSeconds: number("timeout"),
    caseTimeoutSeconds: number("caseTimeout"),
    retries: number("retries") as number,
    dataDirectory: path("data"),
    outDirectory: path("out"),
    resumeDirectory: path("resume"),
    baseline: list("baseline").map((entry) => resolve(entry)),
    failOn: options.failOn as Gate[],
    conf: (options.conf as Record<string, string> | undefined) ?? {},
    workloadArgs: list("workloadArg"),
    cacheDirectory: resolve(text("cacheDir") ?? defaultCacheDirectory(env)),
    commit: env.GITHUB_SHA || null,
    ref: env.GITHUB_REF || null,
  };
}

/**
 * Reads a command line (without node and the script) and the few environment variables that matter.
 * Gives null where help or the version was asked for and has been printed. Throws BadInputError.
 */
export function readArguments(argv: readonly string[], env: Environment, version: string): Command | null {
  let command: Command | null = null;
  const program = new Commander("spark-loadtest")
    .description(
      "Load tests for Apache Spark: runs a matrix of cases and says what got slower or does more work, and why.",
    )
    .version(version)
    .exitOverride()
    .configureOutput({ outputError: () => undefined })
    .showSuggestionAfterError()
    .addHelpText(
      "after",
      `
Start here:
  $ spark-loadtest run                                      five operations on two Spark versions, on this machine
  $ spark-loadtest run --baseline spark-loadtest-runs       the same again, judged against the earlier runs
  $ spark-loadtest plan --tier p2_full --coverage pairwise  what a tier would run

Exit codes: 0 pass, 1 internal error, 2 bad input, 3 cases failed, 4 regression, 5 timeout, 6 infrastructure,
130 and 143 interrupted.`,
    );

  const run = addPlanOptions(program.command("run").description("run a tier, judge it and report"))
    .addOption(
      new Option("--cluster <where>", "where the cases run: local is Spark on this machine")
        .choices(["local"])
        .default("local"),
    )
    .option("--max-parallel <n>", "cases at a time (default: from the cores and the memory)", wholeNumber(1, 1024))
    .option("--samples <n>", "measured repetitions of a case (default: the tier's)", wholeNumber(1, 1000))
    .option("--warmups <n>", "repetitions before them that are not counted (default: the tier's)", wholeNumber(0, 100))
    .option("--data <dir>", "your own Parquet files of taxi trips in place of the generated ones")
    .option("--out <dir>", "the run's folder (default: spark-loadtest-runs/<run id>)")
    .option("--baseline <path>", "an earlier run, or a folder of them, to compare with; may be repeated", collect)
    .addOption(failOnOption())
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
    )
    .option("--resume <dir>", "continue a run that was ended, from its folder")
    .option("--cache-dir <dir>", "PySpark, Java and data sets are kept here (default: ~/.cache/spark-loadtest)")
    .addHelpText(
      "after",
      `
The first run downloads PySpark from PyPI and generates the data; both stay in the cache folder.
Ctrl-C ends every process, writes what is finished and says how to continue.`,
    );
  run.action((options) => {
    const given = (name: string) => run.getOptionValueSource(name) === "cli";
    command = { name: "run", config: readRunConfig(options, given, env) };
  });

  addPlanOptions(program.command("plan").description("show the cases of a tier"))
    .option("--json", "the plan as one JSON document on stdout", false)
    .action((options) => {
      command = {
        name: "plan",
        config: { ...readSelection(options), json: options.json },
      };
    });

  program
    .command("events <paths...>")
    .description("metrics and stages of Spark event logs: files, rolling folders, or folders of them")
    .option("--json", "one JSON document on stdout", false)
    .action((paths: string[], options) => {
      command = { name: "events", config: { paths: paths.map((path) => resolve(path)), json: options.json } };
    });

  program
    .command("compare")
    .description("judge the results of a run against earlier ones")
    .requiredOption("--current <path>", "results.json, or the run's folder")
    .requiredOption("--baseline <paths...>", "results.json files, run folders, or folders of run folders")
    .addOption(failOnOption())
    .option("--json", "the verdict as one JSON document on stdout", false)
    .action((options) => {
      command = {
        name: "compare",
        config: {
          current: resolve(options.current),
          baseline: options.baseline.map((path: string) => resolve(path)),
          failOn: options.failOn,
          json: options.json,
        },
      };
    });

  program
    .command("explain")
    .description("the likely causes of a difference between two event logs")
    .requiredOption("--current <log>", "event log of the run in question")
    .requiredOption("--baseline <log>", "event log to compare it with")
    .option("--json", "one JSON document on stdout", false)
    .action((options) => {
      command = {
        name: "explain",
        config: { current: resolve(options.current), baseline: resolve(options.baseline), json: options.json },
      };
    });

  program
    .command("report")
    .description("write report.html, report.md and junit.xml again from a run's results")
    .requiredOption("--results <path>", "results.json, or the run's folder")
    .option("--verdict <file>", "verdict.json (default: the one beside the results)")
    .option("--baseline <path>", "earlier runs, for the plots; may be repeated", collect)
    .requiredOption("--out <dir>", "folder for the reports")
    .action((options) => {
      command = {
        name: "report",
        config: {
          results: resolve(options.results),
          verdict: options.verdict === undefined ? null : resolve(options.verdict),
          baseline: (options.baseline ?? []).map((path: string) => resolve(path)),
          outDirectory: resolve(options.out),
        },
      };
    });

  for (const each of program.commands) each.exitOverride().configureOutput({ outputError: () => undefined });
  try {
    program.parse([...argv], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return null;
    const which = program.commands.find((each) => each.name() === argv[0]);
    const help = `spark-loadtest ${which === undefined ? "" : `${which.name()} `}--help`;
    if (error.code === "commander.help") throw new BadInputError("No command was given.", { hint: `See ${help}` });
    throw new BadInputError(error.message.replace(/^error: /, ""), { hint: `See ${help}`, cause: error });
  }
  return command;
}
