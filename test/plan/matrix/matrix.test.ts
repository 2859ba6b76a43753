import { describe, expect, it } from "vitest";
import { countCombinations, expandMatrix, toCase } from "../../../src/plan/matrix/matrix.ts";
import { makeTier, withDimensions } from "../make-tier.ts";

describe("the matrix", () => {
  it("holds every combination, the last dimension changing fastest", () => {
    const tier = withDimensions({ partitions: ["8", "200"] });
    expect(expandMatrix(tier).map((row) => toCase(tier, row).name)).toEqual([
      "mine_3.5.9_submit_local_none_read_tiny_8",
      "mine_3.5.9_submit_local_none_read_tiny_200",
      "mine_3.5.9_submit_local_none_join_tiny_8",
      "mine_3.5.9_submit_local_none_join_tiny_200",
      "mine_4.1.4_submit_local_none_read_tiny_8",
      "mine_4.1.4_submit_local_none_read_tiny_200",
      "mine_4.1.4_submit_local_none_join_tiny_8",
      "mine_4.1.4_submit_local_none_join_tiny_200",
    ]);
    expect(countCombinations(tier.dimensions)).toBe(8);
  });

  it("leaves out what meets all conditions of one rule", () => {
    const tier = makeTier({
      exclude: [
        { sparkVersion: ["3.5.9"], operation: ["join", "read"] },
        { sparkVersion: ["4.1.4"], operation: ["join"], mode: ["local"] },
      ],
    });
    expect(expandMatrix(tier)).toEqual([["4.1.4", "submit", "local", "none", "read", "tiny"]]);
  });

  it.each([
    ["none", []],
    ["iceberg", ["iceberg"]],
    ["iceberg+rapids", ["iceberg", "rapids"]],
  ])("gives a case the extensions %s as the list %j", (value, extensions) => {
    const tier = withDimensions({ extensions: [value], zone: ["b"] });
    expect(toCase(tier, expandMatrix(tier)[0]!)).toEqual({
      name: `mine_3.5.9_submit_local_${value}_read_tiny_b`,
      dimensions: {
        ...{ sparkVersion: "3.5.9", orchestrator: "submit", mode: "local", extensions },
        ...{ operation: "read", dataSize: "tiny", zone: "b" },
      },
    });
  });
});
