import type { IncomingMessage, ServerResponse } from "node:http";
import { FakeApiServer, sendJson } from "../../kube/fake-api-server.ts";

const NAMESPACES = "/api/v1/namespaces";

/** An API server that makes and removes namespaces as Kubernetes does: one that is deleted stays for a while as it goes. */
export class FakeNamespaces extends FakeApiServer {
  /** From the request to delete a namespace until it is gone. */
  goneAfterMs = 30;
  /** What keeps a namespace from going; undefined for nothing. */
  blockerOf: (name: string) => string | undefined = () => undefined;
  /** Rights that reviews deny, as "verb resource". */
  denied: string[] = [];
  /** Labels of the Secrets of Helm, by namespace. */
  readonly releases = new Map<string, Record<string, string>[]>();
  #uids = 0;

  constructor() {
    super();
    this.selectsByLabel = true;
    this.handlers.push((request, response, url) => this.#handle(request, response, url));
  }

  namespaces(): string[] {
    return this.all(NAMESPACES).map(({ metadata }) => metadata.name);
  }

  namespace(name: string) {
    return this.get(NAMESPACES, name) as
      | { metadata: { labels: Record<string, string>; annotations: Record<string, string>; uid: string } }
      | undefined;
  }

  addNamespace(name: string, labels: Record<string, string> = {}, annotations: Record<string, string> = {}): void {
    this.#uids += 1;
    const metadata = { name, uid: `uid-${this.#uids}`, labels, annotations };
    this.put(NAMESPACES, { metadata, status: { phase: "Active" } });
  }

  #handle(request: IncomingMessage, response: ServerResponse, url: URL): boolean {
    const { method } = request;
    if (url.pathname === "/version") {
      sendJson(response, 200, { gitVersion: "v1.34.4" });
      return true;
    }
    if (method === "POST") {
      void readJson(request).then((body) => this.#post(url.pathname, body, response));
      return true;
    }
    const [, name, rest] = new RegExp(`^${NAMESPACES}/([^/]+)(/.*)?$`).exec(url.pathname) ?? [];
    if (name === undefined) return false;
    if (method === "DELETE" && rest === undefined) {
      void readJson(request).then((body) => this.#delete(name, body, response));
      return true;
    }
    if (method === "GET" && rest === "/secrets") {
      const items = (this.releases.get(name) ?? []).map((labels) => ({ metadata: { name: "release", labels } }));
      sendJson(response, 200, { kind: "SecretList", items });
      return true;
    }
    if (method !== "PATCH" || rest !== undefined) return false;
    void readJson(request).then((body) =>
      this.#label(name, body as unknown as { path: string; value: string }[], response),
    );
    return true;
  }

  #post(path: string, body: Record<string, unknown>, response: ServerResponse): void {
    if (path.endsWith("/selfsubjectaccessreviews")) {
      const { verb, resource } = (body.spec as { resourceAttributes: { verb: string; resource: string } })
        .resourceAttributes;
      sendJson(response, 201, { ...body, status: { allowed: !this.denied.includes(`${verb} ${resource}`) } });
      return;
    }
    if (path !== NAMESPACES) {
      sendJson(response, 201, body);
      return;
    }
    const { name, labels, annotations } = body.metadata as {
      name: string;
      labels: Record<string, string>;
      annotations: Record<string, string>;
    };
    if (this.namespace(name) !== undefined) {
      sendJson(response, 409, status(409, `namespaces "${name}" already exists`));
      return;
    }
    this.addNamespace(name, labels, annotations);
    sendJson(response, 201, this.namespace(name));
  }

  #delete(name: string, body: Record<string, unknown>, response: ServerResponse): void {
    const found = this.namespace(name);
    if (found === undefined) {
      sendJson(response, 404, status(404, `namespaces "${name}" not found`));
      return;
    }
    const wanted = (body.preconditions as { uid?: string } | undefined)?.uid;
    if (wanted !== undefined && wanted !== found.metadata.uid) {
      sendJson(response, 409, status(409, "the UID in the precondition does not match"));
      return;
    }
    const blocker = this.blockerOf(name);
    const conditions =
      blocker === undefined ? [] : [{ type: "NamespaceFinalizersRemaining", status: "True", message: blocker }];
    this.put(NAMESPACES, {
      metadata: { name, ...found.metadata, deletionTimestamp: new Date().toISOString() } as never,
      status: { phase: "Terminating", conditions },
    });
    sendJson(response, 200, this.namespace(name));
    if (blocker === undefined) setTimeout(() => this.remove(NAMESPACES, name), this.goneAfterMs);
  }

  #label(name: string, operations: { path: string; value: string }[], response: ServerResponse): void {
    const found = this.namespace(name)!;
    const labels = { ...found.metadata.labels };
    for (const { path, value } of operations) labels[path.replace("/metadata/labels/", "").replace("~1", "/")] = value;
    this.put(NAMESPACES, { ...found, metadata: { name, ...found.metadata, labels } as never });
    sendJson(response, 200, this.namespace(name));
  }
}

function status(code: number, message: string) {
  return { kind: "Status", code, message };
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text === "" ? {} : JSON.parse(text);
}
