import type { V1Pod } from "@kubernetes/client-node";
import type { AttemptTime, ExecutionOutcome } from "../../engine.ts";
import { EXPLAINED_REASON } from "../../shared/rapids.ts";
import { toReason } from "../../shared/reason.ts";
import type { CaseNodes, PodNode } from "../objects/node-status.ts";

/** What is known of an execution on a cluster when it has ended; the engine adds where its event log is. */
export interface FollowedOutcome
  extends Omit<ExecutionOutcome, "eventLogDirectory" | "applicationId" | "historyServerUrl"> {
  /** The last attempt's pod, under whose name Argo keeps its log and artifacts; null where none was made. */
  readonly pod: string | null;
  /** Name of its event log in the object store; null where nothing tells of one. */
  readonly eventLog: string | null;
}

/** Exit codes of run_case.py. */
const FAILED_CODE = 3;
const INFRASTRUCTURE_CODES: ReadonlySet<number> = new Set([6, 75]);
const KILLED_CODE = 137;

/** Messages of Argo's that say how it dealt with a node, and nothing of why. */
const IDLE_MESSAGES =
  /^(?:retryStrategy\.expression evaluated to false|No more retries left|Backoff for .*|Max duration limit exceeded|Backoff would exceed max duration limit)$/;

/**
 * What a case came to whose nodes have ended.
 *
 * @param pod the last attempt's pod as it was last seen, where it was
 */
export function toOutcome(nodes: CaseNodes, pod: V1Pod | undefined, now: string): FollowedOutcome {
  const first = nodes.attempts[0];
  const last = nodes.attempts.at(-1);
  const { result } = last ?? {};
  const common = {
    attempts: Math.max(nodes.attempts.length, 1),
    pod: last?.podName ?? null,
    namespace: result?.namespace ?? null,
    eventLog: result?.eventLog ?? result?.namespace ?? null,
    startedAt: first?.startedAt ?? result?.startedAt ?? now,
    finishedAt: last?.finishedAt ?? result?.finishedAt ?? now,
    attemptTimes: timesOf(nodes, now),
  };
  if (last?.result != null) {
    const { status, checksum } = last.result;
    if (status === "failed" || status === "infrastructure")
      return { ...common, status, reason: toReason(last.result.reason ?? "no reason given"), checksum };
    if (nodes.phase === "Succeeded")
      return { ...common, status, reason: status === "explained" ? EXPLAINED_REASON : null, checksum };
    const reason = `the case ${status === "explained" ? "was explained" : status}, but what it made could not be kept: ${describeNodes(nodes)}`;
    return { ...common, status: "infrastructure", reason: toReason(reason), checksum };
  }
  return { ...common, ...explainSilence(nodes, last, pod), checksum: null };
}

/** A case that will not run (any more), for a reason that lies outside of it. */
export function toUnreached(nodes: CaseNodes | undefined, reason: string, now: string): FollowedOutcome {
  const first = nodes?.attempts[0];
  const last = nodes?.attempts.at(-1);
  return {
    status: "infrastructure",
    reason: toReason(reason),
    attempts: nodes?.attempts.length ?? 0,
    pod: last?.podName ?? null,
    namespace: null,
    eventLog: null,
    startedAt: first?.startedAt ?? now,
    finishedAt: last?.finishedAt ?? now,
    attemptTimes: timesOf(nodes, now),
    checksum: null,
  };
}

/** Argo's times of the pods, which are whole seconds. */
function timesOf(nodes: CaseNodes | undefined, now: string): AttemptTime[] {
  return (nodes?.attempts ?? []).flatMap(({ startedAt, finishedAt }) =>
    startedAt === null ? [] : [{ startedAt, finishedAt: finishedAt ?? now }],
  );
}

/** What is to be made of a pod that ended and left no result. */
function explainSilence(
  nodes: CaseNodes,
  last: PodNode | undefined,
  pod: V1Pod | undefined,
): Pick<FollowedOutcome, "status" | "reason"> {
  const words = describeNodes(nodes);
  const infrastructure = (reason: string) => ({ status: "infrastructure" as const, reason: toReason(reason) });
  const main = pod?.status?.containerStatuses?.find(({ name }) => name === "main")?.state?.terminated;
  const exitCode = last?.exitCode ?? main?.exitCode ?? null;
  if (main?.reason === "OOMKilled" || /OOMKilled/.test(words)) {
    const code = exitCode === null ? "" : `, exit code ${exitCode}`;
    return { status: "failed", reason: `the driver's container was killed for lack of memory (OOMKilled${code})` };
  }
  if (nodes.phase === "Succeeded") return infrastructure("the pod ended well, but its result did not reach Argo");
  if (nodes.phase === "Skipped" || nodes.phase === "Omitted") return infrastructure(`Argo left the case out: ${words}`);
  const { reason = "", message = "" } = pod?.status ?? {};
  // Kubernetes ended the pod: evicted, its node lost, its deadline over.
  if (reason !== "") return infrastructure(message === "" ? reason : `${reason}: ${message}`);
  if (exitCode === FAILED_CODE) return { status: "failed", reason: words };
  if (exitCode !== null && INFRASTRUCTURE_CODES.has(exitCode)) return infrastructure(words);
  if (exitCode === KILLED_CODE && /exit code/.test(words)) return infrastructure(`the pod was killed (${words})`);
  return infrastructure(words);
}

/** Why the nodes of a case ended as they did: the pod's message before what Argo says of its retries. */
export function describeNodes({ attempts, message, phase }: CaseNodes): string {
  const last = attempts.at(-1)?.message;
  const own = message !== null && IDLE_MESSAGES.test(message) ? null : message;
  return toReason(last ?? own ?? `Argo gives no reason (${phase})`);
}
