import { Command as Commander, CommanderError } from "commander";
import { BadInputError } from "../../lib/errors.ts";
import type { Environment } from "../../lib/process/environment.ts";
import { addCleanupCommand, type CleanupConfig } from "../cleanup/options.ts";
import { addCollectCommand, type CollectConfig } from "../collect/options.ts";
import { addCompareCommand, type CompareConfig } from "../compare/options.ts";
import { addEventsCommand, type EventsConfig } from "../events/options.ts";
import { addExplainCommand, type ExplainConfig } from "../explain/options.ts";
import { addInstallCommand, type InstallConfig } from "../install/options.ts";
import { addLogsCommand, type LogsConfig } from "../logs/options.ts";
import { addPlanCommand, type PlanConfig } from "../plan/options.ts";
import { addReportCommand, type ReportConfig } from "../report/options.ts";
import { addRunCommand, type RunConfig } from "../run/options.ts";
import { addScenariosCommand, type ScenariosConfig } from "../scenarios/options.ts";
import { addSubmitCommand, type SubmitConfig } from "../submit/options.ts";
import { addUiCommand, type UiConfig } from "../ui/options.ts";
import { addWatchCommand, type WatchConfig } from "../watch/options.ts";

/** One command with its options. */
export type Command =
  | { readonly name: "install"; readonly config: InstallConfig }
  | { readonly name: "submit"; readonly config: SubmitConfig }
  | { readonly name: "watch"; readonly config: WatchConfig }
  | { readonly name: "logs"; readonly config: LogsConfig }
  | { readonly name: "collect"; readonly config: CollectConfig }
  | { readonly name: "ui"; readonly config: UiConfig }
  | { readonly name: "cleanup"; readonly config: CleanupConfig }
  | { readonly name: "run"; readonly config: RunConfig }
  | { readonly name: "scenarios"; readonly config: ScenariosConfig }
  | { readonly name: "plan"; readonly config: PlanConfig }
  | { readonly name: "events"; readonly config: EventsConfig }
  | { readonly name: "compare"; readonly config: CompareConfig }
  | { readonly name: "explain"; readonly config: ExplainConfig }
  | { readonly name: "report"; readonly config: ReportConfig };

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
  $ spark-loadtest run --tier p0_smoke --cluster kind --only orchestrator=submit,extensions=none
                                                            on a Kubernetes cluster that lives as long as the run
  $ spark-loadtest plan --tier p2_full --coverage pairwise  what a tier would run

Exit codes: 0 pass, 1 internal error, 2 bad input, 3 cases failed, 4 regression, 5 timeout, 6 infrastructure,
130 and 143 interrupted.`,
    );

  const chosen =
    <Name extends Command["name"]>(name: Name) =>
    (config: Extract<Command, { name: Name }>["config"]) => {
      command = { name, config } as Command;
    };
  addRunCommand(program, env, chosen("run"));
  addScenariosCommand(program, env, chosen("scenarios"));
  addPlanCommand(program, chosen("plan"));
  addEventsCommand(program, chosen("events"));
  addCompareCommand(program, chosen("compare"));
  addExplainCommand(program, chosen("explain"));
  addReportCommand(program, chosen("report"));
  addInstallCommand(program, env, chosen("install"));
  addSubmitCommand(program, env, chosen("submit"));
  addWatchCommand(program, env, chosen("watch"));
  addLogsCommand(program, env, chosen("logs"));
  addCollectCommand(program, env, chosen("collect"));
  addUiCommand(program, env, chosen("ui"));
  addCleanupCommand(program, env, chosen("cleanup"));

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
