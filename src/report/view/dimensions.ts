import { ownValue } from "../../lib/own-value.ts";
import type { Case, Dimensions } from "../../model/documents.ts";
import { formatValue } from "../../plan/matrix/dimensions.ts";

/** How cases are named for people, and how a matrix of them is laid out in two directions. */

/** Order in which a label says the values; a tier's own dimensions follow. */
const LABEL_ORDER = ["operation", "dataSize", "sparkVersion", "orchestrator", "mode", "extensions"];
/** Dimensions that go across, as far as they vary: they say where a case runs. The others, what it does, go down. */
const ACROSS = ["sparkVersion", "orchestrator", "mode"];

const BUILT_IN = new Set(LABEL_ORDER);

/** A dimension's value as text; empty where the case has no such dimension. */
export function dimensionValue(dimensions: Dimensions, dimension: string): string {
  const value = ownValue(dimensions, dimension);
  return value === undefined ? "" : formatValue(value);
}

/** A dimension's value as it reads without its dimension's name beside it. */
export function describeValue(dimension: string, value: string): string {
  if (dimension === "sparkVersion") return `Spark ${value}`;
  if (dimension === "extensions") return value === "none" ? "no extensions" : value;
  return BUILT_IN.has(dimension) ? value : `${dimension}=${value}`;
}

function allDimensions(cases: readonly Case[]): string[] {
  const own = new Set<string>();
  for (const { dimensions } of cases) for (const key of Object.keys(dimensions)) if (!BUILT_IN.has(key)) own.add(key);
  return [...LABEL_ORDER, ...own];
}

/** The distinct values of a dimension in the order of the cases. */
export function distinctValues(cases: readonly Case[], dimension: string): string[] {
  return [...new Set(cases.map(({ dimensions }) => dimensionValue(dimensions, dimension)))];
}

/** What differs between cases and what they share. */
export interface Labelling {
  /** Short name of a case: the values in which the cases differ. */
  readonly label: (testCase: Case) => string;
  /** The values that all cases share: "submit · standalone · no extensions"; empty for fewer than two cases. */
  readonly shared: string;
}

export function labelCases(cases: readonly Case[]): Labelling {
  const dimensions = allDimensions(cases);
  const varying = dimensions.filter((dimension) => distinctValues(cases, dimension).length > 1);
  const named = varying.length > 0 ? varying : LABEL_ORDER.slice(0, 3);
  const shared = dimensions.filter((dimension) => !named.includes(dimension));
  const describe = (testCase: Case, list: readonly string[]) =>
    list
      .map((dimension) => [dimension, dimensionValue(testCase.dimensions, dimension)] as const)
      .filter(([, value]) => value !== "")
      .map(([dimension, value]) => describeValue(dimension, value))
      .join(" · ");
  const first = cases[0];
  return {
    label: (testCase) => describe(testCase, named) || testCase.name,
    shared: first === undefined ? "" : describe(first, shared),
  };
}

/** One direction of the matrix: bands, grouped by an outer dimension when there are two or more dimensions. */
export interface Axis {
  /** "" where the direction has no groups. */
  readonly outer: (testCase: Case) => string;
  readonly inner: (testCase: Case) => string;
  readonly outerValues: readonly string[];
  readonly innerValues: readonly string[];
}

function layAxis(cases: readonly Case[], dimensions: readonly string[]): Axis {
  const [first, ...rest] = dimensions;
  const grouped = dimensions.length > 1;
  const innerDimensions = grouped ? rest : first === undefined ? [] : [first];
  const outer = (testCase: Case) =>
    grouped && first !== undefined ? describeValue(first, dimensionValue(testCase.dimensions, first)) : "";
  const inner = (testCase: Case) =>
    innerDimensions.map((dimension) => dimensionValue(testCase.dimensions, dimension)).join(" · ");
  return {
    outer,
    inner,
    outerValues: [...new Set(cases.map(outer))],
    innerValues: orderedProduct(cases, innerDimensions, inner),
  };
}

/** The inner values that occur, ordered by the first appearance of each dimension's value and not by the order of the cases. */
function orderedProduct(cases: readonly Case[], dimensions: readonly string[], inner: (c: Case) => string): string[] {
  const ranks = dimensions.map(
    (dimension) => new Map(distinctValues(cases, dimension).map((value, rank) => [value, rank])),
  );
  const rankOf = (testCase: Case) =>
    dimensions.map((dimension, index) => ranks[index]?.get(dimensionValue(testCase.dimensions, dimension)) ?? 0);
  const byValue = new Map(cases.map((testCase) => [inner(testCase), rankOf(testCase)]));
  return [...byValue]
    .sort(([, a], [, b]) => {
      const at = a.findIndex((rank, index) => rank !== b[index]);
      return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
    })
    .map(([value]) => value);
}

/** Two directions for any set of cases: where they run goes across, what they do goes down. */
export function layMatrix(cases: readonly Case[]): { readonly across: Axis; readonly down: Axis } {
  const varying = allDimensions(cases).filter((dimension) => distinctValues(cases, dimension).length > 1);
  let across = varying.filter((dimension) => ACROSS.includes(dimension));
  let down = varying.filter((dimension) => !ACROSS.includes(dimension));
  if (across.length === 0 && down.length > 1) {
    across = down.slice(-1);
    down = down.slice(0, -1);
  } else if (down.length === 0 && across.length > 1) {
    down = across.slice(1);
    across = across.slice(0, 1);
  }
  if (down.length === 0) down = ["operation"];
  if (across.length === 0) across = ["sparkVersion"];
  return { across: layAxis(cases, across), down: layAxis(cases, down) };
}
