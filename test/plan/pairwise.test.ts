import { describe, expect, it } from "vitest";
import { coverPairs } from "../../src/plan/pairwise.ts";

type Row = readonly string[];

function combine(sizes: readonly number[]): Row[] {
  return sizes.reduce<string[][]>(
    (rows, size) => rows.flatMap((row) => Array.from({ length: size }, (_, value) => [...row, String(value)])),
    [[]],
  );
}

/** The pairs of values of any two columns, found the long way. */
function pairsOf(rows: readonly Row[]): Set<string> {
  const pairs = new Set<string>();
  for (const row of rows) {
    for (let a = 0; a < row.length; a++) {
      for (let b = a + 1; b < row.length; b++) pairs.add(`${a}=${row[a]},${b}=${row[b]}`);
    }
  }
  return pairs;
}

function boundOf(rows: readonly Row[]): number {
  const sizes = rows[0]!.map((_, column) => new Set(rows.map((row) => row[column])).size).sort((a, b) => b - a);
  return Math.floor(1.3 * sizes[0]! * sizes[1]!);
}

function pick(rows: readonly Row[]): Row[] {
  return coverPairs(rows).map((index) => rows[index]!);
}

describe("a pairwise plan", () => {
  // The last number is the most rows accepted: what the search finds today, so that a worse search shows.
  it.each<[number[], number]>([
    [[3], 3],
    [[1, 1, 1], 1],
    [[4, 1, 1], 4],
    [[3, 2], 6],
    [[2, 2, 2], 4],
    [[3, 3, 3, 3], 9],
    [[4, 4, 4, 4], 16],
    [[5, 5, 4, 4], 26],
    [[6, 6, 2, 2, 2, 2], 36],
    [[4, 3, 3, 4, 5, 3], 22],
    [[8, 8, 8, 4], 71],
  ])("of %j values needs at most %i rows", (sizes, most) => {
    const rows = combine(sizes);
    const chosen = pick(rows);
    expect(pairsOf(chosen)).toEqual(pairsOf(rows));
    expect(chosen.length).toBeLessThanOrEqual(most);
  });

  it("is the same for the same rows, in their order, and not longer than needed to cover all", () => {
    const rows = combine([4, 3, 3, 2]).filter((row) => !(row[0] === "1" && row[1] !== "0"));
    const first = coverPairs(rows);
    expect(coverPairs(rows.map((row) => [...row]))).toEqual(first);
    expect(first).toEqual([...new Set(first)].sort((a, b) => a - b));
    const all = pairsOf(rows).size;
    for (const left of first) {
      const others = first.filter((index) => index !== left).map((index) => rows[index]!);
      expect(pairsOf(others).size).toBeLessThan(all);
    }
  });

  it("covers every allowed pair with at most 1.3 times the product of the two largest dimensions, whatever the excludes", () => {
    const random = seededRandom(20_24);
    const between = (least: number, most: number) => least + Math.floor(random() * (most - least + 1));
    for (let round = 0; round < 60; round++) {
      // Two dimensions of 4 to 6 values and up to four smaller ones. (With five dimensions of two values no array within the
      // bound exists at all: the smallest has 6 rows, and 1.3 times 4 are 5.)
      const sizes = [between(4, 6), between(4, 6), ...Array.from({ length: between(0, 4) }, () => between(1, 3))];
      const rules = Array.from({ length: between(0, 4) }, () => {
        const a = between(0, sizes.length - 1);
        const b = (a + between(1, sizes.length - 1)) % sizes.length;
        return [
          [a, String(between(0, sizes[a]! - 1))],
          [b, String(between(0, sizes[b]! - 1))],
        ] as const;
      });
      const rows = combine(sizes).filter((row) => !rules.some((rule) => rule.every(([c, value]) => row[c] === value)));
      if (rows.length === 0) continue;
      const chosen = pick(rows);
      const what = JSON.stringify({ sizes, rules });
      expect(pairsOf(chosen).size, what).toBe(pairsOf(rows).size);
      expect(chosen.length, what).toBeLessThanOrEqual(boundOf(rows));
    }
  });
});

function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x80000000;
  };
}
