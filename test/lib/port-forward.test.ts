import { createServer, type Server } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { KubeConfig } from "@kubernetes/client-node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { BadInputError, InfrastructureError } from "../../src/lib/errors.ts";
import { type Forward, forwardPort } from "../../src/lib/port-forward.ts";
import { sendJson } from "./fake-api-server.ts";

const DATA = 0;
const ERROR = 1;
const POD_PORT = 7071;
const FRAME_BYTES = 32 * 1024;

/** A frame as the API server sends it: the channel, then bytes. Source: Kubernetes, staging/src/k8s.io/streaming, v4.channel.k8s.io. */
const frame = (channel: number, bytes: Uint8Array | string) => Buffer.concat([Buffer.of(channel), Buffer.from(bytes)]);

/** An API server that has one Service, and pods of which each connection is answered by the test. */
class PodApi {
  /** Names of the pods, the ready ones. */
  pods: string[] = ["pod-1"];
  readonly connections: string[] = [];
  readonly sockets = new Set<WebSocket>();
  onConnection: (socket: WebSocket, pod: string) => void = () => undefined;
  #server: Server | undefined;

  /** @param port of an earlier start; 0 for any */
  async start(port = 0): Promise<KubeConfig> {
    const server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url!, "http://fake");
      if (pathname === "/api/v1/namespaces/ns/services/store") {
        const ports = [{ port: 7070, targetPort: "s3" }];
        sendJson(response, 200, { kind: "Service", spec: { selector: { app: "store" }, ports } });
      } else if (pathname === "/api/v1/namespaces/ns/pods" && searchParams.get("labelSelector") === "app=store") {
        const containers = [{ name: "store", ports: [{ name: "s3", containerPort: POD_PORT }] }];
        const toPod = (name: string, status: string) => ({
          metadata: { name },
          spec: { containers },
          status: { conditions: [{ type: "Ready", status }] },
        });
        const items = [toPod("starting", "False"), ...this.pods.map((name) => toPod(name, "True"))];
        sendJson(response, 200, { kind: "PodList", items });
      } else {
        sendJson(response, 404, { kind: "Status", code: 404, message: "not found" });
      }
    });
    const sockets = new WebSocketServer({ server, handleProtocols: () => "v4.channel.k8s.io" });
    sockets.on("connection", (socket, { url }) => {
      this.connections.push(url!);
      this.sockets.add(socket);
      const port = Buffer.alloc(2);
      port.writeUInt16LE(POD_PORT);
      socket.send(frame(DATA, port));
      socket.send(frame(ERROR, port));
      this.onConnection(socket, url!.split("/")[6]!);
    });
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    this.#server = server;
    const kubeConfig = new KubeConfig();
    const url = `http://127.0.0.1:${this.port}`;
    kubeConfig.loadFromClusterAndUser({ name: "fake", server: url, skipTLSVerify: true }, { name: "user" });
    return kubeConfig;
  }

  get port(): number {
    return (this.#server!.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.terminate();
    this.#server!.closeAllConnections();
    await new Promise((resolve) => this.#server!.close(resolve));
  }
}

/** Answers one HTTP request of a connection and closes it. */
const answer = (body: string | Uint8Array) => (socket: WebSocket) => {
  let request = "";
  socket.on("message", (data: Buffer) => {
    request += data.subarray(1).toString();
    if (!request.endsWith("\r\n\r\n")) return;
    socket.send(frame(DATA, "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n"));
    const bytes = Buffer.from(body);
    for (let at = 0; at < bytes.length; at += FRAME_BYTES) {
      socket.send(frame(DATA, bytes.subarray(at, at + FRAME_BYTES)));
    }
    socket.close();
  });
};

describe("a port-forward", () => {
  const api = new PodApi();
  let kubeConfig: KubeConfig;
  let forward: Forward | undefined;
  let problems: string[];
  const aborting = new AbortController();
  const open = (options: Partial<Parameters<typeof forwardPort>[0]> = {}) =>
    forwardPort({
      ...{ kubeConfig, namespace: "ns", service: "store", port: 7070, signal: aborting.signal },
      onProblem: (message) => problems.push(message),
      ...options,
    });

  beforeEach(async () => {
    problems = [];
    api.pods = ["pod-1"];
    api.connections.length = 0;
    kubeConfig = await api.start();
  });
  afterEach(async () => {
    await forward?.close();
    forward = undefined;
    await api.stop();
  });

  it("carries a request to the port that the ready pod gives the Service's target", async () => {
    api.onConnection = answer("from the pod");
    forward = await open();
    expect(forward.url.hostname).toBe("127.0.0.1");
    expect(await (await fetch(forward.url)).text()).toBe("from the pod");
    expect(api.connections).toEqual([`/api/v1/namespaces/ns/pods/pod-1/portforward?ports=${POD_PORT}`]);
    expect(problems).toEqual([]);
  });

  it("loses nothing of what the pod sent before it closed", async () => {
    const body = Buffer.alloc(24 * 1024 * 1024, "x");
    api.onConnection = answer(body);
    forward = await open();
    const response = await fetch(forward.url);
    expect((await response.arrayBuffer()).byteLength).toBe(body.length);
  });

  it("finds the pod that took another's place, and says once that it had to", async () => {
    forward = await open();
    api.onConnection = (socket) => socket.send(frame(ERROR, "container not found"));
    await expect(fetch(forward.url)).rejects.toThrow();
    await expect(fetch(forward.url)).rejects.toThrow();
    expect(problems).toEqual(["Port-forward to store: container not found"]);
    api.pods = ["pod-2"];
    api.onConnection = answer("the new one");
    expect(await (await fetch(forward.url)).text()).toBe("the new one");
    expect(api.connections.at(-1)).toContain("/pods/pod-2/");
  });

  it("comes back after each of several restarts of the pod, which cost a connection each at most", async () => {
    api.onConnection = (socket, pod) => {
      if (api.pods.includes(pod)) answer(pod)(socket);
      else socket.send(frame(ERROR, "pod not found"));
    };
    forward = await open();
    for (const pod of ["pod-1", "pod-2", "pod-3", "pod-4"]) {
      // A connection that is open while the pod goes is ended, and nothing hangs.
      const open = fetch(forward.url).then((response) => response.text());
      await open.catch(() => undefined);
      api.pods = [pod];
      const said = await fetch(forward.url).then(
        (response) => response.text(),
        () => fetch(forward!.url).then((response) => response.text()),
      );
      expect(said).toBe(pod);
    }
  });

  it("ends a connection whose API server goes, says so, and comes back with the server", async () => {
    api.onConnection = () => undefined;
    forward = await open();
    const waiting = fetch(forward.url).catch((error: Error) => error);
    while (api.connections.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const { port } = api;
    await api.stop();
    expect(await waiting).toBeInstanceOf(Error);
    await expect(fetch(forward.url)).rejects.toThrow();
    expect(problems).toEqual([expect.stringMatching(/^Port-forward to store: .*ECONNREFUSED/)]);
    await api.start(port);
    api.onConnection = answer("back");
    expect(await (await fetch(forward.url)).text()).toBe("back");
  });

  it("says that no pod is ready, and works once one is", async () => {
    api.pods = [];
    forward = await open();
    await expect(fetch(forward.url)).rejects.toThrow();
    expect(problems).toEqual(["Port-forward to store: No pod of ns/store is ready."]);
    api.pods = ["pod-3"];
    api.onConnection = answer("here");
    expect(await (await fetch(forward.url)).text()).toBe("here");
  });

  it("ends its connections when it is closed", async () => {
    api.onConnection = () => undefined;
    forward = await open();
    const waiting = fetch(forward.url).catch((error: Error) => error);
    while (api.connections.length === 0) await new Promise((resolve) => setImmediate(resolve));
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
