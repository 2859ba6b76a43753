import { type Block, DecodeError, decodeBlocks, EMPTY_BLOCK, MAX_BLOCK_BYTES } from "./decode.ts";

/**
 * What snappy-java's SnappyOutputStream writes, which is not the standard snappy frame: a header of 16 bytes (magic, version,
 * oldest compatible version), then raw snappy blocks, each with its length in front (big-endian, 4 bytes).
 * Source: https://github.com/xerial/snappy-java, SnappyCodec and SnappyOutputStream.
 */
export const SNAPPY_JAVA_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const HEADER_BYTES = 16;

export function decodeSnappyJava(chunks: Iterable<Buffer>): Generator<Uint8Array> {
  return decodeBlocks(chunks, "snappy", readSnappyBlock);
}

function readSnappyBlock(bytes: Buffer, offset: number): Block | null {
  const available = bytes.length - offset;
  if (available < 4) return null;
  // Streams may be concatenated, so a header may come where a length would.
  if (bytes[offset] === 0x82)
    return available < HEADER_BYTES ? null : { content: EMPTY_BLOCK, next: offset + HEADER_BYTES };
  const compressedBytes = bytes.readUInt32BE(offset);
  if (compressedBytes > MAX_BLOCK_BYTES) throw new DecodeError("the snappy stream has a damaged block length");
  const start = offset + 4;
  const next = start + compressedBytes;
  if (bytes.length < next) return null;
  return { content: decompressSnappy(bytes.subarray(start, next)), next };
}

/** Decompresses one raw snappy block. Source: https://github.com/google/snappy/blob/main/format_description.txt */
export function decompressSnappy(input: Uint8Array): Uint8Array {
  const damaged = () => new DecodeError("damaged snappy block");
  let from = 0;
  let outputBytes = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = input[from++];
    if (byte === undefined || shift > 28) throw damaged();
    outputBytes += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
  }
  if (outputBytes > MAX_BLOCK_BYTES) throw damaged();
  const output = Buffer.allocUnsafe(outputBytes);
  const readLittleEndian = (bytes: number): number => {
    let value = 0;
    for (let index = 0; index < bytes; index++) value += (input[from++] ?? 0) * 2 ** (8 * index);
    return value;
  };
  let to = 0;
  while (from < input.length) {
    const tag = input[from++]!;
    if ((tag & 3) === 0) {
      const short = tag >> 2;
      const length = (short < 60 ? short : readLittleEndian(short - 59)) + 1;
      if (from + length > input.length || to + length > outputBytes) throw damaged();
      for (const end = to + length; to < end; ) output[to++] = input[from++]!;
      continue;
    }
    let length = (tag >> 2) + 1;
    let distance: number;
    if ((tag & 3) === 1) {
      length = ((tag >> 2) & 7) + 4;
      distance = ((tag >> 5) << 8) | (input[from++] ?? 0);
    } else {
      distance = readLittleEndian((tag & 3) === 2 ? 2 : 4);
    }
    if (distance === 0 || distance > to || to + length > outputBytes) throw damaged();
    // Byte by byte: a copy may overlap what it is writing.
    for (const end = to + length; to < end; to++) output[to] = output[to - distance]!;
  }
  if (to !== outputBytes) throw damaged();
  return output;
}
