import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import type { FollowEvent, FollowOptions } from "../../../../src/engine/argo/follow/event.ts";
import { followWorkflow } from "../../../../src/engine/argo/follow/workflow.ts";
import type { NodePhase, WorkflowPhase } from "../../../../src/engine/argo/objects/node-status.ts";
import { podNameOf } from "../../../../src/engine/argo/objects/pod-name.ts";
import { InfrastructureError } from "../../../../src/lib/errors.ts";
import type { Case } from "../../../../src/model/documents.ts";
import { planExecutions } from "../../../../src/plan/execution.ts";
import { useFakeTime, useRealTime } from "../../../fake-time.ts";
import { type ApiServer, startApiServer } from "../../../kube/api-server.ts";

const WORKFLOWS = "/apis/argoproj.io/v1alpha1/namespaces/x/workflows";
const PODS = "/api/v1/namespaces/x/pods";
const AT = "2026-11-24T12:00:00Z";

let server: ApiServer;
let directory: string;
let end: AbortController;
let nodes: Record<string, object>;
beforeEach(async () => {
  server = await startApiServer();
  directory = await mkdtemp(join(tmpdir(), "follow-"));
  end = new AbortController();
  nodes = {};
});
afterEach(async () => {
  end.abort();
  await server.stop();
  await rm(directory, { recursive: true });
});

const testCase = (name: string): Case => ({ name, dimensions: {} as Case["dimensions"] });
const nodeName = (name: string, attempt: number) => `w[1].case(0:${name})(${attempt})`;
const podName = (name: string, attempt = 0) =>
  podNameOf({ name: "w" }, { id: "", name: nodeName(name, attempt), templateName: "case" });
const RESULT = JSON.stringify({
  status: "passed",
  reason: null,
  checksum: "abc",
  namespace: "ns",
  startedAt: AT,
  finishedAt: AT,
});

function putWorkflow(phase: WorkflowPhase, message?: string, more: { spec?: object; finishedAt?: string } = {}): void {
  const { spec, finishedAt } = more;
  const told = message === undefined ? {} : { message };
  const status = { phase, startedAt: AT, ...told, ...(finishedAt && { finishedAt }), nodes: { ...nodes } };
  server.put(WORKFLOWS, { metadata: { name: "w" }, ...(spec && { spec }), status });
}

/** Sets a case's nodes: the phases of its attempts, and of the whole. */
function setCase(
  name: string,
  whole: NodePhase,
  attempts: {
    phase: NodePhase;
    message?: string;
    exitCode?: string;
    result?: string;
    progress?: string;
    startedAt?: string;
    finishedAt?: string;
  }[],
  message?: string,
): void {
  const inputs = { parameters: [{ name: "name", value: name }] };
  const ids = attempts.map((_, index) => `${name}-${index}`);
  nodes[name] = {
    id: name,
    name: `w[1].case(0:${name})`,
    type: "Retry",
    phase: whole,
    inputs,
    children: ids,
    ...(message === undefined ? {} : { message }),
  };
  attempts.forEach(({ exitCode, result, ...attempt }, index) => {
    const parameters = result === undefined ? [] : [{ name: "result", value: result }];
    nodes[ids[index]!] = {
      startedAt: AT,
      ...attempt,
      id: ids[index],
      name: nodeName(name, index),
      displayName: `case(0:${name})(${index})`,
      templateName: "case",
      type: "Pod",
      inputs,
      outputs: { ...(exitCode === undefined ? {} : { exitCode }), parameters },
    };
  });
}

const podMetadata = (name: string) => ({ name, namespace: "x", labels: { "workflows.argoproj.io/workflow": "w" } });
type State = { waiting?: object; running?: object; terminated?: object };
function putPod(name: string, phase: string, state?: State, spec: object = { nodeName: "n" }): void {
  const containerStatuses = state === undefined ? [] : [{ name: "main", state }];
  server.put(PODS, { metadata: podMetadata(name), spec, status: { phase, containerStatuses } });
}
const RUNNING: State = { running: { startedAt: AT } };
const ended = (exitCode: number): State => ({ terminated: { exitCode, reason: "Completed", containerID: "c" } });

function brief(event: FollowEvent): string {
  switch (event.type) {
    case "started":
      return `${event.execution.id} started ${event.attempt}`;
    case "progress":
      return `${event.execution.id}: ${event.step}`;
    case "log":
      return `${event.execution.id} | ${event.line}`;
    case "retrying":
      return `${event.execution.id} retrying as ${event.attempt} in ${event.delayMs}: ${event.reason}`;
    case "finished":
      return `${event.execution.id} ${event.outcome.status} after ${event.outcome.attempts}: ${event.outcome.reason}`;
    case "step":
      return `[${event.step}] ${event.state}: ${event.reason}`;
    case "phase":
      return `phase ${event.phase}: ${event.message}`;
    case "ended":
      return `ended ${event.phase}${event.timedOutAfterSeconds === null ? "" : ` after its ${event.timedOutAfterSeconds} s`}`;
    case "waiting":
    case "stuck":
      return `${event.type} ${event.reason}`;
    case "disturbance":
      return `disturbance ${event.message.replace(/[\d.]+ m?s/, "N s").replace(/\(.*\)/, "(...)")}`;
  }
}

/** Follows, and gives events in short; `until` waits for one and gives all up to it. */
function follow(names: string[], options: Partial<FollowOptions> = {}) {
  const iterator = followWorkflow({
    kubeConfig: server.kubeConfig(),
    namespace: "x",
    name: "w",
    executions: planExecutions(names.map(testCase), null),
    warmups: 1,
    samples: 2,
    logDirectory: join(directory, "logs"),
    signal: end.signal,
    ...options,
  });
  const found: string[] = [];
  const until = async (wanted: string): Promise<string[]> => {
    const from = found.length;
    for (;;) {
      const { value, done } = await iterator.next();
      if (done) throw new Error(`ended without "${wanted}" after ${found.slice(from).join(", ")}`);
      found.push(brief(value));
      if (found.at(-1) === wanted) return found.slice(from);
    }
  };
  const rest = async () => {
    const events: string[] = [];
    for await (const event of iterator) events.push(brief(event));
    return events;
  };
  return { until, rest };
}

describe("followWorkflow", () => {
  test("keeps the two sides of an A/B run apart", async () => {
    const executions = planExecutions([testCase("a")], { image: "spark:old", pairs: 1 });
    for (const { id: name } of executions) {
      setCase(name, "Running", [{ phase: "Running" }]);
      putPod(podName(name), "Running", RUNNING);
      server.writeLog(podName(name));
    }
    putWorkflow("Running");
    const { until, rest } = follow(["a"], { executions });
    for (const { id: name } of executions) {
      server.writeLog(podName(name), `2026-11-24T12:00:00.1Z of ${name}`);
      server.endLog(podName(name));
      putPod(podName(name), "Succeeded", ended(0));
      await until(`${name} | of ${name}`);
    }
    setCase("a", "Succeeded", [{ phase: "Succeeded", exitCode: "0", result: RESULT }]);
    setCase("baseline/a", "Failed", [{ phase: "Failed", exitCode: "3", message: "it broke" }]);
    putWorkflow("Succeeded");
    const ends = ["a passed after 1: null", "baseline/a failed after 1: it broke"];
    expect(await rest()).toEqual(expect.arrayContaining(ends));
    const log = (name: string) => readFile(join(directory, "logs", `${name}.log`), "utf8");
    expect(await log("a")).toContain("of a\n");
    expect(await log("baseline/a")).toContain("of baseline/a\n");
  });

  test("tells a case from the mutex to its result", async () => {
    putWorkflow("Pending", "Waiting for x/Mutex/spark-loadtest lock. Lock status: 0/1");
    const { until, rest } = follow(["a"]);
    expect(await until("waiting Waiting for x/Mutex/spark-loadtest lock. Lock status: 0/1")).toHaveLength(2);
    const size = { parameters: [{ name: "size", value: "1gb" }] };
    nodes.data = {
      id: "data",
      name: "w[0].data(0:x)(0)",
      displayName: "data(0:x)(0)",
      templateName: "data",
      type: "Pod",
      phase: "Running",
      inputs: size,
    };
    putWorkflow("Running");
    expect(await until("[data 1gb] running: null")).toEqual([
      "phase Running: null",
      "waiting null",
      "[data 1gb] running: null",
    ]);
    nodes.data = { ...nodes.data, phase: "Succeeded" };
    setCase("a", "Running", [{ phase: "Pending" }]);
    putWorkflow("Running");
    putPod(podName("a"), "Pending");
    expect(await until("a: starting its containers")).toEqual([
      "[data 1gb] done: null",
      "a started 1",
      "a: starting its containers",
    ]);
    server.writeLog(podName("a"), "2026-11-24T12:00:00.1Z hello", "2026-11-24T12:00:00.2Z spark-loadtest: warm-up 1/1");
    putPod(podName("a"), "Running", RUNNING);
    expect((await until("a: warm-up 1/1")).filter((event) => event.includes("|"))).toEqual(["a | hello"]);
    server.writeLog(
      podName("a"),
      `2026-11-24T12:00:00.3Z time=2026 level=INFO msg="x" argo=true`,
      "2026-11-24T12:00:00.4Z spark-loadtest: sample 1/2",
    );
    await until("a: sample 1/2");
    server.writeLog(podName("a"), "2026-11-24T12:00:00.5Z last \u001b[31mwords");
    server.endLog(podName("a"));
    putPod(podName("a"), "Running", ended(0));
    await until("a | last words");
    setCase("a", "Succeeded", [{ phase: "Succeeded", exitCode: "0", result: RESULT }]);
    putWorkflow("Running");
    await until("a passed after 1: null");
    putWorkflow("Succeeded");
    expect(await rest()).toEqual(["phase Succeeded: null", "ended Succeeded"]);
    expect(await readFile(join(directory, "logs", "a.log"), "utf8")).toBe(
      [
        `=== attempt 1, pod ${podName("a")}`,
        "hello",
        "spark-loadtest: warm-up 1/1",
        'time=2026 level=INFO msg="x" argo=true',
        "spark-loadtest: sample 1/2",
        "last \u001b[31mwords\n",
      ].join("\n"),
    );
    await expect.poll(() => server.connections).toBe(0);
  });

  describe("of a workflow that its own deadline ended", () => {
    const spec = { activeDeadlineSeconds: 60 };
    const [before, at, after] = ["2026-11-24T12:00:59Z", "2026-11-24T12:01:00Z", "2026-11-24T12:01:10Z"];
    const interrupted = JSON.stringify({ ...JSON.parse(RESULT), status: "infrastructure", reason: "interrupted" });

    test.each<[string, () => void]>([
      [
        "in Argo's words",
        () => setCase("b", "Failed", [{ phase: "Failed", message: "Step exceeded its deadline", finishedAt: before }]),
      ],
      [
        "by its time, with what the pod said as it was ended",
        () => setCase("b", "Failed", [{ phase: "Failed", exitCode: "75", result: interrupted, finishedAt: at }]),
      ],
      [
        "before its second attempt",
        () =>
          setCase(
            "b",
            "Failed",
            [{ phase: "Failed", exitCode: "75", result: interrupted, finishedAt: before }],
            "retry exceeded workflow deadline 2026-11-24 12:01:00 +0000 UTC",
          ),
      ],
    ])("tells a case that was cut off as not finished: %s", async (_, cutOff) => {
      setCase("a", "Succeeded", [{ phase: "Succeeded", exitCode: "0", result: RESULT, finishedAt: at }]);
      cutOff();
      const late = { phase: "Failed", message: "Step exceeded its deadline", startedAt: at, finishedAt: at } as const;
      setCase("late", "Failed", [late]);
      putWorkflow("Failed", "child failed", { spec, finishedAt: after });
      const { rest } = follow(["a", "b", "late", "never"]);
      const events = await rest();
      expect(events.filter((event) => !/running|phase/.test(event))).toEqual([
        "a started 1",
        "b started 1",
        "a passed after 1: null",
        "ended Failed after its 60 s",
      ]);
    });

    test("tells what failed before it as it always does, and the data that was not ready as late", async () => {
      setCase("a", "Failed", [{ phase: "Failed", exitCode: "75", result: interrupted, finishedAt: before }]);
      nodes.data = {
        ...{ id: "data", name: "w[0].data(0:x)(0)", displayName: "data(0:x)(0)", templateName: "data", type: "Pod" },
        ...{ phase: "Failed", message: "Step exceeded its deadline", startedAt: AT, finishedAt: at },
        inputs: { parameters: [{ name: "size", value: "1gb" }] },
      };
      putWorkflow("Failed", "child failed", { spec, finishedAt: after });
      expect(await follow(["a", "b"]).rest()).toEqual(
        expect.arrayContaining(["a infrastructure after 1: interrupted", "ended Failed after its 60 s"]),
      );
    });

    test("counts a deadline that ran out as the last case ended for nothing", async () => {
      setCase("a", "Succeeded", [{ phase: "Succeeded", exitCode: "0", result: RESULT, finishedAt: before }]);
      putWorkflow("Succeeded", undefined, { spec, finishedAt: after });
      expect((await follow(["a"]).rest()).at(-1)).toBe("ended Succeeded");
    });
  });

  test("tells attempts through a server that goes away", async () => {
    setCase("a", "Running", [{ phase: "Running" }]);
    putWorkflow("Running");
    putPod(podName("a"), "Running", RUNNING);
    const { until, rest } = follow(["a"]);
    await until("a: running");
    await server.stop();
    await until("disturbance The API server cannot be reached (...); trying again.");
    setCase("a", "Running", [{ phase: "Error", message: "pod deleted" }], "Backoff for 4 seconds");
    putWorkflow("Running");
    server.remove(PODS, podName("a"));
    await server.start();
    const events = await until("a retrying as 2 in 4000: pod deleted");
    expect(events.filter((event) => !event.startsWith("disturbance"))).toEqual([
      "a retrying as 2 in 4000: pod deleted",
    ]);
    setCase("a", "Failed", [
      { phase: "Error", message: "pod deleted" },
      { phase: "Failed", message: "main: Error (exit code 75)", exitCode: "75" },
      {
        phase: "Failed",
        message: "main: Error (exit code 3)",
        exitCode: "3",
        result: RESULT.replace('"passed","reason":null', '"failed","reason":"wrong"'),
      },
    ]);
    putWorkflow("Failed", "child failed");
    expect((await rest()).filter((event) => !event.startsWith("disturbance"))).toEqual([
      "phase Failed: child failed",
      "a started 2",
      "a retrying as 3 in 0: main: Error (exit code 75)",
      "a started 3",
      "a failed after 3: wrong",
      "ended Failed",
    ]);
  });

  test("ends a pod whose image does not exist, without waiting for Argo", async () => {
    const image = { waiting: { reason: "ErrImagePull", message: "docker.io/apache/spark:9: not found" } };
    for (const name of ["a", "b"]) setCase(name, "Running", [{ phase: "Pending" }]);
    putWorkflow("Running");
    putPod(podName("a"), "Pending", image);
    const pending = {
      phase: "Pending",
      conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message: "0/1 nodes" }],
    };
    server.put(PODS, { metadata: podMetadata(podName("b")), spec: {}, status: pending });
    const { until } = follow(["a", "b"], { limits: { cannotStartMs: 50, noRoomMs: 150 } });
    const patches = () =>
      server.received.filter(({ method }) => method === "PATCH").map(({ path, body }) => ({ path, body }));
    await until("a infrastructure after 1: ErrImagePull: docker.io/apache/spark:9: not found");
    await until("b infrastructure after 1: Unschedulable: 0/1 nodes");
    await expect.poll(patches).toEqual([
      { path: `${PODS}/${podName("a")}`, body: { spec: { activeDeadlineSeconds: 1 } } },
      {
        path: `${PODS}/${podName("b")}/status`,
        body: { status: { phase: "Failed", reason: "CannotStart", message: "Unschedulable: 0/1 nodes" } },
      },
    ]);
  });

  test("says that no pod has room in the quota, and gives that as the reason of what is stopped", async () => {
    const message = 'pods "w-case-1" is forbidden: exceeded quota: q';
    setCase("a", "Running", [{ phase: "Pending", message }]);
    putWorkflow("Running");
    const { until, rest } = follow(["a", "b"], { limits: { noRoomMs: 60 } });
    expect(await until(`stuck ${message}`)).toContain(`a: waiting: ${message}`);
    setCase("a", "Failed", [{ phase: "Failed", message: "workflow shutdown with strategy: Stop" }]);
    putWorkflow("Failed", "Stopped with strategy 'Stop'");
    expect(await rest()).toEqual([
      "phase Failed: Stopped with strategy 'Stop'",
      `a infrastructure after 1: ${message}`,
      `b infrastructure after 0: ${message}`,
      "ended Failed",
    ]);
  });

  test("goes no further once the store has no room for what a case made", async () => {
    const put = "timed out waiting for the condition: failed to put directory: No space left on device.";
    const message = `wait: Error (exit code 64): ${put}; ${put};`;
    setCase("a", "Running", [{ phase: "Error", message, exitCode: "0" }, { phase: "Running" }]);
    putWorkflow("Running");
    const { until, rest } = follow(["a", "b"]);
    await until("stuck the disk of the object store is full (persistence.size of the chart's values)");
    setCase("a", "Failed", [
      { phase: "Error", message, exitCode: "0" },
      { phase: "Failed", message: "workflow shutdown with strategy: Stop" },
    ]);
    putWorkflow("Failed", "Stopped with strategy 'Stop'");
    expect(await rest()).toEqual([
      "phase Failed: Stopped with strategy 'Stop'",
      "a infrastructure after 2: the disk of the object store is full (persistence.size of the chart's values)",
      "b infrastructure after 0: the disk of the object store is full (persistence.size of the chart's values)",
      "ended Failed",
    ]);
  });

  test("names the data set for want of which no case ran", async () => {
    const size = { parameters: [{ name: "size", value: "1gb" }] };
    nodes.data = {
      id: "d",
      name: "w[0].data",
      displayName: "data(0:x)(0)",
      templateName: "data",
      type: "Pod",
      phase: "Failed",
      message: "main: Error (exit code 1)",
      inputs: size,
    };
    putWorkflow("Failed", "child failed");
    expect(await follow(["a"]).rest()).toEqual([
      "phase Failed: child failed",
      "[data 1gb] failed: main: Error (exit code 1)",
      "a infrastructure after 0: data 1gb: main: Error (exit code 1)",
      "ended Failed",
    ]);
  });

  test("replaces what an earlier process wrote of the same attempt", async () => {
    setCase("a", "Running", [{ phase: "Running" }]);
    putWorkflow("Running");
    putPod(podName("a"), "Running", RUNNING);
    server.writeLog(podName("a"), "2026-11-24T12:00:00.1Z one");
    const first = new AbortController();
    await follow(["a"], { signal: first.signal }).until("a | one");
    first.abort();
    server.writeLog(podName("a"), "2026-11-24T12:00:00.2Z two");
    await follow(["a"]).until("a | two");
    expect(await readFile(join(directory, "logs", "a.log"), "utf8")).toBe(
      `=== attempt 1, pod ${podName("a")}\none\ntwo\n`,
    );
  });

  test("throws when the workflow is deleted underneath, after telling what was", async () => {
    putWorkflow("Running");
    const { until, rest } = follow(["a"]);
    await until("phase Running: null");
    server.remove(WORKFLOWS, "w");
    const failure = rest();
    await expect(failure).rejects.toThrow("The workflow w was deleted from the namespace x while it was followed.");
    await expect(failure).rejects.toBeInstanceOf(InfrastructureError);
  });

  test("throws when there is no such workflow", async () => {
    await expect(follow(["a"]).rest()).rejects.toThrow("There is no workflow w in the namespace x.");
  });

  test("ends at once on abort, without an error, and leaves no connection", async () => {
    setCase("a", "Running", [{ phase: "Running" }]);
    putWorkflow("Running");
    putPod(podName("a"), "Running", RUNNING);
    server.writeLog(podName("a"), "2026-11-24T12:00:00.1Z one");
    const { until, rest } = follow(["a"]);
    await until("a | one");
    // From here on no time passes.
    useFakeTime();
    onTestFinished(useRealTime);
    end.abort();
    expect(await rest()).toEqual([]);
    await expect.poll(() => server.connections).toBe(0);
  });

  test("uses one list and one watch each for the workflow and its pods", async () => {
    putWorkflow("Running");
    const { until, rest } = follow(["a"]);
    await until("phase Running: null");
    for (const phase of ["Pending", "Running"] as const) {
      setCase("a", "Running", [{ phase }]);
      putWorkflow("Running");
    }
    await until("a started 1");
    putWorkflow("Succeeded");
    await rest();
    expect(server.requests.toSorted()).toEqual(
      [`GET ${PODS}`, `GET ${PODS} watch`, `GET ${WORKFLOWS}`, `GET ${WORKFLOWS} watch`].toSorted(),
    );
  });
});
