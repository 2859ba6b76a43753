import { describe, expect, it } from "vitest";
import type { Cluster } from "../../../../src/cluster/cluster.ts";
import { beginInstall } from "../../../../src/engine/argo/install/begin-install.ts";
import { startApiServer } from "../../../kube/api-server.ts";

const SETTINGS = { namespace: "load", argoChart: null, operatorChart: null, valuesFile: null };
const CHART = { name: "argo-workflows", version: "1.0.18", appVersion: "v4.0.6" };

/** A cluster whose create() ends when it is told to, and what was asked of it in order. */
function makeCluster(isThere: boolean, kubeConfig: Cluster["kubeConfig"]) {
  const asked: string[] = [];
  let finish: () => void = () => undefined;
  const made = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const cluster: Partial<Cluster> = {
    async exists() {
      asked.push("exists");
      return isThere;
    },
    async create() {
      asked.push("create");
      await made;
      return { created: !isThere };
    },
    async loadImages(images) {
      asked.push(`load ${images.length}`);
      return { missing: [] };
    },
    kubeConfig() {
      asked.push("kubeConfig");
      return kubeConfig();
    },
  };
  return { cluster: cluster as Cluster, asked, finish };
}

function begin(cluster: Cluster) {
  return beginInstall(cluster, SETTINGS, {
    values: Promise.resolve({ namedImages: {}, wantsAdmissionPolicy: true }),
    readArgoChart: async () => CHART,
    assetsDirectory: ".",
    sparkImages: ["spark:4.1.1"],
    ...{ withServer: true, force: false, onStep: () => undefined, signal: new AbortController().signal },
  });
}

describe("an install is planned", () => {
  it("while the cluster is made, of which nothing is asked", async () => {
    const refuse = () => expect.fail("there is no kubeconfig");
    const { cluster, asked, finish } = makeCluster(false, refuse);
    const { created, plan, loading } = begin(cluster);
    expect(await plan).toMatchObject({ installsArgo: true, installsOwn: true, argoVersion: "v4.0.6" });
    finish();
    expect(await created).toEqual({ created: true });
    await loading.all;
    expect(asked.filter((what) => !what.startsWith("load"))).toEqual(["exists", "create"]);
  });

  it("by what is on a cluster that is there, once it answers", async () => {
    const api = await startApiServer();
    const { cluster, asked, finish } = makeCluster(true, () => api.kubeConfig());
    const { plan, loading } = begin(cluster);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(asked).not.toContain("kubeConfig");
    finish();
    expect(await plan).toMatchObject({ controller: null, release: null, installsArgo: true, installsOwn: true });
    await loading.all;
    expect(api.received.length).toBeGreaterThan(0);
    await api.stop();
  });
});
