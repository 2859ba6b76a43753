import { describe, expect, it } from "vitest";
import type { Case } from "../../src/model/documents.ts";
import { defaultTimeoutSeconds, describeExecution, planExecutions } from "../../src/plan/execution.ts";

const cases = ["p", "q", "r"].map((name): Case => ({ name, dimensions: {} as Case["dimensions"] }));
const partner = (pairs: number) => ({ image: "spark:old", pairs });
const idsOf = (pairs: number) => planExecutions(cases, partner(pairs)).map(({ id }) => id);

describe("planExecutions", () => {
  it("puts both sides of a pair next to each other, and takes turns with which is first", () => {
    expect(idsOf(1)).toEqual(["p", "baseline/p", "baseline/q", "q", "r", "baseline/r"]);
    expect(idsOf(2).slice(6)).toEqual([
      ...["baseline/pair-2/p", "pair-2/p", "pair-2/q", "baseline/pair-2/q", "baseline/pair-2/r", "pair-2/r"],
    ]);
  });

  it("gives each side the first place as often as the other, of each case and of all", () => {
    const first = planExecutions(cases, partner(4)).filter((_, index) => index % 2 === 0);
    for (const testCase of cases) {
      const own = first.filter((execution) => execution.case === testCase);
      expect(own.map(({ side }) => side).sort()).toEqual(["baseline", "baseline", "current", "current"]);
    }
  });

  it("leaves the cases of one image as they are", () => {
    const planned = cases.map((testCase) => ({ case: testCase, side: "current", pair: 1, id: testCase.name }));
    expect(planExecutions(cases, null)).toEqual(planned);
  });
});

describe("defaultTimeoutSeconds", () => {
  it.each([
    [null, 100],
    [partner(3), 600],
  ])("with %o", (of, expected) => {
    expect(defaultTimeoutSeconds(100, of)).toBe(expected);
  });
});

describe("the ids of executions, and their names for people", () => {
  it.each([
    ["p", 1, { side: "current", pair: 1 }, "p"],
    ["baseline/p", 1, { side: "baseline", pair: 1 }, "p (baseline)"],
    ["p", 3, { side: "current", pair: 1 }, "p (pair 1)"],
    ["pair-12/p", 12, { side: "current", pair: 12 }, "p (pair 12)"],
    ["baseline/pair-2/p", 2, { side: "baseline", pair: 2 }, "p (baseline, pair 2)"],
  ])("%s of %i pairs", (id, pairs, { side, pair }, shown) => {
    const planned = planExecutions(cases.slice(0, 1), partner(pairs));
    const execution = planned.find((each) => each.side === side && each.pair === pair)!;
    expect(execution.id).toBe(id);
    expect(describeExecution(execution, partner(pairs))).toBe(shown);
  });
});
