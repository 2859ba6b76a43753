import { afterEach, describe, expect, it } from "vitest";
import { deleteNamespaces, ensureNamespace, listRunNamespaces, waitUntilGone } from "../../src/cluster/namespaces.ts";
import { type FakeApi, startFakeApi, statusAnswer } from "../engine/argo/fake-api.ts";

let api: FakeApi | undefined;
afterEach(() => api?.close());
const signal = new AbortController().signal;
const CONFLICT = statusAnswer(409, "AlreadyExists", 'namespaces "load" already exists');
const blockedBy = (message: string) => ({
  metadata: { name: "ns-1", deletionTimestamp: "2026-01-01T00:00:00Z" },
  status: {
    phase: "Terminating",
    conditions: [
      { type: "NamespaceDeletionDiscoveryFailure", status: "False", message: "All resources successfully discovered" },
      { type: "NamespaceFinalizersRemaining", status: "True", message },
    ],
  },
});

describe("ensureNamespace", () => {
  it("makes it with its labels", async () => {
    api = await startFakeApi(({ method }) => (method === "POST" ? { status: 201, body: {} } : undefined));
    await expect(ensureNamespace(api.kubeConfig, "load", { a: "b" }, signal)).resolves.toEqual({ created: true });
    expect(api.received[0]?.body).toMatchObject({ metadata: { name: "load", labels: { a: "b" } } });
  });

  it("leaves one that is there as it is", async () => {
    api = await startFakeApi(({ method }) => (method === "POST" ? CONFLICT : { body: { metadata: { name: "load" } } }));
    await expect(ensureNamespace(api.kubeConfig, "load", {}, signal)).resolves.toEqual({ created: false });
  });

  it("refuses one that is going, with what blocks it", async () => {
    api = await startFakeApi(({ method }) =>
      method === "POST" ? CONFLICT : { body: blockedBy("Some content in the namespace has finalizers remaining: x/y") },
    );
    await expect(ensureNamespace(api.kubeConfig, "load", {}, signal)).rejects.toThrow(
      "The namespace load is being deleted: Some content in the namespace has finalizers remaining: x/y",
    );
  });

  it("asks again while the server says not now", async () => {
    api = await startFakeApi(({ method }, count) => {
      if (method === "POST" && count === 1) return statusAnswer(429, "TooManyRequests", "slow down");
      if (method === "POST" && count === 2) return statusAnswer(503, "ServiceUnavailable", "starting");
      return { status: 201, body: {} };
    });
    await expect(ensureNamespace(api.kubeConfig, "load", {}, signal)).resolves.toEqual({ created: true });
    expect(api.received).toHaveLength(3);
  });

  it("gives up at once where it is not allowed", async () => {
    api = await startFakeApi(() => statusAnswer(403, "Forbidden", "namespaces is forbidden"));
    await expect(ensureNamespace(api.kubeConfig, "load", {}, signal)).rejects.toThrow(
      "Could not create the namespace load: namespaces is forbidden",
    );
    expect(api.received).toHaveLength(1);
  });
});

it("looks for namespaces by label only", async () => {
  api = await startFakeApi(() => ({ body: { items: [] } }));
  await listRunNamespaces(api.kubeConfig, "run-1", signal);
  expect(decodeURIComponent(api.received[0]!.path)).toBe(
    "/api/v1/namespaces?labelSelector=app.kubernetes.io/managed-by=spark-loadtest,spark-loadtest/run=run-1",
  );
});

it("takes a namespace that is gone, or going, for deleted", async () => {
  api = await startFakeApi(({ path }) => {
    if (path.includes("gone")) return statusAnswer(404, "NotFound", "not found");
    if (path.includes("going")) return statusAnswer(409, "Conflict", "being deleted");
    return { body: {} };
  });
  await deleteNamespaces(api.kubeConfig, ["there", "gone", "going"], signal);
  expect(api.received.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
    "DELETE /api/v1/namespaces/going",
    "DELETE /api/v1/namespaces/gone",
    "DELETE /api/v1/namespaces/there",
  ]);
});

describe("waitUntilGone", () => {
  const options = { signal, runId: null };

  it("waits until the last one is gone", async () => {
    api = await startFakeApi((_, count) => ({ body: { items: count < 2 ? [blockedBy("x")] : [] } }));
    await expect(waitUntilGone(api.kubeConfig, ["ns-1"], { ...options, timeoutMs: 20_000 })).resolves.toEqual([]);
  });

  it("names what is left and what blocks it when the time is over", async () => {
    api = await startFakeApi(() => ({ body: { items: [blockedBy("finalizer example.com/never in 1 resource")] } }));
    await expect(waitUntilGone(api.kubeConfig, ["ns-1"], { ...options, timeoutMs: 0 })).resolves.toEqual([
      { name: "ns-1", blocker: "finalizer example.com/never in 1 resource" },
    ]);
  });
});
