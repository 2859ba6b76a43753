import { once } from "node:events";
import zlib from "node:zlib";
import { Decompress } from "fzstd";
import { errorMessage } from "../../lib/errors.ts";
import { type Decode, DecodeError } from "./decode.ts";
import { splitZstdFrames } from "./zstd-frames.ts";

/** Output pieces large enough that handing them over costs nothing, small enough not to be noticed in memory. */
const PIECE_BYTES = 256 * 1024;

/** Node has zstd from 22.15 on; it works in a thread of its own, beside whoever reads the pieces. */
const hasNativeZstd = "createZstdDecompress" in zlib;

/**
 * Decodes Zstandard, frame after frame: Spark writes tens of them into one file, while Node's own decoder stops after the first
 * without an error. A last frame that is cut off gives its whole blocks and then a DecodeError.
 */
export const decodeZstd: Decode = hasNativeZstd ? decodeWithNode : decodeWithFzstd;

/** With Node's decoder, a new one for each frame. */
async function* decodeWithNode(chunks: AsyncIterable<Buffer>): AsyncGenerator<Uint8Array> {
  const pieces = splitZstdFrames(chunks);
  let piece = await pieces.next();
  while (!piece.done) {
    // Flushing at the end in place of finishing keeps what a cut-off frame holds; that it is cut off shows in its pieces.
    const decoder = zlib.createZstdDecompress({ chunkSize: PIECE_BYTES, finishFlush: zlib.constants.ZSTD_e_flush });
    let whole = false;
    const feed = async () => {
      while (!piece.done && !whole) {
        whole = piece.value.endsFrame;
        if (!decoder.write(piece.value.bytes)) await once(decoder, "drain");
        piece = await pieces.next();
      }
      decoder.end();
    };
    const fed = feed().catch((error: unknown) => {
      decoder.destroy(error instanceof Error ? error : new Error(String(error)));
    });
    try {
      yield* decoder;
    } catch (error) {
      throw new DecodeError(`the zstd stream is damaged: ${errorMessage(error)}`);
    } finally {
      decoder.destroy();
    }
    await fed;
    if (!whole) throw new DecodeError("the zstd stream ends in the middle of a frame");
  }
}

/** In JavaScript, for a Node that has no decoder of its own. */
export async function* decodeWithFzstd(chunks: AsyncIterable<Buffer>): AsyncGenerator<Uint8Array> {
  let decoded: Uint8Array[] = [];
  const decoder = new Decompress((piece) => decoded.push(piece));
  let whole = true;
  for await (const { bytes, endsFrame } of splitZstdFrames(chunks)) {
    let failure: unknown;
    try {
      decoder.push(bytes);
    } catch (error) {
      failure = error;
    }
    yield* decoded;
    if (failure !== undefined) throw new DecodeError(`the zstd stream is damaged: ${errorMessage(failure)}`);
    decoded = [];
    whole = endsFrame;
  }
  if (!whole) throw new DecodeError("the zstd stream ends in the middle of a frame");
}
