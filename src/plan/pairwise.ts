/** How much a search may do, in elementary steps; a few milliseconds of one core. Steps and not time, so that the result is the same everywhere. */
const SEARCH_STEPS = 200_000;

/**
 * A small set of rows that holds every pair of values of every two columns that occurs in any of `rows`: a covering array of
 * strength two whose only constraint is that each of its rows is one of the given ones.
 *
 * Greedy (each row is the one with the most uncovered pairs), repeated with other choices among equals while the budget lasts or
 * until no smaller set can exist; see Cohen et al., "The AETG System", IEEE TSE 23(7), 1997. The choices come from a fixed seed:
 * the same rows give the same set.
 *
 * @param rows distinct, all of one length
 * @returns indexes into `rows`, ascending
 */
export function coverPairs(rows: readonly (readonly string[])[]): number[] {
  const columns = varyingColumns(rows);
  if (columns.length < 2) return rows.map((_, index) => index);
  const problem = encode(rows, columns);
  const random = seededRandom(1);
  let best = removeRedundant(problem, coverGreedily(problem, random));
  for (
    let steps = problem.stepsPerCover;
    steps < SEARCH_STEPS && best.length > problem.lowerBound;
    steps += problem.stepsPerCover
  ) {
    const chosen = removeRedundant(problem, coverGreedily(problem, random));
    if (chosen.length < best.length) best = chosen;
  }
  return best.sort((a, b) => a - b);
}

interface Problem {
  readonly rowCount: number;
  /** Pairs in each row; all rows have as many. */
  readonly pairsPerRow: number;
  /** Ids of the pairs of row r: from r * pairsPerRow. */
  readonly pairs: Int32Array;
  readonly pairCount: number;
  /** Rows that hold pair p: holders[holderStart[p]] up to holderStart[p + 1]. */
  readonly holders: Int32Array;
  readonly holderStart: Int32Array;
  /** The most pairs that any two columns have: each needs a row of its own. */
  readonly lowerBound: number;
  readonly stepsPerCover: number;
}

/** A column with one value is covered by whatever covers the others. */
function varyingColumns(rows: readonly (readonly string[])[]): number[] {
  const first = rows[0] ?? [];
  return first.flatMap((value, column) => (rows.some((row) => row[column] !== value) ? [column] : []));
}

function encode(rows: readonly (readonly string[])[], columns: readonly number[]): Problem {
  const codes = columns.map((column) => encodeColumn(rows, column));
  const columnPairs = codes.flatMap((a, i) => codes.slice(i + 1).map((b) => [a, b] as const));
  const pairsPerRow = columnPairs.length;
  const pairs = new Int32Array(rows.length * pairsPerRow);
  let pairCount = 0;
  let lowerBound = 0;
  for (const [position, [a, b]] of columnPairs.entries()) {
    const ids = new Int32Array(a.count * b.count).fill(-1);
    const before = pairCount;
    for (let r = 0, at = position; r < rows.length; r++, at += pairsPerRow) {
      const both = a.codes[r]! * b.count + b.codes[r]!;
      if (ids[both] === -1) ids[both] = pairCount++;
      pairs[at] = ids[both]!;
    }
    lowerBound = Math.max(lowerBound, pairCount - before);
  }
  const holderStart = new Int32Array(pairCount + 1);
  for (let at = 0; at < pairs.length; at++) holderStart[pairs[at]! + 1]!++;
  for (let pair = 0; pair < pairCount; pair++) holderStart[pair + 1]! += holderStart[pair]!;
  const next = holderStart.slice();
  const holders = new Int32Array(pairs.length);
  for (let r = 0, at = 0; r < rows.length; r++) {
    for (const end = at + pairsPerRow; at < end; at++) holders[next[pairs[at]!]!++] = r;
  }
  const stepsPerCover = pairs.length + rows.length * lowerBound;
  return { rowCount: rows.length, pairsPerRow, pairs, pairCount, holders, holderStart, lowerBound, stepsPerCover };
}

/** The values of a column as numbers from 0, in the order in which they occur. */
function encodeColumn(rows: readonly (readonly string[])[], column: number): { codes: Int32Array; count: number } {
  const known = new Map<string, number>();
  const codes = Int32Array.from(rows, (row) => {
    const value = row[column] ?? "";
    const code = known.get(value) ?? known.size;
    known.set(value, code);
    return code;
  });
  return { codes, count: known.size };
}

function coverGreedily(problem: Problem, random: () => number): number[] {
  const { rowCount, pairsPerRow, pairs, holders, holderStart } = problem;
  const gains = new Int32Array(rowCount).fill(pairsPerRow);
  const covered = new Uint8Array(problem.pairCount);
  let uncovered = problem.pairCount;
  const chosen: number[] = [];
  while (uncovered > 0) {
    const row = pickLargest(gains, random);
    chosen.push(row);
    for (let at = row * pairsPerRow; at < (row + 1) * pairsPerRow; at++) {
      const pair = pairs[at]!;
      if (covered[pair] === 1) continue;
      covered[pair] = 1;
      uncovered--;
      for (let h = holderStart[pair]!; h < holderStart[pair + 1]!; h++) gains[holders[h]!]!--;
    }
  }
  return chosen;
}

/** Index of the largest value; each of several equal ones is as likely. */
function pickLargest(values: Int32Array, random: () => number): number {
  let largest = -1;
  let picked = -1;
  let equals = 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[index]!;
    if (value < largest) continue;
    equals = value > largest ? 1 : equals + 1;
    if (equals === 1 || random() * equals < 1) picked = index;
    largest = value;
  }
  return picked;
}

/** Rows chosen early can turn out to be needless: all their pairs are in later ones. */
function removeRedundant(problem: Problem, chosen: readonly number[]): number[] {
  const { pairsPerRow, pairs } = problem;
  const times = new Int32Array(problem.pairCount);
  const pairsOf = (row: number) => pairs.subarray(row * pairsPerRow, (row + 1) * pairsPerRow);
  for (const row of chosen) for (const pair of pairsOf(row)) times[pair]!++;
  return chosen.filter((row) => {
    if (pairsOf(row).some((pair) => times[pair] === 1)) return true;
    for (const pair of pairsOf(row)) times[pair]!--;
    return false;
  });
}

/** Mulberry32: numbers in [0, 1), the same sequence for the same seed. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
