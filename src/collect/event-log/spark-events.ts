/** The parts of Spark's listener events that are read, as JsonProtocol and the SQL listener write them. Anything may be absent. */

export interface Accumulable {
  readonly ID?: number;
  readonly Metadata?: string;
}

export interface StageInfo {
  readonly "Stage ID": number;
  readonly "Stage Attempt ID"?: number;
  readonly "Stage Name"?: string;
  readonly "RDD Info"?: readonly { readonly Scope?: string }[];
  readonly "Submission Time"?: number;
  readonly "Completion Time"?: number;
  readonly Accumulables?: readonly Accumulable[];
  /** Of an attempt that did not come to its end: what failed, or that it was cancelled. */
  readonly "Failure Reason"?: string;
}

export type Properties = Readonly<Record<string, string>>;

export interface TaskMetrics {
  readonly "Executor Run Time"?: number;
  readonly "Executor CPU Time"?: number;
  readonly "JVM GC Time"?: number;
  readonly "Peak Execution Memory"?: number;
  readonly "Memory Bytes Spilled"?: number;
  readonly "Disk Bytes Spilled"?: number;
  readonly "Input Metrics"?: { readonly "Bytes Read"?: number; readonly "Records Read"?: number };
  readonly "Output Metrics"?: { readonly "Bytes Written"?: number; readonly "Records Written"?: number };
  readonly "Shuffle Read Metrics"?: {
    readonly "Remote Bytes Read"?: number;
    readonly "Local Bytes Read"?: number;
    readonly "Total Records Read"?: number;
  };
  readonly "Shuffle Write Metrics"?: {
    readonly "Shuffle Bytes Written"?: number;
    readonly "Shuffle Records Written"?: number;
  };
}

export interface TaskEndReason {
  readonly Reason?: string;
  readonly "Class Name"?: string;
  readonly Description?: string;
  readonly "Loss Reason"?: string;
  readonly "Kill Reason"?: string;
  readonly Message?: string;
}

export interface TaskEnd {
  readonly "Stage ID": number;
  readonly "Stage Attempt ID"?: number;
  readonly "Task End Reason"?: TaskEndReason | null;
  readonly "Task Info"?: {
    /** Unique within an application. */
    readonly "Task ID"?: number;
    /** Place in its set of tasks: that of the partition, but in a stage's further attempts. */
    readonly Index?: number;
    /** Since 3.3. */
    readonly "Partition ID"?: number;
    readonly "Launch Time"?: number;
    readonly "Finish Time"?: number;
  };
  readonly "Task Metrics"?: TaskMetrics;
}

export interface PlanNode {
  readonly nodeName?: string;
  readonly children?: readonly PlanNode[];
  readonly metrics?: readonly { readonly accumulatorId?: number; readonly metricType?: string }[];
}

/** Every event that is read, by its short name. */
export interface SparkEvents {
  LogStart: { readonly "Spark Version"?: string };
  /** The first line of every part of a Databricks log, in place of LogStart. Parts are numbered from 0. */
  DBCEventLoggingListenerMetadata: { readonly "Spark Version"?: string; readonly "Rollover Number"?: number };
  ApplicationStart: { readonly "App Name"?: string; readonly "App ID"?: string; readonly Timestamp?: number };
  ApplicationEnd: { readonly Timestamp?: number };
  EnvironmentUpdate: {
    readonly "JVM Information"?: Properties;
    readonly "Spark Properties"?: Properties | readonly (readonly [string, string])[];
  };
  JobStart: {
    readonly "Job ID": number;
    readonly "Submission Time"?: number;
    readonly "Stage IDs"?: readonly number[];
    readonly Properties?: Properties;
  };
  JobEnd: {
    readonly "Job ID": number;
    readonly "Completion Time"?: number;
    readonly "Job Result"?: { readonly Result?: string; readonly Exception?: { readonly Message?: string } };
  };
  StageSubmitted: { readonly "Stage Info": StageInfo; readonly Properties?: Properties };
  StageCompleted: { readonly "Stage Info": StageInfo };
  TaskEnd: TaskEnd;
  ExecutorRemoved: {
    readonly Timestamp?: number;
    readonly "Executor ID"?: string;
    readonly "Removed Reason"?: string;
  };
  SQLExecutionStart: { readonly sparkPlanInfo?: PlanNode; readonly modifiedConfigs?: Properties };
  SQLAdaptiveExecutionUpdate: { readonly sparkPlanInfo?: PlanNode };
}
export type EventName = keyof SparkEvents;

export const EVENT_NAMES: ReadonlySet<string> = new Set<EventName>([
  "LogStart",
  "DBCEventLoggingListenerMetadata",
  "ApplicationStart",
  "ApplicationEnd",
  "EnvironmentUpdate",
  "JobStart",
  "JobEnd",
  "StageSubmitted",
  "StageCompleted",
  "TaskEnd",
  "ExecutorRemoved",
  "SQLExecutionStart",
  "SQLAdaptiveExecutionUpdate",
]);
