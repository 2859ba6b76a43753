import { saysCancelled } from "./failure-words.ts";
import { JobGroups } from "./job-group.ts";
import { NumberSet } from "./numbers.ts";
import type { EventHandlers } from "./parse-event.ts";
import { PlanIndex } from "./plan-nodes.ts";
import type { Properties, StageInfo } from "./spark-events.ts";
import { StageRecord } from "./stage-record.ts";
import { classifyTaskEnd, describeTaskEnd, FailureCounter, shortenMessage, type TaskOutcome } from "./task-failures.ts";

/** When the jobs of one job group ran, in milliseconds since 1970. */
export interface GroupSpan {
  startedAtMs: number;
  endedAtMs: number | null;
}

/**
 * Stages of one application that are kept. With so many `events` takes 0.7 GB of memory, and `events --json`, whose document has 240 MB,
 * 1.2 GB, as measured. Those beyond cost time alone: a million stages, a log of 1 GB, took 55 s of CPU time.
 */
export const MAX_STAGES = 100_000;

/** One job, as far as it has come. */
export interface JobRecord {
  readonly id: number;
  readonly group: string;
  readonly description: string | null;
  /** Those that the job needs, also the ones that are skipped because an earlier job ran them. */
  readonly stageIds: readonly number[];
  readonly startedAtMs: number;
  endedAtMs: number | null;
  failed: boolean;
  cancelled: boolean;
}

export interface RemovedExecutor {
  readonly executorId: string;
  readonly atMs: number;
  readonly reason: string;
}

/** An application as its events go by: everything that the figures are made of, and nothing that grows with the tasks but their durations. */
export class ApplicationRecord implements EventHandlers {
  id: string | null = null;
  name: string | null = null;
  sparkVersion: string | null = null;
  javaVersion: string | null = null;
  startedAtMs: number | null = null;
  endedAtMs: number | null = null;
  /** Whether the first event of a log was seen. */
  hasBeginning = false;
  /** Starts of applications that were seen, by id and time: one, of a log that is whole. */
  readonly starts = new Set<string>();
  /** Starts of the application and ends of tasks that the log had before. They are not counted again. */
  repeatedEvents = 0;
  /** Numbers of the parts of a Databricks log, from 0, in the order in which they were read. */
  readonly databricksParts: number[] = [];
  /** Time of the last event that had one: as far as an unfinished log reaches. */
  lastSeenAtMs = 0;
  readonly properties = new Map<string, string>();
  readonly stages = new Map<number, StageRecord>();
  readonly groups = new Map<string, GroupSpan>();
  readonly removedExecutors: RemovedExecutor[] = [];
  readonly failures = new FailureCounter();
  cancelledJobs = 0;
  readonly jobs = new Map<number, JobRecord>();
  readonly jobGroups = new JobGroups();
  /** Whether the log has more stages than are kept. */
  hasTooManyStages = false;
  readonly #removals = new Set<string>();
  readonly #plans = new PlanIndex();
  /** Ends of tasks, by their ids: of a task that succeeded there is a second one where its result was lost. */
  #taskEnds = new NumberSet();

  LogStart: EventHandlers["LogStart"] = (event) => {
    this.hasBeginning = true;
    this.sparkVersion = event["Spark Version"] ?? this.sparkVersion;
  };

  DBCEventLoggingListenerMetadata: EventHandlers["DBCEventLoggingListenerMetadata"] = (event) => {
    this.sparkVersion ??= event["Spark Version"] ?? null;
    this.hasBeginning ||= event["Rollover Number"] === 0;
    this.databricksParts.push(event["Rollover Number"] ?? this.databricksParts.length);
  };

  ApplicationStart: EventHandlers["ApplicationStart"] = (event) => {
    const id = event["App ID"] ?? null;
    const startedAtMs = event.Timestamp ?? null;
    const start = `${id} ${startedAtMs}`;
    if (this.starts.has(start)) this.repeatedEvents += 1;
    // Another application, or a further attempt, numbers its tasks from 0 again.
    else if (this.starts.size > 0) this.#taskEnds = new NumberSet();
    this.id = id;
    this.hasBeginning = true;
    this.starts.add(start);
    this.name = event["App Name"] ?? null;
    this.startedAtMs = startedAtMs;
    this.#see(event.Timestamp);
  };

  ApplicationEnd: EventHandlers["ApplicationEnd"] = (event) => {
    this.endedAtMs = event.Timestamp ?? this.lastSeenAtMs;
    this.#see(event.Timestamp);
  };

  EnvironmentUpdate: EventHandlers["EnvironmentUpdate"] = (event) => {
    this.javaVersion = event["JVM Information"]?.["Java Version"] ?? this.javaVersion;
    const properties = event["Spark Properties"] ?? {};
    this.#addProperties(Array.isArray(properties) ? Object.fromEntries(properties) : (properties as Properties));
  };

  JobStart: EventHandlers["JobStart"] = (event) => {
    const group = this.jobGroups.read(event.Properties);
    const startedAtMs = event["Submission Time"] ?? this.lastSeenAtMs;
    const span = this.groups.get(group);
    if (span === undefined) this.groups.set(group, { startedAtMs, endedAtMs: null });
    if (this.jobs.get(event["Job ID"])?.startedAtMs === startedAtMs) return;
    this.jobs.set(event["Job ID"], {
      id: event["Job ID"],
      group,
      description: event.Properties?.["spark.job.description"] ?? null,
      stageIds: event["Stage IDs"] ?? [],
      startedAtMs,
      endedAtMs: null,
      failed: false,
      cancelled: false,
    });
    this.#see(startedAtMs);
  };

  JobEnd: EventHandlers["JobEnd"] = (event) => {
    const endedAtMs = event["Completion Time"] ?? this.lastSeenAtMs;
    this.#see(endedAtMs);
    const { Result: result, Exception: exception } = event["Job Result"] ?? {};
    const job = this.jobs.get(event["Job ID"]);
    if (job?.endedAtMs === endedAtMs) return;
    const span = this.groups.get(job?.group ?? "");
    if (span !== undefined) span.endedAtMs = Math.max(span.endedAtMs ?? 0, endedAtMs);
    const message = exception?.Message ?? "no reason given";
    const cancelled = result === "JobFailed" && saysCancelled(message);
    const failed = result === "JobFailed" && !cancelled;
    if (job !== undefined) Object.assign(job, { endedAtMs, failed, cancelled });
    if (cancelled) this.cancelledJobs += 1;
    if (failed) this.failures.count(null, "JobFailed", shortenMessage(message));
  };

  StageSubmitted: EventHandlers["StageSubmitted"] = (event) => {
    const stage = this.#describeStage(event["Stage Info"]);
    stage.jobGroup = this.jobGroups.read(event.Properties) || stage.jobGroup;
  };

  StageCompleted: EventHandlers["StageCompleted"] = (event) => {
    const stage = this.#describeStage(event["Stage Info"]);
    const nodes = this.#plans.nodesOf(event["Stage Info"].Accumulables ?? []);
    // A repeated attempt runs only what was lost, and may leave nodes out.
    if (nodes.length > stage.planNodes.length) stage.planNodes = nodes;
  };

  TaskEnd: EventHandlers["TaskEnd"] = (event) => {
    const reason = event["Task End Reason"];
    const outcome = classifyTaskEnd(reason);
    if (this.#isRepeated(event["Task Info"]?.["Task ID"], outcome)) {
      this.repeatedEvents += 1;
      return;
    }
    const stage = this.#stage(event["Stage ID"]);
    stage.addTask(event, outcome);
    this.#see(event["Task Info"]?.["Finish Time"]);
    if (reason == null || (outcome !== "failed" && outcome !== "out of memory")) return;
    this.failures.count(stage.id, reason.Reason ?? "unknown", describeTaskEnd(reason));
  };

  ExecutorRemoved: EventHandlers["ExecutorRemoved"] = (event) => {
    const removed = {
      executorId: event["Executor ID"] ?? "",
      atMs: event.Timestamp ?? this.lastSeenAtMs,
      reason: event["Removed Reason"] ?? "",
    };
    const key = `${removed.executorId} ${removed.atMs}`;
    if (removed.executorId === "" || !this.#removals.has(key)) this.removedExecutors.push(removed);
    this.#removals.add(key);
    this.#see(event.Timestamp);
  };

  SQLExecutionStart: EventHandlers["SQLExecutionStart"] = (event) => {
    if (event.sparkPlanInfo != null) this.#plans.addPlan(event.sparkPlanInfo);
    this.#addProperties(event.modifiedConfigs ?? {});
  };

  SQLAdaptiveExecutionUpdate: EventHandlers["SQLAdaptiveExecutionUpdate"] = (event) => {
    if (event.sparkPlanInfo != null) this.#plans.addPlan(event.sparkPlanInfo);
  };

  /** Jobs that have not ended. */
  get openJobs(): readonly JobRecord[] {
    return [...this.jobs.values()].filter(({ endedAtMs }) => endedAtMs === null);
  }

  #isRepeated(id: number | null | undefined, outcome: TaskOutcome): boolean {
    if (typeof id !== "number" || !Number.isSafeInteger(id) || id < 0) return false;
    const kind = outcome === "succeeded" ? 0 : outcome === "resubmitted" ? 1 : 2;
    return !this.#taskEnds.add(id * 3 + kind);
  }

  #stage(id: number): StageRecord {
    let stage = this.stages.get(id);
    if (stage === undefined && this.stages.size >= MAX_STAGES) {
      this.hasTooManyStages = true;
      return new StageRecord(id);
    }
    if (stage === undefined) {
      stage = new StageRecord(id);
      this.stages.set(id, stage);
    }
    return stage;
  }

  #describeStage(info: StageInfo): StageRecord {
    const stage = this.#stage(info["Stage ID"]);
    stage.describe(info);
    this.#see(info["Submission Time"]);
    this.#see(info["Completion Time"]);
    return stage;
  }

  #addProperties(properties: Properties): void {
    for (const [name, value] of Object.entries(properties)) this.properties.set(name, String(value));
  }

  #see(atMs: number | undefined): void {
    if (typeof atMs === "number" && atMs > this.lastSeenAtMs) this.lastSeenAtMs = atMs;
  }
}
