import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { install } from "../../../../src/engine/argo/install/install.ts";
import { MadeParts } from "../../../../src/engine/argo/install/made.ts";
import { type InstallQuestion, planInstall } from "../../../../src/engine/argo/install/plan-install.ts";
import { PINS } from "../../../../src/lib/pins.ts";
import type { InstallSettings } from "../../../../src/spec/spec.ts";
import { type ApiServer, startApiServer } from "../../../kube/api-server.ts";

const { signal } = new AbortController();
const OWN_VERSION = parse(readFileSync("charts/spark-loadtest/Chart.yaml", "utf8")).version as string;
const PINNED = PINS.charts["argo-workflows"].version;
const SETTINGS: InstallSettings = { namespace: "load", argoChart: null, operatorChart: null, valuesFile: null };

/** A chart that is asked for fails as one that a machine without a network asks for. */
const noNetwork = () => Promise.reject(new Error("no network"));

let api: ApiServer;
beforeEach(async () => {
  api = await startApiServer();
});
afterEach(() => api.stop());

function putDeployment(namespace: string, name: string, image: string, chart: string | null, release: string | null) {
  api.put(`/apis/apps/v1/namespaces/${namespace}/deployments`, {
    metadata: {
      ...{ name, namespace },
      ...(chart === null ? {} : { labels: { "helm.sh/chart": chart } }),
      ...(release === null
        ? {}
        : {
            annotations: {
              "meta.helm.sh/release-name": release.split("/")[1]!,
              "meta.helm.sh/release-namespace": release.split("/")[0]!,
            },
          }),
    },
    spec: { template: { spec: { containers: [{ image }] } } },
  });
}

function putController({
  version = "v4.0.6",
  chart = `argo-workflows-${PINNED}`,
  release = "argo/argo-workflows",
} = {}) {
  putDeployment(
    "argo",
    "argo-workflows-workflow-controller",
    `quay.io/argoproj/workflow-controller:${version}`,
    chart,
    release,
  );
}

function putStore(version = OWN_VERSION) {
  putDeployment("load", "spark-loadtest-store", "versity/versitygw:v1.8.0", `spark-loadtest-${version}`, null);
}

function plan(settings: Partial<InstallSettings> = {}, question: Partial<InstallQuestion> = {}) {
  return planInstall(
    { ...SETTINGS, ...settings },
    {
      ...{ kubeConfig: api.kubeConfig(), readArgoChart: noNetwork, assetsDirectory: "." },
      ...{ withServer: false, force: false, signal },
      ...question,
    },
  );
}

const CHART = { version: PINNED, appVersion: "v4.0.9" };

describe("the plan of an install", () => {
  it("needs nothing from outside where the cluster has everything", async () => {
    putController();
    putStore();
    const made = await plan();
    expect(made).toMatchObject({ installsArgo: false, argoVersion: "v4.0.6", installsOwn: false });
    for (const name of ["workflows", "workflowtemplates", "workflowtaskresults"]) {
      api.put("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", {
        metadata: { name: `${name}.argoproj.io` },
        status: { conditions: [{ type: "Established", status: "True" }] },
      });
    }
    const steps: string[] = [];
    const { argoNamespace } = await install(SETTINGS, {
      ...{ plan: made, kubeConfig: api.kubeConfig(), assetsDirectory: ".", withServer: false, caseCount: 1, signal },
      ...{
        helm: noNetwork,
        readArgoChart: noNetwork,
        namedImages: {},
        wantsAdmissionPolicy: true,
        made: new MadeParts(),
      },
      imagesLoaded: { argo: new Promise(() => undefined), store: new Promise(() => undefined) },
      onStep: ({ step, detail }) => steps.push(`${step}: ${detail}`),
    });
    expect(argoNamespace).toBe("argo");
    expect(steps).toEqual([
      "Argo Workflows: v4.0.6, installed already",
      `Chart spark-loadtest: spark-loadtest-${OWN_VERSION}, installed already`,
    ]);
  });

  it("takes a controller of somebody else's as it is", async () => {
    putController({ version: "v4.1.2", chart: "their-argo-9.9.9", release: "ops/argo" });
    expect(await plan()).toMatchObject({ installsArgo: false, argoVersion: "v4.1.2", installsOwn: true });
  });

  it("refuses a controller of somebody else's that is too old", async () => {
    putController({ version: "v3.6.0", chart: "their-argo-9.9.9", release: "ops/argo" });
    await expect(plan()).rejects.toThrow("The cluster has Argo Workflows v3.6.0 in the namespace argo.");
  });

  it.each([
    ["nothing is there", () => undefined, {}, {}],
    ["another chart of ours is there", () => putController({ chart: "argo-workflows-0.9.0" }), {}, {}],
    ["the Web UI is missing", putController, {}, { withServer: true }],
    ["another version is asked for", putController, { argoChart: { kind: "version", version: "1.9.9" } }, {}],
    ["the cluster is yet to be made", putController, {}, { kubeConfig: null }],
  ] as const)("asks for the chart where %s", async (_, prepare, settings, question) => {
    prepare();
    await expect(plan(settings, question)).rejects.toThrow("no network");
    const found = await plan(settings, { ...question, readArgoChart: async () => CHART });
    expect(found).toMatchObject({ installsArgo: true, argoVersion: "v4.0.9" });
  });

  it("compares with what a chart in a folder says of itself", async () => {
    putController();
    const argoChart = { kind: "path", path: "/charts/argo" } as const;
    const read = (version: string) => async () => ({ ...CHART, version });
    expect(await plan({ argoChart }, { readArgoChart: read(PINNED) })).toMatchObject({ installsArgo: false });
    expect(await plan({ argoChart }, { readArgoChart: read("1.9.9") })).toMatchObject({ installsArgo: true });
  });

  it.each([
    ["of another version", () => putStore("0.0.1"), {}, {}],
    ["with values of the user's", putStore, { valuesFile: "/values.yaml" }, {}],
    ["when it is asked to", putStore, {}, { force: true }],
  ] as const)("installs our chart again %s", async (_, prepare, settings, question) => {
    putController();
    prepare();
    expect(await plan(settings, question)).toMatchObject({ installsArgo: false, installsOwn: true });
  });
});
