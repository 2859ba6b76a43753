import type { ExitCode } from "../../lib/errors.ts";
import type { CommandContext } from "../shared/context.ts";
import type { Command } from "./read-arguments.ts";

/** Runs one command. Each is loaded when it is asked for: `plan` need not wait for the charts of `report`. */
export async function execute(command: Command, context: CommandContext): Promise<ExitCode> {
  switch (command.name) {
    case "run":
      return (await import("../run/command.ts")).executeRun(command.config, context);
    case "scenarios":
      return (await import("../scenarios/command.ts")).executeScenarios(command.config, context);
    case "collect":
      return (await import("../collect/command.ts")).executeCollect(command.config, context);
    case "install":
      return (await import("../install/command.ts")).executeInstall(command.config, context);
    case "submit":
      return (await import("../submit/command.ts")).executeSubmit(command.config, context);
    case "watch":
      return (await import("../watch/command.ts")).executeWatch(command.config);
    case "logs":
      return (await import("../logs/command.ts")).executeLogs(command.config);
    case "ui":
      return (await import("../ui/command.ts")).executeUi(command.config, context);
    case "cleanup":
      return (await import("../cleanup/command.ts")).executeCleanup(command.config);
    case "plan":
      return (await import("../plan/command.ts")).executePlan(command.config, context);
    case "events":
      return (await import("../events/command.ts")).executeEvents(command.config);
    case "compare":
      return (await import("../compare/command.ts")).executeCompare(command.config);
    case "explain":
      return (await import("../explain/command.ts")).executeExplain(command.config);
    case "report":
      return (await import("../report/command.ts")).executeReport(command.config);
  }
}
