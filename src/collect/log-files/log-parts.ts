import path from "node:path";
import { groupBy } from "../../lib/group-by.ts";

/** The event log of one application: a file, or its parts in their order. */
export interface LogSource {
  readonly name: string;
  readonly files: readonly string[];
  /** By file its other copies, compressed ones as a rule, of which one may be whole where the file is not. */
  readonly copies?: ReadonlyMap<string, readonly string[]>;
  readonly inProgress: boolean;
  /** Gaps among the parts. */
  readonly problems: readonly string[];
}

/** Logs whose parts lie in one folder, and the names of these parts, whether they are read or not. */
export interface PartsInFolder {
  readonly sources: readonly LogSource[];
  readonly names: ReadonlySet<string>;
}

const IN_PROGRESS = /\.inprogress(\.gz)?$/;
/** `events_<index>_<application>[.codec][.compact]` */
const ROLLING_FILE = /^events_(\d+)_(.+?)(?:\.(?:zstd|lz4|snappy|lzf|gz))*(\.compact)?$/;
const ROLLING_FOLDER = "eventlog_v2_";
const STATUS_FILE = "appstatus_";
/** What Databricks has finished (`eventlog-2023-11-14--22-00.gz`), and what it writes. */
const DATABRICKS_FILE = /^eventlog(-\d{4}-\d\d-\d\d--\d\d-\d\d)?(\.gz)?$/;

export function toFileSource(file: string): LogSource {
  return { name: path.basename(file), files: [file], inProgress: IN_PROGRESS.test(file), problems: [] };
}

/** What stands for a log in words: its folder where all of that is one log, else its first file. */
export function pathOf({ name, files }: LogSource): string {
  const [first] = files;
  if (first === undefined) return name;
  const folder = path.dirname(first);
  return isRollingFolder(folder) ? folder : first;
}

/** Whether a folder is Spark's rolling log of one application, and nothing else. */
export function isRollingFolder(folder: string): boolean {
  return path.basename(folder).startsWith(ROLLING_FOLDER);
}

/**
 * The rolling logs whose files lie in a folder of another name, as people put them together: one an application. With the names of those
 * files.
 */
export function findRollingSources(folder: string, names: readonly string[]): PartsInFolder {
  const own = names.filter((name) => ROLLING_FILE.test(name) || name.startsWith(STATUS_FILE));
  const byApplication = groupBy(own, (name) => ROLLING_FILE.exec(name)?.[2] ?? statusOf(name));
  const sources = [...byApplication]
    .sort(([a], [b]) => compareNames(a, b))
    .filter(([, files]) => files.some((name) => ROLLING_FILE.test(name)))
    .map(([application, files]) => ({ ...toRollingSource(folder, files), name: application }));
  return { sources, names: new Set(sources.length > 0 ? own : []) };
}

function statusOf(name: string): string {
  return name.slice(STATUS_FILE.length).replace(IN_PROGRESS, "");
}

export function toRollingSource(folder: string, names: readonly string[]): LogSource {
  const found: { index: number; name: string; compacted: boolean }[] = [];
  for (const name of names) {
    const match = ROLLING_FILE.exec(name);
    if (match !== null) found.push({ index: Number(match[1]), name, compacted: match[3] !== undefined });
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
  const copiesOf = (part: (typeof found)[number]) =>
    found.filter((other) => other !== part && other.index === part.index && other.compacted === part.compacted);
  return {
    name: path.basename(folder).replace(ROLLING_FOLDER, ""),
    copies: new Map(
      parts.map((part) => [path.join(folder, part.name), copiesOf(part).map(({ name }) => path.join(folder, name))]),
    ),
    files: parts.map(({ name }) => path.join(folder, name)),
    inProgress: names.some((name) => name.startsWith(STATUS_FILE) && IN_PROGRESS.test(name)),
    problems,
  };
}

function describeGap(from: number, to: number): string {
  return from === to
    ? `the rolling file events_${from} is missing`
    : `the rolling files events_${from} to ${to} are missing`;
}

/**
 * The log that Databricks delivers as several files in one folder: dated parts first, by their dates, then `eventlog`. Of a part that is
 * there twice, as it is while it is being compressed, the plain one is taken unless the other shows that it is cut off.
 */
export function findDatabricksSource(folder: string, names: readonly string[]): PartsInFolder {
  const own = names.filter((name) => DATABRICKS_FILE.test(name)).sort(compareNames);
  const parts = own.filter((name) => !name.endsWith(".gz") || !own.includes(name.replace(/\.gz$/, "")));
  const isDated = (name: string) => name.startsWith("eventlog-");
  const files = [...parts.filter(isDated), ...parts.filter((name) => !isDated(name))];
  const source = {
    name: files.length === 1 ? files[0]! : path.basename(folder),
    files: files.map((name) => path.join(folder, name)),
    copies: new Map(
      files
        .filter((name) => own.includes(`${name}.gz`))
        .map((name) => [path.join(folder, name), [path.join(folder, `${name}.gz`)]]),
    ),
    inProgress: false,
    problems: [],
  };
  return { sources: own.length > 0 ? [source] : [], names: new Set(own) };
}

export function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
