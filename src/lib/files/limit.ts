import { Transform } from "node:stream";
import { InfrastructureError } from "../errors.ts";
import { formatBytes, formatCount } from "../text/format.ts";

/** The most bytes that are read of something, after decompression. */
export interface SizeLimit {
  readonly mostBytes: number;
  /** What it is of, at the start of a sentence: "An answer of GitHub's API". */
  readonly of: string;
}

/** More came than is read, by a limit that the message names. The same request would come to it again. */
export class LimitError extends InfrastructureError {}

export function tooLarge({ mostBytes, of }: SizeLimit): LimitError {
  return new LimitError(`${of} has more than ${formatBytes(mostBytes)}, which is the most that is read`);
}

/** Passes bytes on as they are, and ends with a LimitError where they are more than the limit. */
export function limitBytes(limit: SizeLimit): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _, done) {
      bytes += chunk.length;
      if (bytes > limit.mostBytes) done(tooLarge(limit));
      else done(null, chunk);
    },
  });
}

/**
 * @param of at the start of a sentence: "GitHub's list of artifacts"
 * @param what is counted, in the plural
 */
export function tooMany(of: string, most: number, what: string): LimitError {
  return new LimitError(`${of} has more than ${formatCount(most)} ${what}, which are the most that are read`);
}
