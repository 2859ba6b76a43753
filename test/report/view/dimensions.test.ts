import { expect, test } from "vitest";
import { labelCases, layMatrix } from "../../../src/report/view/dimensions.ts";
import { dimensions, OPERATIONS, QUICK } from "../fixtures.ts";
import { fullTier } from "../runs.ts";

const asCases = (list: readonly ReturnType<typeof dimensions>[]) => list.map((d) => ({ name: "n", dimensions: d }));

test("a label says in which values the cases differ, and the rest is said once", () => {
  const cases = asCases(QUICK);
  const { label, shared } = labelCases(cases);
  expect(label(cases[7]!)).toBe("join · Spark 4.1.4");
  expect(shared).toBe("tiny · submit · standalone · no extensions");
});

test("a case alone is named by what it does", () => {
  const cases = asCases([dimensions({ extensions: ["iceberg", "rapids"] })]);
  expect(labelCases(cases).label(cases[0]!)).toBe("read · tiny · Spark 4.1.4");
  expect(labelCases(cases).shared).toBe("submit · standalone · iceberg+rapids");
});

test("a tier's own dimension is named with its value", () => {
  const cases = asCases([dimensions({ codec: "zstd" }), dimensions({ codec: "lz4" })]);
  expect(labelCases(cases).label(cases[0]!)).toBe("codec=zstd");
});

const matrices: [what: string, list: ReturnType<typeof dimensions>[], across: string[][], down: string[][]][] = [
  ["one case", [dimensions()], [[""], ["4.1.4"]], [[""], ["read"]]],
  ["operations and versions", [...QUICK], [[""], ["3.5.9", "4.1.4"]], [[""], OPERATIONS]],
  ["operations only", OPERATIONS.map((operation) => dimensions({ operation })), [[""], ["4.1.4"]], [[""], OPERATIONS]],
  [
    "operations and sizes",
    ["read", "join"].flatMap((operation) => ["tiny", "1gb"].map((dataSize) => dimensions({ operation, dataSize }))),
    [[""], ["tiny", "1gb"]],
    [[""], ["read", "join"]],
  ],
  [
    "versions and orchestrators",
    ["4.0.4", "4.1.4"].flatMap((sparkVersion) =>
      ["submit", "connect"].map((orchestrator) => dimensions({ sparkVersion, orchestrator })),
    ),
    [[""], ["4.0.4", "4.1.4"]],
    [[""], ["submit", "connect"]],
  ],
  [
    "a pairwise plan, whose order says nothing about the values'",
    [
      dimensions({ operation: "read", dataSize: "tiny", orchestrator: "submit", sparkVersion: "4.0.4" }),
      dimensions({ operation: "join", dataSize: "1gb", orchestrator: "submit", sparkVersion: "4.1.4" }),
      dimensions({ operation: "join", dataSize: "tiny", orchestrator: "connect", sparkVersion: "4.0.4" }),
    ],
    [
      ["Spark 4.0.4", "Spark 4.1.4"],
      ["submit", "connect"],
    ],
    [
      ["read", "join"],
      ["tiny", "1gb"],
    ],
  ],
];
test.each(matrices)("layMatrix of %s", (_, list, across, down) => {
  const layout = layMatrix(asCases(list));
  expect([layout.across.outerValues, layout.across.innerValues]).toEqual(across);
  expect([layout.down.outerValues, layout.down.innerValues]).toEqual(down);
});

test("in a full tier every case has a cell of its own", () => {
  const { cases } = fullTier().results;
  const { across, down } = layMatrix(cases);
  const cells = cases.map((c) => [across.outer(c), across.inner(c), down.outer(c), down.inner(c)].join("|"));
  expect(new Set(cells).size).toBe(1280);
  expect(across.innerValues.length * across.outerValues.length).toBe(24);
  expect(down.innerValues.length * down.outerValues.length).toBe(60);
});
