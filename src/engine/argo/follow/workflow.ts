import { setMaxListeners } from "node:events";
import { ReadableStream, type ReadableStreamDefaultController } from "node:stream/web";
import type { V1Pod } from "@kubernetes/client-node";
import { watchResource } from "../../../kube/watch.ts";
import { InfrastructureError } from "../../../lib/errors.ts";
import type { WorkflowObject } from "../objects/node-status.ts";
import { FOLLOW_LIMITS, type FollowLimits } from "../outcome/limits.ts";
import type { FollowEvent, FollowOptions } from "./event.ts";
import { FollowedLogs } from "./logs.ts";
import { FollowedRun } from "./run.ts";
import { readPodEvents } from "./starts.ts";

/** Events that wait for a slow reader before the logs wait, too. */
const LONGEST_QUEUE = 10_000;

/**
 * Follows a workflow to its end: one LIST and one WATCH of it, one of its pods, the logs of its cases. See FollowEvent for what
 * is told and in which order. Ends when the workflow has ended and all of it has been told, or at once when `signal` aborts.
 *
 * @throws InfrastructureError where the workflow is not there, or deleted underneath; a right is missing; the API server is away
 *   for too long; the node status is kept where it cannot be read
 */
export async function* followWorkflow(options: FollowOptions): AsyncGenerator<FollowEvent, void> {
  const { kubeConfig, namespace, name, logDirectory } = options;
  const limits: FollowLimits = { ...FOLLOW_LIMITS, ...options.limits };
  const own = new AbortController();
  const signal = AbortSignal.any([options.signal, own.signal]);
  // Every log stream listens.
  setMaxListeners(0, signal);
  let failure: unknown;
  const end = () => own.abort();
  const fail = (error: unknown) => {
    if (signal.aborted) return;
    failure = error;
    end();
  };
  const queue = createQueue();
  const logs = new FollowedLogs({
    kubeConfig,
    namespace,
    directory: logDirectory,
    signal,
    unreachableTimeoutMs: limits.unreachableTimeoutMs,
    idleTimeoutMs: limits.idleTimeoutMs,
    onLines: (execution, lines) => {
      run.tellLines(execution, lines);
      return queue.room();
    },
    onFailure: fail,
  });
  const run = new FollowedRun({
    ...options,
    limits,
    signal,
    logs,
    emit: queue.push,
    readEvents: (pod) => readPodEvents(kubeConfig, pod),
    onEnded: end,
    onFailure: fail,
  });
  signal.addEventListener("abort", queue.close, { once: true });

  const what = `follow the workflow ${name}`;
  const watch = { kubeConfig, what, signal, ...limits, onDisturbance: createDisturbances(queue.push) };
  const follow = async () => {
    const path = `/apis/argoproj.io/v1alpha1/namespaces/${encodeURIComponent(namespace)}/workflows`;
    for await (const event of watchResource<WorkflowObject>({
      ...watch,
      path,
      fieldSelector: `metadata.name=${name}`,
    })) {
      if (event.type === "deleted") throw missing(name, namespace, true);
      if (event.type === "listed" && !run.seen) throw missing(name, namespace, false);
      if (event.type !== "listed") run.seeWorkflow(event.object);
    }
  };
  const followPods = async () => {
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`;
    const labelSelector = `workflows.argoproj.io/workflow=${name}`;
    for await (const event of watchResource<V1Pod & { metadata: { name: string } }>({
      ...watch,
      path,
      labelSelector,
    })) {
      if (event.type === "deleted") run.losePod(event.object);
      else if (event.type !== "listed") run.seePod(event.object);
    }
  };
  if (options.signal.aborted) return;
  const watches = [follow(), followPods()].map((work) => work.catch(fail));
  try {
    yield* queue.stream;
    if (failure !== undefined) throw failure;
  } finally {
    end();
    run.stop();
    await Promise.all(watches);
  }
}

function missing(name: string, namespace: string, deleted: boolean): InfrastructureError {
  const message = deleted
    ? `The workflow ${name} was deleted from the namespace ${namespace} while it was followed.`
    : `There is no workflow ${name} in the namespace ${namespace}.`;
  return new InfrastructureError(message, {
    hint: deleted
      ? "Someone, or its time to live, removed it. What its cases left on the cluster: spark-loadtest cleanup"
      : `See what there is: kubectl get workflows --namespace ${namespace}`,
  });
}

/** Two watches lose the same server: it is told when the first does, and when both have it back. */
function createDisturbances(push: (event: FollowEvent) => void): (message: string, state: "lost" | "back") => void {
  let lost = 0;
  return (message, state) => {
    lost += state === "lost" ? 1 : -1;
    if ((state === "lost" && lost === 1) || (state === "back" && lost === 0)) push({ type: "disturbance", message });
  };
}

function createQueue() {
  let controller!: ReadableStreamDefaultController<FollowEvent>;
  let closed = false;
  let waiting: (() => void)[] = [];
  const release = () => {
    for (const resolve of waiting) resolve();
    waiting = [];
  };
  const stream = new ReadableStream<FollowEvent>(
    {
      start(created) {
        controller = created;
      },
      pull: release,
      cancel() {
        closed = true;
        release();
      },
    },
    { highWaterMark: LONGEST_QUEUE },
  );
  return {
    stream,
    push(event: FollowEvent) {
      if (!closed) controller.enqueue(event);
    },
    /** Resolves when the reader has come near. */
    room(): Promise<void> {
      if (closed || (controller.desiredSize ?? 1) > 0) return Promise.resolve();
      return new Promise((resolve) => waiting.push(resolve));
    },
    close() {
      if (closed) return;
      closed = true;
      controller.close();
      release();
    },
  };
}
