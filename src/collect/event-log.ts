import { type FileHandle, open } from "node:fs/promises";
import { BadInputError, errorMessage } from "../lib/errors.ts";
import type { Application } from "../model/documents.ts";
import { ApplicationRecord } from "./application-record.ts";
import { DecodeError } from "./codecs/decode.ts";
import { describeForeignFormat, detectCodec, SNIFF_BYTES } from "./codecs/detect-codec.ts";
import { findLogs, type LogSource } from "./find-logs.ts";
import { createLineReader } from "./parse-event.ts";
import { DEFAULT_MAX_LINE_BYTES, LineSplitter } from "./split-lines.ts";
import { toApplication, toUnreadApplication } from "./to-application.ts";

const READ_BYTES = 256 * 1024;

export interface ReadOptions {
  /** Longer lines are passed over and reported. */
  readonly maxLineBytes?: number;
}

/**
 * Reads Spark event logs of 3.x and 4.x: files, plain or compressed by zstd, lz4, snappy or lzf as Spark writes them, rolling folders,
 * and folders of both. Streaming: memory grows by 20 bytes a task.
 *
 * A log that is damaged, cut off or unfinished gives what could be read, `partial`, and the reason in `problems`. Throws
 * BadInputError for a path that holds no log at all, or none that can be read.
 */
export async function readEventLogs(paths: readonly string[], options: ReadOptions = {}): Promise<Application[]> {
  const applications: Application[] = [];
  for (const logPath of paths) {
    const sources = await findLogs(logPath);
    const unreadable: { source: LogSource; error: BadInputError }[] = [];
    const before = applications.length;
    for (const source of sources) {
      try {
        applications.push(await readLog(source, options));
      } catch (error) {
        if (!(error instanceof BadInputError)) throw error;
        unreadable.push({ source, error });
      }
    }
    const [first] = unreadable;
    if (first !== undefined && applications.length === before) throw first.error;
    // Beside logs that could be read, one that could not is shown with its reason in place of stopping everything.
    for (const { source, error } of unreadable) applications.push(toUnreadApplication(source.name, error.message));
  }
  return applications;
}

/** Counts what in a log could not be read. */
interface Damage {
  lines: number;
  longLines: number;
  longestLineBytes: number;
  /** Events of Spark's, needed or not. */
  events: number;
}

async function readLog(source: LogSource, options: ReadOptions): Promise<Application> {
  const record = new ApplicationRecord();
  const damage: Damage = { lines: 0, longLines: 0, longestLineBytes: 0, events: 0 };
  const problems = [...source.problems];
  let refusal: BadInputError | undefined;
  for (const file of source.files) {
    try {
      const problem = await readFile(file, record, damage, options);
      if (problem !== null) problems.push(problem);
    } catch (error) {
      if (!(error instanceof BadInputError)) throw error;
      refusal ??= error;
      problems.push(error.message);
    }
  }
  if (damage.events === 0) {
    throw (
      refusal ??
      new BadInputError(
        `${source.files[0] ?? source.name} is not a Spark event log: ${problems[0] ?? "it has no event in it"}`,
        {
          hint: 'An event log has one JSON object a line, each with an "Event".',
        },
      )
    );
  }
  if (damage.lines > 0) problems.push(`${damage.lines} of its lines are damaged and were left out`);
  if (damage.longLines > 0) {
    problems.push(
      `${damage.longLines} of its lines are longer than can be read (the longest has ${damage.longestLineBytes} bytes) and were left out`,
    );
  }
  return toApplication(record, { logName: source.name, inProgress: source.inProgress, problems });
}

/** Feeds one file's events to the record. Returns why it could not be read to its end, or null. Throws BadInputError for no log. */
async function readFile(
  file: string,
  record: ApplicationRecord,
  damage: Damage,
  { maxLineBytes = DEFAULT_MAX_LINE_BYTES }: ReadOptions,
): Promise<string | null> {
  const readLine = createLineReader(record);
  let lastLineDamaged = false;
  const splitter = new LineSplitter(
    {
      onLine: (bytes, start, end) => {
        const outcome = readLine(bytes, start, end);
        lastLineDamaged = outcome === "damaged";
        if (lastLineDamaged) damage.lines += 1;
        else damage.events += 1;
      },
      onLongLine: (length) => {
        damage.longLines += 1;
        damage.longestLineBytes = Math.max(damage.longestLineBytes, length);
      },
    },
    maxLineBytes,
  );
  const handle = await open(file).catch((error: unknown) => {
    throw new BadInputError(`Cannot read the event log ${file}: ${errorMessage(error)}`, {
      hint: "Check the permissions of the file.",
      cause: error,
    });
  });
  let problem: string | null = null;
  try {
    const head = Buffer.alloc(SNIFF_BYTES);
    const { bytesRead } = await handle.read(head, 0, SNIFF_BYTES, 0);
    const decode = chooseDecoder(file, head.subarray(0, bytesRead));
    for await (const piece of decode(readChunks(handle))) splitter.write(piece);
  } catch (error) {
    if (error instanceof BadInputError) throw error;
    if (!(error instanceof DecodeError)) {
      throw new BadInputError(`Cannot read the event log ${file}: ${errorMessage(error)}`, { cause: error });
    }
    problem = `${error.message}; what came before is read`;
  } finally {
    await handle.close();
  }
  // A last line without its newline is whole or cut off; cut off, it is the writer's end and no damage of its own.
  if (splitter.end() > 0 && lastLineDamaged) {
    damage.lines -= 1;
    problem ??= "the log ends in the middle of a line";
  }
  return problem;
}

/** The file's bytes. The next chunk is read while the last one is being worked on. */
async function* readChunks(handle: FileHandle): AsyncGenerator<Buffer> {
  const readNext = (at: number) => handle.read(Buffer.allocUnsafeSlow(READ_BYTES), 0, READ_BYTES, at);
  let at = 0;
  let reading = readNext(at);
  try {
    for (;;) {
      const { buffer, bytesRead } = await reading;
      if (bytesRead === 0) return;
      at += bytesRead;
      reading = readNext(at);
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    // Whoever stops early must not leave a read on a file that is about to be closed.
    await reading.catch(() => {});
  }
}

function chooseDecoder(file: string, head: Buffer) {
  if (head.length === 0) throw new BadInputError(`The event log ${file} is empty`);
  const decode = detectCodec(head);
  if (decode !== undefined) return decode;
  const foreign = describeForeignFormat(head);
  throw new BadInputError(
    `${file} is not a Spark event log: it ${foreign ? `is ${foreign.name}` : "begins like none"}`,
    {
      hint:
        foreign?.hint ?? "Spark writes event logs as lines of JSON, plain or compressed by zstd, lz4, snappy or lzf.",
    },
  );
}
