import { describe, expect, it } from "vitest";
import { BadInputError } from "../../src/lib/errors.ts";
import { planSchema } from "../../src/model/documents.ts";
import type { Tier } from "../../src/plan/matrix/tier.ts";
import { createPlan, type PlanOptions } from "../../src/plan/plan.ts";
import { makeTier, withDimensions } from "./make-tier.ts";

const tier = withDimensions({
  sparkVersion: ["3.5.9", "4.0.5", "4.1.4"],
  mode: ["local", "standalone"],
  operation: ["read", "aggregate", "join"],
});

function namesOf(given: Partial<PlanOptions>, of: Tier = tier): string[] {
  const plan = createPlan(of, { only: [], exclude: [], coverage: "full", ...given });
  return plan.cases.map(({ name }) =>
    name.replace("mine_", "").replace("_none_", "_").replace("_submit_", "_").replace("_tiny", ""),
  );
}

it("takes a dimension and a value of the name of something that every object has", () => {
  const own = withDimensions({ operation: ["read"], constructor: ["toString", "valueOf"], toString: ["__proto__x"] });
  expect(namesOf({ only: ["constructor=toString,toString=__proto__x"] }, own)).toHaveLength(2);
  expect(namesOf({ exclude: ["constructor=toString,toString=__proto__x"] }, own)).toHaveLength(2);
  expect(() => namesOf({ only: ["valueOf=x"] }, own)).toThrow(BadInputError);
});

describe("a plan", () => {
  it("is a document of its schema, with every case in the order of the matrix", () => {
    const plan = createPlan(makeTier(), { only: [], exclude: [], coverage: "full" });
    expect(planSchema.parse(plan)).toEqual(plan);
    expect(plan).toEqual({
      schema: "spark-loadtest/plan/v1",
      tier: "mine",
      cases: ["3.5.9", "4.1.4"].flatMap((sparkVersion) =>
        ["read", "join"].map((operation) => ({
          name: `mine_${sparkVersion}_submit_local_none_${operation}_tiny`,
          dimensions: {
            sparkVersion,
            orchestrator: "submit",
            mode: "local",
            extensions: [],
            operation,
            dataSize: "tiny",
          },
        })),
      ),
    });
  });

  it.each<[what: string, options: Partial<PlanOptions>, names: string[]]>([
    [
      "conditions joined by commas",
      { only: ["sparkVersion=4.1.4,operation=read"] },
      ["4.1.4_local_read", "4.1.4_standalone_read"],
    ],
    [
      "several values of one dimension",
      { only: ["operation=read,join,mode=local,sparkVersion=3.5.9"] },
      ["3.5.9_local_read", "3.5.9_local_join"],
    ],
    [
      "a dimension named twice",
      { only: ["operation=read,operation=join,mode=local,sparkVersion=3.5.9"] },
      ["3.5.9_local_read", "3.5.9_local_join"],
    ],
    [
      "a repeated option",
      { only: ["operation=read", "mode=local", "operation=join", "sparkVersion=3.5.9"] },
      ["3.5.9_local_read", "3.5.9_local_join"],
    ],
    [
      "the line of a Spark version",
      { only: ["sparkVersion=4.0,operation=join"] },
      ["4.0.5_local_join", "4.0.5_standalone_join"],
    ],
    [
      "a major line, and spaces",
      { only: [" sparkVersion = 4 , operation = join , mode = local "] },
      ["4.0.5_local_join", "4.1.4_local_join"],
    ],
    [
      "excludes, each a rule of its own",
      { exclude: ["sparkVersion=3.5,4.0", "mode=local,operation=read,join"] },
      ["4.1.4_local_aggregate", "4.1.4_standalone_read", "4.1.4_standalone_aggregate", "4.1.4_standalone_join"],
    ],
    [
      "only and exclude",
      { only: ["sparkVersion=4.1"], exclude: ["mode=local", "operation=join"] },
      ["4.1.4_standalone_read", "4.1.4_standalone_aggregate"],
    ],
  ])("is narrowed by %s", (_, options, names) => {
    expect(namesOf(options)).toEqual(names);
  });

  it("covers pairs of what was left", () => {
    const names = namesOf({ coverage: "pairwise", exclude: ["sparkVersion=3.5.9"] });
    expect(names.length).toBeLessThan(12);
    for (const version of ["4.0.5", "4.1.4"]) {
      for (const operation of ["read", "aggregate", "join"]) {
        expect(names.some((name) => name.startsWith(version) && name.endsWith(operation))).toBe(true);
      }
    }
  });

  it.each<[options: Partial<PlanOptions>, message: string]>([
    [
      { only: ["sparkversion=4.1.4"] },
      'unknown dimension "sparkversion" in --only "sparkversion=4.1.4"; did you mean "sparkVersion"? (known: sparkVersion, orchestrator, mode, extensions, operation, dataSize)',
    ],
    [
      { only: ["constructor=x"] },
      'unknown dimension "constructor" in --only "constructor=x" (known: sparkVersion, orchestrator, mode, extensions, operation, dataSize)',
    ],
    [
      { only: ["operation=raed"] },
      'unknown value "raed" of operation in --only "operation=raed"; did you mean "read"? (known: read, aggregate, join)',
    ],
    [
      { only: ["sparkVersion=4.1.40"] },
      'unknown value "4.1.40" of sparkVersion in --only "sparkVersion=4.1.40"; did you mean "4.1.4"? (known: 3.5.9, 4.0.5, 4.1.4)',
    ],
    [
      { only: ["operation=read,"] },
      '--only "operation=read," is not of the form dimension=value[,value...][,dimension=value...]',
    ],
    [{ only: ["read"] }, '--only "read" is not of the form dimension=value[,value...][,dimension=value...]'],
    [{ only: [""] }, '--only "" is not of the form dimension=value[,value...][,dimension=value...]'],
    [{ only: ["=read"] }, '--only "=read" is not of the form dimension=value[,value...][,dimension=value...]'],
    [
      { exclude: ["operation="] },
      '--exclude "operation=" is not of the form dimension=value[,value...][,dimension=value...]',
    ],
    [
      { exclude: ["mod=local"] },
      'unknown dimension "mod" in --exclude "mod=local"; did you mean "mode"? (known: sparkVersion, orchestrator, mode, extensions, operation, dataSize)',
    ],
    [
      { only: ["operation=read"], exclude: ["operation=read"] },
      'no case of tier "mine" is left by its excludes and --only operation=read --exclude operation=read',
    ],
  ])("refuses %j", (options, message) => {
    let refusal: unknown;
    try {
      namesOf(options);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(BadInputError);
    expect((refusal as BadInputError).message).toBe(message);
  });
});
