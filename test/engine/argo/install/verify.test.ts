import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type NeededWorkload, verifyInstall } from "../../../../src/engine/argo/install/verify.ts";
import { collectSteps } from "../../../cluster/providers/fakes.ts";
import { sleepThrough, useFakeTime, useRealTime } from "../../../fake-time.ts";
import { type Answer, type ApiServer, type Handler, startApiServer } from "../../../kube/api-server.ts";

const SIGNAL = new AbortController().signal;
const LIMITS = { patienceMs: 100, timeoutMs: 1_500 };
const OPERATOR: NeededWorkload = { kind: "Deployment", namespace: "mon", name: "operator" };
const PROMETHEUS: NeededWorkload = { kind: "StatefulSet", namespace: "mon", name: "prometheus" };

const workload = (name: string, availableReplicas: number, replicas = 1): Answer => ({
  body: {
    metadata: { name, generation: 1 },
    spec: { replicas, selector: { matchLabels: { app: name } } },
    status: { observedGeneration: 1, updatedReplicas: 1, availableReplicas },
  },
});
const pod = (waiting: object): Answer => ({
  body: {
    items: [
      {
        metadata: { name: "prometheus-0" },
        spec: { containers: [{ name: "main", image: "registry.example.com/prometheus:v0" }] },
        status: { containerStatuses: [{ name: "main", state: { waiting } }] },
      },
    ],
  },
});

describe("an install", () => {
  let api: ApiServer;
  beforeEach(useFakeTime);
  afterEach(async () => {
    useRealTime();
    await api.stop();
  });

  const verify = async (needed: readonly NeededWorkload[], answer: Handler) => {
    api = await startApiServer(answer);
    const { onStep, steps } = collectSteps();
    const error = await sleepThrough(verifyInstall(api.kubeConfig(), needed, onStep, SIGNAL, LIMITS)).then(
      () => null,
      (thrown) => thrown,
    );
    return { steps, error };
  };

  it("waits for what an operator has yet to make", async () => {
    const { steps, error } = await verify([OPERATOR, PROMETHEUS], ({ path, count }) => {
      if (path.endsWith("/deployments/operator")) return workload("operator", 1);
      if (path.endsWith("/statefulsets/prometheus")) return count < 2 ? undefined : workload("prometheus", 1);
      return { body: { items: [] } };
    });
    expect(error).toBeNull();
    expect(steps).toContain("Deployment operator: done (available)");
    expect(steps.at(-1)).toBe("StatefulSet prometheus: done (available)");
  });

  it("ends early with the reason of the pod that does not start, whatever else is waited for", async () => {
    const waiting = { reason: "ErrImagePull", message: "not found" };
    const { error } = await verify([OPERATOR, PROMETHEUS], ({ path }) => {
      if (path.endsWith("/deployments/operator")) return undefined;
      if (path.endsWith("/statefulsets/prometheus")) return workload("prometheus", 0);
      return pod(waiting);
    });
    expect(error).toMatchObject({
      message:
        "The statefulset mon/prometheus does not start: prometheus-0: ErrImagePull for the image registry.example.com/prometheus:v0: not found",
      hint: "Look at: kubectl -n mon describe pods -l app=prometheus",
    });
  });

  it("does not take one that was scaled to none for one that is up", async () => {
    const { error } = await verify([OPERATOR], ({ path }) =>
      path.endsWith("/deployments/operator") ? workload("operator", 0, 0) : { body: { items: [] } },
    );
    expect(error).toMatchObject({
      message: "The deployment mon/operator does not start: not available after 1.5 s",
    });
  });

  it("says what was not made in time", async () => {
    const { error } = await verify([PROMETHEUS], () => undefined);
    expect(error).toMatchObject({
      message: "The statefulset mon/prometheus does not start: not made after 1.5 s",
      hint: "Look at: kubectl -n mon get events",
    });
  });
});
