import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Forward, forwardPort } from "../../src/kube/port-forward.ts";
import { BadInputError, InfrastructureError } from "../../src/lib/errors.ts";
import { type ApiServer, startApiServer } from "./api-server.ts";
import { answer, POD_PORT, refuseInPod } from "./pod-connection.ts";

describe("a port-forward", () => {
  const store = { namespace: "ns", name: "store", port: 7070 };
  let api: ApiServer;
  let forward: Forward | undefined;
  let problems: string[];
  const aborting = new AbortController();
  const open = (options: Partial<Parameters<typeof forwardPort>[0]> = {}) =>
    forwardPort({
      ...{ kubeConfig: api.kubeConfig(), namespace: "ns", service: "store", port: 7070, signal: aborting.signal },
      onProblem: (message) => problems.push(message),
      ...options,
    });

  beforeEach(async () => {
    problems = [];
    api = await startApiServer();
    api.addService(store);
  });
  afterEach(async () => {
    await forward?.close();
    forward = undefined;
    await api.stop();
  });

  it("carries a request to the port that the ready pod gives the Service's target", async () => {
    api.onForward = answer("from the pod");
    forward = await open();
    expect(forward.url.hostname).toBe("127.0.0.1");
    expect(await (await fetch(forward.url)).text()).toBe("from the pod");
    expect(api.forwards).toEqual([`/api/v1/namespaces/ns/pods/store-1/portforward?ports=${POD_PORT}`]);
    expect(problems).toEqual([]);
  });

  it("loses nothing of what the pod sent before it closed", async () => {
    const body = Buffer.alloc(24 * 1024 * 1024, "x");
    api.onForward = answer(body);
    forward = await open();
    const response = await fetch(forward.url);
    expect((await response.arrayBuffer()).byteLength).toBe(body.length);
  });

  it("finds the pod that took another's place, and says once that it had to", async () => {
    forward = await open();
    api.onForward = refuseInPod("container not found");
    await expect(fetch(forward.url)).rejects.toThrow();
    await expect(fetch(forward.url)).rejects.toThrow();
    expect(problems).toEqual(["Port-forward to store: container not found"]);
    api.setPods(store, "pod-2");
    api.onForward = answer("the new one");
    expect(await (await fetch(forward.url)).text()).toBe("the new one");
    expect(api.forwards.at(-1)).toContain("/pods/pod-2/");
  });

  it("comes back after each of several restarts of the pod, which cost a connection each at most", async () => {
    let running = "store-1";
    api.onForward = (socket, pod) => {
      if (running === pod) answer(pod)(socket);
      else refuseInPod("pod not found")(socket);
    };
    forward = await open();
    for (const pod of ["pod-2", "pod-3", "pod-4"]) {
      // A connection that is open while the pod goes is ended, and nothing hangs.
      const open = fetch(forward.url).then((response) => response.text());
      await open.catch(() => undefined);
      running = pod;
      api.setPods(store, pod);
      const said = await fetch(forward.url).then(
        (response) => response.text(),
        () => fetch(forward!.url).then((response) => response.text()),
      );
      expect(said).toBe(pod);
    }
  });

  it("ends a connection whose API server goes, says so, and comes back with the server", async () => {
    api.onForward = () => undefined;
    forward = await open();
    const waiting = fetch(forward.url).catch((error: Error) => error);
    while (api.forwards.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await api.stop();
    expect(await waiting).toBeInstanceOf(Error);
    await expect(fetch(forward.url)).rejects.toThrow();
    expect(problems).toEqual([expect.stringMatching(/^Port-forward to store: .*ECONNREFUSED/)]);
    await api.start();
    api.onForward = answer("back");
    expect(await (await fetch(forward.url)).text()).toBe("back");
  });

  it("says that no pod is ready, and works once one is", async () => {
    api.setPods(store);
    forward = await open();
    await expect(fetch(forward.url)).rejects.toThrow();
    expect(problems).toEqual(["Port-forward to store: No pod of ns/store is ready."]);
    api.setPods(store, "pod-3");
    api.onForward = answer("here");
    expect(await (await fetch(forward.url)).text()).toBe("here");
  });

  it("ends its connections when it is closed", async () => {
    api.onForward = () => undefined;
    forward = await open();
    const waiting = fetch(forward.url).catch((error: Error) => error);
    while (api.forwards.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await forward.close();
    expect(await waiting).toBeInstanceOf(Error);
  });

  it("refuses a port of this machine that is in use", async () => {
    const taken = createTcpServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const { port } = taken.address() as AddressInfo;
    const refused = await open({ localPort: port }).catch((error: Error) => error);
    expect(refused).toBeInstanceOf(BadInputError);
    expect(refused).toMatchObject({
      message: `Port ${port} of this machine is in use.`,
      hint: `Is \`spark-loadtest ui\` open somewhere else? Who has the port says: lsof -i :${port}`,
    });
    await new Promise((resolve) => taken.close(resolve));
  });

  it.each([
    ["a port that the Service has not", { port: 1 }, "has no port 1 of pods"],
    ["a Service that is not there", { service: "none" }, "find the Service ns/none"],
  ])("refuses %s", async (_, options, message) => {
    const refused = await open(options).catch((error: Error) => error);
    expect(refused).toBeInstanceOf(InfrastructureError);
    expect((refused as Error).message).toContain(message);
  });
});
