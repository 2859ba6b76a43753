import { expect, it } from "vitest";
import { shortenNames } from "../../src/progress/short-names.ts";

it.each([
  ["keeps what differs", ["p0_4.1.1_submit_none_join", "p0_3.5.7_submit_none_read"], ["4.1.1 join", "3.5.7 read"]],
  ["keeps the only name", ["p0_4.1.1_submit_join"], ["p0_4.1.1_submit_join"]],
  ["keeps equal names", ["p0_a", "p0_a"], ["p0_a", "p0_a"]],
  [
    "leaves out the shared start and end of names that have different numbers of parts",
    ["p0_4.1.1_read_small_x_tiny", "p0_4.1.1_join_tiny", "p0_3.5.7_join_tiny"],
    ["4.1.1 read small x", "4.1.1 join", "3.5.7 join"],
  ],
  ["keeps a name that is the start of another", ["p0_a", "p0_a_b"], ["p0_a", "b"]],
  ["has nothing to do without names", [], []],
])("%s", (_, names, expected) => {
  expect([...shortenNames(names).values()]).toEqual([...new Set(names.map((_, index) => expected[index]))]);
  expect(names.map((name) => shortenNames(names).get(name))).toEqual(expected);
});
