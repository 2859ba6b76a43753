import { InfrastructureError } from "../../lib/errors.ts";
import type { EventHandlers } from "../event-log/parse-event.ts";
import type { StageInfo } from "../event-log/spark-events.ts";
import type { LogSource } from "../log-files/log-parts.ts";
import { createTally, readLogFile } from "../log-files/read-log-file.ts";
import type { Answers } from "./answers.ts";
import { countEndedTasks } from "./feed-answers.ts";

/** What an event log adds to a History Server's answers, and the counts by which the two are held against each other. */
export interface LogSupplement {
  /** Messages of the jobs that failed, by job id. */
  readonly jobFailures: ReadonlyMap<number, string>;
  readonly jobs: ReadonlySet<number>;
  /** Tasks that ended, by attempt of a stage as `3.0`. */
  readonly tasks: ReadonlyMap<string, number>;
  readonly removedExecutors: number;
}

/**
 * Reads from an event log what the REST API does not give, and hands it on:
 *
 * - which nodes of a SQL plan a stage ran, and the names of its RDDs' operations. `/sql` gives plans without the accumulators' ids,
 *   `/stages` leaves out the accumulators of SQL, and neither names a stage's RDDs;
 * - which query a stage was run for, by which a broadcast has its job group;
 * - the SQL settings of a query, and with them the properties and the Java version, since the later ones overrule the earlier ones;
 * - why a job failed: `/jobs` says only that it did.
 *
 * @throws InfrastructureError where the log is not whole
 */
export async function readLogSupplement(source: LogSource, handlers: EventHandlers): Promise<LogSupplement> {
  const jobFailures = new Map<number, string>();
  const jobs = new Set<number>();
  const tasks = new Map<string, number>();
  let removedExecutors = 0;
  const seeStage = (info: StageInfo) => {
    const key = keyOf(info["Stage ID"], info["Stage Attempt ID"]);
    tasks.set(key, tasks.get(key) ?? 0);
  };
  const ignore = () => undefined;
  const selecting: EventHandlers = {
    LogStart: ignore,
    DBCEventLoggingListenerMetadata: ignore,
    ApplicationStart: ignore,
    ApplicationEnd: ignore,
    EnvironmentUpdate: handlers.EnvironmentUpdate,
    SQLExecutionStart: handlers.SQLExecutionStart,
    SQLAdaptiveExecutionUpdate: handlers.SQLAdaptiveExecutionUpdate,
    JobStart: (event) => jobs.add(event["Job ID"]),
    JobEnd: (event) => {
      const message = event["Job Result"]?.Exception?.Message;
      if (message != null) jobFailures.set(event["Job ID"], message);
    },
    StageSubmitted: ({ "Stage Info": info, Properties: properties }) => {
      seeStage(info);
      handlers.StageSubmitted({
        "Stage Info": toNames(info),
        ...(properties === undefined ? {} : { Properties: properties }),
      });
    },
    StageCompleted: ({ "Stage Info": info }) => {
      seeStage(info);
      handlers.StageCompleted({ "Stage Info": toNames(info) });
    },
    TaskEnd: (event) => {
      const key = keyOf(event["Stage ID"], event["Stage Attempt ID"]);
      tasks.set(key, (tasks.get(key) ?? 0) + 1);
    },
    ExecutorRemoved: () => {
      removedExecutors += 1;
    },
  };
  const tally = createTally();
  const problems = [...source.problems];
  for (const file of source.files) {
    const problem = await readLogFile(file, selecting, tally, {});
    if (problem !== null) problems.push(problem);
  }
  const lost = tally.damagedLines + tally.longLines;
  if (lost > 0) problems.push(`${lost} of its lines cannot be read`);
  if (problems.length > 0) throw new InfrastructureError(`The event log ${source.name} is not whole: ${problems[0]}`);
  return { jobFailures, jobs, tasks, removedExecutors };
}

/** What a History Server's answers lack of what the event log has, in one sentence; null where they have it all. */
export function findDropped(
  { jobs, stages, executors }: Omit<Answers, "application" | "attempt">,
  log: LogSupplement,
): string | null {
  if (jobs.length !== log.jobs.size) return describeDropped("jobs", jobs.length, log.jobs.size, "retainedJobs");
  if (stages.length !== log.tasks.size)
    return describeDropped("attempts of stages", stages.length, log.tasks.size, "retainedStages");
  for (const run of stages) {
    const key = keyOf(run.stage.stageId, run.stage.attemptId);
    const has = countEndedTasks(run);
    const logged = log.tasks.get(key);
    if (has !== logged) return describeDropped(`tasks of stage ${key}`, has, logged ?? 0, "retainedTasks");
  }
  const removed = executors.filter(({ removeTime }) => removeTime !== undefined).length;
  if (removed !== log.removedExecutors)
    return describeDropped("removed executors", removed, log.removedExecutors, "retainedDeadExecutors");
  return null;
}

function describeDropped(what: string, has: number, logged: number, setting: string): string {
  return `it has ${has} ${what} where the event log has ${logged} (see spark.ui.${setting})`;
}

function keyOf(stageId: number, attemptId: number | null | undefined): string {
  return `${stageId}.${attemptId ?? 0}`;
}

/** Without what the server tells: when, and under which name. */
function toNames(info: StageInfo): StageInfo {
  return {
    "Stage ID": info["Stage ID"],
    "Stage Attempt ID": info["Stage Attempt ID"] ?? 0,
    "RDD Info": info["RDD Info"] ?? [],
    Accumulables: info.Accumulables ?? [],
  };
}
