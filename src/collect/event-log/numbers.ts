/** A list of numbers in a typed array: 4 or 8 bytes a number where a plain array's parts would be spread over the heap. */
export class NumberList {
  #values: Float64Array | Int32Array;
  #length = 0;

  private constructor(values: Float64Array | Int32Array) {
    this.#values = values;
  }

  /** Whole numbers below 2^31. */
  static ofIntegers(): NumberList {
    return new NumberList(new Int32Array(16));
  }

  static ofFloats(): NumberList {
    return new NumberList(new Float64Array(16));
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    this.#reserve(this.#length + 1);
    this.#values[this.#length++] = value;
  }

  append(other: NumberList): void {
    this.#reserve(this.#length + other.#length);
    this.#values.set(other.#values.subarray(0, other.#length), this.#length);
    this.#length += other.#length;
  }

  /** In ascending order; the list's own memory, valid until the next push. */
  sort(): Float64Array | Int32Array {
    return this.#values.subarray(0, this.#length).sort();
  }

  #reserve(length: number): void {
    if (length <= this.#values.length) return;
    const size = Math.max(length, this.#values.length * 2);
    const grown = this.#values instanceof Int32Array ? new Int32Array(size) : new Float64Array(size);
    grown.set(this.#values.subarray(0, this.#length));
    this.#values = grown;
  }
}

const BLOCK_BITS = 1024;

/** A set of whole numbers from 0 on, by one bit each; sparse, so that one absurd number of a damaged log costs one block. */
export class NumberSet {
  readonly #blocks = new Map<number, Uint32Array>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** @returns whether the number is new */
  add(value: number): boolean {
    const index = Math.floor(value / BLOCK_BITS);
    const bit = value % BLOCK_BITS;
    let block = this.#blocks.get(index);
    if (block === undefined) {
      block = new Uint32Array(BLOCK_BITS / 32);
      this.#blocks.set(index, block);
    }
    const mask = 1 << (bit & 31);
    if ((block[bit >> 5]! & mask) !== 0) return false;
    block[bit >> 5]! |= mask;
    this.#size += 1;
    return true;
  }
}

/**
 * A quantile as Spark's own task summary takes it: the value at floor(q * count), so always one that was measured.
 * Source: AppStatusStore.taskSummary. Null for no values.
 */
export function quantile(sorted: Float64Array | Int32Array, q: number): number | null {
  return sorted[Math.min(Math.floor(q * sorted.length), sorted.length - 1)] ?? null;
}

/**
 * Largest to median value. A median below 1 (most tasks got nothing) counts as 1, which keeps the ratio finite.
 * Null for fewer than two values and where all are 0.
 */
export function skew(sorted: Float64Array | Int32Array): number | null {
  const count = sorted.length;
  const largest = sorted[count - 1] ?? 0;
  if (count < 2 || largest <= 0) return null;
  return largest / Math.max(median(sorted)!, 1);
}

/** The value in the middle, or between the two there; null for no values. */
export function median(sorted: Float64Array | Int32Array): number | null {
  const count = sorted.length;
  return count === 0 ? null : (sorted[(count - 1) >> 1]! + sorted[count >> 1]!) / 2;
}
