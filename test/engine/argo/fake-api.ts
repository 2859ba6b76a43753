import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { KubeConfig } from "@kubernetes/client-node";

/** A request as the server got it. */
export interface Received {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly body: unknown;
  readonly authorization: string | undefined;
}

export interface Answer {
  readonly status?: number;
  readonly body?: unknown;
}

export interface FakeApi {
  readonly kubeConfig: KubeConfig;
  readonly received: Received[];
  close(): Promise<void>;
}

/** An API server at the edge: every request is answered by the test; what it leaves open is a 404 as Kubernetes says it. */
export async function startFakeApi(answer: (request: Received, count: number) => Answer | undefined): Promise<FakeApi> {
  const received: Received[] = [];
  const counts = new Map<string, number>();
  const server = createServer(async (request, response) => {
    const entry: Received = {
      method: request.method ?? "",
      path: request.url ?? "",
      body: await readBody(request),
      authorization: request.headers.authorization,
    };
    received.push(entry);
    const key = `${entry.method} ${entry.path}`;
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    const { status = 200, body } = answer(entry, count) ?? statusAnswer(404, "NotFound", "not found");
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromClusterAndUser(
    { name: "fake", server: `http://127.0.0.1:${port}`, skipTLSVerify: true },
    { name: "tester", token: "tester-token" },
  );
  return {
    kubeConfig,
    received,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A Status object as the API server answers errors with. */
export function statusAnswer(code: number, reason: string, message: string): Answer {
  return {
    status: code,
    body: { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason, code },
  };
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("utf8");
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
