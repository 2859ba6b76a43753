import { expect, it } from "vitest";
import { BadInputError } from "../../../src/lib/errors.ts";
import { expandArgs } from "../../../src/plan/matrix/expand-args.ts";
import { expandMatrix, toCase } from "../../../src/plan/matrix/matrix.ts";
import { sparkConfOf } from "../../../src/plan/matrix/spark-conf.ts";
import { withDimensions } from "../make-tier.ts";

it("a case's Spark properties are those for all, then those of its values in the order of the dimensions", () => {
  const tier = {
    ...withDimensions({ extensions: ["none", "iceberg+rapids"], partitions: ["8", "constructor"] }),
    sparkConf: {
      all: { "spark.a": "all", "spark.b": "all", "spark.c": "all" },
      byDimension: {
        partitions: { "8": { "spark.b": "8", "spark.c": "8" } },
        extensions: { none: { "spark.c": "none" }, "iceberg+rapids": { "spark.d": "both" } },
      },
    },
  };
  const confs = expandMatrix(tier).map((row) => [row.join(" "), sparkConfOf(tier, toCase(tier, row))]);
  expect(Object.fromEntries(confs)).toMatchObject({
    "3.5.9 submit local none read tiny 8": { "spark.a": "all", "spark.b": "8", "spark.c": "8" },
    "3.5.9 submit local none read tiny constructor": { "spark.a": "all", "spark.b": "all", "spark.c": "none" },
    "3.5.9 submit local iceberg+rapids read tiny constructor": {
      ...{ "spark.a": "all", "spark.b": "all", "spark.c": "all", "spark.d": "both" },
    },
  });
});

it("placeholders of arguments become values, other braces stay", () => {
  const values = { operation: "read", data: "/d a", partitions: "8" };
  expect(expandArgs(["{operation}", "--in={data}/{partitions}", '{"x": {}}', "{}", "{ data }"], values)).toEqual([
    ...["read", "--in=/d a/8", '{"x": {}}', "{}", "{ data }"],
  ]);
  expect(() => expandArgs(["{partition}"], values)).toThrow(
    new BadInputError(
      'unknown placeholder {partition} in the workload\'s argument "{partition}"; did you mean "partitions"? (known: operation, data, partitions)',
    ),
  );
  expect(() => expandArgs(["{toString}"], values)).toThrow(BadInputError);
});
