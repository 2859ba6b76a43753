import type { EventName, TaskEnd } from "./spark-events.ts";

/** Whether a value has the type that what reads it relies on. What is absent or null is never asked. */
type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === "string";
const number: Check = (value) => Number.isFinite(value);
const whole: Check = (value) => Number.isSafeInteger(value);
/** Milliseconds since 1970 that a Date can hold. */
const MOST_MS = 8.64e15;
const time: Check = (value) => typeof value === "number" && Math.abs(value) <= MOST_MS;
const simple: Check = (value) => value === null || typeof value !== "object";
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every((entry) => entry !== null && check(entry));

function object(fields: Readonly<Record<string, Check>>, required?: string): Check {
  const checks = Object.entries(fields);
  return (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
    const entries = value as Readonly<Record<string, unknown>>;
    if (required !== undefined && entries[required] == null) return false;
    return checks.every(([name, check]) => entries[name] == null || check(entries[name]));
  };
}

/** By their names, or in pairs as Spark 1.x and 2.x wrote them. */
const properties: Check = (value) =>
  Array.isArray(value)
    ? value.every((pair) => Array.isArray(pair) && pair.length === 2 && pair.every(simple))
    : typeof value === "object" && Object.values(value!).every(simple);

const planNode = object({
  nodeName: text,
  children: Array.isArray,
  metrics: listOf(object({ accumulatorId: number, metricType: text })),
});
/** A list of its own in place of recursion: plans of a thousand unions are deep. */
const plan: Check = (root) => {
  const waiting = [root];
  while (waiting.length > 0) {
    const node = waiting.pop();
    if (!planNode(node)) return false;
    for (const child of (node as { children?: unknown[] }).children ?? []) waiting.push(child);
  }
  return true;
};

const stageInfo = object(
  {
    "Stage ID": whole,
    "Stage Attempt ID": whole,
    "Stage Name": text,
    "RDD Info": listOf(object({ Scope: text })),
    "Submission Time": time,
    "Completion Time": time,
    Accumulables: listOf(object({ ID: number })),
  },
  "Stage ID",
);
const jobProperties = object({ "spark.jobGroup.id": text, "spark.job.tags": text, "spark.job.description": text });

const failure = object({
  Reason: text,
  "Class Name": text,
  Description: text,
  "Loss Reason": text,
  "Kill Reason": text,
  Message: text,
});

/** Most of a log, so without a table to go through. */
const taskEnd: Check = (value) => {
  const { "Stage ID": stage, "Stage Attempt ID": attempt, "Task End Reason": reason } = value as TaskEnd;
  if (!whole(stage)) return false;
  if (attempt != null && !whole(attempt)) return false;
  return reason == null || reason.Reason === "Success" || failure(reason);
};

/**
 * What an event must be for its handler. A damaged or made-up log may hold anything; such a line is left out, and counted. Figures of tasks
 * are not asked here: there are many, and what is no number is not added up.
 */
const SHAPES: Readonly<Record<EventName, Check>> = {
  LogStart: object({ "Spark Version": text }),
  DBCEventLoggingListenerMetadata: object({ "Spark Version": text, "Rollover Number": whole }),
  ApplicationStart: object({ "App ID": text, "App Name": text, Timestamp: time }),
  ApplicationEnd: object({ Timestamp: time }),
  EnvironmentUpdate: object({ "JVM Information": object({ "Java Version": text }), "Spark Properties": properties }),
  JobStart: object(
    { "Job ID": whole, "Submission Time": time, "Stage IDs": listOf(whole), Properties: jobProperties },
    "Job ID",
  ),
  JobEnd: object(
    {
      "Job ID": whole,
      "Completion Time": time,
      "Job Result": object({ Result: text, Exception: object({ Message: text }) }),
    },
    "Job ID",
  ),
  StageSubmitted: object({ "Stage Info": stageInfo, Properties: jobProperties }, "Stage Info"),
  StageCompleted: object({ "Stage Info": stageInfo }, "Stage Info"),
  TaskEnd: taskEnd,
  ExecutorRemoved: object({ Timestamp: time, "Executor ID": text, "Removed Reason": text }),
  SQLExecutionStart: object({ sparkPlanInfo: plan, modifiedConfigs: properties }),
  SQLAdaptiveExecutionUpdate: object({ sparkPlanInfo: plan }),
};

/** Whether an event has what its handler needs, and of what it reads nothing that is of another type than Spark's. */
export function isWellFormed(name: EventName, event: unknown): boolean {
  return SHAPES[name](event);
}
