import { dirname, resolve } from "node:path";
import type { z } from "zod";
import { BUILTIN_DIMENSIONS } from "../matrix/dimensions.ts";
import { suggest } from "../matrix/nearest.ts";
import type { Tier } from "../matrix/tier.ts";
import { checkTier } from "./check-tier.ts";
import { knownKeysAt, NUMBER_KEYS, TIERS_SCHEMA, type TierSource, tiersFileSchema } from "./tiers-schema.ts";
import { type Mistake, readYaml, type YamlPath } from "./yaml-source.ts";

const DEFAULT_CASE_TIMEOUT_SECONDS = 600;

/**
 * The tiers of a tier file, checked as far as they can be without running anything.
 *
 * @param text YAML
 * @param path of the file, for messages and for what the file names relative to itself
 * @param fileExists whether a workload's script is there
 * @throws BadInputError with every mistake as `file:line:column: what is wrong`
 */
export function parseTiersFile(text: string, path: string, fileExists: (path: string) => boolean = () => true): Tier[] {
  const source = readYaml(text, path);
  const newer = checkVersion(source.value);
  if (newer !== undefined) throw source.toError([newer]);
  const value = withNumbers(source.value);
  const parsed = tiersFileSchema.safeParse(value);
  if (!parsed.success) throw source.toError(parsed.error.issues.flatMap((issue) => toMistakes(issue, value)));
  const tiers = Object.entries(parsed.data.tiers).map(([name, tier]) => toTier(name, tier, path));
  const mistakes = tiers.flatMap((tier) => [
    ...checkTier(tier, ["tiers", tier.name]),
    ...checkScript(tier, fileExists),
  ]);
  if (mistakes.length > 0) throw source.toError(mistakes);
  return tiers;
}

/** The tiers of a file that holds no workload as JSON, for loadTier to read without a YAML parser. */
export function compileTiers(text: string, path: string): string {
  return `${JSON.stringify(parseTiersFile(text, path), null, 1)}\n`;
}

function checkVersion(value: unknown): Mistake | undefined {
  const version = valueAt(value, ["schema"]);
  const [family, number] = TIERS_SCHEMA.split("/v");
  const given = typeof version === "string" ? /^(.+)\/v(\d+)$/.exec(version) : null;
  if (given === null || given[1] !== family || Number(given[2]) <= Number(number)) return undefined;
  return {
    path: ["schema"],
    at: "value",
    message: `the file is written for a newer spark-loadtest: its schema is ${version}, and this one knows ${TIERS_SCHEMA}; update spark-loadtest`,
  };
}

/** The same document with the numbers of its tiers as numbers; what is no decimal number stays as it is, for the schema to refuse. */
function withNumbers(value: unknown): unknown {
  const tiers = valueAt(value, ["tiers"]);
  if (!isMapping(value) || !isMapping(tiers)) return value;
  return {
    ...value,
    tiers: Object.fromEntries(Object.entries(tiers).map(([name, tier]) => [name, tierWithNumbers(tier)])),
  };
}

function tierWithNumbers(tier: unknown): unknown {
  if (!isMapping(tier)) return tier;
  const numbers = NUMBER_KEYS.flatMap((name) => {
    const text = tier[name];
    return typeof text === "string" && /^[+-]?\d+(\.\d+)?$/.test(text) ? [[name, Number(text)]] : [];
  });
  return { ...tier, ...Object.fromEntries(numbers) };
}

/** What the schema says, in this file's words. */
function toMistakes(issue: z.core.$ZodIssue, value: unknown): Mistake[] {
  const path = issue.path.filter((step) => typeof step !== "symbol");
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((name) => ({
      path: [...path, name],
      at: "key",
      message: `unknown key "${name}"${suggest(name, knownKeysAt(path))}`,
    }));
  }
  const name = path.at(-1) ?? "the file";
  if (issue.code === "invalid_key") {
    return [{ path, at: "key", message: `"${name}" must be ${issue.issues[0]?.message ?? issue.message}` }];
  }
  const given = valueAt(value, path);
  const subject =
    typeof name === "number" ? `item ${name + 1} of "${path.at(-2)}"` : path.length === 0 ? name : `"${name}"`;
  const message =
    given === undefined
      ? `${subject} is missing; it must be ${issue.message}`
      : `${subject} must be ${issue.message}, but is ${describe(given)}`;
  return [{ path, at: "value", message }];
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (isMapping(value)) return Object.keys(value).length === 0 ? "an empty mapping" : "a mapping";
  return value === "" || value === null ? "empty" : `"${String(value).slice(0, 60)}"`;
}

function toTier(name: string, source: TierSource, path: string): Tier {
  const { description, exclude, samples, warmups, executors, cores, memoryMb, timeoutSeconds } = source;
  const { all, ...byDimension } = source.sparkConf;
  return {
    ...{ name, description, dimensions: orderDimensions(source), exclude, samples, warmups },
    ...{ executors, cores, memoryMb },
    caseTimeoutSeconds: source.caseTimeoutSeconds ?? Math.min(DEFAULT_CASE_TIMEOUT_SECONDS, timeoutSeconds),
    timeoutSeconds,
    sparkConf: { all, byDimension },
    workload:
      source.workload === undefined
        ? null
        : { ...source.workload, script: resolve(dirname(path), source.workload.script) },
  };
}

/** The built-in dimensions in their order, with what they are where the file leaves them out, then the file's own. */
function orderDimensions({ dimensions, workload }: TierSource): Tier["dimensions"] {
  const given = Object.entries(dimensions).filter((entry): entry is [string, string[]] => entry[1] !== undefined);
  const builtin = BUILTIN_DIMENSIONS.map(({ name, standard }): [string, readonly string[]] => [
    name,
    // A workload of one's own is one operation unless its tier names several.
    dimensions[name] ?? (name === "operation" && workload !== undefined ? ["custom"] : standard),
  ]);
  const own = given.filter(([name]) => !BUILTIN_DIMENSIONS.some((dimension) => dimension.name === name));
  return Object.fromEntries([...builtin, ...own]);
}

function checkScript(tier: Tier, fileExists: (path: string) => boolean): Mistake[] {
  if (tier.workload === null || fileExists(tier.workload.script)) return [];
  return [
    {
      path: ["tiers", tier.name, "workload", "script"],
      at: "value",
      message: `the workload's script is not there: ${tier.workload.script} (the path is relative to the tier file)`,
    },
  ];
}

function valueAt(value: unknown, path: YamlPath): unknown {
  let at = value;
  for (const step of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, step)) return undefined;
    at = (at as Record<string | number, unknown>)[step];
  }
  return at;
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
