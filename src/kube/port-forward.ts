import { createServer, type Socket } from "node:net";
import { PassThrough, Writable } from "node:stream";
import { CoreV1Api, type KubeConfig, PortForward } from "@kubernetes/client-node";
import { BadInputError, errorCode, InfrastructureError } from "../lib/errors.ts";
import { askKubernetes, kubeMessage } from "./client.ts";
import { isPodReady } from "./pod-ready.ts";

export interface ForwardOptions {
  readonly kubeConfig: KubeConfig;
  readonly namespace: string;
  /** The Service whose pods are reached. */
  readonly service: string;
  /** Of the Service; its target has to be a number, or a name that the pod gives to one of its ports. */
  readonly port: number;
  /** On this machine; left out for any that is free. */
  readonly localPort?: number;
  /** A connection that could not be made or broke, said once until one works again. */
  readonly onProblem: (message: string) => void;
  readonly signal: AbortSignal;
}

export interface Forward {
  /** http://127.0.0.1:PORT/ */
  readonly url: URL;
  close(): Promise<void>;
}

interface Target {
  readonly pod: string;
  readonly port: number;
}

/**
 * Listens on a port of this machine's loopback and carries each connection to a ready pod behind a Service, through the API
 * server. A pod that was replaced is found again with the next connection, so this outlives drops and restarts.
 *
 * @throws InfrastructureError where there is no such Service, BadInputError where the local port is taken
 */
export async function forwardPort(options: ForwardOptions): Promise<Forward> {
  const { kubeConfig, onProblem, signal } = options;
  const findSelector = await readService(options);
  const forward = new PortForward(kubeConfig, false);
  const sockets = new Set<Socket>();
  let target: Promise<Target> | undefined;
  let troubled = false;
  const report = (error: unknown) => {
    target = undefined;
    if (!troubled && !signal.aborted) onProblem(`Port-forward to ${options.service}: ${kubeMessage(errorOf(error))}`);
    troubled = true;
  };

  const carry = async (socket: Socket) => {
    target ??= findTarget(options, findSelector);
    const { pod, port } = await target;
    const output = new Writable({
      write(chunk: Buffer, _encoding, done) {
        // A connection to the API server is none to the pod yet: only what the pod sends shows one.
        if (chunk.length > 0) troubled = false;
        if (socket.destroyed) done();
        else socket.write(chunk, () => done());
      },
    });
    // The server's word on a connection that it could not make inside the pod.
    const errors = new Writable({
      write(chunk: Buffer, _encoding, done) {
        if (chunk.length > 0) {
          report(new Error(chunk.toString("utf8").trim()));
          socket.destroy();
        }
        done();
      },
    });
    const input = new PassThrough();
    const ws = await forward.portForward(options.namespace, pod, [port], output, errors, input);
    if (typeof ws === "function") throw new Error("no connection");
    const end = () => ws.close();
    // What the pod sent before it closed is still on its way through `output`.
    ws.on("close", () => output.end(() => socket.end()));
    ws.on("error", (error: Error) => {
      report(error);
      socket.destroy();
    });
    socket.on("close", end);
    if (socket.destroyed) end();
    else socket.pipe(input);
  };

  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    carry(socket).catch((error) => {
      report(error);
      socket.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => {
      reject(
        errorCode(error) === "EADDRINUSE"
          ? new BadInputError(`Port ${options.localPort} of this machine is in use.`, {
              hint: `Is \`spark-loadtest ui\` open somewhere else? Who has the port says: lsof -i :${options.localPort}`,
              cause: error,
            })
          : error,
      );
    });
    server.listen(options.localPort ?? 0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("a TCP server has an address");
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  signal.addEventListener("abort", () => void close(), { once: true });
  return { url: new URL(`http://127.0.0.1:${address.port}/`), close };
}

/** A WebSocket that cannot be opened is told by an event, in which the error is. */
function errorOf(thrown: unknown): unknown {
  return thrown instanceof Object && "error" in thrown ? thrown.error : thrown;
}

interface ServicePort {
  readonly labelSelector: string;
  readonly targetPort: number | string;
}

async function readService({ kubeConfig, namespace, service, port, signal }: ForwardOptions): Promise<ServicePort> {
  const api = kubeConfig.makeApiClient(CoreV1Api);
  const read = () => api.readNamespacedService({ name: service, namespace });
  const { spec } = await askKubernetes(`find the Service ${namespace}/${service}`, read, { signal });
  const selector = Object.entries(spec?.selector ?? {});
  const found = spec?.ports?.find((each) => each.port === port);
  if (found === undefined || selector.length === 0) {
    throw new InfrastructureError(`The Service ${namespace}/${service} has no port ${port} of pods.`);
  }
  const labelSelector = selector.map(([key, value]) => `${key}=${value}`).join(",");
  return { labelSelector, targetPort: found.targetPort ?? port };
}

/** A ready pod, and the number of its port. */
async function findTarget(
  { kubeConfig, namespace, service, signal }: ForwardOptions,
  { labelSelector, targetPort }: ServicePort,
): Promise<Target> {
  const api = kubeConfig.makeApiClient(CoreV1Api);
  const list = () => api.listNamespacedPod({ namespace, labelSelector });
  const { items } = await askKubernetes(`list the pods of ${namespace}/${service}`, list, { signal });
  const pod = items.find(isPodReady);
  if (pod === undefined) throw new InfrastructureError(`No pod of ${namespace}/${service} is ready.`);
  const ports = pod.spec?.containers.flatMap((container) => container.ports ?? []) ?? [];
  const port =
    typeof targetPort === "number" ? targetPort : ports.find(({ name }) => name === targetPort)?.containerPort;
  if (port === undefined) throw new InfrastructureError(`No port of ${pod.metadata?.name} is called ${targetPort}.`);
  return { pod: pod.metadata?.name ?? "", port };
}
