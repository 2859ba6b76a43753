import { describe, expect, it } from "vitest";
import type { Case } from "../../src/model/documents.ts";
import { bringsIceberg, bringsRapids, jarsOf, rapidsBuildOf } from "../../src/plan/jars.ts";
import { makeCase } from "./make-case.ts";

const plain = { sparkConf: { all: {}, byDimension: {} } };
const bringing = { sparkConf: { all: {}, byDimension: { extensions: { iceberg: { "spark.jars.packages": "x" } } } } };

describe("the jars of a case", () => {
  it.each<[Partial<Case["dimensions"]>, string[]]>([
    [{}, []],
    [{ orchestrator: "connect", sparkVersion: "4.1.4" }, []],
    [{ orchestrator: "connect", sparkVersion: "3.5.7" }, ["spark-connect_2.12 3.5.7 15366e21"]],
    // No checksum of it is known.
    [{ orchestrator: "connect", sparkVersion: "3.5.99" }, ["spark-connect_2.12 3.5.99 null"]],
    [{ extensions: ["iceberg"], sparkVersion: "4.0.5" }, ["iceberg-spark-runtime-4.0_2.13 1.11.0 63c3b812"]],
    [
      { extensions: ["iceberg"], sparkVersion: "3.5.9", orchestrator: "connect" },
      ["spark-connect_2.12 3.5.9 null", "iceberg-spark-runtime-3.5_2.12 1.12.0 8dd8c90e"],
    ],
    [{ extensions: ["iceberg"], sparkVersion: "4.1.4" }, ["iceberg-spark-runtime-4.1_2.13 1.12.0 3123c379"]],
    [{ extensions: ["rapids"], sparkVersion: "3.5.9" }, ["rapids-4-spark_2.12 25.04.0 6d28b2d7"]],
    [
      { extensions: ["iceberg", "rapids"], sparkVersion: "4.1.4" },
      ["iceberg-spark-runtime-4.1_2.13 1.11.0 d6ea6c5d", "rapids-4-spark_2.13 26.08.1 d5224e1c"],
    ],
  ])("%j", (dimensions, jars) => {
    const found = jarsOf(makeCase(dimensions), plain);
    expect(
      found.map(({ artifact, version, sha256 }) => `${artifact} ${version} ${sha256?.slice(0, 8) ?? null}`),
    ).toEqual(jars);
  });

  it("are the tier's own where it has Spark properties for the extension", () => {
    const testCase = makeCase({ extensions: ["iceberg"] });
    expect(bringsIceberg(testCase, plain)).toBe(true);
    expect(bringsIceberg(testCase, bringing)).toBe(false);
    expect(jarsOf(testCase, bringing)).toEqual([]);
  });
});

describe("RAPIDS", () => {
  it.each([
    ["3.5.4", "3.5.4"],
    ["3.5.9", "3.5.5"],
    ["4.0.5", "4.0.4"],
    ["4.1.0", "4.1.1"],
    ["4.1.4", "4.1.3"],
  ])("has for Spark %s the build of %s", (sparkVersion, build) => {
    expect(rapidsBuildOf(sparkVersion)).toBe(build);
  });

  it("is the tier's own where it has Spark properties for it", () => {
    const own = { sparkConf: { all: {}, byDimension: { extensions: { "iceberg+rapids": { "spark.plugins": "x" } } } } };
    const both = makeCase({ extensions: ["iceberg", "rapids"] });
    expect(bringsRapids(both, plain)).toBe(true);
    expect(bringsRapids(both, own)).toBe(false);
    expect(bringsRapids(makeCase({ extensions: ["rapids"] }), own)).toBe(true);
  });
});
