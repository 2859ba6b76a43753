import { createGunzip } from "node:zlib";
import { errorCode } from "../../lib/errors.ts";
import { DecodeError } from "./decode.ts";

export const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);

/** What is fed at once: gzip makes at most 1,032 bytes of one, so that no more than 16 MB wait to be read. */
const FED_BYTES = 16 * 1024;
const PIECE_BYTES = 128 * 1024;

/**
 * Decodes gzip, member after member, as Databricks and people write it. A stream that is cut off or damaged, or has something else behind
 * its end, gives all that comes before and then a DecodeError.
 *
 * Node drops what it had decompressed of the piece in which it finds damage. The stream is then read once more, that piece byte by byte.
 *
 * @param chunks are iterated a second time for a stream that is damaged
 */
export async function* decodeGzip(chunks: Iterable<Buffer>): AsyncGenerator<Uint8Array> {
  const outcome = yield* gunzip(split(chunks), 0);
  if (outcome.failure === null) return;
  if (errorCode(outcome.failure) !== "Z_BUF_ERROR")
    yield* gunzip(split(chunks, outcome.piecesFed - 1), outcome.decodedBytes);
  throw new DecodeError(describeFailure(outcome.failure));
}

function describeFailure(failure: Error): string {
  if (errorCode(failure) === "Z_BUF_ERROR") return "the gzip stream ends in the middle";
  // Source: zlib, inflate.c. A wrong checksum is damage: it may be in the content.
  if (/incorrect header check|unknown compression method|unknown header flags/.test(failure.message))
    return "behind the end of the gzip stream there is something else";
  return "the gzip stream is damaged";
}

/** @param singly the number of the piece, from 0, that is given byte by byte */
function* split(chunks: Iterable<Buffer>, singly = -1): Generator<Buffer> {
  let number = 0;
  for (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += FED_BYTES, number += 1) {
      const piece = chunk.subarray(at, at + FED_BYTES);
      if (number !== singly) yield piece;
      else for (let byte = 0; byte < piece.length; byte++) yield piece.subarray(byte, byte + 1);
    }
  }
}

interface Outcome {
  readonly failure: Error | null;
  readonly piecesFed: number;
  readonly decodedBytes: number;
}

/** Gives what the pieces decompress to, without its first `skippedBytes`. */
async function* gunzip(fed: Iterable<Buffer>, skippedBytes: number): AsyncGenerator<Uint8Array, Outcome> {
  const gunzip = createGunzip({ chunkSize: PIECE_BYTES });
  const pieces: Buffer[] = [];
  let failure: Error | null = null;
  let ended = false;
  let piecesFed = 0;
  let decodedBytes = 0;
  let goOn: () => void = () => undefined;
  gunzip
    .on("data", (piece: Buffer) => {
      const isNew = piece.subarray(Math.max(0, skippedBytes - decodedBytes));
      decodedBytes += piece.length;
      if (isNew.length > 0) pieces.push(isNew);
    })
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
  const isDone = () => failure !== null || ended;
  try {
    for (const piece of fed) {
      piecesFed += 1;
      await until((done) => gunzip.write(piece, done));
      yield* pieces.splice(0);
      if (isDone()) break;
    }
    if (!isDone()) await until(() => gunzip.end());
    yield* pieces.splice(0);
  } finally {
    gunzip.destroy();
  }
  return { failure, piecesFed, decodedBytes };
}
