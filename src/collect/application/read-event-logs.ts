import { mkdir } from "node:fs/promises";
import path from "node:path";
import { BadInputError, errorMessage } from "../../lib/errors.ts";
import { LimitError } from "../../lib/files/limit.ts";
import { plural } from "../../lib/text/format.ts";
import type { Application } from "../../model/documents.ts";
import { ApplicationRecord } from "../event-log/application-record.ts";
import { findLogs, NoLogError, type PassedOver, refuseWithoutLog } from "../log-files/find-logs.ts";
import { type LogSource, pathOf } from "../log-files/log-parts.ts";
import {
  chooseWholeCopy,
  createTally,
  type ReadOptions as FileOptions,
  readLogFile,
} from "../log-files/read-log-file.ts";
import { readHead } from "../log-files/sniff.ts";
import { unzip, withTemporaryFolder } from "../log-files/unzip.ts";
import { findCutOffCopies, type ReadLog } from "./cut-off-copies.ts";
import { toApplication, toUnreadApplication } from "./to-application.ts";

export interface ReadOptions extends FileOptions {
  /** Hears of what lies in the folders given and is not read, and of cut-off copies of logs that are read whole. */
  readonly onPassedOver?: (file: PassedOver) => void;
}

/**
 * Reads Spark event logs: files, plain or compressed by zstd, lz4, snappy or lzf as Spark writes them, or by gzip; the parts of Spark's
 * rolling folders and of what Databricks delivers; zip archives of all these, as a History Server gives them; and folders of all these.
 * Streaming: memory grows by 20 bytes a task. An archive is unpacked beside the system's other temporary files.
 *
 * A log that is damaged, cut off or unfinished gives what could be read, `partial`, and the reason in `problems`; beside the whole log of the
 * same application it is left out. Throws BadInputError for a path that holds no log at all, or none that can be read.
 */
export async function readEventLogs(paths: readonly string[], options: ReadOptions = {}): Promise<Application[]> {
  const logs: ReadLog[] = [];
  for (const logPath of paths) logs.push(...(await readPath(logPath, options, readArchive)));
  const copies = findCutOffCopies(logs);
  for (const [copy, whole] of copies)
    options.onPassedOver?.({ path: copy.path, reason: `is a cut-off copy of ${whole.path}` });
  return logs.filter((log) => !copies.has(log)).map(({ application }) => application);
}

interface PathOptions extends ReadOptions {
  /** The zip archive that the path was unpacked from. */
  readonly unpackedFrom?: string;
}

async function readPath(
  logPath: string,
  options: PathOptions,
  openArchive: (archive: string, options: ReadOptions) => Promise<ReadLog[]>,
): Promise<ReadLog[]> {
  const { sources, archives, passedOver } = await findLogs(logPath, options.unpackedFrom);
  for (const file of passedOver) options.onPassedOver?.(file);
  const logs: ReadLog[] = [];
  const unreadable: { log: string; error: unknown }[] = [];
  const attempt = async (log: string, read: () => Promise<ReadLog[]>) => {
    try {
      logs.push(...(await read()));
    } catch (error) {
      unreadable.push({ log, error });
    }
  };
  for (const source of sources) {
    const log = pathOf(source);
    await attempt(log, async () => [{ path: log, application: await readLog(source, options) }]);
  }
  for (const archive of archives) await attempt(archive, () => openArchive(archive, options));
  const withoutLog = unreadable.filter(({ error }) => error instanceof NoLogError);
  const others = unreadable.filter((one) => !withoutLog.includes(one));
  const emptyArchives = withoutLog.map(({ log }) => ({ path: log, reason: "is a zip archive without an event log" }));
  const [first] = others;
  if (first !== undefined && logs.length === 0) throw first.error;
  if (logs.length === 0)
    throw archives[0] === logPath ? withoutLog[0]?.error : refuseWithoutLog(logPath, [...passedOver, ...emptyArchives]);
  for (const archive of emptyArchives) options.onPassedOver?.(archive);
  // Beside logs that could be read, one that could not is shown with its reason in place of stopping everything.
  for (const { log, error } of others) {
    const ours = error instanceof BadInputError ? "" : "internal error, please report it: ";
    logs.push({ path: log, application: toUnreadApplication(path.basename(log), `${ours}${errorMessage(error)}`) });
  }
  return logs;
}

/** The logs in a zip archive, whose path stands for that of the folder that it is unpacked into. */
async function readArchive(archive: string, options: ReadOptions): Promise<ReadLog[]> {
  return withTemporaryFolder(async (temporary) => {
    const folder = path.join(temporary, path.basename(archive));
    const named = (text: string) => text.replaceAll(folder, archive);
    await mkdir(folder);
    await unzip(archive, folder).catch((error: unknown) => {
      throw new BadInputError(`The zip archive ${archive} cannot be unpacked: ${named(errorMessage(error))}`, {
        hint:
          error instanceof LimitError
            ? "Unpack it yourself, and give the folder."
            : "Fetch it again if it is not whole, and see that the folder for temporary files (TMPDIR) has room for it.",
        cause: error,
      });
    });
    const onPassedOver = (file: PassedOver) => options.onPassedOver?.({ ...file, path: named(file.path) });
    try {
      const logs = await readPath(folder, { ...options, onPassedOver, unpackedFrom: archive }, refuseArchive);
      return logs.map(({ path: log, application }) => ({
        path: named(log),
        application: { ...application, problems: application.problems.map(named) },
      }));
    } catch (error) {
      if (!(error instanceof BadInputError) || error instanceof NoLogError) throw error;
      const hint = error.hint === undefined ? {} : { hint: error.hint };
      throw new BadInputError(named(error.message), { ...hint, cause: error });
    }
  });
}

async function refuseArchive(archive: string): Promise<never> {
  throw new BadInputError(`${archive} is a zip archive within another one`, { hint: "Unzip the outer one first." });
}

/** What cannot be looked at is left to whoever reads it. */
function isEmptyFile(file: string): boolean {
  try {
    // Not by its size, which some file systems do not know.
    return readHead(file).length === 0;
  } catch {
    return false;
  }
}

async function readLog(source: LogSource, options: ReadOptions): Promise<Application> {
  const record = new ApplicationRecord();
  const tally = createTally();
  const problems = [...source.problems];
  const remarks: string[] = [];
  let refusal: BadInputError | undefined;
  for (const [index, first] of source.files.entries()) {
    const copies = source.copies?.get(first) ?? [];
    const file = copies.length === 0 ? first : await chooseWholeCopy([first, ...copies]);
    if (file !== first) remarks.push(`${first} is cut off and left out: ${path.basename(file)} beside it is whole`);
    try {
      if (index > 0 && index === source.files.length - 1 && isEmptyFile(file)) {
        remarks.push(`${file} is empty, as the last file of a log is when it has just been begun`);
        continue;
      }
      const problem = await readLogFile(file, record, tally, options);
      if (problem !== null) problems.push(tally.events > 0 ? `${problem}; what came before is read` : problem);
    } catch (error) {
      if (!(error instanceof BadInputError)) throw error;
      refusal ??= error;
      problems.push(error.message);
    }
  }
  if (tally.events === 0) {
    if (refusal !== undefined) throw refusal;
    const nothing = tally.contentBytes === 0 ? "it is empty once it is decompressed" : "it has no event in it";
    throw new BadInputError(`${source.files[0] ?? source.name} is not a Spark event log: ${problems[0] ?? nothing}`, {
      hint: 'An event log has one JSON object a line, each with an "Event".',
    });
  }
  if (tally.damagedLines > 0) problems.push(`${plural(tally.damagedLines, "damaged line")} left out`);
  if (tally.longLines > 0) {
    problems.push(
      `${plural(tally.longLines, "line")} longer than can be read left out (the longest has ${tally.longestLineBytes} bytes)`,
    );
  }
  return toApplication(record, {
    logName: source.name,
    inProgress: source.inProgress,
    problems,
    remarks,
    lacksParts: source.problems.length > 0,
  });
}
