import { join } from "node:path";
import pLimit from "p-limit";
import type { Cluster } from "../../cluster/cluster.ts";
import { errorMessage } from "../../lib/errors.ts";
import { makeDirectory } from "../../lib/files/make-directory.ts";
import type { Execution } from "../../plan/execution.ts";
import type { ClusterRunSpec, RunRecord } from "../../spec/spec.ts";
import type { Engine, ExecutionEvent, PreparedEngine, PrepareEvent } from "../engine.ts";
import { streamEvents } from "../shared/event-stream.ts";
import { knownRepetitions } from "../shared/workload.ts";
import type { FollowEvent } from "./follow/event.ts";
import { watchStore } from "./follow/watch-store.ts";
import { withStore } from "./follow/with-store.ts";
import { followWorkflow } from "./follow/workflow.ts";
import { checkDataClaim } from "./objects/data-claim.ts";
import { shutDownWorkflow } from "./objects/workflow-client.ts";
import type { FollowedOutcome } from "./outcome/case-outcome.ts";
import { placeParts } from "./parts/place-parts.ts";
import { RunCluster } from "./run-cluster.ts";
import { type Connections, connect } from "./store/connections.ts";
import { readInputs, submit } from "./submit/submit.ts";

/** Event logs that are fetched at a time. */
const FETCHES = 4;
/** After an interrupt or a time-out: how long the workflow may take to stop, and namespaces to go. */
const STOP_TIMEOUT_MS = 150_000;

/** A workflow that is followed to its end. */
interface FollowedWorkflow {
  readonly record: RunRecord;
  readonly cluster: Cluster;
  readonly namespace: string;
  readonly executions: readonly Execution[];
  readonly connections: Connections;
  /** See PreparedCluster. */
  readonly storeUp: Promise<void>;
  readonly onEvent: (event: PrepareEvent) => void;
}

/**
 * Runs the executions on a Kubernetes cluster, as a Workflow of Argo Workflows: one pod each, which makes and removes a namespace of
 * its own.
 */
export function createArgoEngine(spec: ClusterRunSpec, cluster: Cluster): Engine {
  const { namespace, keepCluster, keepOnFailure } = spec.onCluster;
  return {
    prepare(executions, onEvent, signal) {
      const runCluster = new RunCluster(spec, cluster);
      const opening = (async () => {
        await makeRunFolders(spec);
        const { storeUp } = await runCluster.prepare(executions, onEvent, signal);
        const connections = await openConnections(cluster, namespace, onEvent, signal);
        return { record: spec, cluster, namespace, executions, connections, storeUp, onEvent };
      })();
      const start = async ({ connections: { store }, storeUp }: FollowedWorkflow, ended: AbortSignal) => {
        const files = await readInputs(spec.tier, spec.assetsDirectory);
        const kubeConfig = cluster.kubeConfig();
        await checkDataClaim(spec.settings.dataDirectory, namespace, kubeConfig, ended);
        const openStore = async () => storeUp.then(() => store);
        const parts = await placeParts(executions, spec, { kubeConfig, openStore, onEvent, signal: ended });
        await submit(executions, spec, files, parts, kubeConfig, ended);
      };
      return {
        ...followPrepared(opening, cluster, start),
        async cleanup(failed, onEvent) {
          await closeConnections(opening);
          if (keepCluster || (keepOnFailure && failed)) return;
          await runCluster.remove(onEvent, AbortSignal.timeout(STOP_TIMEOUT_MS));
        },
      };
    },
  };
}

/** Takes up a run that another process submitted, and removes nothing in the end. */
export function createAttachedEngine(record: RunRecord, cluster: Cluster, namespace: string): Engine {
  return {
    prepare(executions, onEvent, signal) {
      const opening = (async () => {
        await makeRunFolders(record);
        const connections = await openConnections(cluster, namespace, onEvent, signal);
        return { record, cluster, namespace, executions, connections, storeUp: Promise.resolve(), onEvent };
      })();
      return {
        ...followPrepared(opening, cluster, async () => undefined),
        cleanup: () => closeConnections(opening),
      };
    },
  };
}

/** @param start what is left to do before the workflow can be followed */
function followPrepared(
  opening: Promise<FollowedWorkflow>,
  cluster: Cluster,
  start: (workflow: FollowedWorkflow, signal: AbortSignal) => Promise<void>,
): Omit<PreparedEngine, "cleanup"> {
  const ready = opening.then(() => undefined);
  // execute() hears of a failure, too, where nobody waits for this.
  ready.catch(() => undefined);
  return {
    ready,
    execute: (ended) =>
      streamEvents(ended, async (emit, signal) => {
        const workflow = await opening;
        const store = async (signal: AbortSignal) => {
          await workflow.storeUp;
          await watchStore(cluster.kubeConfig(), workflow.namespace, workflow.onEvent, signal);
        };
        await withStore(store, signal, async (signal) => {
          await start(workflow, signal);
          await followToEnd(workflow, signal, emit);
        });
      }),
    exportLogs: (directory) => cluster.exportLogs(directory),
  };
}

async function makeRunFolders({ directory }: RunRecord): Promise<void> {
  for (const folder of ["logs", "eventlogs"]) await makeDirectory(join(directory, folder));
}

function openConnections(
  cluster: Cluster,
  namespace: string,
  onEvent: (event: PrepareEvent) => void,
  signal: AbortSignal,
): Promise<Connections> {
  const onProblem = (detail: string) => onEvent({ step: "Files of the cases", state: "done", detail });
  return connect(cluster.kubeConfig(), namespace, onProblem, signal);
}

/** Where opening them failed, none are open. */
async function closeConnections(opening: Promise<FollowedWorkflow>): Promise<void> {
  const workflow = await opening.catch(() => null);
  await workflow?.connections.close();
}

/** Follows the workflow to its end; an execution is told as finished once its files are here. */
async function followToEnd(
  { record, cluster, namespace, executions, connections, storeUp, onEvent }: FollowedWorkflow,
  signal: AbortSignal,
  emit: (event: ExecutionEvent) => void,
): Promise<void> {
  const kubeConfig = cluster.kubeConfig();
  const { historyServerUrl } = connections;
  const runId = record.run.id;
  const limit = pLimit(FETCHES);
  const fetching: Promise<void>[] = [];
  const finish = async (execution: Execution, { pod: _, eventLog, ...outcome }: FollowedOutcome) => {
    const eventLogDirectory = join(record.directory, "eventlogs", execution.id);
    // A run that is ended takes no more time for files than those that are on their way.
    await storeUp.catch(() => undefined);
    if (signal.aborted) return;
    const hasLog = await fetchEventLog(execution, eventLog, eventLogDirectory, connections, signal);
    // Elsewhere than on Kubernetes Spark makes the ids, and two cases may get the same.
    const applicationId = execution.case.dimensions.mode === "kubernetes" ? eventLog : null;
    // It reads the store's logs: what is not there it would be waited for in vain.
    const server = hasLog ? historyServerUrl : null;
    emit({
      type: "finished",
      execution,
      outcome: { ...outcome, eventLogDirectory, applicationId, historyServerUrl: server },
    });
  };
  const events = followWorkflow({
    kubeConfig,
    namespace,
    name: runId,
    executions,
    ...knownRepetitions(record),
    logDirectory: join(record.directory, "logs"),
    signal,
  });
  for await (const event of events) {
    switch (event.type) {
      case "finished":
        fetching.push(limit(() => finish(event.execution, event.outcome)));
        break;
      case "phase":
        break;
      case "ended":
        if (event.timedOutAfterSeconds !== null)
          emit({ type: "timed-out", limit: describeTimeLimit(event.timedOutAfterSeconds) });
        break;
      case "waiting":
        onEvent({
          step: "Workflow",
          state: event.reason === null ? "done" : "running",
          detail: event.reason ?? "goes on",
        });
        break;
      case "step":
        onEvent(toPrepareEvent(event));
        break;
      case "stuck":
        onEvent({ step: "Workflow", state: "done", detail: `stopped: ${event.reason}` });
        await shutDownWorkflow(kubeConfig, namespace, runId, "Stop", signal);
        break;
      case "disturbance":
        onEvent({ step: "API server", state: "done", detail: event.message });
        break;
      default:
        emit(event);
    }
  }
  await Promise.all(fetching);
}

/** Not the limit that the run was given, since the exit handler has time of its own. */
function describeTimeLimit(seconds: number): string {
  return `its Workflow's limit of ${seconds} s`;
}

function toPrepareEvent(event: Extract<FollowEvent, { type: "step" }>): PrepareEvent {
  const { step, state, reason, startedAt, finishedAt } = event;
  return {
    step,
    state: state === "running" ? "running" : "done",
    detail: reason ?? (state === "failed" ? "failed" : ""),
    ...(startedAt === null ? {} : { startedAt }),
    ...(finishedAt === null ? {} : { finishedAt }),
  };
}

/** Has an execution's event log in the run's folder. Gives whether there is one. What cannot be had is told, not thrown. */
async function fetchEventLog(
  execution: Execution,
  eventLog: string | null,
  eventLogDirectory: string,
  { store, onProblem }: Connections,
  signal: AbortSignal,
): Promise<boolean> {
  await makeDirectory(eventLogDirectory);
  if (eventLog === null) return false;
  const name = `eventlog_v2_${eventLog}`;
  try {
    return (await store.downloadPrefix(`eventlogs/${name}/`, join(eventLogDirectory, name), { signal })).length > 0;
  } catch (error) {
    // The History Server may still have it; where it has not either, the case says so.
    if (!signal.aborted) onProblem(`${execution.id}: ${errorMessage(error)}`);
    return true;
  }
}
