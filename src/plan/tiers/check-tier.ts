import { distance } from "fastest-levenshtein";
import { MAX_NAME_LENGTH, nameCase } from "../matrix/case-name.ts";
import { BUILTIN_DIMENSIONS, ENGINE_PLACEHOLDERS } from "../matrix/dimensions.ts";
import { placeholdersOf } from "../matrix/expand-args.ts";
import { countCombinations, expandMatrix } from "../matrix/matrix.ts";
import { suggest } from "../matrix/nearest.ts";
import type { Tier } from "../matrix/tier.ts";
import { DIMENSION_NAME } from "./tiers-schema.ts";
import type { Mistake, YamlPath } from "./yaml-source.ts";

const MAX_DIMENSIONS = 100;
/** Of all dimensions together. */
const MAX_VALUES = 10_000;
const MAX_EXCLUDES = 1_000;
/** Of all excludes together. */
const MAX_EXCLUDED_VALUES = 10_000;
const MAX_CASES = 10_000;
/** Rows that are tried, times the excludes that each is held against. */
const MAX_TRIALS = 100_000_000;
/** Before excludes: beyond it, counting what they leave would take longer than a reader waits. */
const MAX_COMBINATIONS = 1_000_000;

const RESERVED_NAMES: readonly string[] = ["all", "tier", "name", ...ENGINE_PLACEHOLDERS];

const valuePattern = /^[A-Za-z0-9][A-Za-z0-9.+_-]{0,63}$/;
const versionPattern = /^\d+\.\d+\.\d+([.-]?[A-Za-z][A-Za-z0-9.]*)?$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const controlCharacter = /[\x00-\x08\x0a-\x1f]/;

/**
 * What a tier's parts say about each other: values that are no values of their dimension, placeholders without a meaning, a
 * matrix that is empty, too large, or has two cases of one name. The shape has been checked before.
 *
 * @param path of the tier in its file
 */
export function checkTier(tier: Tier, path: YamlPath): Mistake[] {
  const tooMany = checkCounts(tier);
  if (tooMany !== null) return [{ ...tooMany, path: [...path, ...tooMany.path] }];
  const local = [...checkDimensions(tier), ...checkExcludes(tier), ...checkSparkConf(tier), ...checkArguments(tier)];
  const limits: Mistake[] =
    tier.caseTimeoutSeconds > tier.timeoutSeconds
      ? [
          value(
            ["caseTimeoutSeconds"],
            `a case may take ${tier.caseTimeoutSeconds} s, but the whole run only ${tier.timeoutSeconds} s`,
          ),
        ]
      : [];
  const found = [...local, ...limits];
  // A matrix of wrong values would only add mistakes that go away with them.
  return (found.length === 0 ? checkMatrix(tier) : found).map((mistake) => ({
    ...mistake,
    path: [...path, ...mistake.path],
  }));
}

/** The limit that a tier is above, before anything is done for each of what it counts. */
function checkCounts(tier: Tier): Mistake | null {
  const countIn = (lists: readonly (readonly string[])[]) => lists.reduce((sum, { length }) => sum + length, 0);
  const dimensions = Object.values(tier.dimensions);
  const counts: readonly [at: string, what: string, count: number, most: number][] = [
    ["dimensions", "dimensions", dimensions.length, MAX_DIMENSIONS],
    ["dimensions", "values of dimensions", countIn(dimensions), MAX_VALUES],
    ["exclude", "excludes", tier.exclude.length, MAX_EXCLUDES],
    [
      "exclude",
      "values in its excludes",
      countIn(tier.exclude.flatMap((rule) => Object.values(rule))),
      MAX_EXCLUDED_VALUES,
    ],
  ];
  const above = counts.find(([, , count, most]) => count > most);
  if (above === undefined) return null;
  const [at, what, count, most] = above;
  return key([at], `tier "${tier.name}" has ${count} ${what}, and ${most} are the most; split it into several tiers`);
}

function checkDimensions(tier: Tier): Mistake[] {
  return Object.entries(tier.dimensions).flatMap(([dimension, values]) => {
    const builtin = BUILTIN_DIMENSIONS.find(({ name }) => name === dimension);
    const at = (index: number) => ["dimensions", dimension, index];
    const first = new Map([...values.entries()].reverse().map(([index, text]) => [text, index]));
    return [
      ...(builtin === undefined ? checkOwnName(dimension) : []),
      ...values.flatMap((text, index) => {
        if (first.get(text)! < index) return [value(at(index), `${dimension} has the value "${text}" twice`)];
        const message = builtin === undefined ? checkText(dimension, text) : checkBuiltinValue(tier, builtin, text);
        return message === undefined ? [] : [value(at(index), message)];
      }),
    ];
  });
}

function checkOwnName(dimension: string): Mistake[] {
  const at = ["dimensions", dimension];
  const meant = BUILTIN_DIMENSIONS.find(({ name }) => isSlipOf(dimension, name));
  if (meant !== undefined) {
    const message = `unknown dimension "${dimension}"; did you mean "${meant.name}"? One of the tier's own needs a name less like it`;
    return [key(at, message)];
  }
  if (!DIMENSION_NAME.test(dimension)) {
    return [key(at, `"${dimension}" cannot name a dimension: a lower-case letter, then up to 31 letters and digits`)];
  }
  return RESERVED_NAMES.includes(dimension) || dimension in {}
    ? [key(at, `"${dimension}" cannot name a dimension: it has a meaning of its own; take another name`)]
    : [];
}

/** A dimension of one's own may have any name, so that a misspelt built-in one would otherwise go unnoticed. */
function isSlipOf(name: string, builtin: string): boolean {
  const [a, b] = [name.replaceAll(/[-_ ]/g, "").toLowerCase(), builtin.toLowerCase()];
  // "node" and "model" are good names, though close to "mode".
  return a === b || a === `${b}s` || (b.length >= 8 && distance(a, b) <= 2);
}

function checkText(dimension: string, text: string): string | undefined {
  if (valuePattern.test(text)) return undefined;
  return (
    `${dimension} has the value "${text}", which cannot be part of a case's name: letters, digits, and after the first . + - _, ` +
    "at most 64; give it a short name and put the text itself into sparkConf"
  );
}

function checkBuiltinValue(
  tier: Tier,
  { name, known }: (typeof BUILTIN_DIMENSIONS)[number],
  text: string,
): string | undefined {
  if (name === "sparkVersion") {
    return versionPattern.test(text)
      ? undefined
      : `sparkVersion has the value "${text}", which is no full version such as ${known.at(-1)}`;
  }
  if (known.includes(text) || (name === "operation" && tier.workload !== null)) return checkText(name, text);
  const own =
    name === "operation"
      ? "another operation needs a `workload` of the tier's own"
      : "anything else can be a dimension of the tier's own";
  return `unknown value "${text}" of ${name}${suggest(text, known)}; ${own}`;
}

function checkExcludes(tier: Tier): Mistake[] {
  return tier.exclude.flatMap((rule, index) =>
    Object.entries(rule).flatMap(([dimension, values]) => {
      const at = ["exclude", index, dimension];
      return (
        checkDimensionName(tier, dimension, at) ??
        values.flatMap((text, item) => checkMember(tier, dimension, text, value([...at, item], "")))
      );
    }),
  );
}

function checkSparkConf(tier: Tier): Mistake[] {
  const { all, byDimension } = tier.sparkConf;
  return [
    ...checkProperties(all, ["sparkConf", "all"]),
    ...Object.entries(byDimension).flatMap(([dimension, byValue]) => {
      const at = ["sparkConf", dimension];
      const unknown = checkDimensionName(tier, dimension, at);
      if (unknown !== undefined) return unknown;
      return Object.entries(byValue).flatMap(([text, conf]) => [
        ...checkMember(tier, dimension, text, key([...at, text], "")),
        ...checkProperties(conf, [...at, text]),
      ]);
    }),
  ];
}

function checkProperties(conf: Readonly<Record<string, string>>, at: YamlPath): Mistake[] {
  return Object.entries(conf)
    .filter(([property, text]) => controlCharacter.test(text) || /[\s=]/.test(property))
    .map(([property]) =>
      value([...at, property], `${property} has a line break or another character that cannot be passed to Spark`),
    );
}

function checkDimensionName(tier: Tier, dimension: string, at: YamlPath): Mistake[] | undefined {
  if (Object.hasOwn(tier.dimensions, dimension)) return undefined;
  return [key(at, `unknown dimension "${dimension}"${suggest(dimension, Object.keys(tier.dimensions))}`)];
}

function checkMember(tier: Tier, dimension: string, text: string, where: Mistake): Mistake[] {
  const values = tier.dimensions[dimension] ?? [];
  return values.includes(text)
    ? []
    : [{ ...where, message: `tier "${tier.name}" has no value "${text}" of ${dimension}${suggest(text, values)}` }];
}

function checkArguments(tier: Tier): Mistake[] {
  const known = [...Object.keys(tier.dimensions), ...ENGINE_PLACEHOLDERS];
  return (tier.workload?.args ?? []).flatMap((argument, index) => {
    const at = ["workload", "args", index];
    return [
      ...(argument.includes("\0") ? [value(at, "an argument cannot hold the character NUL")] : []),
      ...placeholdersOf(argument)
        .filter((name) => !known.includes(name))
        .map((name) => value(at, `unknown placeholder {${name}} in "${argument}"${suggest(name, known)}`)),
    ];
  });
}

function checkMatrix(tier: Tier): Mistake[] {
  const at = ["dimensions"];
  const combinations = countCombinations(tier.dimensions);
  if (combinations > MAX_COMBINATIONS) {
    return [
      key(
        at,
        `tier "${tier.name}" has ${combinations} combinations, more than the ${MAX_COMBINATIONS} that are tried; split it into several tiers`,
      ),
    ];
  }
  if (combinations * tier.exclude.length > MAX_TRIALS) {
    const trials = `${combinations} combinations and ${tier.exclude.length} excludes`;
    return [
      key(
        ["exclude"],
        `tier "${tier.name}" has ${trials}, more than the ${MAX_TRIALS} trials of one against the other; split it into several tiers`,
      ),
    ];
  }
  const rows = expandMatrix(tier);
  if (rows.length > MAX_CASES) {
    return [
      key(
        at,
        `tier "${tier.name}" has ${rows.length} cases, more than the ${MAX_CASES} that a run can have; exclude some or split the tier`,
      ),
    ];
  }
  if (rows.length === 0) return [key(["exclude"], `the excludes of tier "${tier.name}" leave no case`)];
  const names = new Set<string>();
  for (const row of rows) {
    const name = nameCase(tier.name, row);
    // Some file systems do not tell capitals from small letters.
    if (names.has(name.toLowerCase())) {
      return [
        key(
          at,
          `tier "${tier.name}" has two cases of the name "${name}": leave out _ in values, or capitals, until each has its own`,
        ),
      ];
    }
    names.add(name.toLowerCase());
    if (name.length > MAX_NAME_LENGTH) {
      return [
        key(
          at,
          `a case of tier "${tier.name}" has a name of ${name.length} characters, more than ${MAX_NAME_LENGTH}: "${name}"; shorten its values`,
        ),
      ];
    }
  }
  return [];
}

function key(path: YamlPath, message: string): Mistake {
  return { path, at: "key", message };
}

function value(path: YamlPath, message: string): Mistake {
  return { path, at: "value", message };
}
