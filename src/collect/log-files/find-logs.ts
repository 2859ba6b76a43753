import type { Dirent } from "node:fs";
import { readdir, stat, statfs } from "node:fs/promises";
import path from "node:path";
import { BadInputError, errorCode, errorMessage } from "../../lib/errors.ts";
import { isLostName } from "../../lib/files/file-name.ts";
import { describeOddFile } from "../../lib/files/regular-file.ts";
import { joinLines } from "../../lib/text/printable.ts";
import { isZip } from "../codecs/detect-codec.ts";
import {
  compareNames,
  findDatabricksSource,
  findRollingSources,
  isRollingFolder,
  type LogSource,
  toFileSource,
  toRollingSource,
} from "./log-parts.ts";
import { classifyFile, readHead } from "./sniff.ts";

/** What lies in a folder that was searched and is not read. */
export interface PassedOver {
  readonly path: string;
  /** Goes on from the path: "begins like no event log". */
  readonly reason: string;
}

export interface FoundLogs {
  readonly sources: LogSource[];
  /** Zip archives, which may hold logs. */
  readonly archives: string[];
  readonly passedOver: PassedOver[];
}

/** A folder or an archive could be read and has no event log in it. */
export class NoLogError extends BadInputError {}

/** How deep folders are searched: what a Databricks cluster delivers has its logs in `<cluster>/eventlog/<driver>/<context>/`. */
const MAX_DEPTH = 6;
const LOST_NAME = "has a name that is not UTF-8: rename it";
/** By their numbers in statfs(2): what the kernel tells there may wait for ever, or have no end. */
const KERNEL_FILES: ReadonlyMap<number, string> = new Map([
  [0x9fa0, "/proc"],
  [0x62656572, "/sys"],
]);
/** Files that an error names. */
const MAX_NAMED = 5;

/**
 * Finds the logs that a path stands for.
 *
 * @param unpackedFrom the zip archive of which the path is the content: messages name it
 * @throws NoLogError where there is none, BadInputError where the path cannot be read
 */
export async function findLogs(logPath: string, unpackedFrom?: string): Promise<FoundLogs> {
  const stats = await stat(logPath).catch((error: unknown) => {
    throw new BadInputError(`Cannot read the event log ${logPath}: ${errorMessage(error)}`, {
      hint:
        errorCode(error) === "ENOENT"
          ? "Give a log file, a rolling folder (eventlog_v2_...) or a folder that holds some."
          : "Check the permissions of the file and its folders.",
      cause: error,
    });
  });
  const found: FoundLogs = { sources: [], archives: [], passedOver: [] };
  if (!stats.isDirectory()) {
    const odd = describeOddFile(stats);
    if (odd !== null) {
      throw new BadInputError(`${logPath} is ${odd}, and no event log`, {
        hint: "Write what comes of it into a file first, and give that.",
      });
    }
    await refuseKernelFiles(logPath);
    if (isZipFile(logPath)) found.archives.push(logPath);
    else found.sources.push(toFileSource(logPath));
    return found;
  }
  await searchFolder(logPath, MAX_DEPTH, found);
  if (found.sources.length === 0 && found.archives.length === 0) {
    throw refuseWithoutLog(logPath, found.passedOver, unpackedFrom);
  }
  return found;
}

/** The refusal of a folder, or of the archive that it was unpacked from, in which all was passed over. */
export function refuseWithoutLog(folder: string, passedOver: readonly PassedOver[], archive?: string): NoLogError {
  if (archive !== undefined && passedOver.length === 0) {
    return new NoLogError(`The zip archive ${archive} has no files in it`, { hint: "Fetch or make it again." });
  }
  const [place, advice] =
    archive === undefined
      ? [
          `folder ${folder}`,
          "Spark writes logs there when spark.eventLog.enabled is true and spark.eventLog.dir names the folder.",
        ]
      : [`zip archive ${archive}`, "Give the archive that a History Server offers, or one of event logs."];
  return new NoLogError(`No event log found in the ${place}`, {
    hint: joinLines([advice, ...describeFirst(passedOver, folder)]),
  });
}

/** What was passed over, one a line, with the paths below the folder. */
function describeFirst(passedOver: readonly PassedOver[], folder: string): string[] {
  const more = passedOver.length - MAX_NAMED;
  return [
    ...passedOver.slice(0, MAX_NAMED).map((file) => `${path.relative(folder, file.path)} ${file.reason}.`),
    ...(more > 0 ? [`There are ${more} more that are no logs.`] : []),
  ];
}

function isZipFile(file: string): boolean {
  try {
    return isZip(readHead(file));
  } catch {
    // Whoever reads the log says why it cannot be read.
    return false;
  }
}

async function searchFolder(folder: string, depth: number, found: FoundLogs): Promise<void> {
  const { files, folders, others } = await listFolder(folder);
  for (const { name, reason } of others) found.passedOver.push({ path: path.join(folder, name), reason });
  if (isRollingFolder(folder)) {
    found.sources.push(toRollingSource(folder, files));
    return;
  }
  const inParts = [findRollingSources(folder, files), findDatabricksSource(folder, files)];
  found.sources.push(...inParts.flatMap(({ sources }) => sources));
  for (const name of files) {
    if (inParts.some(({ names }) => names.has(name))) continue;
    const file = path.join(folder, name);
    const kind = classifyFile(file, name);
    if (kind === "log") found.sources.push(toFileSource(file));
    else if (kind === "zip") found.archives.push(file);
    else if (kind !== null) found.passedOver.push({ path: file, reason: kind.passedOver });
  }
  for (const name of folders) {
    const below = path.join(folder, name);
    const passOver = (reason: string) => found.passedOver.push({ path: below, reason });
    if (depth === 1) {
      passOver(`is a folder ${MAX_DEPTH} below the one given`);
      continue;
    }
    await searchFolder(below, depth - 1, found).catch((error: unknown) => {
      if (!(error instanceof BadInputError)) throw error;
      passOver(`cannot be read: ${errorMessage(error.cause)}`);
    });
  }
}

interface Listing {
  readonly files: string[];
  readonly folders: string[];
  /** Links that lead to no file, and all that is neither a file nor a folder. */
  readonly others: { readonly name: string; readonly reason: string }[];
}

async function refuseKernelFiles(place: string): Promise<void> {
  const { type } = await statfs(place).catch(() => ({ type: 0 }));
  const name = KERNEL_FILES.get(type);
  if (name === undefined) return;
  const cause = new Error(`it is the kernel's, as ${name} is`);
  throw new BadInputError(`${place} holds no event log: ${cause.message}`, { cause });
}

/** A folder's names in their order, without hidden ones: Hadoop's checksums (.events_1_app.crc) and what it has not finished. */
async function listFolder(folder: string): Promise<Listing> {
  await refuseKernelFiles(folder);
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw new BadInputError(`Cannot read the folder ${folder}: ${errorMessage(error)}`, {
      hint: "Check its permissions.",
      cause: error,
    });
  });
  const listed: Listing = { files: [], folders: [], others: [] };
  const visible = entries.filter(({ name }) => !name.startsWith(".") && !name.endsWith(".crc"));
  for (const entry of visible.sort((a, b) => compareNames(a.name, b.name))) {
    const odd = describeOddFile(entry);
    if (odd !== null) listed.others.push({ name: entry.name, reason: `is ${odd}` });
    else if (await isLostName(path.join(folder, entry.name)))
      listed.others.push({ name: entry.name, reason: LOST_NAME });
    else if (entry.isDirectory()) listed.folders.push(entry.name);
    else if (await isFile(folder, entry)) listed.files.push(entry.name);
    else if (entry.isSymbolicLink())
      listed.others.push({ name: entry.name, reason: await describeLink(folder, entry) });
  }
  return listed;
}

async function describeLink(folder: string, { name }: Dirent): Promise<string> {
  const target = await stat(path.join(folder, name)).catch(() => null);
  return target?.isDirectory()
    ? "is a link to a folder, which is not followed: give that folder itself"
    : "is a link that leads to no file";
}

/** Links to folders are not followed: they may lead in a circle. */
async function isFile(folder: string, entry: Dirent): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isFile();
  const target = await stat(path.join(folder, entry.name)).catch(() => null);
  return target?.isFile() ?? false;
}
