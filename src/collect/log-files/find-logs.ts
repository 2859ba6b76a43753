import { open, readdir, stat } from "node:fs/promises";
import path from "node:path";
import { BadInputError, errorCode, errorMessage } from "../../lib/errors.ts";
import { detectCodec, SNIFF_BYTES } from "../codecs/detect-codec.ts";

/** The event log of one application: a file, or the files of a rolling folder in their order. */
export interface LogSource {
  readonly name: string;
  readonly files: readonly string[];
  readonly inProgress: boolean;
  /** Gaps among a rolling folder's files. */
  readonly problems: readonly string[];
}

/** How deep folders are searched: a run's `eventlogs/<case>/<log>` and one more. */
const MAX_DEPTH = 3;

const IN_PROGRESS = ".inprogress";
/** `events_<index>_<application>[.codec][.compact]` */
const ROLLING_FILE = /^events_(\d+)_.+?(\.compact)?$/;

/** Finds the logs that a path stands for. Throws BadInputError where there is none. */
export async function findLogs(logPath: string): Promise<LogSource[]> {
  const stats = await stat(logPath).catch((error: unknown) => {
    throw new BadInputError(`Cannot read the event log ${logPath}: ${errorMessage(error)}`, {
      hint:
        errorCode(error) === "ENOENT"
          ? "Give a log file, a rolling folder (eventlog_v2_...) or a folder that holds some."
          : "Check the permissions of the file and its folders.",
      cause: error,
    });
  });
  if (!stats.isDirectory()) {
    if (!stats.isFile()) throw new BadInputError(`${logPath} is neither a file nor a folder`);
    return [toFileSource(logPath)];
  }
  const sources = await searchFolder(logPath, MAX_DEPTH);
  if (sources.length === 0) {
    throw new BadInputError(`No event log found in the folder ${logPath}`, {
      hint: "Spark writes logs there when spark.eventLog.enabled is true and spark.eventLog.dir names the folder.",
    });
  }
  return sources;
}

function toFileSource(file: string): LogSource {
  return { name: path.basename(file), files: [file], inProgress: file.endsWith(IN_PROGRESS), problems: [] };
}

async function searchFolder(folder: string, depth: number): Promise<LogSource[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw new BadInputError(`Cannot read the folder ${folder}: ${errorMessage(error)}`, {
      hint: "Check its permissions.",
      cause: error,
    });
  });
  // Hidden files are Hadoop's checksums (.events_1_app.crc) and what its file system has not finished.
  const visible = entries.filter(({ name }) => !name.startsWith(".")).sort((a, b) => compareNames(a.name, b.name));
  const files = visible.filter((entry) => entry.isFile() && !entry.name.endsWith(".crc")).map(({ name }) => name);
  const rolling = files.filter((name) => ROLLING_FILE.test(name));
  if (rolling.length > 0 || path.basename(folder).startsWith("eventlog_v2_")) return [toRollingSource(folder, files)];
  const sources: LogSource[] = [];
  for (const name of files) {
    const file = path.join(folder, name);
    if (await mayBeLog(file)) sources.push(toFileSource(file));
  }
  for (const entry of visible) {
    if (entry.isDirectory() && depth > 1)
      sources.push(...(await searchFolder(path.join(folder, entry.name), depth - 1)));
  }
  return sources;
}

/** Other files may lie beside logs; by name and content these are no logs. Empty and unreadable ones are, so that they are reported. */
async function mayBeLog(file: string): Promise<boolean> {
  if (/\.(json|jsonl|md|html|xml|txt|log|out|err|tmp)$/.test(file)) return false;
  const handle = await open(file).catch(() => null);
  if (handle === null) return true;
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(SNIFF_BYTES), 0, SNIFF_BYTES, 0);
    return bytesRead === 0 || detectCodec(buffer.subarray(0, bytesRead)) !== undefined;
  } finally {
    await handle.close();
  }
}

function toRollingSource(folder: string, names: readonly string[]): LogSource {
  const found: { index: number; name: string; compacted: boolean }[] = [];
  for (const name of names) {
    const match = ROLLING_FILE.exec(name);
    if (match !== null) found.push({ index: Number(match[1]), name, compacted: match[2] !== undefined });
  }
  found.sort((a, b) => a.index - b.index || Number(b.compacted) - Number(a.compacted));
  const problems: string[] = [];
  // A History Server replaces the oldest files by a compact one that has the last one's index.
  const compact = found.findLastIndex(({ compacted }) => compacted);
  const parts = found.slice(Math.max(compact, 0)).filter((part, index, all) => part.index !== all[index - 1]?.index);
  if (compact !== -1) problems.push("a History Server has compacted the log: events of jobs that had ended are gone");
  let expected = compact === -1 ? 1 : (parts[0]?.index ?? 1);
  for (const { index } of parts) {
    if (index > expected) problems.push(describeGap(expected, index - 1));
    expected = index + 1;
  }
  if (parts.length === 0) problems.push("the rolling folder holds no events file");
  return {
    name: path.basename(folder).replace(/^eventlog_v2_/, ""),
    files: parts.map(({ name }) => path.join(folder, name)),
    inProgress: names.some((name) => name.startsWith("appstatus_") && name.endsWith(IN_PROGRESS)),
    problems,
  };
}

function describeGap(from: number, to: number): string {
  return from === to
    ? `the rolling file events_${from} is missing`
    : `the rolling files events_${from} to ${to} are missing`;
}

function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
