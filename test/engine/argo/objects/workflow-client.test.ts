import { afterEach, describe, expect, it } from "vitest";
import { deleteRun, type RunManifests, submitRun } from "../../../../src/engine/argo/objects/workflow-client.ts";
import { type FakeApi, type Received, startFakeApi } from "../fake-api.ts";

const signal = new AbortController().signal;
const metadata = { name: "run-1", namespace: "load", labels: { "app.kubernetes.io/managed-by": "spark-loadtest" } };
const manifests: RunManifests = {
  secret: { apiVersion: "v1", kind: "Secret", metadata },
  configMap: { apiVersion: "v1", kind: "ConfigMap", metadata },
  workflow: {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Workflow",
    metadata: { ...metadata, annotations: {} },
    spec: {},
  },
};
const SECRETS = "/api/v1/namespaces/load/secrets";
const CONFIG_MAPS = "/api/v1/namespaces/load/configmaps";
const WORKFLOWS = "/apis/argoproj.io/v1alpha1/namespaces/load/workflows";

let api: FakeApi;
afterEach(() => api.close());
const made = ({ method, path }: Received) => `${method} ${path.replace(/\?.*/, "")}`;

describe("submitRun", () => {
  const answer = ({ method, path }: Received) =>
    method === "GET"
      ? { body: { metadata: { ...metadata, uid: "u-1" } } }
      : { status: path === "" ? 500 : 201, body: {} };

  it("makes what the pods read before the workflow, which owns it then", async () => {
    api = await startFakeApi(answer);
    await submitRun(api.kubeConfig, manifests, signal);
    expect(api.received.map(made)).toEqual([
      `POST ${SECRETS}`,
      `POST ${CONFIG_MAPS}`,
      `POST ${WORKFLOWS}`,
      `GET ${WORKFLOWS}/run-1`,
      `PATCH ${CONFIG_MAPS}/run-1`,
      `PATCH ${SECRETS}/run-1`,
    ]);
    const owner = { apiVersion: "argoproj.io/v1alpha1", kind: "Workflow", name: "run-1", uid: "u-1" };
    for (const { body } of api.received.slice(-2)) {
      expect(body).toEqual([{ op: "add", path: "/metadata/ownerReferences", value: [owner] }]);
    }
  });

  it("makes no Secret where nothing is secret", async () => {
    api = await startFakeApi(answer);
    await submitRun(api.kubeConfig, { ...manifests, secret: null }, signal);
    expect(api.received.filter(({ path }) => path.startsWith(SECRETS))).toEqual([]);
  });

  it("finds its own work where an answer was lost", async () => {
    api = await startFakeApi((request) =>
      request.method === "POST" ? { status: 409, body: { kind: "Status", code: 409 } } : answer(request),
    );
    await expect(submitRun(api.kubeConfig, manifests, signal)).resolves.toMatchObject({ metadata: { uid: "u-1" } });
  });
});

describe("deleteRun", () => {
  it("removes all of a run, and is content with what is gone", async () => {
    api = await startFakeApi(({ path }) => (path.startsWith(CONFIG_MAPS) ? { body: {} } : undefined));
    await deleteRun(api.kubeConfig, "load", "run-1", signal);
    expect(api.received.map(made)).toEqual([
      `DELETE ${WORKFLOWS}/run-1`,
      `DELETE ${CONFIG_MAPS}/run-1`,
      `DELETE ${SECRETS}/run-1`,
    ]);
  });
});
