import type { Command as Commander } from "commander";
import { addSelectionOptions, type CaseSelection, readSelection } from "../shared/selection-options.ts";

export interface PlanConfig extends CaseSelection {
  readonly json: boolean;
}

/** Adds `plan`; gives what it was asked for to `choose`. */
export function addPlanCommand(program: Commander, choose: (config: PlanConfig) => void): void {
  addSelectionOptions(program.command("plan").description("show the cases of a tier"))
    .option("--json", "the plan as one JSON document on stdout", false)
    .action((options) => choose({ ...readSelection(options), json: options.json }));
}
