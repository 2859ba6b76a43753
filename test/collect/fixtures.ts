import { readdirSync } from "node:fs";
import { join } from "node:path";

/** Real logs, recorded by scripts/record-eventlogs.sh. */
export const FIXTURES = join(import.meta.dirname, "../fixtures/eventlogs");

/** What a recording's folder holds: a log file or a rolling folder. */
export function findFixture(name: string): string {
  const folder = join(FIXTURES, name);
  const [entry, ...more] = readdirSync(folder);
  if (entry === undefined || more.length > 0) throw new Error(`${folder} should hold one log`);
  return join(folder, entry);
}

/** The one file, or first file, that holds the recording's events. */
export function findFixtureFile(name: string): string {
  const log = findFixture(name);
  if (!/eventlog_v2_[^/]*$/.test(log)) return log;
  const first = readdirSync(log).find((file) => file.startsWith("events_1_"));
  if (first === undefined) throw new Error(`${log} holds no events`);
  return join(log, first);
}
