import { type IncomingMessage, request as requestHttp } from "node:http";
import { type RequestOptions, request as requestHttps } from "node:https";
import type { KubeConfig } from "@kubernetes/client-node";

const KEEP_ALIVE_MS = 15_000;

/** A list of 1,280 pods, or of 50 workflows of the largest size, has less than half of it. */
export const API_ANSWER = { mostBytes: 256 * 1024 * 1024, of: "The API server's answer" } as const;

export interface ApiServerRequest {
  readonly method?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** Ends the request, and the reading of its answer. */
  readonly signal?: AbortSignal | undefined;
  /** Longest time without a byte; none unless given. */
  readonly idleTimeoutMs?: number;
}

/** Address of a kubeconfig's API server, without a slash at its end. Throws where the context has no cluster. */
export function serverOf(kubeConfig: KubeConfig): string {
  const server = kubeConfig.getCurrentCluster()?.server;
  if (server === undefined) throw new Error("The kubeconfig context has no cluster");
  return server.replace(/\/+$/, "");
}

/**
 * Sends a request to the API server, with the credentials and by the proxy of the kubeconfig.
 *
 * @returns the answer, whatever its status
 * @throws Node.js' system errors, the abort's error, what a credential plugin throws
 */
export async function requestApiServer(
  kubeConfig: KubeConfig,
  url: URL,
  { method = "GET", headers, body, signal, idleTimeoutMs }: ApiServerRequest,
): Promise<IncomingMessage> {
  // Node.js sends the body of a DELETE without saying so.
  const length = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
  const options: RequestOptions = { method, headers: { ...headers, ...length } };
  await kubeConfig.applyToHTTPSOptions(options);
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const send = url.protocol === "http:" ? requestHttp : requestHttps;
    const limits = { ...(signal && { signal }), ...(idleTimeoutMs && { timeout: idleTimeoutMs }) };
    const request = send(url, { ...options, ...limits });
    let answer: IncomingMessage | undefined;
    request.once("timeout", () => {
      const late = new Error(`nothing came for ${Math.round((idleTimeoutMs ?? 0) / 1000)} s`);
      (answer ?? request).destroy(Object.assign(late, { code: "ETIMEDOUT" }));
    });
    request.once("socket", (socket) => socket.setKeepAlive(true, KEEP_ALIVE_MS));
    request.once("response", (response) => {
      answer = response;
      resolve(response);
    });
    request.on("error", reject);
    request.end(body);
  });
}
