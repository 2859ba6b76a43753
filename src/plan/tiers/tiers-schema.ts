import { z } from "zod";
import { BUILTIN_DIMENSIONS } from "../matrix/dimensions.ts";
import { MOST_EXECUTORS } from "../matrix/executors.ts";

/**
 * The shape of a tier file. Its JSON Schema is generated from here, for editors; each `error` is the end of a sentence that
 * begins with "must be". What one key says about another (a value that is no value of its dimension) is checked in check-tier.ts.
 */

export const TIERS_SCHEMA = "spark-loadtest/tiers/v1";

const tierNamePattern = /^[A-Za-z][A-Za-z0-9_-]{0,31}$/;
/** Of a tier's own dimension. */
export const DIMENSION_NAME = /^[a-z][A-Za-z0-9]{0,31}$/;

function wholeNumber(min: number, max: number, unit = "") {
  const error = `a whole number from ${min} to ${max}${unit}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
}

function text(error: string) {
  return z.string({ error });
}

// The parser hands over every scalar as the text that stands in the file; an editor sees YAML's numbers and booleans.
const scalarError = "a single value";
const scalar = z.union([z.string(), z.number(), z.boolean()], { error: scalarError }).transform(String);

const valuesError = "a value or a list with at least one value";
const values = z
  .union([z.array(scalar, { error: valuesError }).min(1, { error: valuesError }), scalar], { error: valuesError })
  .transform((given) => (Array.isArray(given) ? given : [given]));
type Values = typeof values;

function builtinValues(name: string): z.ZodOptional<Values> {
  const { description, known, standard } = BUILTIN_DIMENSIONS.find((dimension) => dimension.name === name)!;
  return values.optional().describe(`${description}. Such as ${known.join(", ")}; left out: ${standard.join(", ")}`);
}

const dimensionsSchema = z
  .object(
    {
      sparkVersion: builtinValues("sparkVersion"),
      orchestrator: builtinValues("orchestrator"),
      mode: builtinValues("mode"),
      extensions: builtinValues("extensions"),
      operation: builtinValues("operation"),
      dataSize: builtinValues("dataSize"),
    },
    { error: "a mapping of dimensions to their values, such as `operation: [read, join]`" },
  )
  .catchall(values)
  .describe("Values by dimension. Names that are not built in are dimensions of your own");

const confError = "a mapping of Spark properties to their values, such as `spark.sql.shuffle.partitions: 8`";
const confSchema = z.record(
  z.string().startsWith("spark.", { error: "a Spark property: Spark ignores those that do not begin with `spark.`" }),
  scalar,
  { error: confError },
);
const confByValueError = "a mapping of the dimension's values, each to its Spark properties";
const confByValueSchema = z.record(z.string(), confSchema, { error: confByValueError });

const example = "{ orchestrator: operator, mode: [standalone, local] }";
const ruleError = `a mapping of dimensions to values such as \`${example}\``;
const ruleSchema = z
  .record(z.string(), values, { error: ruleError })
  .refine((rule) => Object.keys(rule).length > 0, { error: ruleError });
const excludeSchema = z
  .array(ruleSchema, { error: `a list of rules such as \`- ${example}\`` })
  .describe("A case is left out when every dimension that one rule names has one of the rule's values");

const workloadSchema = z.strictObject(
  {
    script: text("the path of a Python script")
      .min(1, { error: "the path of a Python script" })
      .describe("Relative to this file"),
    args: z
      .array(scalar, { error: "a list of arguments" })
      .default([])
      .describe(
        "A dimension's name in braces stands for its value, as do {data}, {output}, {samples}, {warmups} and {result}",
      ),
  },
  { error: "a mapping with `script` and `args`" },
);

const tierError = "a mapping with at least `dimensions`";
export const tierSchema = z.strictObject(
  {
    description: text("a sentence").default(""),
    dimensions: dimensionsSchema,
    exclude: excludeSchema.default([]),
    samples: wholeNumber(1, 1000).default(3).describe("Measured repetitions of a case, in one JVM"),
    warmups: wholeNumber(0, 100).default(1).describe("Repetitions before them that are not counted"),
    executors: wholeNumber(1, MOST_EXECUTORS)
      .default(1)
      .describe("Executors of a case; in the mode local the driver is alone"),
    cores: wholeNumber(1, 1024).default(2).describe("Cores of each executor"),
    memoryMb: wholeNumber(256, 16_777_216).default(1024).describe("Memory of each executor, in MB"),
    // setTimeout takes no more than 2^31 ms, which is 24.8 days.
    caseTimeoutSeconds: wholeNumber(1, 2_000_000).optional().describe("Left out: 600, or less where the run has less"),
    timeoutSeconds: wholeNumber(1, 2_000_000).default(3600).describe("Of the whole run"),
    sparkConf: z
      .object({ all: confSchema.default({}) }, { error: "a mapping with `all` and names of dimensions" })
      .catchall(confByValueSchema)
      .default({ all: {} })
      .describe("Spark properties for all cases, then by dimension and value; the later win"),
    workload: workloadSchema.optional().describe("What a case runs in place of the built-in workload"),
  },
  { error: tierError },
);
export type TierSource = z.infer<typeof tierSchema>;

const tiersError = "a mapping of names to tiers, at least one";
export const tiersFileSchema = z.strictObject(
  {
    schema: z.literal(TIERS_SCHEMA, { error: `\`${TIERS_SCHEMA}\`` }),
    tiers: z
      .record(
        z.string().regex(tierNamePattern, { error: "a letter, then up to 31 letters, digits, `-` and `_`" }),
        tierSchema,
        { error: tiersError },
      )
      .refine((tiers) => Object.keys(tiers).length > 0, { error: tiersError }),
  },
  { error: "a mapping with `schema` and `tiers`" },
);

/** Keys of a tier that hold numbers. */
export const NUMBER_KEYS = [
  "samples",
  "warmups",
  "executors",
  "cores",
  "memoryMb",
  "caseTimeoutSeconds",
  "timeoutSeconds",
] as const;

/** The keys that the mapping at a path may have; empty where it is free to have any. */
export function knownKeysAt(path: readonly unknown[]): string[] {
  if (path.length === 0) return ["schema", "tiers"];
  if (path.length === 2) return Object.keys(tierSchema.shape);
  return path.at(-1) === "workload" ? Object.keys(workloadSchema.shape) : [];
}
