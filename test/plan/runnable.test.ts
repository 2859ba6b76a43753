import { describe, expect, it } from "vitest";
import { findUnservable } from "../../../src/engine/local/unservable.ts";
import { caseOf, tierOf } from "./fake-machine.ts";

const iceberg = tierOf({
  sparkConf: { all: {}, byDimension: { extensions: { iceberg: { "spark.jars.packages": "x" }, rapids: { a: "b" } } } },
});

describe("findUnservable", () => {
  it.each([
    [{}, null],
    [{ mode: "standalone" }, null],
    [{ orchestrator: "operator" }, "The orchestrator operator needs a cluster; the local engine has submit only."],
    [{ orchestrator: "connect" }, "The orchestrator connect needs a cluster; the local engine has submit only."],
    [{ mode: "kubernetes" }, "The mode kubernetes needs a cluster; the local engine has local and standalone."],
    [{ mode: "yarn" }, "The local engine does not know the mode yarn; it has local and standalone."],
    [{ extensions: ["iceberg"] }, null],
    [{ extensions: ["rapids"] }, "The extension rapids needs a GPU, which the local engine does not use."],
    [{ extensions: ["iceberg", "rapids"] }, "The extension rapids needs a GPU, which the local engine does not use."],
    [
      { extensions: ["delta"] },
      "The tier has no Spark properties for the extensions delta; the local engine adds none of its own.",
    ],
  ])("%j: %s", (dimensions, reason) => {
    expect(findUnservable(caseOf(dimensions as Parameters<typeof caseOf>[0]), iceberg)).toBe(reason);
  });
});
