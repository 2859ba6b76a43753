import { DecodeError } from "./decode.ts";

export const ZSTD_MAGIC = 0xfd2fb528;
/** The low four bits are free. */
const SKIPPABLE_MAGIC = 0x184d2a50;

/** Part of one frame. */
export interface FramePiece {
  readonly bytes: Buffer;
  readonly endsFrame: boolean;
}

/**
 * Cuts a Zstandard stream at the ends of its frames, from the lengths in the headers of frames and blocks alone.
 * Throws DecodeError where something else than a header stands.
 * Source: RFC 8878, sections 3.1.1 and 3.1.2.
 */
export async function* splitZstdFrames(chunks: AsyncIterable<Buffer>): AsyncGenerator<FramePiece> {
  const walker = new FrameWalker();
  for await (const chunk of chunks) {
    for (let offset = 0; offset < chunk.length; ) {
      const { end, frameEnded } = walker.walk(chunk, offset);
      yield { bytes: chunk.subarray(offset, end), endsFrame: frameEnded };
      offset = end;
    }
  }
}

const HEADER_BYTES = { magic: 4, descriptor: 1, "skippable length": 4, block: 3 } as const;

/** Walks along a stream whose chunks may cut it anywhere. */
class FrameWalker {
  #awaits: keyof typeof HEADER_BYTES = "magic";
  readonly #header = Buffer.alloc(4);
  #gathered = 0;
  /** Bytes to pass over before the next header. */
  #skip = 0;
  #checksumBytes = 0;
  /** The frame ends behind the bytes to pass over. */
  #ending = false;

  /** Goes on to the end of the frame, or of the chunk when that comes first. */
  walk(chunk: Buffer, from: number): { end: number; frameEnded: boolean } {
    let offset = from;
    for (;;) {
      const skipped = Math.min(this.#skip, chunk.length - offset);
      this.#skip -= skipped;
      offset += skipped;
      if (this.#skip > 0) return { end: offset, frameEnded: false };
      if (this.#ending) {
        this.#ending = false;
        return { end: offset, frameEnded: true };
      }
      const wanted = HEADER_BYTES[this.#awaits];
      while (this.#gathered < wanted && offset < chunk.length) this.#header[this.#gathered++] = chunk[offset++]!;
      if (this.#gathered < wanted) return { end: offset, frameEnded: false };
      this.#gathered = 0;
      this.#read();
    }
  }

  #read(): void {
    const header = this.#header;
    switch (this.#awaits) {
      case "magic": {
        const magic = header.readUInt32LE();
        if (magic === ZSTD_MAGIC) this.#awaits = "descriptor";
        else if ((magic & ~15) >>> 0 === SKIPPABLE_MAGIC) this.#awaits = "skippable length";
        else throw new DecodeError("the zstd stream is damaged: no frame begins where the last one ended");
        break;
      }
      case "skippable length":
        this.#skip = header.readUInt32LE();
        this.#endFrame();
        break;
      case "descriptor": {
        const descriptor = header[0]!;
        const singleSegment = (descriptor & 0x20) !== 0;
        const contentSizeBytes = [singleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6]!;
        this.#skip = (singleSegment ? 0 : 1) + [0, 1, 2, 4][descriptor & 3]! + contentSizeBytes;
        this.#checksumBytes = (descriptor & 4) === 0 ? 0 : 4;
        this.#awaits = "block";
        break;
      }
      case "block": {
        const block = header.readUIntLE(0, 3);
        const runLength = ((block >> 1) & 3) === 1;
        this.#skip = runLength ? 1 : block >> 3;
        if ((block & 1) === 0) break;
        this.#skip += this.#checksumBytes;
        this.#endFrame();
        break;
      }
    }
  }

  #endFrame(): void {
    this.#ending = true;
    this.#awaits = "magic";
  }
}
