import { afterEach, describe, expect, it } from "vitest";
import { deleteRun, type RunManifests, submitRun } from "../../../../src/engine/argo/objects/workflow-client.ts";
import { type ApiRequest, type ApiServer, startApiServer } from "../../../kube/api-server.ts";

const signal = new AbortController().signal;
const metadata = { name: "run-1", namespace: "load", labels: { "app.kubernetes.io/managed-by": "spark-loadtest" } };
const manifests: RunManifests = {
  account: { apiVersion: "v1", kind: "ServiceAccount", metadata: { ...metadata, name: "spark-loadtest-case-run-1" } },
  secret: { apiVersion: "v1", kind: "Secret", metadata },
  configMap: { apiVersion: "v1", kind: "ConfigMap", metadata },
  workflow: {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Workflow",
    metadata: { ...metadata, annotations: {} },
    spec: {},
  },
};
const ACCOUNTS = "/api/v1/namespaces/load/serviceaccounts";
const SECRETS = "/api/v1/namespaces/load/secrets";
const CONFIG_MAPS = "/api/v1/namespaces/load/configmaps";
const WORKFLOWS = "/apis/argoproj.io/v1alpha1/namespaces/load/workflows";

let api: ApiServer;
afterEach(() => api.stop());
const uid = () => api.get(WORKFLOWS, "run-1")!.metadata.uid;
const made = ({ method, path }: ApiRequest) => `${method} ${path.replace(/\?.*/, "")}`;

describe("submitRun", () => {
  it("makes what the pods read before the workflow, which owns it then", async () => {
    api = await startApiServer();
    await submitRun(api.kubeConfig(), manifests, signal);
    expect(api.received.map(made)).toEqual([
      `POST ${ACCOUNTS}`,
      `POST ${SECRETS}`,
      `POST ${CONFIG_MAPS}`,
      `POST ${WORKFLOWS}`,
      `GET ${WORKFLOWS}/run-1`,
      `PATCH ${ACCOUNTS}/spark-loadtest-case-run-1`,
      `PATCH ${CONFIG_MAPS}/run-1`,
      `PATCH ${SECRETS}/run-1`,
    ]);
    const owner = { apiVersion: "argoproj.io/v1alpha1", kind: "Workflow", name: "run-1", uid: uid() };
    for (const { body } of api.received.slice(-3)) {
      expect(body).toEqual([{ op: "add", path: "/metadata/ownerReferences", value: [owner] }]);
    }
  });

  it("makes no Secret where nothing is secret", async () => {
    api = await startApiServer();
    await submitRun(api.kubeConfig(), { ...manifests, secret: null }, signal);
    expect(api.received.filter(({ path }) => path.startsWith(SECRETS))).toEqual([]);
  });

  it("finds its own work where an answer was lost", async () => {
    api = await startApiServer();
    for (const path of [SECRETS, CONFIG_MAPS, WORKFLOWS]) api.put(path, { metadata });
    api.put(ACCOUNTS, { metadata: { name: "spark-loadtest-case-run-1" } });
    await expect(submitRun(api.kubeConfig(), manifests, signal)).resolves.toMatchObject({ metadata: { uid: uid() } });
  });
});

describe("deleteRun", () => {
  it("removes all of a run, and is content with what is gone", async () => {
    api = await startApiServer();
    api.put(CONFIG_MAPS, { metadata });
    await deleteRun(api.kubeConfig(), "load", "run-1", signal);
    expect(api.received.map(made)).toEqual([
      `DELETE ${WORKFLOWS}/run-1`,
      `DELETE ${CONFIG_MAPS}/run-1`,
      `DELETE ${ACCOUNTS}/spark-loadtest-case-run-1`,
      `DELETE ${SECRETS}/run-1`,
    ]);
  });
});
