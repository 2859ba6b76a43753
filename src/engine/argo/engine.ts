import { join } from "node:path";
import { ReadableStream } from "node:stream/web";
import pLimit from "p-limit";
import { errorMessage } from "../../lib/errors.ts";
import { makeDirectory } from "../../lib/files/make-directory.ts";
import type { Case } from "../../model/documents.ts";
import { describeMachine } from "../describe-machine.ts";
import type { CaseEvent, Engine, PrepareEvent } from "../engine.ts";
import type { FollowEvent, FollowedExecution } from "./follow/event.ts";
import { withStore } from "./follow/with-store.ts";
import { followWorkflow } from "./follow/workflow.ts";
import { shutDownWorkflow } from "./objects/workflow-client.ts";
import type { ArgoEngineOptions } from "./options.ts";
import { type Made, prepareCluster, removeMade } from "./prepare-cluster.ts";
import { type Connections, connect } from "./store/connections.ts";
import { describeNodes, listNodes } from "./submit/capacity.ts";
import { imageOf } from "./submit/manifests.ts";
import { readInputs, submit } from "./submit/submit.ts";
import { findUnservable } from "./unservable.ts";

/** Event logs that are fetched at a time. */
const FETCHES = 4;
/** After an interrupt or a time-out: how long the workflow may take to stop, and namespaces to go. */
const STOP_TIMEOUT_MS = 150_000;

/**
 * Runs the cases on a Kubernetes cluster, as a Workflow of Argo Workflows: one pod a case, which makes and removes the case's
 * namespace. With `submission: null` it takes up a run that another process submitted, and removes nothing in the end.
 */
export function createArgoEngine(options: ArgoEngineOptions): Engine {
  const { cluster, namespace, submission, runDirectory } = options;
  let made: Made | undefined;
  let connections: Connections | undefined;
  let storeUp: Promise<void> = Promise.resolve();
  let note: (event: PrepareEvent) => void = () => undefined;

  return {
    name: "argo",

    unservable: (testCase) => findUnservable(testCase, options.tier),

    async check(cases) {
      if (submission === null) return;
      await readInputs(options.tier, submission.assetsDirectory);
      for (const testCase of cases) imageOf(testCase, submission.images);
      await cluster.preflight(() => undefined, new AbortController().signal);
    },

    async describeHost() {
      // The nodes of kind and Minikube are this machine.
      if (cluster.provider !== "current") return describeMachine();
      return describeNodes(await listNodes(cluster.kubeConfig(), AbortSignal.timeout(60_000)));
    },

    async prepare(cases, onEvent, signal) {
      note = onEvent;
      for (const folder of ["logs", "eventlogs"]) await makeDirectory(join(runDirectory, folder));
      if (submission !== null) {
        made = { cluster: "unreached", parts: [] };
        ({ storeUp } = await prepareCluster(cases, options, submission, made, onEvent, signal));
      }
      const onProblem = (detail: string) => onEvent({ step: "Files of the cases", state: "done", detail });
      connections = await connect(cluster.kubeConfig(), namespace, onProblem, signal);
    },

    execute(cases, signal) {
      if (connections === undefined) throw new Error("execute() before prepare()");
      return executeCases(cases, signal, { options, connections, storeUp, note });
    },

    get historyServerUrl() {
      return connections?.historyServerUrl ?? null;
    },

    exportLogs: (directory) => cluster.exportLogs(directory),

    async cleanup(failed, onEvent) {
      await connections?.close();
      connections = undefined;
      if (submission === null || made === undefined) return;
      if (submission.keepCluster || (submission.keepOnFailure && failed)) return;
      await removeMade(options, submission, made, onEvent, AbortSignal.timeout(STOP_TIMEOUT_MS));
      made = undefined;
    },
  };
}

interface ExecuteContext {
  readonly options: ArgoEngineOptions;
  readonly connections: Connections;
  /** See Prepared. */
  readonly storeUp: Promise<void>;
  readonly note: (event: PrepareEvent) => void;
}

function executeCases(cases: readonly Case[], signal: AbortSignal, context: ExecuteContext): AsyncIterable<CaseEvent> {
  const own = new AbortController();
  const ended = AbortSignal.any([signal, own.signal]);
  let work: Promise<void> = Promise.resolve();
  return new ReadableStream<CaseEvent>({
    start(controller) {
      const emit = (event: CaseEvent) => {
        if (!own.signal.aborted) controller.enqueue(event);
      };
      work = withStore(context.storeUp, ended, (signal) => carryOut(cases, signal, emit, context)).then(
        () => {
          if (!own.signal.aborted) controller.close();
        },
        (error) => controller.error(error),
      );
    },
    async cancel() {
      own.abort();
      await work;
    },
  });
}

/** Submits the workflow, or finds it, and follows it to its end; a case is told as finished once its files are here. */
async function carryOut(
  cases: readonly Case[],
  signal: AbortSignal,
  emit: (event: CaseEvent) => void,
  { options, connections, storeUp, note }: ExecuteContext,
): Promise<void> {
  const { cluster, namespace, runId, submission, runDirectory } = options;
  const kubeConfig = cluster.kubeConfig();
  const limit = pLimit(FETCHES);
  const fetching: Promise<void>[] = [];
  const finish = async (testCase: Case, { pod, ...execution }: FollowedExecution) => {
    const eventLogDirectory = join(runDirectory, "eventlogs", testCase.name);
    // A run that is ended takes no more time for files than those that are on their way.
    await storeUp.catch(() => undefined);
    if (signal.aborted) return;
    await fetchFiles(testCase, { pod, ...execution }, eventLogDirectory, connections, signal);
    emit({
      type: "finished",
      case: testCase,
      execution: { ...execution, eventLogDirectory, applicationId: execution.namespace },
    });
  };
  if (submission !== null) await submit(cases, options, submission, signal);
  const events = followWorkflow({
    kubeConfig,
    namespace,
    name: runId,
    cases,
    warmups: options.tier.workload === null ? options.warmups : 0,
    samples: options.tier.workload === null ? options.samples : 0,
    logDirectory: join(runDirectory, "logs"),
    signal,
  });
  for await (const event of events) {
    switch (event.type) {
      case "finished":
        fetching.push(limit(() => finish(event.case, event.execution)));
        break;
      case "phase":
      case "ended":
        break;
      case "waiting":
        note({
          step: "Workflow",
          state: event.reason === null ? "done" : "running",
          detail: event.reason ?? "goes on",
        });
        break;
      case "step":
        note(toPrepareEvent(event));
        break;
      case "stuck":
        note({ step: "Workflow", state: "done", detail: `stopped, because no pod can start: ${event.reason}` });
        await shutDownWorkflow(kubeConfig, namespace, runId, "Stop", signal);
        break;
      case "disturbance":
        note({ step: "API server", state: "done", detail: event.message });
        break;
      default:
        emit(event);
    }
  }
  await Promise.all(fetching);
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

/** Has a case's event log in the run's folder, and its whole log where Argo archived it. What cannot be had is told, not thrown. */
async function fetchFiles(
  testCase: Case,
  execution: FollowedExecution,
  eventLogDirectory: string,
  connections: Connections,
  signal: AbortSignal,
): Promise<void> {
  await makeDirectory(eventLogDirectory);
  if (execution.namespace === null) return;
  try {
    await connections.store.downloadPrefix(
      `eventlogs/eventlog_v2_${execution.namespace}/`,
      join(eventLogDirectory, `eventlog_v2_${execution.namespace}`),
      { signal },
    );
  } catch (error) {
    // The History Server may still have it; where it has not either, the case says so.
    if (!signal.aborted) connections.onProblem(`${testCase.name}: ${errorMessage(error)}`);
  }
}
