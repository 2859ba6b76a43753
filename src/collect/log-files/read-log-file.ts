import { closeSync, openSync, readSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { BadInputError, errorCode, errorMessage } from "../../lib/errors.ts";
import { DecodeError } from "../codecs/decode.ts";
import { type Codec, describeForeignFormat, detectCodec, PLAIN_TEXT } from "../codecs/detect-codec.ts";
import { createLineReader, type EventHandlers } from "../event-log/parse-event.ts";
import { describeWrapped, holdsEvents, readHead } from "./sniff.ts";
import { DEFAULT_MAX_LINE_BYTES, LineSplitter } from "./split-lines.ts";

const READ_BYTES = 256 * 1024;
/** Work between two looks at the event loop, some 10 ms: progress is drawn and Ctrl-C heard while a large log is read. */
const BYTES_IN_ONE_GO = 4 * 2 ** 20;

export interface ReadOptions {
  /** Longer lines are passed over and reported. */
  readonly maxLineBytes?: number;
}

/** What was found in the files of a log. */
export interface Tally {
  /** Events of Spark's, needed or not. */
  events: number;
  /** What the files hold, decompressed. */
  contentBytes: number;
  damagedLines: number;
  longLines: number;
  longestLineBytes: number;
}

export function createTally(): Tally {
  return { events: 0, contentBytes: 0, damagedLines: 0, longLines: 0, longestLineBytes: 0 };
}

/**
 * Feeds one file's events to the handlers, and counts. Returns why it could not be read to its end, or null. Throws BadInputError
 * for a file that cannot be read or is no event log by its first bytes.
 */
export async function readLogFile(
  file: string,
  handlers: EventHandlers,
  tally: Tally,
  { maxLineBytes = DEFAULT_MAX_LINE_BYTES }: ReadOptions,
): Promise<string | null> {
  const readLine = createLineReader(handlers);
  let lastLineDamaged = false;
  let lastLineEmpty = false;
  const splitter = new LineSplitter(
    {
      onLine: (bytes, start, end) => {
        const outcome = readLine(bytes, start, end);
        lastLineDamaged = outcome === "damaged";
        lastLineEmpty = lastLineDamaged && bytes.subarray(start, end).every((byte) => byte === 0);
        if (lastLineDamaged) tally.damagedLines += 1;
        else if (outcome !== "blank") tally.events += 1;
      },
      onLongLine: (length) => {
        lastLineDamaged = false;
        tally.longLines += 1;
        tally.longestLineBytes = Math.max(tally.longestLineBytes, length);
      },
    },
    maxLineBytes,
  );
  let problem = await decodeFile(file, (piece) => {
    tally.contentBytes += piece.length;
    splitter.write(piece);
  });
  // A last line without its newline is whole or cut off; cut off, it is the writer's end and no damage of its own. Zeros are room that
  // a file system had reserved.
  if (splitter.end() > 0 && lastLineDamaged) {
    tally.damagedLines -= 1;
    if (!lastLineEmpty) problem ??= "the log ends in the middle of a line";
  }
  return problem;
}

/**
 * The copy of a file that is whole: of those that can be decoded to their end the longest, the first of several that are alike; else
 * the first.
 */
export async function chooseWholeCopy(copies: readonly [string, ...string[]]): Promise<string> {
  let [chosen] = copies;
  let longestBytes = -1;
  for (const file of copies) {
    let bytes = 0;
    const isWhole = await decodeFile(file, (piece) => {
      bytes += piece.length;
    }).then(
      (problem) => problem === null,
      () => false,
    );
    if (!isWhole || bytes <= longestBytes) continue;
    chosen = file;
    longestBytes = bytes;
  }
  return chosen;
}

/** Decodes a file. Returns why that did not go to its end, or null. Throws BadInputError as `readLogFile` does. */
async function decodeFile(file: string, onPiece: (piece: Uint8Array) => void): Promise<string | null> {
  let descriptor: number | undefined;
  try {
    const codec = chooseCodec(file, readHead(file));
    descriptor = openSync(file, "r");
    await codec.prepare?.();
    const content = codec.decode(readChunks(descriptor));
    if (Symbol.asyncIterator in content) for await (const piece of content) onPiece(piece);
    else await feed(content, onPiece);
    return null;
  } catch (error) {
    if (error instanceof DecodeError) return error.message;
    if (errorCode(error) === undefined || error instanceof BadInputError) throw error;
    throw new BadInputError(`Cannot read the event log ${file}: ${errorMessage(error)}`, {
      hint: "Check the file, its permissions and its disk.",
      cause: error,
    });
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** Not by `for await`: a piece is valid only until its decoder is asked again, which another log that is read may do meanwhile. */
async function feed(pieces: Iterable<Uint8Array>, onPiece: (piece: Uint8Array) => void): Promise<void> {
  let bytesInOneGo = 0;
  for (const piece of pieces) {
    onPiece(piece);
    bytesInOneGo += piece.length;
    if (bytesInOneGo < BYTES_IN_ONE_GO) continue;
    bytesInOneGo = 0;
    await setImmediate();
  }
}

/**
 * The file's bytes, from their beginning each time that they are iterated. A chunk is valid until the next but one is asked for: decoders
 * hold on to the end of one until the next has come. Two buffers in turn, as new memory for each took 5 % of the time.
 */
function readChunks(descriptor: number): Iterable<Buffer> {
  return {
    *[Symbol.iterator]() {
      let [buffer, other] = [Buffer.allocUnsafeSlow(READ_BYTES), Buffer.allocUnsafeSlow(READ_BYTES)];
      for (let at = 0; ; ) {
        const bytesRead = readSync(descriptor, buffer, 0, READ_BYTES, at);
        if (bytesRead === 0) return;
        at += bytesRead;
        yield buffer.subarray(0, bytesRead);
        [buffer, other] = [other, buffer];
      }
    },
  };
}

function chooseCodec(file: string, head: Buffer): Codec {
  if (head.length === 0) throw new BadInputError(`The event log ${file} is empty`);
  const wrapped = describeWrapped(head);
  const codec = detectCodec(head);
  if (codec !== undefined && wrapped === undefined) return codec;
  const foreign = wrapped ?? describeForeignFormat(head);
  // The end of a log, cut off by its size, begins in the middle of a line.
  if (foreign === undefined && holdsEvents(head)) return PLAIN_TEXT;
  throw new BadInputError(
    `${file} is not a Spark event log: it ${foreign ? `is ${foreign.name}` : "begins like none"}`,
    {
      hint:
        foreign?.hint ??
        "Spark writes event logs as lines of JSON, plain or compressed by zstd, lz4, snappy or lzf. They may be in gzip or zip, too.",
    },
  );
}
