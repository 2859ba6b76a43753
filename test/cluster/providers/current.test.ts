import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findLocalNodes } from "../../../src/cluster/images/local-nodes.ts";
import { createCluster } from "../../../src/cluster/providers/create-cluster.ts";
import { BadInputError } from "../../../src/lib/errors.ts";
import { type ApiServer, startApiServer } from "../../kube/api-server.ts";
import { collectSteps, type Fakes, makeFakes, renderKubeconfig, renderNodes } from "./fakes.ts";

const SIGNAL = new AbortController().signal;
const quiet = () => undefined;
const node = (name: string, address: string, runtime = "containerd://2.1.3") => ({
  metadata: { name },
  status: {
    addresses: [{ type: "InternalIP", address }],
    nodeInfo: { containerRuntimeVersion: runtime } as never,
  },
});

let fakes: Fakes;
let api: ApiServer;
beforeEach(async () => {
  fakes = makeFakes();
  api = await startApiServer();
  api.addNamespace("default");
  fakes.write("config", renderKubeconfig(api.url, "prod"));
});
afterEach(async () => {
  await api.stop();
  fakes.remove();
});
const newCluster = (
  context: string | null,
  environment: Record<string, string> = { KUBECONFIG: fakes.path("config") },
) =>
  createCluster(fakes.options({ provider: "current", context, environment: { ...fakes.environment, ...environment } }));

describe("the current cluster", () => {
  it("is checked, used with the kubeconfig where it is, and neither made nor deleted", async () => {
    const cluster = newCluster(null);
    const { onStep, steps } = collectSteps();
    await cluster.preflight(onStep, SIGNAL);
    expect(await cluster.create(onStep, SIGNAL)).toEqual({ created: false });
    await cluster.completion();
    expect(steps).toEqual([
      "Check the cluster of the context prod: running",
      "Check the cluster of the context prod: done (Kubernetes v1.34.4)",
    ]);
    expect(cluster).toMatchObject({ name: "prod", context: "prod", kubeconfigPath: fakes.path("config") });
    expect(cluster.kubeConfig().getCurrentCluster()?.server).toBe(api.url);
    await cluster.delete({ evenIfKept: true });
    expect(fakes.calls("kind", "minikube", "docker")).toEqual([]);
  });

  it("is too old", async () => {
    api.version = "v1.24.17";
    await expect(newCluster(null).preflight(quiet, SIGNAL)).rejects.toThrow("has Kubernetes v1.24.17");
  });

  it("does not answer", async () => {
    const cluster = newCluster(null);
    await api.stop();
    await expect(cluster.preflight(quiet, SIGNAL)).rejects.toThrow(
      /^The API server of the context prod does not answer: .*ECONNREFUSED/,
    );
    api = await startApiServer();
  });

  it("pulls its images, where its nodes are not containers of this machine", async () => {
    fakes.hasImage("apache/spark:4.1.1", "sha256:1111");
    fakes.write("nodes", renderNodes([{ name: "prod-control-plane", ip: "172.18.0.2" }]));
    api.put("/api/v1/nodes", node("prod-control-plane", "10.0.0.7"));
    expect(await newCluster(null).loadImages(["apache/spark:4.1.1"], quiet, SIGNAL)).toEqual({
      missing: ["apache/spark:4.1.1"],
    });
    expect(fakes.calls("docker exec")).toEqual([]);
  });

  it("takes images, where they are", async () => {
    fakes.hasImage("apache/spark:4.1.1", "sha256:1111");
    fakes.write("nodes", renderNodes([{ name: "prod-control-plane", ip: "172.18.0.2" }]));
    api.put("/api/v1/nodes", node("prod-control-plane", "172.18.0.2"));
    expect(await newCluster(null).loadImages(["apache/spark:4.1.1"], quiet, SIGNAL)).toEqual({ missing: [] });
    expect(fakes.read("imported")).toBe("archive of apache/spark:4.1.1\n");
  });

  it("pulls its images, where there is no Docker", async () => {
    fakes.program("docker", "echo Cannot connect to the Docker daemon >&2; exit 1");
    expect(await newCluster(null).loadImages(["a:1", "b:1"], quiet, SIGNAL)).toEqual({ missing: ["a:1", "b:1"] });
  });
});

describe("a kubeconfig", () => {
  const file = (name: string, text: string) => {
    writeFileSync(join(fakes.folder, name), text);
    return fakes.path(name);
  };

  it("may be several files, of which the first that says something wins", () => {
    const first = file("first", renderKubeconfig("https://first", "a").replace("current-context: a", ""));
    const second = file("second", renderKubeconfig("https://second", "b"));
    const KUBECONFIG = `${fakes.path("none")}:${first}:${second}`;
    expect(newCluster(null, { KUBECONFIG })).toMatchObject({ context: "b", kubeconfigPath: second });
    expect(newCluster("a", { KUBECONFIG })).toMatchObject({ context: "a", kubeconfigPath: first });
  });

  it.each(["", " \n", "# nothing\n---\n"])("may be beside a file that says nothing (%j), as kubectl has it", (text) => {
    const KUBECONFIG = `:${file("empty", text)}::${fakes.path("none")}:${fakes.path("config")}`;
    expect(newCluster(null, { KUBECONFIG })).toMatchObject({ context: "prod", kubeconfigPath: fakes.path("config") });
  });

  it("names a credential plugin that is missing, before anything waits for it", async () => {
    const exec = '{ apiVersion: v1, command: no-such-plugin, installHint: "Get it at example.com" }';
    const text = renderKubeconfig(api.url, "prod").replace("token: secret-token", `exec: ${exec}`);
    expect(text).toContain("no-such-plugin");
    const cluster = newCluster(null, { KUBECONFIG: file("plugin", text) });
    const expected = {
      message: expect.stringContaining("no-such-plugin of the kubeconfig's user"),
      hint: "Get it at example.com",
    };
    await expect(cluster.preflight(quiet, SIGNAL)).rejects.toMatchObject(expected);
    await expect(cluster.attach(SIGNAL)).rejects.toMatchObject(expected);
  });

  it("is reached by the proxy of the environment, unless it names its own or NO_PROXY has its server", () => {
    const KUBECONFIG = file("far", renderKubeconfig("https://api.example:6443", "far"));
    const text = renderKubeconfig("https://api.example:6443", "own").replace(
      "{server",
      '{proxy-url: "http://own:1", server',
    );
    const own = file("own", text);
    const proxyOf = (environment: Record<string, string>) =>
      newCluster(null, { KUBECONFIG, ...environment })
        .kubeConfig()
        .getCurrentCluster()?.proxyUrl;
    expect(proxyOf({})).toBeUndefined();
    expect(proxyOf({ HTTPS_PROXY: "http://proxy:3128" })).toBe("http://proxy:3128/");
    expect(proxyOf({ https_proxy: "http://proxy:3128", no_proxy: ".example" })).toBeUndefined();
    expect(proxyOf({ HTTPS_PROXY: "http://proxy:3128", KUBECONFIG: own })).toBe("http://own:1");
  });

  it.each([
    [
      "is empty",
      () => file("empty", ""),
      null,
      expect.stringMatching(/^There is no kubeconfig \(.*empty is empty\)\.$/),
    ],
    ["is none of the list", () => ":", null, "There is no kubeconfig (KUBECONFIG names no file)."],
    ["is not there", () => "/nowhere/config", null, "There is no kubeconfig (/nowhere/config)."],
    ["has not the context", () => fakes.path("config"), "qa", "The kubeconfig has no context qa."],
    [
      "has no current context",
      () => file("none", renderKubeconfig(api.url, "prod").replace("current-context: prod", "")),
      null,
      "The kubeconfig has no current context.",
    ],
    ["is none", () => file("bad", "{"), null, expect.stringContaining("cannot be read")],
    [
      "has the user elsewhere",
      () => file("half", renderKubeconfig(api.url, "prod").replace(/users:[\s\S]*/, "users: []\n")),
      null,
      expect.stringContaining("is not in its file"),
    ],
  ])("that %s is refused", (_, path, context, message) => {
    let error: unknown;
    try {
      newCluster(context, { KUBECONFIG: path() });
    } catch (reason) {
      error = reason;
    }
    expect(error).toBeInstanceOf(BadInputError);
    expect(error).toMatchObject({ message });
  });
});

describe("findLocalNodes", () => {
  const containers = [
    { name: "x-control-plane", ips: ["172.18.0.2"], labels: {} },
    { name: "x-worker", ips: ["172.18.0.3"], labels: {} },
  ];
  it.each([
    [
      "all of them",
      [node("x-control-plane", "172.18.0.2"), node("x-worker", "172.18.0.3")],
      ["x-control-plane", "x-worker"],
    ],
    ["one of another address", [node("x-control-plane", "10.0.0.1")], null],
    ["one of another name", [node("y", "172.18.0.2")], null],
    ["one that is elsewhere", [node("x-worker", "172.18.0.3"), node("cloud", "10.0.0.1")], null],
    ["one without containerd", [node("x-worker", "172.18.0.3", "docker://28.1.1")], null],
    ["none", [], null],
  ])("finds %s", (_, nodes, names) => {
    expect(findLocalNodes(nodes, containers)).toEqual(names);
  });
});
