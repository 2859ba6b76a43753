import { resolve } from "node:path";
import { Command as Commander, CommanderError } from "commander";
import { BadInputError } from "../lib/errors.ts";
import { addPlanOptions, addRunOptions, collect, failOnOption, readRunConfig, readSelection } from "./run/options.ts";
import { addScenariosOptions, readScenariosConfig } from "./scenarios/options.ts";
import { addClusterCommands } from "./shared/cluster-commands.ts";
import type { Command } from "./shared/config.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Tells whether an option stands on the command line, and does not only have its default. */
function givenTo(command: Commander): (name: string) => boolean {
  return (name) => command.getOptionValueSource(name) === "cli";
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
  $ spark-loadtest run --tier p0_smoke --cluster kind       on a Kubernetes cluster that lives as long as the run
  $ spark-loadtest plan --tier p2_full --coverage pairwise  what a tier would run

Exit codes: 0 pass, 1 internal error, 2 bad input, 3 cases failed, 4 regression, 5 timeout, 6 infrastructure,
130 and 143 interrupted.`,
    );

  const run = addRunOptions(program.command("run").description("run a tier, judge it and report"));
  run.action((options) => {
    command = { name: "run", config: readRunConfig(options, givenTo(run), env) };
  });

  const scenarios = addScenariosOptions(
    program
      .command("scenarios")
      .description("run a folder of scenario scripts side by side, each in a namespace of its own"),
  );
  scenarios.action((options) => {
    command = { name: "scenarios", config: readScenariosConfig(options, givenTo(scenarios), env) };
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
    .description("write report.html, report.md, junit.xml and metrics.prom again from a run's results")
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

  addClusterCommands(program, env, givenTo, (given) => {
    command = given;
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
