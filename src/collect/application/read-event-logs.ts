import { mkdir, stat } from "node:fs/promises";
import path from "node:path";
import { BadInputError, errorMessage } from "../../lib/errors.ts";
import { plural } from "../../lib/text/format.ts";
import type { Application } from "../../model/documents.ts";
import { ApplicationRecord } from "../event-log/application-record.ts";
import { findLogs, type PassedOver } from "../log-files/find-logs.ts";
import type { LogSource } from "../log-files/log-parts.ts";
import {
  chooseWholeCopy,
  type ReadOptions as FileOptions,
  readLogFile,
  type Tally,
} from "../log-files/read-log-file.ts";
import { unzip, withTemporaryFolder } from "../log-files/unzip.ts";
import { toApplication, toUnreadApplication } from "./to-application.ts";

export interface ReadOptions extends FileOptions {
  /** Hears of what lies in the folders given and is not read. */
  readonly onPassedOver?: (file: PassedOver) => void;
}

/**
 * Reads Spark event logs: files, plain or compressed by zstd, lz4, snappy or lzf as Spark writes them, or by gzip; the parts of Spark's
 * rolling folders and of what Databricks delivers; zip archives of all these, as a History Server gives them; and folders of all these.
 * Streaming: memory grows by 20 bytes a task. An archive is unpacked beside the system's other temporary files.
 *
 * A log that is damaged, cut off or unfinished gives what could be read, `partial`, and the reason in `problems`. Throws
 * BadInputError for a path that holds no log at all, or none that can be read.
 */
export async function readEventLogs(paths: readonly string[], options: ReadOptions = {}): Promise<Application[]> {
  const applications: Application[] = [];
  for (const logPath of paths) applications.push(...(await readPath(logPath, options, readArchive)));
  return applications;
}

async function readPath(
  logPath: string,
  options: ReadOptions,
  openArchive: (archive: string, options: ReadOptions) => Promise<Application[]>,
): Promise<Application[]> {
  const { sources, archives, passedOver } = await findLogs(logPath);
  for (const file of passedOver) options.onPassedOver?.(file);
  const applications: Application[] = [];
  const unreadable: { name: string; error: unknown }[] = [];
  const attempt = async (name: string, read: () => Promise<Application[]>) => {
    try {
      applications.push(...(await read()));
    } catch (error) {
      unreadable.push({ name, error });
    }
  };
  for (const source of sources) await attempt(source.name, async () => [await readLog(source, options)]);
  for (const archive of archives) await attempt(path.basename(archive), () => openArchive(archive, options));
  const [first] = unreadable;
  if (first !== undefined && applications.length === 0) throw first.error;
  // Beside logs that could be read, one that could not is shown with its reason in place of stopping everything.
  for (const { name, error } of unreadable) {
    const ours = error instanceof BadInputError ? "" : "internal error, please report it: ";
    applications.push(toUnreadApplication(name, `${ours}${errorMessage(error)}`));
  }
  return applications;
}

/** The logs in a zip archive, whose path stands for that of the folder that it is unpacked into. */
async function readArchive(archive: string, options: ReadOptions): Promise<Application[]> {
  return withTemporaryFolder(async (temporary) => {
    const folder = path.join(temporary, path.basename(archive));
    const named = (text: string) => text.replaceAll(folder, archive);
    await mkdir(folder);
    await unzip(archive, folder).catch((error: unknown) => {
      throw new BadInputError(`The zip archive ${archive} cannot be unpacked: ${named(errorMessage(error))}`, {
        hint: "Fetch it again if it is not whole, and see that the folder for temporary files (TMPDIR) has room for it.",
        cause: error,
      });
    });
    const onPassedOver = (file: PassedOver) => options.onPassedOver?.({ ...file, path: named(file.path) });
    try {
      const applications = await readPath(folder, { ...options, onPassedOver }, refuseArchive);
      return applications.map((application) => ({ ...application, problems: application.problems.map(named) }));
    } catch (error) {
      if (!(error instanceof BadInputError)) throw error;
      const hint = error.hint === undefined ? {} : { hint: error.hint };
      throw new BadInputError(named(error.message), { ...hint, cause: error });
    }
  });
}

async function refuseArchive(archive: string): Promise<Application[]> {
  throw new BadInputError(`${archive} is a zip archive within another one`, { hint: "Unzip the outer one first." });
}

/** What cannot be looked at is left to whoever reads it. */
async function isEmptyFile(file: string): Promise<boolean> {
  const stats = await stat(file).catch(() => null);
  return stats?.size === 0;
}

const TAR = /\.(tar(\.\w+)?|tgz)$/;

async function readLog(source: LogSource, options: ReadOptions): Promise<Application> {
  const record = new ApplicationRecord();
  const tally: Tally = { events: 0, damagedLines: 0, longLines: 0, longestLineBytes: 0 };
  const problems = [...source.problems];
  const remarks: string[] = [];
  let refusal: BadInputError | undefined;
  for (const [index, first] of source.files.entries()) {
    const copies = source.copies?.get(first) ?? [];
    const file = copies.length === 0 ? first : await chooseWholeCopy([first, ...copies]);
    if (file !== first) remarks.push(`${first} is cut off and left out: ${path.basename(file)} beside it is whole`);
    try {
      if (index > 0 && index === source.files.length - 1 && (await isEmptyFile(file))) {
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
    throw (
      refusal ??
      new BadInputError(
        `${source.files[0] ?? source.name} is not a Spark event log: ${problems[0] ?? "it has no event in it"}`,
        {
          hint: source.files.some((file) => TAR.test(file))
            ? "Unpack it first: tar -xf."
            : 'An event log has one JSON object a line, each with an "Event".',
        },
      )
    );
  }
  if (tally.damagedLines > 0) problems.push(`${plural(tally.damagedLines, "damaged line")} left out`);
  if (tally.longLines > 0) {
    problems.push(
      `${tally.longLines} of its lines are longer than can be read (the longest has ${tally.longestLineBytes} bytes) and were left out`,
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
