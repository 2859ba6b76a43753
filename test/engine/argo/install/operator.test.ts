import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Cluster } from "../../../../src/cluster/cluster.ts";
import { archiveUrl } from "../../../../src/cluster/helm/chart.ts";
import { MadeParts } from "../../../../src/engine/argo/install/made.ts";
import {
  checkOperator,
  checkOperatorThere,
  findOperator,
  isOperatorOurs,
  needsOperator,
  OPERATOR_CHART,
  provideOperator,
  removeOperatorDefinitions,
} from "../../../../src/engine/argo/install/operator.ts";
import { type ApiServer, refusal, startApiServer } from "../../../kube/api-server.ts";

const { signal } = new AbortController();
const DEPLOYMENTS = (namespace: string) => `/apis/apps/v1/namespaces/${namespace}/deployments`;
const DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const IMAGE = "ghcr.io/kubeflow/spark-operator/controller:2.5.2";
const UP = { observedGeneration: 1, updatedReplicas: 1, availableReplicas: 1 };

let api: ApiServer;
beforeEach(async () => {
  api = await startApiServer();
});
afterEach(() => api.stop());

function putOperator(args: readonly string[], { image = IMAGE, namespace = "ops", name = "their-controller" } = {}) {
  api.put(DEPLOYMENTS(namespace), {
    metadata: { name, namespace, annotations: ours(namespace), ...{ generation: 1 } },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: name } },
      template: { spec: { containers: [{ image, args }] } },
    },
    status: UP,
  });
}
const ours = (namespace: string) => ({
  "meta.helm.sh/release-name": "spark-operator",
  "meta.helm.sh/release-namespace": namespace,
});
const CONTROLLER = ["controller", "start", "--zap-log-level=info"];
const find = () => findOperator(api.kubeConfig(), signal);

describe("looking for a Spark Operator", () => {
  it.each([
    ["watches all namespaces by default", IMAGE, CONTROLLER, null],
    ["is told to watch all", IMAGE, [...CONTROLLER, '--namespaces=""'], null],
    ["watches some", IMAGE, [...CONTROLLER, "--namespaces=default,jobs"], ["default", "jobs"]],
    ["chooses them by labels", IMAGE, [...CONTROLLER, "--namespaces=default", "--namespace-selector=a=b"], null],
    ["is of 1.x", "gcr.io/spark-operator/spark-operator:v1beta2-1.3.8-3.1.1", ["-namespace=jobs"], ["jobs"]],
    ["is named by digest", "mirror.example.com/spark-operator:2.4.0@sha256:0", CONTROLLER, null],
  ])("knows one that %s", async (_, image, args, namespaces) => {
    // The webhook runs from the same image, and is no controller.
    putOperator(["webhook", "start", "--namespaces=none"], { image, name: "a-webhook" });
    putOperator(args, { image });
    const version = image.split("@")[0]!.split(":").at(-1);
    expect(await find()).toEqual({
      ...{ namespace: "ops", name: "their-controller", version, release: "ops/spark-operator", namespaces },
    });
  });

  it("finds none where only definitions are left, nor in a controller of something else", async () => {
    api.put(DEFINITIONS, { metadata: { name: "sparkapplications.sparkoperator.k8s.io" } });
    putOperator(["start"], { image: "example.com/not-a-spark-operator-at-all:1" });
    expect(await find()).toBeNull();
  });

  it("gives up where this user may not look", async () => {
    api.handlers.unshift(() => refusal(403, "no"));
    expect(await find()).toBeUndefined();
    await expect(checkOperatorThere(api.kubeConfig(), signal)).resolves.toBeUndefined();
  });

  it("refuses one that sees no namespace of a case, and says what to do", () => {
    const operator = { namespace: "ops", name: "c", version: "2.5.2", release: null };
    expect(() => checkOperator({ ...operator, namespaces: null })).not.toThrow();
    expect(() => checkOperator({ ...operator, namespaces: ["default", "jobs"] })).toThrow(
      "The Spark Operator ops/c watches only default, jobs, and each case has a namespace of its own.",
    );
  });

  it("says before a submit that there is none", async () => {
    await expect(checkOperatorThere(api.kubeConfig(), signal)).rejects.toThrow("The cluster has no Spark Operator");
  });

  it("takes one for ours only in a namespace with this tool's label", async () => {
    putOperator(CONTROLLER, { namespace: "spark-operator" });
    api.addNamespace("spark-operator");
    expect(await isOperatorOurs(api.kubeConfig(), signal)).toBe(false);
    api.addNamespace("spark-operator", { "app.kubernetes.io/managed-by": "spark-loadtest" });
    expect(await isOperatorOurs(api.kubeConfig(), signal)).toBe(true);
  });
});

describe("having a Spark Operator", () => {
  const made = () => new MadeParts();
  const provide = async (parts: MadeParts, helm: () => Promise<never> = () => Promise.reject(new Error("helm"))) => {
    const loaded: string[] = [];
    const steps: string[] = [];
    const cluster: Pick<Cluster, "kubeConfig" | "loadImages"> = {
      kubeConfig: () => api.kubeConfig(),
      loadImages: async (images) => {
        loaded.push(...images);
        return { missing: [] };
      },
    };
    const readChart = async () => ({ version: "2.5.2", appVersion: "2.5.2", args: ["/chart.tgz"], note: null });
    const onStep = ({ step, detail }: { step: string; detail?: string }) => steps.push(`${step}: ${detail}`);
    const done = provideOperator({ cluster, helm, readChart, made: parts, onStep, signal });
    await done.catch((error) => steps.push(error.message));
    return { loaded, steps };
  };

  it("takes the one that is there, and asks for no chart", async () => {
    putOperator(CONTROLLER);
    const parts = made();
    const { loaded, steps } = await provide(parts);
    expect(steps).toEqual(["Spark Operator: 2.5.2, found in the namespace ops"]);
    expect([loaded, parts.takeAll()]).toEqual([[], []]);
  });

  it("notes what it makes before it makes it, so that a cleanup finds it", async () => {
    const parts = made();
    const { loaded, steps } = await provide(parts);
    expect(steps).toEqual(["Spark Operator: 2.5.2", "helm"]);
    expect(loaded).toEqual([IMAGE]);
    expect(parts.takeAll()).toEqual(["operator", "operator-definitions", "operator-namespace"]);
  });

  it("leaves definitions that were there before, whose objects are somebody's", async () => {
    api.put(DEFINITIONS, { metadata: { name: "sparkapplications.sparkoperator.k8s.io" } });
    const parts = made();
    await provide(parts);
    expect(parts.takeAll()).toEqual(["operator", "operator-namespace"]);
  });

  it("removes the definitions that Helm leaves", async () => {
    api.put(DEFINITIONS, { metadata: { name: "sparkconnects.sparkoperator.k8s.io" } });
    api.put(DEFINITIONS, { metadata: { name: "others.example.com" } });
    await removeOperatorDefinitions(api.kubeConfig(), signal);
    expect(api.all(DEFINITIONS).map(({ metadata }) => metadata.name)).toEqual(["others.example.com"]);
  });
});

it("is needed by a plan with cases of the orchestrator operator alone", () => {
  const of = (orchestrator: string) =>
    ({ dimensions: { orchestrator } }) as Parameters<typeof needsOperator>[0][number];
  expect(needsOperator([of("submit"), of("connect")])).toBe(false);
  expect(needsOperator([of("submit"), of("operator")])).toBe(true);
});

it("has its archive where its project publishes it", () => {
  expect(archiveUrl(OPERATOR_CHART)).toBe(
    "https://github.com/kubeflow/spark-operator/releases/download/v2.5.2/spark-operator-2.5.2.tgz",
  );
});
