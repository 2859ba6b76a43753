import type { Case } from "../../model/documents.ts";

/** A dimension that every case has, with the values that this tool knows. */
export interface BuiltinDimension {
  readonly name: string;
  readonly description: string;
  /** The values that mean something to the engines and the built-in workload. */
  readonly known: readonly string[];
  /** What a tier that leaves the dimension out has. */
  readonly standard: readonly string[];
}

const OPERATIONS = ["read", "aggregate", "join", "window", "write"];

/** In the order of a case's name. */
export const BUILTIN_DIMENSIONS: readonly BuiltinDimension[] = [
  {
    name: "sparkVersion",
    description: "Release of Apache Spark, in full: 4.1.4",
    // The newest patch release of each line that is still in use; others work as well.
    known: ["3.5.9", "4.0.5", "4.1.4", "4.3.0"],
    standard: ["4.3.0"],
  },
  {
    name: "orchestrator",
    description: "How the application gets to Spark",
    known: ["submit", "connect", "operator"],
    standard: ["submit"],
  },
  {
    name: "mode",
    description: "The cluster manager; local is Spark's own local master, one JVM",
    known: ["kubernetes", "standalone", "local"],
    standard: ["local"],
  },
  {
    name: "extensions",
    description: "What is added to Spark, joined by +",
    known: ["none", "iceberg", "rapids", "iceberg+rapids"],
    standard: ["none"],
  },
  {
    name: "operation",
    description: "What is measured; free where the tier brings its own workload",
    known: OPERATIONS,
    standard: OPERATIONS,
  },
  {
    name: "dataSize",
    description: "Size of the generated data set",
    known: ["tiny", "1gb", "11gb"],
    standard: ["tiny"],
  },
];

/** Placeholders of a workload's arguments that are not dimensions: what only the engine knows. */
export const ENGINE_PLACEHOLDERS = ["data", "output", "samples", "warmups", "result"] as const;

/** The list that a case holds for a value of the dimension `extensions`: empty for `none`. */
export function splitExtensions(value: string): string[] {
  return value === "none" ? [] : value.split("+");
}

/** Values of a case by dimension as the tier file writes them, in the order of the case's name. */
export function valuesOf(testCase: Pick<Case, "dimensions">): Record<string, string> {
  return Object.fromEntries(
    Object.entries(testCase.dimensions).map(([dimension, value]) => [dimension, formatValue(value)]),
  );
}

const BUILT_IN: ReadonlySet<string> = new Set(BUILTIN_DIMENSIONS.map(({ name }) => name));

/** The values of the tier's own dimensions, "shufflePartitions=8,fast=yes"; empty where it has none. */
export function variantOf(testCase: Pick<Case, "dimensions">): string {
  return Object.entries(valuesOf(testCase))
    .filter(([dimension]) => !BUILT_IN.has(dimension))
    .map(([dimension, value]) => `${dimension}=${value}`)
    .join(",");
}

/** A dimension's value as a tier file writes it: extensions joined, none of them as "none". */
export function formatValue(value: string | readonly string[]): string {
  return typeof value === "string" ? value : value.length === 0 ? "none" : value.join("+");
}
