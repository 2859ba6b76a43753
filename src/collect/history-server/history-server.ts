import { setTimeout as sleep } from "node:timers/promises";
import pLimit from "p-limit";
import { InfrastructureError, LoadtestError } from "../../lib/errors.ts";
import { tooMany } from "../../lib/files/limit.ts";
import type { Application } from "../../model/documents.ts";
import { toApplication } from "../application/to-application.ts";
import { ApplicationRecord } from "../event-log/application-record.ts";
import { findLogs } from "../log-files/find-logs.ts";
import {
  type Answers,
  type ApplicationAnswer,
  type AttemptAnswer,
  applicationAnswer,
  executorsAnswer,
  jobsAnswer,
  type StageAnswer,
  type StageTasks,
  stagesAnswer,
  type TaskAnswer,
  tasksAnswer,
} from "./answers.ts";
import { findWrongSum } from "./check-sums.ts";
import { HistoryServerClient, RefusedError } from "./client.ts";
import { withDownloadedLog } from "./download-log.ts";
import { feedAnswers, hasRun } from "./feed-answers.ts";
import { findDropped, type LogSupplement, readLogSupplement } from "./log-supplement.ts";

export interface HistoryServerOptions {
  readonly signal: AbortSignal;
  /** A folder that may hold the application's event log; where it does not, the server is asked for the log. */
  readonly eventLogDirectory?: string;
  /** For one answer. The first one after an application has ended takes seconds where it had many tasks. */
  readonly timeoutMs?: number;
  /** How long to wait until the server has seen that the application has ended. */
  readonly listedWithinMs?: number;
  /** Between two looks at the list. */
  readonly pollMs?: number;
  readonly tasksPerPage?: number;
  /** Of all stages together; a server that has more, or gives the same ones without an end, is not used. */
  readonly mostTasks?: number;
  /** Upper limit of the wait before a request is made again. */
  readonly firstDelayMs?: number;
}

/** Requests at once: a server has one heap for all that it is asked. */
const CONCURRENCY = 4;
/** Ten times as many as the largest case of a tier has; each takes about a kilobyte of memory. */
const MOST_TASKS = 1_000_000;
/** A stage is asked for by itself. */
const MOST_STAGES = 100_000;

/**
 * Reads an application that has ended from a Spark History Server (3.5 or 4.x), and gives the document that its event log gives.
 *
 * From the REST API come the times of the application, its jobs and stages, every task with its metrics and how it ended, and the
 * executors that were removed. Its own sums over stages and its quantiles are not used: peak memory is a sum there, and where
 * tasks failed, quantiles are off. What the API has not got (which plan nodes a stage ran, SQL settings, why a job failed) is read from the
 * event log, which the server hands out too. It is also what tells that the server has all there is: it drops what is over its
 * `spark.ui.retained...` settings without a word.
 *
 * @throws LoadtestError, of infrastructure, where the server does not answer, has not got the whole of the application, or has it as running
 */
export async function collectFromHistoryServer(
  baseUrl: URL,
  applicationId: string,
  options: HistoryServerOptions,
): Promise<Application> {
  const { signal, timeoutMs = 60_000, firstDelayMs = 500, eventLogDirectory = null } = options;
  const client = new HistoryServerClient(baseUrl, { signal, timeoutMs, firstDelayMs });
  const found = await waitUntilCompleted(client, applicationId, options);
  const { attemptId } = found.attempt;
  const applicationPath = `${pathOf(applicationId)}${attemptId === undefined ? "" : `/${encodeURIComponent(attemptId)}`}`;
  const answers = { ...found, ...(await ask(client, applicationId, applicationPath, options)) };

  const evaluate = async (logFolder: string) => {
    const record = new ApplicationRecord();
    const log = await readLog(logFolder, applicationId, record);
    const wrong = findDropped(answers, log) ?? findWrongSum(answers.stages);
    if (wrong !== null)
      throw new InfrastructureError(`The History Server's figures of ${applicationId} cannot be used: ${wrong}.`);
    feedAnswers(answers, log.jobFailures, record);
    return toApplication(record, { logName: applicationId, inProgress: false, problems: [], lacksParts: false });
  };
  if (eventLogDirectory !== null) {
    try {
      return await evaluate(eventLogDirectory);
    } catch (error) {
      // The server may have the log whole, where this one is not there or was cut off on its way.
      if (!(error instanceof LoadtestError)) throw error;
    }
  }
  return withDownloadedLog(client, applicationPath, evaluate);
}

function pathOf(applicationId: string): string {
  return `applications/${encodeURIComponent(applicationId)}`;
}

/** A server looks for new logs at intervals, so an application that has just ended may be missing, or running, for a moment. */
async function waitUntilCompleted(
  client: HistoryServerClient,
  applicationId: string,
  { signal, listedWithinMs = 10_000, pollMs = 500 }: HistoryServerOptions,
): Promise<{ application: ApplicationAnswer; attempt: AttemptAnswer }> {
  const deadlineMs = Date.now() + listedWithinMs;
  for (;;) {
    const application = await client.read(pathOf(applicationId), applicationAnswer).catch((error: unknown) => {
      if (error instanceof RefusedError && error.status === 404) return null;
      throw error;
    });
    const attempt = application?.attempts[0];
    if (application !== null && attempt?.completed === true && attempt.endTimeEpoch > 0)
      return { application, attempt };
    if (Date.now() + pollMs > deadlineMs) {
      const has = application === null ? "has no application" : "has not seen the end of";
      throw new InfrastructureError(
        `The History Server ${has} ${applicationId}, after ${listedWithinMs / 1000} s of waiting.`,
      );
    }
    await sleep(pollMs, undefined, { signal });
  }
}

async function ask(
  client: HistoryServerClient,
  applicationId: string,
  applicationPath: string,
  { tasksPerPage = 2_000, mostTasks = MOST_TASKS }: HistoryServerOptions,
): Promise<Pick<Answers, "jobs" | "stages" | "executors">> {
  const of = `What the History Server tells of ${applicationId}`;
  const jobs = await client.read(`${applicationPath}/jobs`, jobsAnswer);
  const stages = await client.read(`${applicationPath}/stages?details=false`, stagesAnswer);
  const executors = await client.read(`${applicationPath}/allexecutors`, executorsAnswer);
  if (stages.length > MOST_STAGES) throw tooMany(of, MOST_STAGES, "stages");
  let tasks = 0;
  const count = (more: number) => {
    tasks += more;
    if (tasks > mostTasks) throw tooMany(of, mostTasks, "tasks");
  };
  const limit = pLimit(CONCURRENCY);
  const withTasks = await limit.map(stages.filter(hasRun), async (stage): Promise<StageTasks> => {
    return { stage, tasks: await readTasks(client, applicationPath, stage, tasksPerPage, count) };
  });
  return { jobs, stages: withTasks, executors };
}

async function readTasks(
  client: HistoryServerClient,
  applicationPath: string,
  { stageId, attemptId }: StageAnswer,
  tasksPerPage: number,
  count: (more: number) => void,
): Promise<TaskAnswer[]> {
  const path = `${applicationPath}/stages/${stageId}/${attemptId}/taskList`;
  const tasks: TaskAnswer[] = [];
  for (;;) {
    const page = await client.read(`${path}?offset=${tasks.length}&length=${tasksPerPage}`, tasksAnswer);
    count(page.length);
    for (const task of page) tasks.push(task);
    if (page.length < tasksPerPage) return tasks;
  }
}

async function readLog(folder: string, applicationId: string, record: ApplicationRecord): Promise<LogSupplement> {
  const { sources } = await findLogs(folder);
  const source = sources.find(({ name }) => name.split(".", 1)[0] === applicationId);
  if (source === undefined) throw new InfrastructureError(`No event log of ${applicationId} in ${folder}.`);
  return readLogSupplement(source, record);
}
