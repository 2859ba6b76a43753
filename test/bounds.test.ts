import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { CoreV1Api } from "@kubernetes/client-node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { downloadFile, downloadText } from "../src/cluster/tools/download.ts";
import { HistoryServerClient } from "../src/collect/history-server/client.ts";
import { createObjectStore } from "../src/engine/argo/store/object-store.ts";
import { askKubernetes } from "../src/kube/client.ts";
import { NodeHttpKubeConfig } from "../src/kube/config.ts";
import { getKubeJson } from "../src/kube/stream.ts";
import { watchResource } from "../src/kube/watch.ts";
import { ask } from "../src/lib/http/ask.ts";
import { createFetch } from "../src/lib/http/fetch.ts";
import { readText } from "../src/lib/http/request.ts";
import { download } from "../src/publish/artifacts/download.ts";
import { findArtifacts } from "../src/publish/artifacts/find.ts";
import { fetchForeignResults, findPullRequest } from "../src/publish/artifacts/foreign-results.ts";
import { upsertComment } from "../src/publish/comment/upsert.ts";
import { createGithubClient } from "../src/publish/github/client.ts";
import { pushMetrics } from "../src/publish/push/push-metrics.ts";
import { readPushTarget } from "../src/publish/push/target.ts";
import { sendSpans } from "../src/trace/send-spans.ts";

const signal = new AbortController().signal;
const REPOSITORY = { owner: "octo", repo: "spark" };
const LIMIT = { mostBytes: 8 * 2 ** 20, of: "It" };
const MEGABYTE = Buffer.alloc(2 ** 20, "x");
/** Of what it holds, a thousandth. */
const BOMB = gzipSync(Buffer.alloc(64 * 2 ** 20, "x"));

type Handler = (request: IncomingMessage, response: ServerResponse) => void;
let url: string;
let handle: Handler;
let requests: string[];
let sentBytes: number;
const servers: ReturnType<typeof createServer>[] = [];

async function listen(handler: Handler): Promise<string> {
  const server = createServer(handler);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

beforeEach(async () => {
  requests = [];
  sentBytes = 0;
  url = await listen((request, response) => {
    requests.push(request.url!);
    request.resume();
    handle(request, response);
  });
});
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** Sends a piece again and again, as fast as it is taken, until the other side has enough. */
function endless(piece: Buffer, headers: Record<string, string> = {}): Handler {
  return (_, response) => {
    response.writeHead(200, { "content-type": "application/json", ...headers });
    response.on("error", () => undefined);
    const send = () => {
      while (!response.destroyed) {
        sentBytes += piece.length;
        if (!response.write(piece)) return;
      }
    };
    response.on("drain", send);
    send();
  };
}
const BODIES = [
  ["a body without an end", endless(MEGABYTE)],
  ["a body of which each megabyte becomes a gigabyte", endless(BOMB, { "content-encoding": "gzip" })],
] as const;

function github() {
  return createGithubClient({
    token: "t",
    environment: {},
    signal,
    onWait: () => undefined,
    baseUrl: url,
    firstDelayMs: 1,
  });
}

function kube(): NodeHttpKubeConfig {
  const kubeConfig = new NodeHttpKubeConfig();
  kubeConfig.loadFromClusterAndUser({ name: "there", server: url, skipTLSVerify: true }, { name: "me" });
  return kubeConfig;
}

const STREAM = { signal, idleTimeoutMs: 60_000 };
const store = () => createObjectStore({ endpoint: new URL(url), bucket: "b", accessKey: "a", secretKey: "b" });
const history = () => new HistoryServerClient(new URL(url), { signal, timeoutMs: 60_000, firstDelayMs: 1 });

/** Each way in which the product takes an answer in whole, and how it ends. */
const READERS: readonly [string, () => Promise<unknown>, string][] = [
  [
    "requests of this project",
    () => ask(url, { environment: {}, signal, retries: 3, firstDelayMs: 1 }, (answer) => readText(answer, LIMIT)),
    "It has more than 8 MiB, which is the most that is read",
  ],
  [
    "fetch for libraries",
    async () => (await createFetch({ environment: {}, signal, limit: LIMIT, redirects: 0 })(url)).text(),
    "It has more than 8 MiB",
  ],
  ["texts of tools", () => downloadText(url, { environment: {}, signal, firstDelayMs: 1 }), "It has more than 32 MiB"],
  ["GitHub's API", () => github().request("GET /x"), "The answer of GitHub's API has more than 32 MiB"],
  [
    "a release's asset",
    () => download(github(), REPOSITORY, { kind: "asset", id: 1 }, { environment: {}, signal }),
    "The answer of GitHub's API has more than 32 MiB",
  ],
  [
    "the Kubernetes API",
    () => askKubernetes("list the namespaces", () => kube().makeApiClient(CoreV1Api).listNamespace(), { signal }),
    "Could not list the namespaces: The API server's answer has more than 256 MiB, which is the most that is read",
  ],
  [
    "a pod's log",
    () =>
      askKubernetes(
        "read the log",
        () => kube().makeApiClient(CoreV1Api).readNamespacedPodLog({ name: "a", namespace: "b" }),
        { signal },
      ),
    "Could not read the log: The API server's answer has more than 256 MiB",
  ],
  [
    "the History Server",
    () => history().read("x", z.unknown()),
    "The History Server's answer to /api/v1/x has more than 128 MiB",
  ],
  [
    "the object store",
    () => store().readObject("a", { signal }),
    "Could not read a from the object store: The object store's answer has more than 256 MiB",
  ],
];

describe.each(BODIES)("%s", (_, body) => {
  it.each(READERS)(
    "ends the reading, by %s",
    async (_, read, message) => {
      handle = body;
      await expect(Promise.resolve(read())).rejects.toThrow(message);
      // Asking again would come to the same.
      expect(requests).toHaveLength(1);
    },
    60_000,
  );

  it("ends no push that has been taken", async () => {
    handle = body;
    const startMs = performance.now();
    await pushMetrics([], readPushTarget(url, undefined), { tier: "quick", environment: {} });
    expect(performance.now() - startMs).toBeLessThan(5_000);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(sentBytes).toBeLessThan(64 * 2 ** 20);
  });
});

it("a line of a watch without an end is not waited for", async () => {
  handle = ({ url: path }, response) => {
    if (path!.includes("watch=true")) return endless(MEGABYTE)(undefined as never, response);
    response.end('{"metadata":{"resourceVersion":"1"},"items":[]}');
  };
  const follow = async () => {
    const options = { kubeConfig: kube(), path: "/api/v1/pods", what: "follow the pods", signal };
    for await (const _ of watchResource({ ...options, onDisturbance: () => undefined }));
  };
  await expect(follow()).rejects.toThrow(
    "Could not follow the pods: A line of the API server's watch has more than 32 MiB, which is the most that is read",
  );
});

it("a list for a watch without an end is not read", async () => {
  handle = endless(MEGABYTE);
  await expect(getKubeJson(kube(), "/api/v1/pods", STREAM)).rejects.toThrow(
    "The API server's answer has more than 256 MiB",
  );
});

it("a download that becomes a thousand times as much is ended", async () => {
  handle = endless(BOMB);
  const download = downloadFile(url, "/dev/null", {
    environment: {},
    signal,
    firstDelayMs: 1,
    gunzip: true,
    maxBytes: 1024 ** 3,
  });
  await expect(download).rejects.toThrow(`${url}/: It has more than 1 GiB, which is the most that is read`);
  expect(requests).toHaveLength(1);
}, 60_000);

it("an artifact without an end is not downloaded", async () => {
  const storage = await listen(endless(MEGABYTE));
  handle = (_, response) => void response.writeHead(302, { location: `${storage}/zip` }).end();
  await expect(
    download(github(), REPOSITORY, { kind: "artifact", id: 1 }, { environment: {}, signal }),
  ).rejects.toThrow("The file has more than 32 MiB, which is the most that is read");
});

it("a collector's answer without an end is not read", async () => {
  handle = endless(MEGABYTE);
  const about = { trace: { traceId: "0".repeat(31) + 1, parentId: null, sampled: true }, version: "1" };
  const span = {
    id: "0".repeat(15) + 1,
    parentId: null,
    name: "a",
    kind: "run",
    startMs: 1,
    endMs: 2,
    error: null,
    attributes: {},
  };
  const otlp = { url, protocol: "http/json", headers: {}, timeoutMs: 30_000, resource: {} };
  await expect(sendSpans([[span]] as never, about as never, otlp as never, {})).rejects.toThrow(
    `could not be sent to ${url}/: The answer has more than 1 MiB, which is the most that is read`,
  );
});

describe("GitHub's lists without an end", () => {
  /** A full page, and another one behind it. */
  const pages =
    (key: string | null, entry: (id: number) => object): Handler =>
    ({ url: path }, response) => {
      const page = Number(new URL(path!, url).searchParams.get("page") ?? 1);
      const next = new URL(path!, url);
      next.searchParams.set("page", String(page + 1));
      const entries = Array.from({ length: 100 }, (_, index) => entry(page * 100 + index));
      response.writeHead(200, { "content-type": "application/json", link: `<${next.href}>; rel="next"` });
      response.end(JSON.stringify(key === null ? entries : { total_count: 1_000_000, [key]: entries }));
    };
  const artifact = (id: number) => ({
    id,
    name: "a",
    expired: false,
    workflow_run: { id, repository_id: 1, head_repository_id: 2 },
  });
  const RUN = { ...{ id: 1, attempt: 1, url: "", headSha: "a", headBranch: "b", headOwner: "c", headRepositoryId: 1 } };

  it.each<[string, Handler, () => Promise<unknown>, string]>([
    [
      "of artifacts",
      pages("artifacts", artifact),
      () => findArtifacts(github(), { ...REPOSITORY, runId: 1, defaultBranch: "main" }, { name: "a", last: 10 }),
      "artifacts a",
    ],
    [
      "of a run's artifacts",
      pages("artifacts", artifact),
      () => fetchForeignResults(github(), { ...REPOSITORY, artifactName: "a", run: RUN }, { environment: {}, signal }),
      "artifacts of run 1",
    ],
    [
      "of pull requests",
      pages(null, () => ({ number: 1, head: { sha: "z", repo: { id: 1 } } })),
      () => findPullRequest(github(), { ...REPOSITORY, run: RUN }),
      "pull requests",
    ],
    [
      "of comments",
      ({ url: path }, response) =>
        path === "/user"
          ? void response.writeHead(403).end()
          : pages(null, (id) => ({ id, body: "", user: { type: "User" } }))({ url: path } as never, response),
      () =>
        upsertComment(github(), { ...REPOSITORY, number: 1 }, {
          key: { artifactName: "a", tier: "t", id: null },
          body: "b",
          mark: { runId: 1, attempt: 1 },
        } as never),
      "comments",
    ],
  ])("%s are given up after 100 pages", async (_, handler, read, what) => {
    handle = handler;
    await expect(read()).rejects.toThrow(
      `GitHub's list has more than 10,000 ${what}, which are the most that are read`,
    );
    expect(requests.filter((path) => path !== "/user")).toHaveLength(101);
  });
});

describe("credentials", () => {
  let elsewhere: string;
  const seen: IncomingMessage[] = [];
  beforeEach(async () => {
    seen.length = 0;
    elsewhere = await listen((request, response) => {
      seen.push(request);
      response.writeHead(200, { "content-type": "application/json" }).end("[]");
    });
  });
  const redirect: Handler = (_, response) => void response.writeHead(307, { location: `${elsewhere}/in` }).end();

  it("of a push go to no other place, and neither do the metrics", async () => {
    handle = redirect;
    for (const path of ["", "/api/v1/write"]) {
      const push = pushMetrics([], readPushTarget(`${url}${path}`.replace("//", "//me:hush@"), undefined), {
        tier: "quick",
        environment: {},
        firstDelayMs: 1,
      });
      const family = { name: "a", unit: "seconds", help: "a", points: [{ labels: {}, value: 1 }] };
      const error = await (path === ""
        ? push
        : pushMetrics([family as never], readPushTarget(url + path, "hush"), { tier: "quick", environment: {} })
      ).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({
        message: `The metrics could not be pushed to ${url}${path || "/"}: HTTP 307, a redirect to ${elsewhere}/in, and a push follows none`,
        hint: `If that is where they belong: --push-metrics ${elsewhere}/in`,
      });
      await push.catch(() => undefined);
    }
    expect(seen).toEqual([]);
  });

  it("of GitHub are not in a request to another host, whatever leads there", async () => {
    handle = redirect;
    await github().request("GET /x");
    await github().request(`GET ${elsewhere}/next`);
    expect(seen.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined]);
    await expect(github().request("POST /x", { body: "b" } as never)).rejects.toThrow(
      `redirects to another host, ${new URL(elsewhere).host}, where no POST is sent`,
    );
    expect(seen).toHaveLength(2);
  });

  it("of any other name stay with the host that they were given for", async () => {
    handle = redirect;
    const headers = { Authorization: "hush", cookie: "hush", "x-api-key": "hush", accept: "a/b" };
    await ask(url, { environment: {}, signal, retries: 0, redirects: 1, headers }, (answer) => readText(answer, LIMIT));
    expect(JSON.stringify(seen[0]!.headers)).not.toContain("hush");
    expect(seen[0]!.headers.accept).toBe("a/b");
  });

  it("of the API server go to no other host", async () => {
    handle = redirect;
    const kubeConfig = new NodeHttpKubeConfig();
    kubeConfig.loadFromClusterAndUser(
      { name: "there", server: url, skipTLSVerify: true },
      { name: "me", token: "hush" },
    );
    const list = () => kubeConfig.makeApiClient(CoreV1Api).listNamespace();
    await expect(askKubernetes("list", list, { signal })).rejects.toThrow("Could not list: HTTP 307");
    await expect(getKubeJson(kubeConfig, "/api", STREAM)).rejects.toThrow("307");
    expect(seen).toEqual([]);
  });
});
