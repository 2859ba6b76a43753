import { type Command as Commander, Option } from "commander";
import type { Place } from "../../plan/runnable.ts";
import { CLUSTERS } from "../shared/cluster-options.ts";
import { addSelectionOptions, type CaseSelection, readSelection } from "../shared/selection-options.ts";

export interface PlanConfig extends CaseSelection {
  /** Where the cases are to run; null where nothing is asked of that. */
  readonly place: Place | null;
  readonly json: boolean;
}

/** Adds `plan`; gives what it was asked for to `choose`. */
export function addPlanCommand(program: Commander, choose: (config: PlanConfig) => void): void {
  addSelectionOptions(program.command("plan").description("show the cases of a tier"))
    .addOption(
      new Option("--cluster <where>", "say of every case whether it can run there, and if not why").choices([
        "local",
        ...CLUSTERS,
      ]),
    )
    .option("--json", "the plan as one JSON document on stdout", false)
    .action((options) => {
      const { cluster, json } = options;
      const place = cluster === undefined ? null : cluster === "local" ? "machine" : "cluster";
      choose({ ...readSelection(options), place, json });
    });
}
