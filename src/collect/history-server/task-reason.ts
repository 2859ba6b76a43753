import type { TaskEndReason } from "../event-log/spark-events.ts";
import type { TaskAnswer } from "./answers.ts";

/** `org.x.SomeException: what it says`, or the bare name; behind it the stack. */
const EXCEPTION = /^(?<className>[\w$]+(?:\.[\w$]+)+)(?:: (?<description>[\s\S]*))?$/;
const STACK = /(?<!\s)(?=[^\S\n]*\n)\s+at [\s\S]*$/;

/**
 * How a task ended, out of the `errorMessage` that Spark makes of the reason (TaskEndReason.scala, `toErrorString`). Of a task that was
 * killed the message is the bare reason.
 */
export function readTaskReason({ status, errorMessage: message = "" }: TaskAnswer): TaskEndReason {
  if (status === "SUCCESS") return { Reason: "Success" };
  if (status === "KILLED") return { Reason: "TaskKilled", "Kill Reason": message };
  const lost = /^ExecutorLostFailure \(.*?\)(?: Reason: (?<reason>[\s\S]*))?$/.exec(message);
  if (lost !== null) return { Reason: "ExecutorLostFailure", "Loss Reason": lost.groups?.reason ?? "" };
  const fetch = /^FetchFailed\(.*?, message=\n(?<message>[\s\S]*?)\n\)$/.exec(message);
  if (fetch !== null) return { Reason: "FetchFailed", Message: fetch.groups?.message ?? "" };
  const [, bare] = /^(TaskResultLost|TaskCommitDenied|Resubmitted|UnknownReason)\b/.exec(message) ?? [];
  if (bare !== undefined) return { Reason: bare };
  const exception = EXCEPTION.exec(message.replace(STACK, "").trimEnd());
  if (exception?.groups === undefined) return { Reason: "ExceptionFailure", Message: message.replace(STACK, "") };
  const { className, description } = exception.groups;
  return { Reason: "ExceptionFailure", "Class Name": className!, Description: description ?? "" };
}
