import { BadInputError } from "../lib/errors.ts";
import { quoteCommand } from "../lib/text/shell.ts";
import type { Plan } from "../model/documents.ts";
import { expandMatrix, matcherOf, toCase } from "./matrix/matrix.ts";
import type { Tier } from "./matrix/tier.ts";
import { parseConditions, parseOnly } from "./only.ts";
import { coverPairs } from "./pairwise.ts";

export interface PlanOptions {
  /** `dimension=value[,value...]`: the cases to keep; see parseOnly. */
  readonly only: readonly string[];
  /** Of the same form, each a rule of its own: the cases that meet all its conditions are left out. */
  readonly exclude: readonly string[];
  /** `pairwise` keeps so many of the cases that every pair of values which occurs in them still does. */
  readonly coverage: "full" | "pairwise";
}

/**
 * The cases of a run, in the order of the tier's matrix.
 *
 * @throws BadInputError for an unknown dimension or value, and where no case is left
 */
export function createPlan(tier: Tier, options: PlanOptions): Plan {
  const names = Object.keys(tier.dimensions);
  const isWanted = matcherOf(parseOnly(options.only, tier.dimensions), names);
  const isExcluded = options.exclude.map((text) =>
    matcherOf(parseConditions("--exclude", text, tier.dimensions), names),
  );
  const rows = expandMatrix(tier).filter((row) => isWanted(row) && !isExcluded.some((matches) => matches(row)));
  if (rows.length === 0) {
    const given = [
      ...options.only.flatMap((text) => ["--only", text]),
      ...options.exclude.flatMap((text) => ["--exclude", text]),
    ];
    throw new BadInputError(`no case of tier "${tier.name}" is left by its excludes and ${quoteCommand(given)}`, {
      hint: `see which cases there are: spark-loadtest plan --tier ${tier.name}`,
    });
  }
  const chosen = options.coverage === "pairwise" ? coverPairs(rows).map((index) => rows[index]!) : rows;
  return { schema: "spark-loadtest/plan/v1", tier: tier.name, cases: chosen.map((row) => toCase(tier, row)) };
}
