import { resolve } from "node:path";
import { type Command as Commander, Option } from "commander";

/** Which cases a command is about. */
export interface CaseSelection {
  /** null for the default: `quick`, or the only tier of a tiers file. */
  readonly tier: string | null;
  readonly tiersFile: string | null;
  readonly only: readonly string[];
  readonly exclude: readonly string[];
  readonly coverage: "full" | "pairwise";
}

/** A parser of an option that may be repeated. */
export function collect(value: string, previous: readonly string[] = []): string[] {
  return [...previous, value];
}

export function addSelectionOptions(command: Commander): Commander {
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

/** What addSelectionOptions takes. */
export function readSelection({ tier, tiersFile, only, exclude, coverage }: Record<string, unknown>): CaseSelection {
  return {
    tier: (tier as string | undefined) ?? null,
    tiersFile: tiersFile === undefined ? null : resolve(tiersFile as string),
    only: (only as string[] | undefined) ?? [],
    exclude: (exclude as string[] | undefined) ?? [],
    coverage: coverage as CaseSelection["coverage"],
  };
}
