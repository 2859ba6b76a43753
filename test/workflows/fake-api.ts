import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever Kubernetes object was sent
  readonly body: any;
  readonly authorization: string | undefined;
}

/** What to answer in place of a success; undefined for the success. */
export type Misbehaviour = (request: ApiRequest, earlier: number) => { status: number; message: string } | undefined;

/** As much of an API server as a case talks to. `pods` is what its namespace holds. */
export class FakeApi {
  readonly requests: ApiRequest[] = [];
  readonly namespaces = new Map<string, unknown>();
  pods: unknown[] = [];
  misbehave: Misbehaviour = () => undefined;
  readonly #server: Server;

  constructor() {
    this.#server = createServer((message, response) => {
      void this.#answer(message).then(({ status, body }) => {
        response.writeHead(status, { "content-type": "application/json" });
        response.end(JSON.stringify(body));
      });
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Requests of a kind, as "POST /api/v1/namespaces". */
  sent(method: string, path: RegExp): ApiRequest[] {
    return this.requests.filter((request) => request.method === method && path.test(request.path));
  }

  async #answer(message: IncomingMessage): Promise<{ status: number; body: unknown }> {
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const request: ApiRequest = {
      method: message.method!,
      path: message.url!,
      body: text === "" ? null : JSON.parse(text),
      authorization: message.headers.authorization,
    };
    const earlier = this.requests.filter(({ method, path }) => method === request.method && path === request.path);
    this.requests.push(request);
    const refusal = this.misbehave(request, earlier.length);
    if (refusal !== undefined) return { status: refusal.status, body: { kind: "Status", message: refusal.message } };
    return this.#succeed(request);
  }

  #succeed({ method, path, body }: ApiRequest): { status: number; body: unknown } {
    const name = /^\/api\/v1\/namespaces\/([^/]+)$/.exec(path)?.[1];
    if (method === "POST" && path === "/api/v1/namespaces") {
      const taken = this.namespaces.has(body.metadata.name);
      if (taken) return { status: 409, body: { message: `namespaces "${body.metadata.name}" already exists` } };
      this.namespaces.set(body.metadata.name, body);
    }
    if (method === "GET" && path.endsWith("/pods")) return { status: 200, body: { items: this.pods } };
    if (method === "GET" && name !== undefined) {
      const found = this.namespaces.get(name);
      return found === undefined ? { status: 404, body: { message: "not found" } } : { status: 200, body: found };
    }
    if (method === "DELETE" && name !== undefined) this.namespaces.delete(name);
    return { status: method === "POST" ? 201 : 200, body: body ?? {} };
  }
}
