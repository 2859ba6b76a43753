import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { KubeConfig } from "@kubernetes/client-node";

interface Stored {
  metadata: {
    name: string;
    namespace?: string;
    uid?: string;
    resourceVersion?: string;
    labels?: Record<string, string>;
  };
  [key: string]: unknown;
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

export interface FakeLog {
  /** With timestamps, in the order of the file. */
  readonly lines: string[];
  ended: boolean;
}

/** Answers a request in the server's place. true: it was answered. */
export type Fault = (request: IncomingMessage, response: ServerResponse, url: URL) => boolean;

/** What an API server does for lists, watches, logs and patches, with a history to resume from; and what goes wrong with one. */
export class FakeApiServer {
  readonly requests: string[] = [];
  readonly patches: { path: string; body: unknown }[] = [];
  readonly logs = new Map<string, FakeLog>();
  /** Asked before each request; the first that answers is used up. */
  faults: Fault[] = [];
  /** Asked after the faults, each time: what else than lists, watches, logs and patches this server knows. */
  handlers: Fault[] = [];
  /** Whether label selectors of lists and watches count; recordings need not have the labels. */
  selectsByLabel = false;
  /** Watches from before this version get 410. */
  compactedBefore = 0;
  /** How the 410 comes: as the status of the answer, or as an event in it. */
  goneAs: "status" | "event" = "event";
  /** Bytes of a log that a connection gives before it is cut; undefined: all. */
  nextLogCut: (() => number | undefined) | undefined;
  onPatch: ((path: string, body: Record<string, unknown>) => void) | undefined;
  #objects = new Map<string, Map<string, Stored>>();
  #history: Change[] = [];
  #version = 100;
  #watchers = new Set<Watcher>();
  #followers = new Map<string, Set<() => void>>();
  #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;

  async start(): Promise<void> {
    this.#server = createServer((request, response) => this.#answer(request, response));
    this.#server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    });
    await new Promise<void>((resolve) => this.#server!.listen(this.#port, "127.0.0.1", resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Ends at once, with every connection. start() comes back on the same port. */
  async stop(): Promise<void> {
    this.drop();
    await new Promise((resolve) => this.#server!.close(resolve));
  }

  get connections(): number {
    return this.#sockets.size;
  }

  get watches(): number {
    return this.#watchers.size;
  }

  kubeConfig(): KubeConfig {
    const kubeConfig = new KubeConfig();
    const server = `http://127.0.0.1:${this.#port}`;
    kubeConfig.loadFromClusterAndUser({ name: "fake", server, skipTLSVerify: true }, { name: "user" });
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

  all(path: string): Stored[] {
    return [...(this.#objects.get(path)?.values() ?? [])];
  }

  put(path: string, object: Stored): void {
    const objects = this.#objects.get(path) ?? new Map<string, Stored>();
    this.#objects.set(path, objects);
    const before = objects.get(object.metadata.name);
    this.#version += 1;
    const stored = {
      ...object,
      metadata: { uid: `uid-${object.metadata.name}`, ...object.metadata, resourceVersion: String(this.#version) },
    };
    objects.set(object.metadata.name, stored);
    this.#change({ version: this.#version, path, type: before === undefined ? "ADDED" : "MODIFIED", object: stored });
  }

  remove(path: string, name: string): void {
    const before = this.#objects.get(path)?.get(name);
    if (before === undefined) return;
    this.#objects.get(path)!.delete(name);
    this.#version += 1;
    const object = { ...before, metadata: { ...before.metadata, resourceVersion: String(this.#version) } };
    this.#change({ version: this.#version, path, type: "DELETED", object });
  }

  /** Sends text into every open watch as it is. */
  sendRaw(text: string): void {
    for (const { response } of this.#watchers) response.write(text);
  }

  bookmark(): void {
    this.sendRaw(
      `${JSON.stringify({ type: "BOOKMARK", object: { metadata: { resourceVersion: String(this.#version) } } })}\n`,
    );
  }

  /** Ends every open watch in order, as the server does after timeoutSeconds. */
  endWatches(): void {
    for (const { response } of this.#watchers) response.end();
    this.#watchers.clear();
  }

  writeLog(pod: string, ...lines: string[]): void {
    const log = this.logs.get(pod) ?? { lines: [], ended: false };
    this.logs.set(pod, log);
    log.lines.push(...lines);
    for (const wake of this.#followers.get(pod) ?? []) wake();
  }

  endLog(pod: string): void {
    this.writeLog(pod);
    this.logs.get(pod)!.ended = true;
    for (const wake of this.#followers.get(pod) ?? []) wake();
  }

  #isSelected(object: Stored, selector: string | null): boolean {
    return !this.selectsByLabel || isSelected(object, selector);
  }

  #change(change: Change): void {
    this.#history.push(change);
    for (const { path, selector, response } of this.#watchers) {
      if (path === change.path && this.#isSelected(change.object, selector)) response.write(eventLine(change));
    }
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url!, "http://fake");
    this.requests.push(`${request.method} ${url.pathname}${url.searchParams.has("watch") ? " watch" : ""}`);
    // The other side goes away as it likes.
    response.on("error", () => undefined);
    for (const fault of this.faults) {
      if (!fault(request, response, url)) continue;
      this.faults = this.faults.filter((other) => other !== fault);
      return;
    }
    if (this.handlers.some((handle) => handle(request, response, url))) return;
    if (request.method === "PATCH") this.#patch(request, response, url);
    else if (url.pathname.endsWith("/log")) this.#log(response, url);
    else if (url.searchParams.has("watch")) this.#watch(response, url);
    else {
      const items = this.all(url.pathname).filter((each) =>
        this.#isSelected(each, url.searchParams.get("labelSelector")),
      );
      sendJson(response, 200, { kind: "List", metadata: { resourceVersion: String(this.#version) }, items });
    }
  }

  #watch(response: ServerResponse, url: URL): void {
    const from = Number(url.searchParams.get("resourceVersion"));
    if (from < this.compactedBefore) {
      const status = { kind: "Status", code: 410, reason: "Expired", message: "too old resource version" };
      if (this.goneAs === "status") sendJson(response, 410, status);
      else response.end(`${JSON.stringify({ type: "ERROR", object: status })}\n`);
      return;
    }
    response.writeHead(200, { "content-type": "application/json" });
    response.flushHeaders();
    const selector = url.searchParams.get("labelSelector");
    const watcher = { path: url.pathname, selector, response };
    for (const change of this.#history) {
      if (change.version > from && change.path === url.pathname && this.#isSelected(change.object, selector)) {
        response.write(eventLine(change));
      }
    }
    this.#watchers.add(watcher);
    response.on("close", () => this.#watchers.delete(watcher));
  }

  #log(response: ServerResponse, url: URL): void {
    const pod = url.pathname.split("/").at(-2)!;
    const log = this.logs.get(pod);
    if (log === undefined) {
      sendJson(response, 404, { kind: "Status", code: 404, message: `pods "${pod}" not found` });
      return;
    }
    const since = Date.parse(url.searchParams.get("sinceTime") ?? "1970-01-01T00:00:00Z");
    const follow = url.searchParams.get("follow") === "true";
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
    const followers = this.#followers.get(pod) ?? new Set();
    this.#followers.set(pod, followers.add(wake));
    response.on("close", () => followers.delete(wake));
    wake();
  }

  #patch(request: IncomingMessage, response: ServerResponse, url: URL): void {
    let text = "";
    request.on("data", (chunk) => {
      text += chunk;
    });
    request.on("end", () => {
      const body = JSON.parse(text) as Record<string, unknown>;
      this.patches.push({ path: url.pathname, body });
      sendJson(response, 200, { kind: "Pod", metadata: { name: url.pathname.split("/")[6] } });
      this.onPatch?.(url.pathname, body);
    });
  }
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

function eventLine({ type, object }: Change): string {
  return `${JSON.stringify({ type, object })}\n`;
}

export function sendJson(
  response: ServerResponse,
  code: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(code, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

/** A fault that refuses requests with a status. */
export function refuse(code: number, message: string, headers: Record<string, string> = {}): Fault {
  return (_request, response) => {
    sendJson(response, code, { kind: "Status", code, message }, headers);
    return true;
  };
}
