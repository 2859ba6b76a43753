import path from "node:path";

/** The event log of one application: a file, or its parts in their order. */
export interface LogSource {
  readonly name: string;
  readonly files: readonly string[];
  readonly inProgress: boolean;
  /** Gaps among the parts. */
  readonly problems: readonly string[];
}

const IN_PROGRESS = /\.inprogress(\.gz)?$/;
/** `events_<index>_<application>[.codec][.compact]` */
const ROLLING_FILE = /^events_(\d+)_.+?(\.compact)?$/;
/** What Databricks has finished (`eventlog-2023-11-14--22-00.gz`), and what it writes. */
const DATABRICKS_FILE = /^eventlog(-\d{4}-\d\d-\d\d--\d\d-\d\d)?(\.gz)?$/;

export function toFileSource(file: string): LogSource {
  return { name: path.basename(file), files: [file], inProgress: IN_PROGRESS.test(file), problems: [] };
}

/** Whether a folder is Spark's rolling log of one application, by its name or by the names of its files. */
export function isRolling(folder: string, names: readonly string[]): boolean {
  return path.basename(folder).startsWith("eventlog_v2_") || names.some((name) => ROLLING_FILE.test(name));
}

export function toRollingSource(folder: string, names: readonly string[]): LogSource {
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
    inProgress: names.some((name) => name.startsWith("appstatus_") && IN_PROGRESS.test(name)),
    problems,
  };
}

function describeGap(from: number, to: number): string {
  return from === to
    ? `the rolling file events_${from} is missing`
    : `the rolling files events_${from} to ${to} are missing`;
}

/**
 * The log that Databricks delivers as several files in one folder, and the names of those files: dated parts first, by their dates, then
 * `eventlog`. Null where the folder holds none. Of a part that is there twice, as it is while it is being compressed, the plain
 * one is whole.
 */
export function findDatabricksSource(
  folder: string,
  names: readonly string[],
): { source: LogSource; names: ReadonlySet<string> } | null {
  const own = names.filter((name) => DATABRICKS_FILE.test(name)).sort(compareNames);
  if (own.length === 0) return null;
  const parts = own.filter((name) => !own.includes(name.replace(/\.gz$/, "")) || !name.endsWith(".gz"));
  const dated = parts.filter((name) => name.startsWith("eventlog-"));
  const last = parts.filter((name) => !name.startsWith("eventlog-"));
  const files = [...dated, ...last].map((name) => path.join(folder, name));
  const name = path.basename(files.length === 1 ? files[0]! : folder);
  return { source: { name, files, inProgress: false, problems: [] }, names: new Set(own) };
}

export function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
