import { type Block, DecodeError, decodeBlocks } from "./decode.ts";

/**
 * What compress-lzf's LZFOutputStream writes: per chunk "ZV", a type (0 stored, 1 compressed), the compressed length and, where
 * compressed, the content's length (big-endian, 2 bytes each). Source: https://github.com/ning/compress/wiki/LZFFormat
 */
export const LZF_MAGIC = Buffer.from("ZV");

export function decodeLzf(chunks: Iterable<Buffer>): Generator<Uint8Array> {
  return decodeBlocks(chunks, "LZF", readLzfBlock);
}

function readLzfBlock(bytes: Buffer, offset: number): Block | null {
  if (bytes.length - offset < 7) return null;
  const type = bytes[offset + 2]!;
  if (bytes[offset] !== LZF_MAGIC[0] || bytes[offset + 1] !== LZF_MAGIC[1] || type > 1) {
    throw new DecodeError("the LZF stream has a damaged chunk header");
  }
  const start = offset + (type === 0 ? 5 : 7);
  const next = start + bytes.readUInt16BE(offset + 3);
  if (bytes.length < next) return null;
  const chunk = bytes.subarray(start, next);
  return { content: type === 0 ? chunk : decompressLzf(chunk, bytes.readUInt16BE(offset + 5)), next };
}

function decompressLzf(input: Uint8Array, outputBytes: number): Uint8Array {
  const output = Buffer.allocUnsafe(outputBytes);
  let from = 0;
  let to = 0;
  while (from < input.length) {
    const control = input[from++]!;
    if (control < 32) {
      if (to + control + 1 > outputBytes || from + control + 1 > input.length)
        throw new DecodeError("damaged LZF chunk");
      for (const end = to + control + 1; to < end; ) output[to++] = input[from++]!;
      continue;
    }
    const length = (control >> 5 === 7 ? 7 + (input[from++] ?? 0) : control >> 5) + 2;
    const distance = (((control & 31) << 8) | (input[from++] ?? 0)) + 1;
    if (distance > to || to + length > outputBytes) throw new DecodeError("damaged LZF chunk");
    for (const end = to + length; to < end; to++) output[to] = output[to - distance]!;
  }
  if (to !== outputBytes) throw new DecodeError("damaged LZF chunk");
  return output;
}
