import { BadInputError } from "../lib/errors.ts";
import type { Rule } from "./matrix/matrix.ts";
import { suggest } from "./matrix/nearest.ts";
import type { Tier } from "./matrix/tier.ts";

/**
 * One `--only` or `--exclude` option against the dimensions of a tier: conditions `dimension=value` joined by commas. What
 * follows a comma without a `dimension=` of its own is one more value of the dimension before it:
 * `operation=read,join,sparkVersion=4.1` is read or join, on Spark 4.1. A Spark version may be shortened to its line.
 *
 * @throws BadInputError for an unknown dimension or value, with the nearest known one
 */
export function parseConditions(option: "--only" | "--exclude", text: string, dimensions: Tier["dimensions"]): Rule {
  const rule = new Map<string, string[]>();
  let dimension: string | undefined;
  for (const part of text.split(",")) {
    const equals = part.indexOf("=");
    if (equals !== -1) dimension = part.slice(0, equals).trim();
    const value = part.slice(equals + 1).trim();
    if (dimension === undefined || dimension === "" || value === "") {
      throw new BadInputError(
        `${option} "${text}" is not of the form dimension=value[,value...][,dimension=value...]`,
        {
          hint: `for example: ${option} ${exampleOf(dimensions)}`,
        },
      );
    }
    if (!Object.hasOwn(dimensions, dimension)) {
      throw new BadInputError(
        `unknown dimension "${dimension}" in ${option} "${text}"${suggest(dimension, Object.keys(dimensions))}`,
      );
    }
    const values = findValues(value, dimension, dimensions[dimension]!);
    if (values.length === 0) {
      throw new BadInputError(
        `unknown value "${value}" of ${dimension} in ${option} "${text}"${suggest(value, dimensions[dimension]!)}`,
      );
    }
    rule.set(dimension, [...(rule.get(dimension) ?? []), ...values]);
  }
  return Object.fromEntries(rule);
}

/**
 * All `--only` options of a run as one rule: a dimension that is named more than once has the values of all its namings, and a
 * case has to meet every dimension that is named.
 */
export function parseOnly(options: readonly string[], dimensions: Tier["dimensions"]): Rule {
  const merged = new Map<string, readonly string[]>();
  for (const text of options) {
    for (const [dimension, values] of Object.entries(parseConditions("--only", text, dimensions))) {
      merged.set(dimension, [...(merged.get(dimension) ?? []), ...values]);
    }
  }
  return Object.fromEntries(merged);
}

function findValues(value: string, dimension: string, known: readonly string[]): string[] {
  if (known.includes(value)) return [value];
  return dimension === "sparkVersion" ? known.filter((version) => version.startsWith(`${value}.`)) : [];
}

function exampleOf(dimensions: Tier["dimensions"]): string {
  return Object.entries(dimensions)
    .filter(([name]) => name === "operation" || name === "sparkVersion")
    .map(([name, values]) => `${name}=${values[0]}`)
    .join(",");
}
