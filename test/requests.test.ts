import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { CoreV1Api } from "@kubernetes/client-node";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { probeApiServer } from "../src/cluster/providers/api-server.ts";
import { downloadText } from "../src/cluster/tools/download.ts";
import { createObjectStore } from "../src/engine/argo/store/object-store.ts";
import { kubeMessage } from "../src/kube/client.ts";
import { NodeHttpKubeConfig } from "../src/kube/config.ts";
import { forwardPort } from "../src/kube/port-forward.ts";
import { getKubeJson, readKubeStream } from "../src/kube/stream.ts";
import { ask } from "../src/lib/http/ask.ts";
import { createFetch } from "../src/lib/http/fetch.ts";
import { completeProxyVariables } from "../src/lib/http/proxy.ts";
import { connectionMessage } from "../src/lib/http/transient.ts";
import type { Environment } from "../src/lib/process/environment.ts";
import { download } from "../src/publish/artifacts/download.ts";
import { uploadArtifact } from "../src/publish/artifacts/upload.ts";
import { createGithubClient, describeFailure } from "../src/publish/github/client.ts";
import { pushMetrics } from "../src/publish/push/push-metrics.ts";
import { readPushTarget } from "../src/publish/push/target.ts";
import { FakeGithub } from "./github/fake-github.ts";
import { type ApiServer, startApiServer } from "./kube/api-server.ts";
import { answer } from "./kube/pod-connection.ts";
import { RecordingProxy } from "./lib/http/recording-proxy.ts";

const signal = new AbortController().signal;
const WHOLE = { signal, limit: { mostBytes: 2 ** 20, of: "It" }, redirects: 0 };
const KEY = { bucket: "runs", accessKey: "a", secretKey: "b" };

function githubAt(baseUrl: string, environment: Environment) {
  return createGithubClient({ token: "t", environment, signal, onWait: () => undefined, firstDelayMs: 1, baseUrl });
}

function kubeAt(server: string, environment: Environment): NodeHttpKubeConfig {
  const kubeConfig = new NodeHttpKubeConfig();
  kubeConfig.loadFromClusterAndUser({ name: "there", server, skipTLSVerify: true }, { name: "me" });
  kubeConfig.useProxies(environment);
  return kubeConfig;
}

/** Each way in which the product asks for something at a place, and is given JSON. */
const CLIENTS: readonly [string, (url: string, environment: Environment) => Promise<unknown>][] = [
  ["requests of this project", (url, environment) => ask(url, { environment, signal, retries: 0 }, text)],
  ["fetch for libraries", async (url, environment) => (await createFetch({ environment, ...WHOLE })(url)).text()],
  ["downloads of tools", (url, environment) => downloadText(url, { environment, signal, firstDelayMs: 1 })],
  ["GitHub's API", (url, environment) => githubAt(url, environment).request("GET /list")],
  ["the Kubernetes API", (url, environment) => kubeAt(url, environment).makeApiClient(CoreV1Api).listNamespace()],
  ["the streams of the Kubernetes API", (url, environment) => getKubeJson(kubeAt(url, environment), "/api", LIMITS)],
  ["the wait for the API server", (url, environment) => probeApiServer(kubeAt(url, environment), signal)],
];
const LIMITS = { signal, idleTimeoutMs: 10_000 };

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
  vi.unstubAllEnvs();
});

// https://github.com/nodejs/undici/issues/5360: an assertion in undici ends the process, which its answers to `fetch` do, too.
describe("a server that closes behind an answer that nobody has read yet", () => {
  const created: unknown[] = [];
  const note = (message: unknown) => created.push(message);
  let url: string;
  beforeEach(async () => {
    created.length = 0;
    subscribe("undici:request:create", note);
    ends.push(() => unsubscribe("undici:request:create", note));
    const body = JSON.stringify({ metadata: { resourceVersion: "1" }, items: [], more: "x".repeat(128 * 1024) });
    const server: Server = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.once("data", () => {
        const head = ["HTTP/1.1 200 OK", "content-type: application/json", `content-length: ${body.length}`];
        socket.write(`${[...head, "connection: close"].join("\r\n")}\r\n\r\n`);
        socket.end(body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    ends.push(() => new Promise((resolve) => server.close(resolve)));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  it.each([
    ...CLIENTS,
    [
      "the object store",
      (at: string) => createObjectStore({ endpoint: new URL(at), ...KEY }).readObject("a", { signal }),
    ] as const,
  ])("harms no %s, which do not speak by undici", async (_, request) => {
    await request(url, {});
    expect(created).toEqual([]);
  });

  it("harms no answer of fetch that is read late", async () => {
    const response = await createFetch({ environment: {}, ...WHOLE })(url);
    await sleep(100);
    expect((await response.text()).length).toBeGreaterThan(128 * 1024);
  });

  it("harms no stream of the Kubernetes API that is read late", async () => {
    let bytes = 0;
    for await (const chunk of readKubeStream(kubeAt(url, {}), "/log", LIMITS)) {
      await sleep(20);
      bytes += chunk.length;
    }
    expect(bytes).toBeGreaterThan(128 * 1024);
  });
});

describe("the proxy of the environment", () => {
  let proxy: RecordingProxy;
  let api: ApiServer;
  let github: FakeGithub;
  /** Where everything that the proxy carries arrives: at first a server that gives everybody an empty list. */
  let target: string;
  const THERE = "http://there.invalid";
  beforeEach(async () => {
    api = await startApiServer();
    github = await new FakeGithub().start();
    github.url = THERE;
    proxy = await new RecordingProxy().start(() => target);
    const lists = createHttpServer((request, response) => {
      request.resume();
      response.writeHead(200, { "content-type": "application/json", connection: "close" });
      response.end('{"metadata":{"resourceVersion":"1"},"items":[]}');
    });
    await new Promise<void>((resolve) => lists.listen(0, "127.0.0.1", resolve));
    target = `http://127.0.0.1:${(lists.address() as AddressInfo).port}`;
    ends.push(
      () => lists.close(),
      () => proxy.stop(),
      () => api.stop(),
      () => github.stop(),
    );
  });

  it.each(
    CLIENTS.flatMap(([name, request]) =>
      ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"].map((variable) => [name, variable, request] as const),
    ),
  )("carries %s by %s", async (_, variable, request) => {
    await request(THERE, { [variable]: proxy.url, NO_PROXY: "elsewhere.invalid" });
    expect(proxy.seen[0]).toMatch(/^(GET http:\/\/there\.invalid\/|CONNECT there\.invalid:80)/);
  });

  it.each(CLIENTS)("is passed by where NO_PROXY says so, by %s", async (_, request) => {
    const environment = { HTTP_PROXY: proxy.url, NO_PROXY: "there.invalid" };
    await Promise.resolve(request(THERE, environment)).catch(() => undefined);
    expect(proxy.seen).toEqual([]);
  });

  it.each(CLIENTS)("is named where it refuses, by %s", async (_, request) => {
    proxy.refusal = 407;
    const said = await Promise.resolve(request(THERE, { HTTP_PROXY: proxy.url })).then(
      (result) => String(result),
      (error: unknown) => `${connectionMessage(error)}; ${describeFailure(error)}; ${kubeMessage(error)}`,
    );
    expect(said).toMatch(/the proxy refuses (there\.invalid )?with HTTP 407/);
  });

  it.each(CLIENTS)("is named where it cannot be reached, by %s", async (_, request) => {
    const { url } = proxy;
    await proxy.stop();
    const said = await Promise.resolve(request(THERE, { HTTP_PROXY: url })).then(
      (result) => String(result),
      (error: unknown) => connectionMessage(error),
    );
    expect(said).toContain(`ECONNREFUSED ${new URL(url).host}`);
  });

  it("carries the port-forwards, and the pods' answers in them", async () => {
    target = api.url;
    api.addService({ namespace: "ns", name: "store", port: 7070 });
    api.onForward = answer("from the pod");
    const kubeConfig = kubeAt(THERE, { HTTP_PROXY: proxy.url });
    const options = { namespace: "ns", service: "store", port: 7070, onProblem: () => undefined, signal };
    const forward = await forwardPort({ kubeConfig, ...options });
    ends.unshift(() => forward.close());
    expect(await ask(forward.url, { environment: {}, signal, retries: 0 }, text)).toBe("from the pod");
    expect(new Set(proxy.seen)).toEqual(new Set(["CONNECT there.invalid:80"]));
    expect(proxy.seen).toHaveLength(3);
  });

  it("carries the downloads of artifacts from the storage that GitHub names", async () => {
    target = `http://127.0.0.1:${github.port}`;
    const { id } = github.addArtifact({ name: "a", workflowRunId: 1, zip: Buffer.from("zipped") });
    const environment = { HTTP_PROXY: proxy.url };
    const client = githubAt(THERE, environment);
    const zip = await download(
      client,
      { owner: "octo", repo: "spark" },
      { kind: "artifact", id },
      { environment, signal },
    );
    expect(zip.toString()).toBe("zipped");
    expect(proxy.seen).toEqual([
      `GET ${THERE}/repos/octo/spark/actions/artifacts/${id}/zip`,
      `GET ${THERE}/blob/${id}?sig=secret`,
    ]);
  });

  describe("for the uploads of artifacts", () => {
    const folder = mkdtempSync(join(tmpdir(), "upload-"));
    const file = join(folder, "results.json");
    const upload = (environment: Environment) => {
      for (const [name, value] of Object.entries({ ...environment, ...completeProxyVariables(environment) })) {
        vi.stubEnv(name, value);
      }
      return uploadArtifact({
        name: "a",
        files: [file],
        directory: folder,
        retentionDays: null,
        replace: false,
        environment,
      });
    };
    beforeEach(() => {
      writeFileSync(file, "{}");
      for (const [name, value] of Object.entries(github.environment)) vi.stubEnv(name, value);
      target = `http://127.0.0.1:${github.port}`;
    });

    it.each(["HTTP_PROXY", "http_proxy", "ALL_PROXY"])("may be that of %s", async (variable) => {
      await upload({ ...github.environment, [variable]: proxy.url });
      expect(github.artifacts.map(({ name }) => name)).toEqual(["a"]);
      expect(proxy.seen[0]).toBe("CONNECT there.invalid:80");
      expect(proxy.seen.some((line) => line.startsWith(`PUT ${THERE}/blob/upload-a`))).toBe(true);
    });

    it("is named where it refuses", async () => {
      proxy.refusal = 407;
      await expect(upload({ ...github.environment, HTTP_PROXY: proxy.url })).rejects.toThrow(
        "the proxy refuses there.invalid with HTTP 407",
      );
      rmSync(folder, { recursive: true });
    });
  });

  it("carries the metrics that are pushed", async () => {
    const options = { tier: "quick", environment: { HTTP_PROXY: proxy.url } };
    await pushMetrics([], readPushTarget(`${THERE}:9091`, undefined), options);
    expect(proxy.seen[0]).toBe(`PUT ${THERE}:9091/metrics/job/spark_loadtest/tier/quick`);
  });
});
