import { describe, expect, it } from "vitest";
import type { Case } from "../../src/model/documents.ts";
import { describeArm, readArm, timeoutOf, toArms } from "../../src/plan/pairs.ts";

const cases = ["p", "q", "r"].map((name): Case => ({ name, dimensions: {} as Case["dimensions"] }));
const partner = (pairs: number) => ({ image: "spark:old", pairs });
const namesOf = (pairs: number) => toArms(cases, partner(pairs)).map(({ name }) => name);

describe("toArms", () => {
  it("puts both sides of a pair next to each other, and takes turns with which is first", () => {
    expect(namesOf(1)).toEqual(["p", "baseline/p", "baseline/q", "q", "r", "baseline/r"]);
    expect(namesOf(2).slice(6)).toEqual([
      ...["baseline/pair-2/p", "pair-2/p", "pair-2/q", "baseline/pair-2/q", "baseline/pair-2/r", "pair-2/r"],
    ]);
  });

  it("gives each side the first place as often as the other, of each case and of all", () => {
    const first = namesOf(4).filter((_, index) => index % 2 === 0);
    for (const { name } of cases) {
      const own = first.map(readArm).filter((arm) => arm.name === name);
      expect(own.map(({ side }) => side).sort()).toEqual(["baseline", "baseline", "current", "current"]);
    }
  });

  it("leaves the cases of one image as they are", () => {
    expect(toArms(cases, null)).toEqual(cases);
  });
});

describe("timeoutOf", () => {
  it.each([
    [null, null, 100],
    [null, partner(3), 600],
    [7, partner(3), 7],
  ])("%o with %o", (timeoutSeconds, of, expected) => {
    expect(timeoutOf({ timeoutSeconds, partner: of }, { timeoutSeconds: 100 })).toBe(expected);
  });
});

describe("the names of executions", () => {
  it.each([
    ["p", 1, { side: "current", pair: 1, name: "p" }, "p"],
    ["baseline/p", 1, { side: "baseline", pair: 1, name: "p" }, "p (baseline)"],
    ["p", 3, { side: "current", pair: 1, name: "p" }, "p (pair 1)"],
    ["pair-12/p", 12, { side: "current", pair: 12, name: "p" }, "p (pair 12)"],
    ["baseline/pair-2/p", 2, { side: "baseline", pair: 2, name: "p" }, "p (baseline, pair 2)"],
  ])("%s of %i pairs", (name, pairs, arm, shown) => {
    expect(readArm(name)).toEqual(arm);
    expect(describeArm(name, partner(pairs))).toBe(shown);
  });
});
