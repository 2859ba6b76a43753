import type { Case } from "../../model/documents.ts";
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
  // A rule is decided by the last of its columns: whatever would follow in the row need not be tried.
  const decidedAt = columns.map((_, column) =>
    tier.exclude.filter((rule) => lastColumn(rule, names) === column).map((rule) => matcherOf(rule, names)),
  );
  const rows: Row[] = [];
  const row: string[] = [];
  const fill = (column: number): void => {
    if (column === columns.length) {
      rows.push([...row]);
      return;
    }
    for (const value of columns[column]!) {
      row[column] = value;
      if (!decidedAt[column]!.some((matches) => matches(row))) fill(column + 1);
    }
  };
  fill(0);
  return rows;
}

function lastColumn(rule: Rule, names: readonly string[]): number {
  return Math.max(...Object.keys(rule).map((dimension) => names.indexOf(dimension)));
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
