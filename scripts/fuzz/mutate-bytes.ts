import type { Random } from "./random.ts";

/** Numbers that a length or an offset is likely to be wrong with, in 1, 2, 4 and 8 bytes. */
const NUMBERS: readonly bigint[] = [0n, 1n, 0x7fn, 0xffn, 0x7fffn, 0xffffn, 0x7fffffffn, 0xffffffffn, 2n ** 63n];

/** Bits that flip, numbers that lie, parts that go, come twice or come in, and an end that is missing. */
export function mutateBytes(bytes: Buffer, random: Random): Buffer {
  let mutated: Buffer = Buffer.from(bytes);
  for (let left = random.few(8); left > 0; left--) mutated = mutateOnce(mutated, random);
  return mutated;
}

function mutateOnce(bytes: Buffer, random: Random): Buffer {
  // Headers are where it hurts.
  const at = random.chance(0.4) ? random.below(Math.min(bytes.length, 64) + 1) : random.below(bytes.length + 1);
  const length = random.few(Math.min(4096, bytes.length + 1));
  const before = bytes.subarray(0, at);
  switch (random.below(7)) {
    case 0:
      if (at < bytes.length) bytes[at]! ^= 1 << random.below(8);
      return bytes;
    case 1:
      return before;
    case 2:
      return Buffer.concat([before, bytes.subarray(at + length)]);
    case 3:
      return Buffer.concat([before, bytes.subarray(at, at + length), bytes.subarray(at)]);
    case 4:
      return Buffer.concat([before, random.bytes(Math.min(length, 64)), bytes.subarray(at)]);
    case 5:
      return Buffer.concat([before, Buffer.alloc(length, random.pick([0, 0xff, 0x0a])), bytes.subarray(at + length)]);
    default: {
      const number = numberBytes(random);
      return Buffer.concat([before, number, bytes.subarray(at + number.length)]);
    }
  }
}

function numberBytes(random: Random): Buffer {
  const all = Buffer.alloc(8);
  all.writeBigUInt64LE(random.pick(NUMBERS));
  const some = all.subarray(0, random.pick([1, 2, 4, 8]));
  return random.chance(0.5) ? some : Buffer.from(some).reverse();
}
