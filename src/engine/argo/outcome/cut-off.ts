import type { CaseNodes, Deadline } from "../objects/node-status.ts";

/**
 * What Argo says of a node that it ended because the deadline of the whole workflow was over (workflow/controller/exec_control.go and
 * operator.go, 4.0 and 4.1).
 */
const PAST_DEADLINE = /^(?:Step exceeded its deadline$|retry exceeded workflow deadline )/;

/** Whether a time (ISO 8601) is not before the workflow's deadline. */
export function isPast(deadline: Deadline | null, time: string | null): boolean {
  return deadline !== null && time !== null && Date.parse(time) >= deadline.atMs;
}

/** Whether it was the workflow's deadline that ended a case, whose nodes have ended, before it came to a result of its own. */
export function isCutOff({ attempts, message }: CaseNodes, deadline: Deadline | null): boolean {
  const last = attempts.at(-1);
  if (deadline === null || last?.result?.status === "passed" || last?.result?.status === "failed") return false;
  const saysSo = [last?.message, message].some((text) => PAST_DEADLINE.test(text ?? ""));
  return saysSo || isPast(deadline, last?.finishedAt ?? null);
}
