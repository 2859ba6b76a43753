import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { watchStore } from "../../../../src/engine/argo/follow/watch-store.ts";
import { collectSteps } from "../../../cluster/providers/fakes.ts";
import { ApiServer } from "../../../kube/api-server.ts";
import { until } from "../../../wait.ts";

const PODS = "/api/v1/namespaces/runs/pods";
const LABELS = { "app.kubernetes.io/component": "store", "app.kubernetes.io/instance": "spark-loadtest" };
const LONG_MS = 60_000;

describe("the object store of a run", () => {
  let api: ApiServer;
  let ended: AbortController;
  beforeEach(async () => {
    ended = new AbortController();
    api = await new ApiServer().start();
  });
  afterEach(() => api.stop());

  const setPod = (name: string, ready: boolean, volume: object, status: object = {}) =>
    api.put(PODS, {
      metadata: { name, namespace: "runs", labels: LABELS },
      spec: { volumes: [{ name: "artifacts", ...volume }], containers: [{ name: "store", image: "gw:1" }] },
      status: { phase: "Running", conditions: [{ type: "Ready", status: ready ? "True" : "False" }], ...status },
    });
  const DISK = { emptyDir: {} };
  const CLAIM = { persistentVolumeClaim: { claimName: "a" } };
  const watch = async (volume: object, patienceMs = LONG_MS) => {
    setPod("one", true, volume);
    const { onStep, steps } = collectSteps();
    const error: unknown[] = [];
    const done = watchStore(api.kubeConfig(), "runs", onStep, ended.signal, patienceMs).catch((each) =>
      error.push(each),
    );
    await until(() => api.watches === 1);
    return { done, steps, error };
  };

  it("is waited for where its pod is away for a while and its data are on a claim", async () => {
    const { done, steps, error } = await watch(CLAIM);
    api.remove(PODS, "one");
    await until(() => steps.length > 0);
    setPod("two", true, CLAIM);
    await until(() => steps.at(-1) === "Object store: done (serves again)");
    ended.abort();
    await done;
    expect(error).toEqual([]);
  });

  it.each<[string, () => unknown, string]>([
    ["was deleted", () => api.remove(PODS, "one"), "The pod of the object store is gone, and with it what it held"],
    [
      "was evicted",
      () => setPod("one", false, DISK, { phase: "Failed", reason: "Evicted", message: "The node was low on resource" }),
      "The pod of the object store is gone (Evicted: The node was low on resource), and with it what it held",
    ],
  ])("has lost what it held where the pod with it %s", async (_, go, message) => {
    const { done, error } = await watch(DISK);
    go();
    await done;
    expect(error).toMatchObject([{ message: expect.stringContaining(message) }]);
    expect((error[0] as { hint: string }).hint).toContain("persistence.enabled");
  });

  it("is given up where it does not come back, with what keeps it", async () => {
    const { done, steps, error } = await watch(CLAIM, 50);
    api.remove(PODS, "one");
    await done;
    expect(steps).toEqual(["Object store: running (is away)"]);
    expect(error).toMatchObject([{ message: "The object store has been away for 0.05 s" }]);
    const waiting = { reason: "ErrImagePull", message: "not found" };
    setPod("one", false, CLAIM, { containerStatuses: [{ name: "store", state: { waiting } }] });
    const again = watchStore(api.kubeConfig(), "runs", () => undefined, ended.signal, 50);
    await expect(again).rejects.toThrow(
      "The object store has been away for 0.05 s: one: ErrImagePull for the image gw:1: not found",
    );
  });

  it("keeps what it held where a container of its pod starts again", async () => {
    const { done, steps, error } = await watch(DISK);
    setPod("one", false, DISK);
    await until(() => steps.length > 0);
    setPod("one", true, DISK);
    await until(() => steps.at(-1) === "Object store: done (serves again)");
    ended.abort();
    await done;
    expect(error).toEqual([]);
  });
});
