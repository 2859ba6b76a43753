import { describe, expect, it } from "vitest";
import type { Case } from "../../src/model/documents.ts";
import { whyExplained, whyNotRunnable } from "../../src/plan/runnable.ts";
import { makeCase } from "./make-case.ts";

const tier = {
  sparkConf: { all: {}, byDimension: { extensions: { iceberg: { "spark.jars.packages": "x" }, rapids: { a: "b" } } } },
};
type Dimensions = Partial<Case["dimensions"]>;

const plain = { sparkConf: { all: {}, byDimension: {} } };

describe("whyNotRunnable", () => {
  it.each<[string, string | null]>([
    ["3.5.9", null],
    ["4.0.5", null],
    ["4.1.4", null],
    ["4.3.0", "Iceberg has no runtime for Spark 4.3; there are some for 3.5, 4.0, 4.1."],
    ["3.3.4", "Iceberg has no runtime for Spark 3.3; there are some for 3.5, 4.0, 4.1."],
  ])("on this machine Iceberg on Spark %s, where the tier does not bring it: %s", (sparkVersion, reason) => {
    const testCase = makeCase({ sparkVersion, extensions: ["iceberg"] });
    expect(whyNotRunnable(testCase, plain, "machine")).toBe(reason);
    expect(whyNotRunnable(testCase, tier, "machine")).toBe(null);
  });

  it.each(["machine", "cluster"] as const)("needs a Spark that has Connect, %s", (place) => {
    const mode = place === "machine" ? "local" : "kubernetes";
    const connect = (sparkVersion: string) => makeCase({ orchestrator: "connect", mode, sparkVersion });
    expect(whyNotRunnable(connect("3.3.4"), plain, place)).toBe(
      "Spark 3.3.4 has no Spark Connect, which came with 3.4.",
    );
    expect(whyNotRunnable(connect("3.4.0"), plain, place)).toBe(null);
  });

  it.each<[Dimensions, string | null]>([
    [{}, null],
    [{ mode: "standalone" }, null],
    [{ orchestrator: "connect", mode: "standalone" }, null],
    [
      { orchestrator: "operator" },
      "The orchestrator operator needs a cluster; the local engine has submit and connect.",
    ],
    [{ mode: "kubernetes" }, "The mode kubernetes needs a cluster; the local engine has local and standalone."],
    [{ mode: "yarn" }, "The local engine does not know the mode yarn; it has local and standalone."],
    [{ extensions: ["iceberg"] }, null],
    [{ extensions: ["rapids"] }, null],
    [{ extensions: ["iceberg", "rapids"] }, null],
    [
      { extensions: ["delta"] },
      "The tier has no Spark properties for the extensions delta; the local engine adds none but iceberg and rapids of its own.",
    ],
  ])("on this machine %j: %s", (dimensions, reason) => {
    expect(whyNotRunnable(makeCase(dimensions), tier, "machine")).toBe(reason);
  });

  it.each<[Dimensions, string | null]>([
    [{}, null],
    [{ orchestrator: "connect" }, null],
    [{ orchestrator: "operator" }, null],
    [
      { orchestrator: "operator", mode: "standalone" },
      "The orchestrator operator has the mode kubernetes alone: the Spark Operator submits nowhere else.",
    ],
    [
      { orchestrator: "yarn" },
      "The engine on a cluster does not serve the orchestrator yarn; it has submit and connect and operator.",
    ],
    [{ mode: "local" }, null],
    [{ mode: "standalone" }, null],
    [{ orchestrator: "connect", mode: "standalone" }, null],
    [{ mode: "yarn" }, "The engine on a cluster does not know the mode yarn; it has local, standalone and kubernetes."],
    [{ extensions: ["iceberg"] }, null],
    [{ extensions: ["rapids"] }, null],
    [{ extensions: ["iceberg", "rapids"] }, null],
    [
      { extensions: ["delta", "rapids"] },
      "The tier has no Spark properties for the extensions delta+rapids; this engine adds none but iceberg and rapids of its own.",
    ],
  ])("on a cluster %j: %s", (dimensions, reason) => {
    expect(whyNotRunnable(makeCase({ mode: "kubernetes", ...dimensions }), tier, "cluster")).toBe(reason);
  });
});

describe("RAPIDS", () => {
  it.each(["machine", "cluster"] as const)("has no build for every Spark, %s", (place) => {
    const of = (sparkVersion: string) => makeCase({ sparkVersion, extensions: ["rapids"] });
    expect(whyNotRunnable(of("4.1.4"), plain, place)).toBe(null);
    expect(whyNotRunnable(of("4.3.0"), plain, place)).toBe(
      "No release of the RAPIDS Accelerator that this tool knows has a build for Spark 4.3; there are some for 3.5, 4.0, 4.1, 4.2.",
    );
    expect(whyNotRunnable(of("4.3.0"), tier, place)).toBe(null);
  });

  it.each([
    ["machine", "local", "The local engine uses no GPU: the RAPIDS Accelerator only says what would not run on one."],
    [
      "cluster",
      "standalone",
      "The mode kubernetes alone asks for a GPU: the RAPIDS Accelerator only says what would not run on one.",
    ],
    // Only the nodes tell.
    ["cluster", "kubernetes", null],
  ] as const)("is explained only on a %s in the mode %s: %s", (place, mode, reason) => {
    expect(whyExplained(makeCase({ mode, extensions: ["rapids"] }), plain, place)).toBe(reason);
    expect(whyExplained(makeCase({ mode, extensions: ["rapids"] }), tier, place)).toBe(null);
    expect(whyExplained(makeCase({ mode }), plain, place)).toBe(null);
  });
});
