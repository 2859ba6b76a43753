import { BadInputError } from "../../lib/errors.ts";
import type { Application } from "../../model/documents.ts";
import { ApplicationRecord } from "../event-log/application-record.ts";
import { findLogs, type LogSource } from "../event-log/find-logs.ts";
import { type ReadOptions, readLogFile, type Tally } from "../event-log/read-log-file.ts";
import { toApplication, toUnreadApplication } from "./to-application.ts";

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

async function readLog(source: LogSource, options: ReadOptions): Promise<Application> {
  const record = new ApplicationRecord();
  const tally: Tally = { events: 0, damagedLines: 0, longLines: 0, longestLineBytes: 0 };
  const problems = [...source.problems];
  let refusal: BadInputError | undefined;
  for (const file of source.files) {
    try {
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
          hint: 'An event log has one JSON object a line, each with an "Event".',
        },
      )
    );
  }
  if (tally.damagedLines > 0) problems.push(`${tally.damagedLines} of its lines are damaged and were left out`);
  if (tally.longLines > 0) {
    problems.push(
      `${tally.longLines} of its lines are longer than can be read (the longest has ${tally.longestLineBytes} bytes) and were left out`,
    );
  }
  return toApplication(record, { logName: source.name, inProgress: source.inProgress, problems });
}
