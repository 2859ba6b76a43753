import type { Case } from "../model/documents.ts";
import { nameCase } from "./case-name.ts";
import { splitExtensions } from "./dimensions.ts";
import type { Tier } from "./tier.ts";

/** Values by dimension that a rule names; a case meets it when each of these dimensions has one of its values. */
export type Rule = Readonly<Record<string, readonly string[]>>;

/** One value a dimension, in the order of the tier's dimensions. */
export type Row = readonly string[];

/** How many combinations the dimensions have before any exclude. */
export function countCombinations(dimensions: Tier["dimensions"]): number {
  return Object.values(dimensions).reduce((product, values) => product * values.length, 1);
}

/** Every combination that no exclude meets; the last dimension changes fastest. */
export function expandMatrix(tier: Pick<Tier, "dimensions" | "exclude">): Row[] {
  const names = Object.keys(tier.dimensions);
  const columns = Object.values(tier.dimensions);
  const excluded = tier.exclude.map((rule) => matcherOf(rule, names));
  const rows: Row[] = [];
  const row: string[] = [];
  const fill = (column: number): void => {
    if (column === columns.length) {
      if (!excluded.some((matches) => matches(row))) rows.push([...row]);
      return;
    }
    for (const value of columns[column]!) {
      row[column] = value;
      fill(column + 1);
    }
  };
  fill(0);
  return rows;
}

/** Whether a row meets a rule, with the look-ups by name done once. */
export function matcherOf(rule: Rule, names: readonly string[]): (row: Row) => boolean {
  const conditions = Object.entries(rule).map(([dimension, values]) => ({
    column: names.indexOf(dimension),
    values: new Set(values),
  }));
  return (row) => conditions.every(({ column, values }) => values.has(row[column] ?? ""));
}

/** The row as a case of the documents. */
export function toCase(tier: Pick<Tier, "name" | "dimensions">, row: Row): Case {
  const dimensions: Record<string, string | string[]> = {};
  Object.keys(tier.dimensions).forEach((name, column) => {
    const value = row[column] ?? "";
    dimensions[name] = name === "extensions" ? splitExtensions(value) : value;
  });
  // Every tier has the six built-in dimensions.
  return { name: nameCase(tier.name, row), dimensions: dimensions as Case["dimensions"] };
}
