import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import { NodeHttpKubeConfig } from "../../src/kube/config.ts";
import { greet, POD_PORT } from "./pod-connection.ts";

export const NAMESPACES = "/api/v1/namespaces";

export interface Stored {
  metadata: {
    name: string;
    namespace?: string;
    uid?: string;
    resourceVersion?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    deletionTimestamp?: string;
  };
  [key: string]: unknown;
}

/** A request as the server got it. */
export interface ApiRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly pathname: string;
  readonly query: URLSearchParams;
  /** Parsed where it is JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: whatever Kubernetes object was sent
  readonly body: any;
  readonly authorization: string | undefined;
  /** 1 for the first request of this method and path, 2 for the second. */
  readonly count: number;
}

export interface Answer {
  readonly status?: number;
  /** A text as it is, all else as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers in the server's place. true: it wrote the response itself; undefined or false: the server answers. */
export type Handler = (request: ApiRequest, response: ServerResponse) => Answer | boolean | undefined;

/** A Service whose target is a port of its pods by name; its selector is `app=NAME`. */
export interface FakeService {
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
  readonly labels?: Readonly<Record<string, string>>;
}

interface Change {
  readonly version: number;
  readonly path: string;
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly object: Stored;
}

interface Watcher {
  readonly path: string;
  readonly selector: string | null;
  readonly response: ServerResponse;
}

interface Log {
  /** With timestamps, in the order of the file. */
  readonly lines: string[];
  readonly wake: Set<() => void>;
  ended: boolean;
}

/**
 * An API server with objects of every kind in memory, each under the path of its list: lists, watches with a history to resume
 * from, reads, creates, patches and deletes; logs and port-forwards of pods; and what goes wrong with one.
 */
export class ApiServer {
  readonly received: ApiRequest[] = [];
  /** Asked before each request; the first that answers is used up. */
  faults: Handler[] = [];
  /** Asked after the faults, each time. */
  handlers: Handler[];
  version = "v1.34.4";
  /** How the 410 comes: as the status of the answer, or as an event in it. */
  goneAs: "status" | "event" = "event";
  /** Bytes of a log that a connection gives before it is cut; undefined: all. */
  nextLogCut: (() => number | undefined) | undefined;
  /** From the request to delete a namespace until it is gone; 0 for at once. */
  goneAfterMs = 30;
  /** What keeps a namespace from going; undefined for nothing. */
  blockerOf: (name: string) => string | undefined = () => undefined;
  /** Rights that reviews deny, as "verb resource" or "verb resource/subresource". */
  denied: string[] = [];
  /** Paths of the port-forwards to pods. */
  readonly forwards: string[] = [];
  onForward: (socket: WebSocket, pod: string) => void = () => undefined;
  readonly #objects = new Map<string, Map<string, Stored>>();
  readonly #history: Change[] = [];
  readonly #watchers = new Set<Watcher>();
  readonly #logs = new Map<string, Log>();
  readonly #sockets = new Set<Socket>();
  #version = 100;
  #compactedBefore = 0;
  #server: Server | undefined;
  #port = 0;

  constructor(...handlers: Handler[]) {
    this.handlers = handlers;
  }

  async start(): Promise<this> {
    const server = createServer((request, response) => void this.#answer(request, response));
    server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    });
    const pods = new WebSocketServer({ server, handleProtocols: () => "v4.channel.k8s.io" });
    pods.on("connection", (socket, { url }) => {
      this.forwards.push(url!);
      greet(socket);
      this.onForward(socket, url!.split("/")[6]!);
    });
    await new Promise<void>((resolve) => server.listen(this.#port, "127.0.0.1", resolve));
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
    return this;
  }

  /** Ends at once, with every connection. start() comes back on the same port. */
  async stop(): Promise<void> {
    this.drop();
    await new Promise((resolve) => this.#server!.close(resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  get watches(): number {
    return this.#watchers.size;
  }

  /** Requests in short: "GET /api/v1/pods", "GET /api/v1/pods watch". */
  get requests(): string[] {
    return this.received.map(
      ({ method, pathname, query }) => `${method} ${pathname}${query.has("watch") ? " watch" : ""}`,
    );
  }

  sent(method: string, path: RegExp): ApiRequest[] {
    return this.received.filter((request) => request.method === method && path.test(request.path));
  }

  kubeConfig(): NodeHttpKubeConfig {
    const kubeConfig = new NodeHttpKubeConfig();
    kubeConfig.loadFromClusterAndUser({ name: "fake", server: this.url, skipTLSVerify: true }, { name: "user" });
    return kubeConfig;
  }

  /** Cuts every connection. */
  drop(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#watchers.clear();
  }

  get(path: string, name: string): Stored | undefined {
    return this.#objects.get(path)?.get(name);
  }

  /** The objects of a list; of one without a namespace, those of all namespaces. */
  all(path: string): Stored[] {
    const [, prefix, plural] = /^(.*)\/([^/]+)$/.exec(path)!;
    const isIn = (other: string) =>
      other === path || (other.startsWith(`${prefix}/namespaces/`) && other.endsWith(`/${plural}`));
    return [...this.#objects].filter(([other]) => isIn(other)).flatMap(([, objects]) => [...objects.values()]);
  }

  put(path: string, object: Stored): Stored {
    const objects = this.#objects.get(path) ?? new Map<string, Stored>();
    this.#objects.set(path, objects);
    const before = objects.get(object.metadata.name);
    this.#version += 1;
    const metadata = {
      uid: before?.metadata.uid ?? `uid-${this.#version}`,
      ...object.metadata,
      resourceVersion: `${this.#version}`,
    };
    const stored = { ...object, metadata };
    objects.set(metadata.name, stored);
    this.#change({ version: this.#version, path, type: before === undefined ? "ADDED" : "MODIFIED", object: stored });
    return stored;
  }

  remove(path: string, name: string): void {
    const before = this.get(path, name);
    if (before === undefined) return;
    this.#objects.get(path)!.delete(name);
    this.#version += 1;
    const object = { ...before, metadata: { ...before.metadata, resourceVersion: `${this.#version}` } };
    this.#change({ version: this.#version, path, type: "DELETED", object });
  }

  addNamespace(name: string, labels: Record<string, string> = {}, annotations: Record<string, string> = {}): void {
    this.put(NAMESPACES, { metadata: { name, labels, annotations }, status: { phase: "Active" } });
  }

  namespace(name: string): Stored | undefined {
    return this.get(NAMESPACES, name);
  }

  namespaces(): string[] {
    return this.all(NAMESPACES).map(({ metadata }) => metadata.name);
  }

  /** With one ready pod, NAME-1. */
  addService(service: FakeService): void {
    const { namespace, name, port, labels = {} } = service;
    const spec = { selector: { app: name }, ports: [{ port, targetPort: "main" }] };
    this.put(`${NAMESPACES}/${namespace}/services`, { metadata: { namespace, name, labels }, spec });
    this.setPods(service, `${name}-1`);
  }

  /** The ready pods of a Service; one more is starting. */
  setPods({ namespace, name }: FakeService, ...ready: string[]): void {
    const path = `${NAMESPACES}/${namespace}/pods`;
    const labels = { app: name };
    for (const pod of this.all(path)) if (pod.metadata.labels?.app === name) this.remove(path, pod.metadata.name);
    const spec = { containers: [{ name: "main", ports: [{ name: "main", containerPort: POD_PORT }] }] };
    for (const pod of [`${name}-starting`, ...ready]) {
      const conditions = [{ type: "Ready", status: ready.includes(pod) ? "True" : "False" }];
      this.put(path, { metadata: { namespace, name: pod, labels }, spec, status: { conditions } });
    }
  }

  /** Sends text into every open watch as it is. */
  sendRaw(text: string): void {
    for (const { response } of this.#watchers) response.write(text);
  }

  bookmark(): void {
    this.sendRaw(
      `${JSON.stringify({ type: "BOOKMARK", object: { metadata: { resourceVersion: `${this.#version}` } } })}\n`,
    );
  }

  /** Forgets what was before: a watch from an earlier resource version gets 410. */
  compact(): void {
    this.#compactedBefore = this.#version;
  }

  /** Ends every open watch in order, as the server does after timeoutSeconds. */
  endWatches(): void {
    for (const { response } of this.#watchers) response.end();
    this.#watchers.clear();
  }

  writeLog(pod: string, ...lines: string[]): void {
    const log = this.#logOf(pod);
    log.lines.push(...lines);
    for (const wake of log.wake) wake();
  }

  endLog(pod: string): void {
    this.#logOf(pod).ended = true;
    this.writeLog(pod);
  }

  #logOf(pod: string): Log {
    const log = this.#logs.get(pod) ?? { lines: [], wake: new Set(), ended: false };
    this.#logs.set(pod, log);
    return log;
  }

  #change(change: Change): void {
    this.#history.push(change);
    for (const { path, selector, response } of this.#watchers) {
      if (path === change.path && isSelected(change.object, selector)) response.write(eventLine(change));
    }
  }

  async #answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    // The other side goes away as it likes.
    response.on("error", () => undefined);
    const { method = "", url: path = "" } = message;
    const { pathname, searchParams: query } = new URL(path, "http://fake");
    const body = method === "GET" ? undefined : await readBody(message);
    const earlier = this.received.filter((request) => request.method === method && request.path === path);
    const { authorization } = message.headers;
    const request = { method, path, pathname, query, body, authorization, count: earlier.length + 1 };
    this.received.push(request);
    for (const fault of this.faults) {
      const answer = fault(request, response);
      if (answer === undefined || answer === false) continue;
      this.faults = this.faults.filter((other) => other !== fault);
      if (answer !== true) send(response, answer);
      return;
    }
    for (const handle of this.handlers) {
      const answer = handle(request, response);
      if (answer === undefined || answer === false) continue;
      if (answer !== true) send(response, answer);
      return;
    }
    if (pathname.endsWith("/log")) this.#sendLog(request, response);
    else if (query.has("watch")) this.#watch(request, response);
    else send(response, this.#ask(request));
  }

  #ask({ method, pathname, query, body }: ApiRequest): Answer {
    if (pathname === "/readyz") return { body: "ok" };
    if (/^\/version\/?$/.test(pathname)) return { body: { gitVersion: this.version, major: "1", minor: "34" } };
    // The chart's policies refuse the dry run by which they are tried.
    if (method === "POST" && query.get("dryRun") === "All")
      return refusal(422, "ValidatingAdmissionPolicy denied request");
    if (/^\/apis\/admissionregistration\.k8s\.io\/v1\/?$/.test(pathname)) {
      return { body: { kind: "APIResourceList", resources: [{ name: "validatingadmissionpolicies" }] } };
    }
    const [, list = "", name, subresource] =
      /^((?:\/api|\/apis\/[^/]+)\/[^/]+(?:\/namespaces\/[^/]+(?=\/[^/]))?\/[^/]+)(?:\/([^/]+)(\/.*)?)?$/.exec(
        pathname,
      ) ?? [];
    if (name === undefined) return method === "POST" ? this.#create(list, body) : this.#list(list, query);
    const found = this.get(list, name);
    if (found === undefined) return refusal(404, `${list.split("/").at(-1)} "${name}" not found`);
    if (method === "PATCH") return { body: this.put(list, patch(found, body)) };
    if (method === "DELETE" && subresource === undefined) return this.#delete(list, found, body);
    return { body: found };
  }

  #list(list: string, query: URLSearchParams): Answer {
    const items = this.all(list).filter((each) => isSelected(each, query.get("labelSelector")));
    return { body: { kind: "List", metadata: { resourceVersion: `${this.#version}` }, items } };
  }

  #create(list: string, body: ApiRequest["body"]): Answer {
    if (list.endsWith("/selfsubjectaccessreviews")) {
      const { verb, resource, subresource } = body.spec.resourceAttributes;
      const right = `${verb} ${resource}${subresource === undefined ? "" : `/${subresource}`}`;
      return { status: 201, body: { ...body, status: { allowed: !this.denied.includes(right) } } };
    }
    const { name } = body.metadata;
    if (this.get(list, name) !== undefined) {
      return refusal(409, `${list.split("/").at(-1)} "${name}" already exists`);
    }
    return { status: 201, body: this.put(list, list === NAMESPACES ? { ...body, status: { phase: "Active" } } : body) };
  }

  #delete(list: string, found: Stored, body: ApiRequest["body"]): Answer {
    const { name, uid } = found.metadata;
    const wanted = body?.preconditions?.uid;
    if (wanted !== undefined && wanted !== uid) return refusal(409, "the UID in the precondition does not match");
    const message = list === NAMESPACES ? this.blockerOf(name) : undefined;
    if (list !== NAMESPACES || (this.goneAfterMs === 0 && message === undefined)) {
      this.remove(list, name);
      return { body: found };
    }
    const conditions = message === undefined ? [] : [{ type: "NamespaceFinalizersRemaining", status: "True", message }];
    const metadata = { ...found.metadata, deletionTimestamp: new Date().toISOString() };
    if (message === undefined) setTimeout(() => this.remove(list, name), this.goneAfterMs).unref();
    return { body: this.put(list, { ...found, metadata, status: { phase: "Terminating", conditions } }) };
  }

  #watch({ pathname, query }: ApiRequest, response: ServerResponse): void {
    const from = Number(query.get("resourceVersion"));
    if (from < this.#compactedBefore) {
      const gone = { kind: "Status", code: 410, reason: "Expired", message: "too old resource version" };
      if (this.goneAs === "status") send(response, { status: 410, body: gone });
      else response.end(`${JSON.stringify({ type: "ERROR", object: gone })}\n`);
      return;
    }
    response.writeHead(200, { "content-type": "application/json" });
    response.flushHeaders();
    const selector = query.get("labelSelector");
    const watcher = { path: pathname, selector, response };
    for (const change of this.#history) {
      if (change.version > from && change.path === pathname && isSelected(change.object, selector)) {
        response.write(eventLine(change));
      }
    }
    this.#watchers.add(watcher);
    response.on("close", () => this.#watchers.delete(watcher));
  }

  #sendLog({ pathname, query }: ApiRequest, response: ServerResponse): void {
    const pod = pathname.split("/").at(-2)!;
    const log = this.#logs.get(pod);
    if (log === undefined) {
      send(response, refusal(404, `pods "${pod}" not found`));
      return;
    }
    const since = Date.parse(query.get("sinceTime") ?? "1970-01-01T00:00:00Z");
    const follow = query.get("follow") === "true";
    let room = this.nextLogCut?.() ?? Number.POSITIVE_INFINITY;
    let next = 0;
    response.writeHead(200, { "content-type": "text/plain" });
    response.flushHeaders();
    const wake = () => {
      for (; next < log.lines.length; next++) {
        const line = log.lines[next]!;
        if (Date.parse(`${line.slice(0, 19)}Z`) < since) continue;
        const bytes = Buffer.from(`${line}\n`);
        if (bytes.length > room) {
          response.write(bytes.subarray(0, room), () => response.destroy());
          room = 0;
          return;
        }
        room -= bytes.length;
        response.write(bytes);
      }
      if (log.ended || !follow) response.end();
    };
    log.wake.add(wake);
    response.on("close", () => log.wake.delete(wake));
    wake();
  }
}

export function startApiServer(...handlers: Handler[]): Promise<ApiServer> {
  return new ApiServer(...handlers).start();
}

/** Answers a request with what Kubernetes says where it refuses one. */
export function refusal(code: number, message: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status: code, body: { kind: "Status", apiVersion: "v1", status: "Failure", code, message }, headers };
}

/** A fault that refuses requests with a status. */
export function refuse(code: number, message: string, headers: Readonly<Record<string, string>> = {}): Handler {
  return () => refusal(code, message, headers);
}

/** Labels that are there (`a`) or have a value (`a=b`), separated by commas. */
function isSelected({ metadata }: Stored, selector: string | null): boolean {
  return (selector ?? "")
    .split(",")
    .filter((part) => part !== "")
    .every((part) => {
      const [label = "", value] = part.split("=");
      const found = metadata.labels?.[label];
      return value === undefined ? found !== undefined : found === value;
    });
}

/** A JSON Patch of additions and replacements (RFC 6902), or a JSON Merge Patch (RFC 7396). */
function patch<T extends object>(object: T, changes: object): T {
  if (!Array.isArray(changes)) return merge(object, changes) as T;
  const patched = structuredClone(object);
  for (const { path, value } of changes as { path: string; value: unknown }[]) {
    const keys = path.split("/").map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
    let parent = patched as Record<string, unknown>;
    for (const key of keys.slice(1, -1)) parent = parent[key] as Record<string, unknown>;
    parent[keys.at(-1)!] = value;
  }
  return patched;
}

function merge(target: unknown, changes: unknown): unknown {
  if (typeof changes !== "object" || changes === null || Array.isArray(changes)) return changes;
  const merged = { ...(target as Record<string, unknown> | undefined) };
  for (const [key, value] of Object.entries(changes)) merged[key] = merge(merged[key], value);
  return merged;
}

function eventLine({ type, object }: Change): string {
  return `${JSON.stringify({ type, object })}\n`;
}

function send(response: ServerResponse, { status = 200, body = {}, headers = {} }: Answer): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(typeof body === "string" ? body : JSON.stringify(body));
}

async function readBody(message: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const chunk of message.setEncoding("utf8")) text += chunk;
  return text === "" ? undefined : JSON.parse(text);
}
