/** Bytes of a compressed stream in, its content out, in pieces; a piece is valid until the next one is asked for. */
export type Decode = (chunks: Iterable<Buffer>) => Generator<Uint8Array>;

/** The same where the decoder works in threads of its own; a piece stays valid. */
export type DecodeLater = (chunks: Iterable<Buffer>) => AsyncGenerator<Uint8Array>;

/** The stream cannot be decoded any further. What came before this error is good. */
export class DecodeError extends Error {
  override name = "DecodeError";
}

/** One block of a framed format, and where the next begins. */
export interface Block {
  readonly content: Uint8Array;
  readonly next: number;
}

const NOTHING = Buffer.alloc(0);
export const EMPTY_BLOCK: Uint8Array = NOTHING;

/** No writer of these formats makes blocks near this size: a larger length is damage, and must not become an allocation. */
export const MAX_BLOCK_BYTES = 64 * 2 ** 20;

/**
 * Decodes a format that is a sequence of blocks with their lengths in front.
 *
 * @param readBlock gives the block at the offset, or null when not all of its bytes are there yet; throws DecodeError
 */
export function* decodeBlocks(
  chunks: Iterable<Buffer>,
  format: string,
  readBlock: (bytes: Buffer, offset: number) => Block | null,
): Generator<Uint8Array> {
  let pending: Buffer = NOTHING;
  for (const chunk of chunks) {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    let offset = 0;
    for (let block = readBlock(pending, 0); block !== null; block = readBlock(pending, offset)) {
      offset = block.next;
      if (block.content.length > 0) yield block.content;
    }
    pending = pending.subarray(offset);
  }
  if (pending.length > 0) throw new DecodeError(`the ${format} stream ends in the middle of a block`);
}
