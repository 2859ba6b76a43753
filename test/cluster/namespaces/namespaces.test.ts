import { isDeepStrictEqual } from "node:util";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import {
  deleteManagedNamespaces,
  deleteNamespace,
  ensureNamespace,
  listRunNamespaces,
  type RemovalOptions,
  removeUntilGone,
} from "../../../src/cluster/namespaces/namespaces.ts";
import { InfrastructureError } from "../../../src/lib/errors.ts";
import { useFakeTime, useRealTime } from "../../fake-time.ts";
import { type ApiServer, NAMESPACES, refusal, refuse, startApiServer } from "../../kube/api-server.ts";

let api: ApiServer | undefined;
afterEach(() => api?.stop());
const signal = new AbortController().signal;
const blockedBy = (message: string) => ({
  metadata: { name: "load", deletionTimestamp: "2026-01-01T00:00:00Z" },
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
    api = await startApiServer();
    await expect(ensureNamespace(api.kubeConfig(), "load", { a: "b" }, signal)).resolves.toEqual({ created: true });
    expect(api.received.at(-1)?.body).toMatchObject({ metadata: { name: "load", labels: { a: "b" } } });
  });

  it("leaves one that is there as it is", async () => {
    api = await startApiServer();
    api.addNamespace("load");
    const beforeCreate = vi.fn();
    await expect(ensureNamespace(api.kubeConfig(), "load", {}, signal, beforeCreate)).resolves.toEqual({
      created: false,
    });
    expect(beforeCreate).not.toHaveBeenCalled();
    expect(api.received.map(({ method }) => method)).toEqual(["GET"]);
  });

  it("leaves one alone that somebody else makes at the same time", async () => {
    api = await startApiServer(({ method }) => {
      if (method === "POST") api!.addNamespace("load");
      return undefined;
    });
    await expect(ensureNamespace(api.kubeConfig(), "load", {}, signal)).resolves.toEqual({ created: false });
  });

  it("says that it is about to make one before it does", async () => {
    const said: string[] = [];
    api = await startApiServer(({ method }) => {
      said.push(method);
      return undefined;
    });
    await ensureNamespace(api.kubeConfig(), "load", {}, signal, () => said.push("said"));
    expect(said).toEqual(["GET", "said", "POST"]);
  });

  it("refuses one that is going, with what blocks it", async () => {
    api = await startApiServer();
    api.put(NAMESPACES, blockedBy("Some content in the namespace has finalizers remaining: x/y"));
    await expect(ensureNamespace(api.kubeConfig(), "load", {}, signal)).rejects.toThrow(
      "The namespace load is being deleted: Some content in the namespace has finalizers remaining: x/y",
    );
  });

  it("asks again while the server says not now", async () => {
    api = await startApiServer();
    api.faults = [
      ({ method }) => method === "POST" && refusal(429, "slow down"),
      ({ method }) => method === "POST" && refusal(503, "starting"),
    ];
    await expect(ensureNamespace(api.kubeConfig(), "load", {}, signal)).resolves.toEqual({ created: true });
    expect(api.received).toHaveLength(4);
  });

  it("gives up at once where it is not allowed", async () => {
    api = await startApiServer(refuse(403, "namespaces is forbidden"));
    await expect(ensureNamespace(api.kubeConfig(), "load", {}, signal)).rejects.toThrow(
      "Could not read the namespace load: namespaces is forbidden",
    );
    expect(api.received).toHaveLength(1);
  });
});

it("looks for namespaces by label only", async () => {
  api = await startApiServer();
  await listRunNamespaces(api.kubeConfig(), "run-1", signal);
  expect(decodeURIComponent(api.received[0]!.path)).toBe(
    "/api/v1/namespaces?labelSelector=app.kubernetes.io/managed-by=spark-loadtest,spark-loadtest/run=run-1",
  );
});

describe("removeUntilGone", () => {
  const RUN = { "app.kubernetes.io/managed-by": "spark-loadtest", "spark-loadtest/run": "run-1" };
  let server: ApiServer;
  beforeEach(async () => {
    server = await startApiServer();
  });
  afterEach(() => server.stop());
  const remove = (isWanted: (name: string) => boolean = () => true, options: Partial<RemovalOptions> = {}) =>
    removeUntilGone(server.kubeConfig(), "run-1", {
      isWanted: ({ metadata }) => isWanted(metadata!.name!),
      timeoutMs: 20_000,
      signal,
      ...options,
    });

  it("deletes what is wanted and waits until it is gone, with one list and one watch", async () => {
    for (const name of ["one", "two", "kept"]) server.addNamespace(name, RUN);
    server.addNamespace("spark-test-one");
    server.addNamespace("other-run", { ...RUN, "spark-loadtest/run": "run-2" });
    await expect(remove((name) => name !== "kept")).resolves.toEqual([]);
    expect(server.namespaces()).toEqual(["kept", "spark-test-one", "other-run"]);
    expect(server.requests.sort()).toEqual([
      "DELETE /api/v1/namespaces/one",
      "DELETE /api/v1/namespaces/two",
      "GET /api/v1/namespaces",
      "GET /api/v1/namespaces watch",
    ]);
  });

  it("waits for those of this tool's own that are named, too, and for no other", async () => {
    const { "app.kubernetes.io/managed-by": _, ...foreign } = RUN;
    server.addNamespace("argo", { "app.kubernetes.io/managed-by": "spark-loadtest" });
    server.addNamespace("spark-operator", foreign);
    server.addNamespace("one", RUN);
    const names = ["argo", "spark-operator", "none"];
    await expect(deleteManagedNamespaces(server.kubeConfig(), names, signal)).resolves.toEqual(["argo"]);
    expect(server.namespaces()).toEqual(["spark-operator", "one"]);
    expect(server.requests.sort()).toEqual([
      "DELETE /api/v1/namespaces/argo",
      "GET /api/v1/namespaces",
      "GET /api/v1/namespaces watch",
    ]);
  });

  it("takes a namespace that is going for deleted", async () => {
    server.addNamespace("one", RUN);
    server.handlers = [
      ({ method }) => {
        if (method !== "DELETE") return false;
        server.remove(NAMESPACES, "one");
        return refusal(409, "being deleted");
      },
    ];
    await expect(remove()).resolves.toEqual([]);
  });

  it("names what is left and what blocks it when the time is over", async () => {
    server.addNamespace("free", RUN);
    server.addNamespace("stuck", RUN);
    server.blockerOf = (name) => (name === "stuck" ? "finalizer example.com/never in 1 resource" : undefined);
    server.goneAfterMs = 0;
    const stuck = { name: "stuck", blocker: "finalizer example.com/never in 1 resource" };
    useFakeTime();
    onTestFinished(useRealTime);
    const onLeft = (left: readonly object[]) => {
      if (isDeepStrictEqual(left, [stuck])) vi.advanceTimersByTime(20_000);
    };
    await expect(remove(undefined, { onLeft })).resolves.toEqual([stuck]);
  });

  it("does not wait for what it is not allowed to delete", async () => {
    server.addNamespace("one", RUN);
    server.handlers = [({ method }) => method === "DELETE" && refusal(403, "namespaces is forbidden")];
    await expect(remove()).resolves.toEqual([
      { name: "one", blocker: "Could not delete the namespace one: namespaces is forbidden" },
    ]);
  });

  it("does not take an API server that is away for one without namespaces", async () => {
    const kubeConfig = server.kubeConfig();
    await server.stop();
    const options = { isWanted: () => true, timeoutMs: 300, signal };
    await expect(removeUntilGone(kubeConfig, "run-1", options)).rejects.toThrow(InfrastructureError);
    await server.start();
  });
});

it("does not delete a namespace that was made anew under the name", async () => {
  const server = await startApiServer();
  server.addNamespace("ours");
  await deleteNamespace(server.kubeConfig(), { name: "ours", uid: "another" }, { signal });
  expect(server.namespaces()).toEqual(["ours"]);
  await server.stop();
});
