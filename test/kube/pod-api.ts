import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { KubeConfig } from "@kubernetes/client-node";
import { type WebSocket, WebSocketServer } from "ws";
import { sendJson } from "./fake-api-server.ts";

const DATA = 0;
const ERROR = 1;
export const POD_PORT = 7071;
const FRAME_BYTES = 32 * 1024;

/** A frame as the API server sends it: the channel, then bytes. Source: Kubernetes, staging/src/k8s.io/streaming, v4.channel.k8s.io. */
const frame = (channel: number, bytes: Uint8Array | string) => Buffer.concat([Buffer.of(channel), Buffer.from(bytes)]);

/** A Service whose target is a port of its pods by name; its selector is `app=NAME`. */
export interface FakeService {
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
  readonly labels?: Readonly<Record<string, string>>;
}

/** An API server that has Services, and pods of which each connection is answered by the test. */
export class PodApi {
  readonly services: FakeService[];
  /** Names of the ready pods of each Service; those that are not named have `NAME-1`. */
  readonly pods = new Map<string, string[]>();
  readonly connections: string[] = [];
  onConnection: (socket: WebSocket, pod: string) => void = () => undefined;
  /** What else this server has, by path. */
  objects: Readonly<Record<string, object>> = {};
  readonly #sockets = new Set<WebSocket>();
  #server: Server | undefined;

  constructor(...services: FakeService[]) {
    this.services = services;
  }

  get port(): number {
    return (this.#server!.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** @param port of an earlier start; 0 for any */
  async start(port = 0): Promise<KubeConfig> {
    const server = createServer((request, response) => {
      const found = this.#find(new URL(request.url!, "http://fake"));
      sendJson(response, found === null ? 404 : 200, found ?? { kind: "Status", code: 404, message: "not found" });
    });
    const sockets = new WebSocketServer({ server, handleProtocols: () => "v4.channel.k8s.io" });
    sockets.on("connection", (socket, { url }) => {
      this.connections.push(url!);
      this.#sockets.add(socket);
      const podPort = Buffer.alloc(2);
      podPort.writeUInt16LE(POD_PORT);
      socket.send(frame(DATA, podPort));
      socket.send(frame(ERROR, podPort));
      this.onConnection(socket, url!.split("/")[6]!);
    });
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    this.#server = server;
    const kubeConfig = new KubeConfig();
    kubeConfig.loadFromClusterAndUser({ name: "fake", server: this.url, skipTLSVerify: true }, { name: "user" });
    return kubeConfig;
  }

  #find({ pathname, searchParams }: URL): object | null {
    if (this.objects[pathname] !== undefined) return this.objects[pathname];
    const toService = ({ namespace, name, port, labels = {} }: FakeService) => ({
      metadata: { namespace, name, labels },
      spec: { selector: { app: name }, ports: [{ port, targetPort: "main" }] },
    });
    if (pathname === "/api/v1/services") return { kind: "ServiceList", items: this.services.map(toService) };
    const [, namespace, kind, name] =
      /^\/api\/v1\/namespaces\/([^/]+)\/(services|pods)(?:\/([^/]+))?$/.exec(pathname) ?? [];
    const service = this.services.find((each) => each.namespace === namespace && each.name === name);
    if (kind === "services") return service === undefined ? null : { kind: "Service", ...toService(service) };
    const app = /^app=(.*)$/.exec(searchParams.get("labelSelector") ?? "")?.[1];
    if (kind !== "pods" || app === undefined) return null;
    const containers = [{ name: "main", ports: [{ name: "main", containerPort: POD_PORT }] }];
    const toPod = (pod: string, status: string) => ({
      metadata: { name: pod },
      spec: { containers },
      status: { conditions: [{ type: "Ready", status }] },
    });
    const ready = this.pods.get(app) ?? [`${app}-1`];
    return { kind: "PodList", items: [toPod("starting", "False"), ...ready.map((pod) => toPod(pod, "True"))] };
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.terminate();
    this.#server!.closeAllConnections();
    await new Promise((resolve) => this.#server!.close(resolve));
  }
}

/** Answers one HTTP request of a connection and closes it. */
export function answer(body: string | Uint8Array): (socket: WebSocket) => void {
  return (socket) => {
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
}

/** Says that the connection could not be made inside the pod. */
export function refuseInPod(message: string): (socket: WebSocket) => void {
  return (socket) => socket.send(frame(ERROR, message));
}
