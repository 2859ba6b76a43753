import { setImmediate as turn } from "node:timers/promises";
import { expect, it } from "vitest";
import type { Cluster } from "../../../../src/cluster/cluster.ts";
import { loadRunImages } from "../../../../src/engine/argo/install/load-images.ts";
import { PINS } from "../../../../src/lib/pins.ts";

const NOTHING_THERE = { argoVersion: "v4.0.6", installsArgo: true };
type Coming = Parameters<typeof loadRunImages>[1];

/** A cluster whose images take until they are let go. */
function slowCluster(missing: readonly string[] = []) {
  const loading = new Map<string, () => void>();
  const loadImages: Cluster["loadImages"] = async (images) => {
    for (const image of images) {
      if (!missing.includes(image)) await new Promise<void>((done) => loading.set(image, done));
      loading.delete(image);
    }
    return { missing: images.filter((image) => missing.includes(image)) };
  };
  const load = async (image: string) => {
    loading.get(image)!();
    for (let i = 0; i < 10; i++) await turn();
  };
  return { cluster: { loadImages } as Cluster, loading: () => [...loading.keys()].sort(), load };
}

const UP = Promise.resolve();
const begin = (cluster: Cluster, spark: string[], own: Partial<Coming> = {}) => {
  const { signal } = new AbortController();
  const coming = { plan: Promise.resolve(NOTHING_THERE), namedImages: Promise.resolve({}), created: UP, ...own };
  return loadRunImages(cluster, coming, { spark, withServer: false }, () => undefined, signal);
};

it("loads what the install needs beside the images of Spark, each in the order in which it is needed", async () => {
  const { cluster, loading, load } = slowCluster();
  const images = begin(cluster, ["spark:4", "spark:3"]);
  for (let i = 0; i < 10; i++) await turn();
  expect(loading()).toEqual(["quay.io/argoproj/workflow-controller:v4.0.6", "spark:4"]);
  await load("quay.io/argoproj/workflow-controller:v4.0.6");
  await images.argo;
  expect(loading()).toEqual(["spark:4", "versity/versitygw:v1.8.0"]);
  await load("spark:4");
  expect(loading()).toEqual(["spark:3", "versity/versitygw:v1.8.0"]);
  await load("versity/versitygw:v1.8.0");
  expect(await images.store).toEqual({ historyServer: "spark:4", objectStore: "versity/versitygw:v1.8.0" });
  expect(loading()).toEqual(["quay.io/argoproj/argoexec:v4.0.6", "spark:3"]);
  await load("spark:3");
  await load("quay.io/argoproj/argoexec:v4.0.6");
  await images.all;
});

it("loads what a user's values name before the pods come that need it", async () => {
  const { cluster, loading, load } = slowCluster(["quay.io/argoproj/workflow-controller:v4.0.6"]);
  const images = begin(cluster, ["spark:4"], { namedImages: Promise.resolve({ historyServer: "mine:1" }) });
  for (let i = 0; i < 10; i++) await turn();
  await load("spark:4");
  await load("versity/versitygw:v1.8.0");
  expect(loading()).toEqual(["mine:1"]);
  await load("mine:1");
  expect(await images.store).toEqual({ historyServer: "spark:4", objectStore: "versity/versitygw:v1.8.0" });
});

it("leaves the machine to Spark's images until the API server is up, or they are there", async () => {
  const { cluster, loading, load } = slowCluster();
  begin(cluster, ["spark:4", "spark:3"], { created: new Promise(() => undefined) });
  for (let i = 0; i < 10; i++) await turn();
  expect(loading()).toEqual(["spark:4"]);
  await load("spark:4");
  expect(loading()).toEqual(["quay.io/argoproj/workflow-controller:v4.0.6", "spark:3"]);
});

it("fails at once where there is no chart, whatever is still coming up", async () => {
  const { cluster } = slowCluster();
  const never = new Promise<void>(() => undefined);
  const { argo, store, all } = begin(cluster, ["spark:4"], {
    created: never,
    plan: Promise.reject(new Error("no chart")),
  });
  for (const part of [argo, store, all]) await expect(part).rejects.toThrow("no chart");
});

it("lets the newest Spark that is on this machine serve the event logs", async () => {
  const { cluster, load } = slowCluster(["spark:4", "versity/versitygw:v1.8.0"]);
  const images = begin(cluster, ["spark:4", "spark:3"]);
  for (let i = 0; i < 10; i++) await turn();
  await load("quay.io/argoproj/workflow-controller:v4.0.6");
  await load("spark:3");
  // What this machine has not is pulled as the one that was tested.
  const objectStore = `versity/versitygw:v1.8.0@${PINS.images.objectStore.digest}`;
  expect(await images.store).toEqual({ historyServer: "spark:3", objectStore });
});

it("loads no controller where there is one", async () => {
  const { cluster, loading, load } = slowCluster();
  const plan = Promise.resolve({ argoVersion: "v4.1.0", installsArgo: false });
  begin(cluster, ["spark:4"], { plan });
  for (let i = 0; i < 10; i++) await turn();
  expect(loading()).toEqual(["spark:4", "versity/versitygw:v1.8.0"]);
  await load("versity/versitygw:v1.8.0");
  expect(loading()).toEqual(["quay.io/argoproj/argoexec:v4.1.0", "spark:4"]);
});
