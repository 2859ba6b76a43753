import { stringifyChunked } from "@discoveryjs/json-ext";

const PIECE_LENGTH = 2 ** 16;

/**
 * A value as indented JSON, in pieces, none of which ends within a text: as one text, the document of a log of 100,000 stages takes as
 * much memory as the log that it was made from.
 */
export function toJsonPieces(value: unknown): Generator<string> {
  return stringifyChunked(value, { space: 2, highWaterMark: PIECE_LENGTH });
}
