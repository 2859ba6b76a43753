import { ZSTDDecoder } from "zstddec/stream";
import { DecodeError } from "./decode.ts";

export const ZSTD_MAGIC = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/** Of the library what is needed of it, compiled: its own `decodeStreaming` never gives back what a damaged stream had taken. */
class Compiled extends ZSTDDecoder {
  static module: WebAssembly.Module | undefined;

  override _init(result: WebAssembly.WebAssemblyInstantiatedSource): void {
    Compiled.module = result.module;
    super._init(result);
  }
}

/** What zstd exports; pointers and sizes are numbers of 32 bits. */
interface Zstd {
  readonly memory: WebAssembly.Memory;
  malloc(bytes: number): number;
  free(pointer: number): void;
  ZSTD_createDCtx(): number;
  ZSTD_freeDCtx(context: number): void;
  ZSTD_DStreamOutSize(): number;
  /** Bytes that the frame still needs, 0 at its end; below 0, as the number is read here, an error. */
  ZSTD_decompressStream(context: number, output: number, input: number): number;
}

/** One that has done its work, for the next stream: to make one takes milliseconds. */
let idle: Zstd | undefined;

function takeZstd(): Zstd {
  const taken = idle;
  idle = undefined;
  if (taken !== undefined) return taken;
  if (Compiled.module === undefined) throw new Error("prepareZstd is to be awaited first");
  const imports = { env: { emscripten_notify_memory_growth: () => undefined } };
  return new WebAssembly.Instance(Compiled.module, imports).exports as unknown as Zstd;
}

/** Compiles the WebAssembly of the decoder; to be awaited once before decodeZstd. */
export async function prepareZstd(): Promise<void> {
  await new Compiled().init();
}

/** A pointer, a size and a place in what it points at: `ZSTD_inBuffer` and `ZSTD_outBuffer`. */
const BUFFER_BYTES = 12;

/**
 * Decodes Zstandard, frame after frame: Spark writes tens to hundreds of them into one file, while Node's own decoder (which Node 20
 * does not have) stops after the first without an error. A stream that is cut off or damaged gives what comes before and then a
 * DecodeError; the memory in which it was decoded is then given up with all that it holds.
 *
 * The decoder is the reference implementation in WebAssembly; on event logs it decoded 1.9 GB a CPU second, fzstd 0.3.
 * Source: https://github.com/facebook/zstd/blob/v1.5.0/examples/streaming_decompression.c
 */
export function* decodeZstd(chunks: Iterable<Buffer>): Generator<Uint8Array> {
  const zstd = takeZstd();
  const context = zstd.ZSTD_createDCtx();
  const outputBytes = zstd.ZSTD_DStreamOutSize();
  const content = zstd.malloc(outputBytes);
  const output = zstd.malloc(BUFFER_BYTES);
  const input = zstd.malloc(BUFFER_BYTES);
  /** Memory that grows is another buffer. */
  const words = () => new DataView(zstd.memory.buffer);
  const fill = (buffer: number, pointer: number, bytes: number) => {
    for (const [index, word] of [pointer, bytes, 0].entries()) words().setUint32(buffer + 4 * index, word, true);
  };
  const placeIn = (buffer: number) => words().getUint32(buffer + 8, true);
  let isOpen = false;
  for (const chunk of chunks) {
    const pointer = zstd.malloc(chunk.length);
    new Uint8Array(zstd.memory.buffer).set(chunk, pointer);
    fill(input, pointer, chunk.length);
    let isFull = false;
    // A piece that fills its room may have more behind it when all of the input is taken.
    while (placeIn(input) < chunk.length || (isFull && isOpen)) {
      fill(output, content, outputBytes);
      const left = zstd.ZSTD_decompressStream(context, output, input);
      const decoded = placeIn(output);
      if (decoded > 0) yield new Uint8Array(zstd.memory.buffer, content, decoded);
      if (left < 0) throw new DecodeError("the zstd stream is damaged");
      isOpen = left > 0;
      isFull = decoded === outputBytes;
    }
    zstd.free(pointer);
  }
  if (isOpen) throw new DecodeError("the zstd stream ends in the middle of a frame");
  for (const pointer of [content, output, input]) zstd.free(pointer);
  zstd.ZSTD_freeDCtx(context);
  idle = zstd;
}
