import { createGunzip } from "node:zlib";
import { errorCode } from "../../lib/errors.ts";
import { DecodeError } from "./decode.ts";

export const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);

/** What is fed at once: gzip makes at most 1,032 bytes of one, so that no more than 16 MB wait to be read. */
const FED_BYTES = 16 * 1024;
const PIECE_BYTES = 128 * 1024;

/**
 * Decodes gzip, member after member, as Databricks and people write it. A stream that is cut off or damaged gives all that comes before
 * and then a DecodeError, where Node's own stream drops what nobody has read by then.
 */
export async function* decodeGzip(chunks: Iterable<Buffer>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: PIECE_BYTES });
  const pieces: Buffer[] = [];
  let failure: Error | undefined;
  let ended = false;
  let goOn: () => void = () => undefined;
  gunzip
    .on("data", (piece: Buffer) => pieces.push(piece))
    .once("end", () => {
      ended = true;
      goOn();
    })
    .once("error", (error) => {
      failure = error;
      goOn();
    });
  /** Waits until what was begun is done, the stream has ended, or it has failed: whichever comes first. */
  const until = (begin: (done: () => void) => void) =>
    new Promise<void>((done) => {
      goOn = done;
      begin(done);
    });
  try {
    for (const chunk of chunks) {
      for (let at = 0; at < chunk.length && failure === undefined && !ended; at += FED_BYTES) {
        await until((done) => gunzip.write(chunk.subarray(at, at + FED_BYTES), done));
        yield* pieces.splice(0);
      }
    }
    if (failure === undefined && !ended) await until(() => gunzip.end());
    yield* pieces.splice(0);
  } finally {
    gunzip.destroy();
  }
  if (failure === undefined) return;
  throw new DecodeError(
    errorCode(failure) === "Z_BUF_ERROR" ? "the gzip stream ends in the middle" : "the gzip stream is damaged",
  );
}
