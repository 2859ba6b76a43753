import { type Block, DecodeError, decodeBlocks, EMPTY_BLOCK, MAX_BLOCK_BYTES } from "./decode.ts";

/**
 * What lz4-java's LZ4BlockOutputStream writes, which is not the standard LZ4 frame: per block the magic "LZ4Block", a token
 * (compression method in the upper half), compressed and decompressed length and a checksum (little-endian, 4 bytes each).
 * The checksums (xxHash32) are not checked: damage shows itself as a line that is no JSON.
 * Source: https://github.com/lz4/lz4-java, LZ4BlockOutputStream.
 */
export const LZ4_BLOCK_MAGIC = Buffer.from("LZ4Block");
const HEADER_BYTES = 21;
const METHOD_RAW = 0x10;
const METHOD_LZ4 = 0x20;

export function decodeLz4Block(chunks: Iterable<Buffer>): Generator<Uint8Array> {
  return decodeBlocks(chunks, "LZ4Block", readLz4Block);
}

function readLz4Block(bytes: Buffer, offset: number): Block | null {
  if (bytes.length - offset < HEADER_BYTES) return null;
  if (bytes.compare(LZ4_BLOCK_MAGIC, 0, 8, offset, offset + 8) !== 0) {
    throw new DecodeError("the LZ4Block stream has a damaged block header");
  }
  const method = bytes[offset + 8]! & 0xf0;
  const compressedBytes = bytes.readUInt32LE(offset + 9);
  const contentBytes = bytes.readUInt32LE(offset + 13);
  if (compressedBytes > MAX_BLOCK_BYTES || contentBytes > MAX_BLOCK_BYTES) {
    throw new DecodeError("the LZ4Block stream has a damaged block header");
  }
  const start = offset + HEADER_BYTES;
  const next = start + compressedBytes;
  if (bytes.length < next) return null;
  // An empty block marks the end of one stream; another one may follow.
  if (contentBytes === 0) return { content: EMPTY_BLOCK, next };
  const compressed = bytes.subarray(start, next);
  if (method === METHOD_RAW) return { content: compressed, next };
  if (method !== METHOD_LZ4) throw new DecodeError(`the LZ4Block stream has an unknown method ${method}`);
  return { content: decompressLz4(compressed, contentBytes), next };
}

/** Decompresses one raw LZ4 block. Source: https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md */
export function decompressLz4(input: Uint8Array, outputBytes: number): Uint8Array {
  const output = Buffer.allocUnsafe(outputBytes);
  let from = 0;
  let to = 0;
  const readLength = (nibble: number): number => {
    let length = nibble;
    if (nibble === 15) {
      let byte = 255;
      while (byte === 255) {
        byte = input[from++] ?? 0;
        length += byte;
      }
    }
    return length;
  };
  while (from < input.length) {
    const token = input[from++]!;
    const literals = readLength(token >> 4);
    if (from + literals > input.length || to + literals > outputBytes) throw new DecodeError("damaged LZ4 block");
    for (const end = to + literals; to < end; ) output[to++] = input[from++]!;
    if (from >= input.length) break;
    const distance = input[from]! | (input[from + 1]! << 8);
    from += 2;
    const matched = readLength(token & 15) + 4;
    if (distance === 0 || distance > to || to + matched > outputBytes) throw new DecodeError("damaged LZ4 block");
    // Byte by byte: a match may overlap what it is writing.
    for (const end = to + matched; to < end; to++) output[to] = output[to - distance]!;
  }
  if (to !== outputBytes) throw new DecodeError("damaged LZ4 block");
  return output;
}
