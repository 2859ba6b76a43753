import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createObjectStore, type ObjectStore } from "../../../../src/engine/argo/store/object-store.ts";
import { InfrastructureError } from "../../../../src/lib/errors.ts";

const PAGE = 2;
type Trouble = (request: IncomingMessage, response: ServerResponse) => boolean;

/** As much of S3 as the store's client asks for: ListObjectsV2 in pages of two, GetObject, PutObject. Source: the S3 API reference. */
class FakeS3 {
  readonly objects = new Map<string, string | Buffer>();
  readonly requests: { readonly path: string; readonly authorization: string }[] = [];
  /** Asked first; the first that answers is used up. */
  troubles: Trouble[] = [];
  /** Whether each page of a list is empty, and says that another one follows. */
  isEndless = false;
  url = new URL("http://127.0.0.1");
  #server: Server | undefined;

  async start(): Promise<URL> {
    this.#server = createServer((request, response) => this.#answer(request, response));
    await new Promise<void>((resolve) => this.#server!.listen(0, "127.0.0.1", resolve));
    this.url = new URL(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`);
    return this.url;
  }

  async stop(): Promise<void> {
    this.#server!.closeAllConnections();
    await new Promise((resolve) => this.#server!.close(resolve));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url!, "http://fake");
    this.requests.push({ path: request.url!, authorization: request.headers.authorization ?? "" });
    const trouble = this.troubles.shift();
    if (trouble?.(request, response)) return;
    const key = decodeURIComponent(url.pathname.slice("/bucket/".length));
    if (request.method === "PUT") return void this.#take(key, request, response);
    if (url.searchParams.has("list-type")) this.#list(url, response);
    else if (this.objects.has(key)) response.end(this.objects.get(key));
    else response.writeHead(404).end("<Error><Code>NoSuchKey</Code></Error>");
  }

  async #take(key: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    this.objects.set(key, Buffer.concat(chunks));
    // Without an ETag, as a store has it that keeps no metadata.
    response.writeHead(200).end();
  }

  #list({ searchParams }: URL, response: ServerResponse): void {
    const prefix = searchParams.get("prefix") ?? "";
    const from = Number(searchParams.get("continuation-token") ?? 0);
    if (this.isEndless) {
      const next = "<NextContinuationToken>more</NextContinuationToken><IsTruncated>true</IsTruncated>";
      return void response.writeHead(200).end(`<ListBucketResult>${next}</ListBucketResult>`);
    }
    const keys = [...this.objects.keys()].filter((key) => key.startsWith(prefix));
    const page = keys.slice(from, from + PAGE);
    const more = from + PAGE < keys.length;
    const contents = page
      .map((key) => `<Contents><Key>${key}</Key><Size>${Buffer.byteLength(this.objects.get(key)!)}</Size></Contents>`)
      .join("");
    const next = more ? `<NextContinuationToken>${from + PAGE}</NextContinuationToken>` : "";
    response.writeHead(200, { "content-type": "application/xml" });
    response.end(`<ListBucketResult>${contents}<IsTruncated>${more}</IsTruncated>${next}</ListBucketResult>`);
  }
}

describe("the object store", () => {
  const s3 = new FakeS3();
  const signal = new AbortController().signal;
  let store: ObjectStore;
  let directory: string;

  beforeEach(async () => {
    s3.objects.clear();
    s3.requests.length = 0;
    s3.troubles = [];
    const endpoint = await s3.start();
    store = createObjectStore({ endpoint, bucket: "bucket", accessKey: "the-key", secretKey: "the-secret" });
    directory = mkdtempSync(join(tmpdir(), "store-"));
  });
  afterEach(async () => {
    await s3.stop();
    rmSync(directory, { recursive: true });
  });

  it("lists every page, sorted, and shows its key but not its secret", async () => {
    for (const key of ["logs/b", "logs/c", "logs/a", "data/x", "logs/e", "logs/d"]) s3.objects.set(key, "1");
    expect(await store.list("logs/", { signal })).toEqual(["logs/a", "logs/b", "logs/c", "logs/d", "logs/e"]);
    for (const { path, authorization } of s3.requests) {
      expect(authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=the-key\/\d{8}\/us-east-1\/s3\/aws4_request/);
      expect(path + authorization).not.toContain("the-secret");
    }
  });

  it("gives nothing for a prefix that nothing has", async () => {
    expect(await store.list("none/", { signal })).toEqual([]);
    expect(await store.downloadPrefix("none/", directory, { signal })).toEqual([]);
  });

  it("downloads files byte for byte, also empty ones, in their folders", async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
    s3.objects.set("logs/run 1/a.zstd", bytes);
    s3.objects.set("logs/run 1/", "");
    s3.objects.set("logs/run 1/deep/appstatus", "");
    s3.objects.set("logs/other/b", "not this one");
    const paths = await store.downloadPrefix("logs/run 1/", directory, { signal });
    expect(paths.sort()).toEqual([join(directory, "a.zstd"), join(directory, "deep/appstatus")]);
    expect(readFileSync(join(directory, "a.zstd"))).toEqual(bytes);
    expect(readFileSync(join(directory, "deep/appstatus"))).toEqual(Buffer.alloc(0));
  });

  it.each<[string, Trouble]>([
    ["a connection that drops", (request) => request.socket.destroy() !== undefined],
    ["a server that is away", (_, response) => response.writeHead(503).end("<Error/>") !== undefined],
    [
      "a body that is cut",
      (_, response) => {
        response.writeHead(200, { "content-length": "100" });
        response.write("half of", () => response.destroy());
        return true;
      },
    ],
  ])("asks again after %s", async (_, trouble) => {
    s3.objects.set("logs/a", "whole");
    const list = () => false;
    s3.troubles = [list, trouble];
    await store.downloadPrefix("logs/", directory, { signal });
    expect(readFileSync(join(directory, "a"), "utf8")).toBe("whole");
    s3.troubles = [trouble];
    expect(await store.readObject("logs/a", { signal })).toBe("whole");
  });

  it("gets a file once, and again where it is another one", async () => {
    const file = join(directory, "part");
    const content = Buffer.alloc(9 * 1024 * 1024, "12345");
    writeFileSync(file, content);
    s3.troubles = [(_, response) => response.writeHead(503).end("<Error/>") !== undefined];
    s3.objects.set("parts/a.sha256", "of the same prefix");
    expect(await store.upload("parts/a", file, { signal })).toBe(true);
    expect(content.equals(s3.objects.get("parts/a") as Buffer)).toBe(true);
    expect(await store.upload("parts/a", file, { signal })).toBe(false);
    writeFileSync(file, "another");
    expect(await store.upload("parts/a", file, { signal })).toBe(true);
    expect(String(s3.objects.get("parts/a"))).toBe("another");
  });

  it("says at once that the store is full", async () => {
    const file = join(directory, "part");
    writeFileSync(file, "large");
    // VersityGW 1.8.0, whose file system has no room.
    const full = "<Error><Code>InsufficientStorage</Code><Message>There is not enough space</Message></Error>";
    s3.troubles = [() => false, (_, response) => response.writeHead(507).end(full) !== undefined];
    const refused = await store.upload("parts/a", file, { signal }).catch((error: Error) => error);
    expect(refused).toBeInstanceOf(InfrastructureError);
    expect(refused).toMatchObject({ message: "Could not put parts/a into the object store: its disk is full." });
    expect((refused as InfrastructureError).hint).toContain("persistence.size");
    expect(s3.requests).toHaveLength(2);
  });

  it("follows no redirect, whose answer would end in the run's folder", async () => {
    const elsewhere = createServer((_, response) => response.end("a secret of this machine's network"));
    await new Promise<void>((resolve) => elsewhere.listen(0, "127.0.0.1", resolve));
    const location = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`;
    s3.troubles = [(_, response) => response.writeHead(302, { location }).end() !== undefined];
    await expect(store.readObject("logs/a", { signal })).rejects.toThrow("Could not read logs/a from the object store");
    elsewhere.close();
  });

  it.each(["one object", "several objects together"])("downloads no more than it may, of %s", async (what) => {
    const limited = createObjectStore({
      ...{ endpoint: s3.url, bucket: "bucket", accessKey: "a", secretKey: "b" },
      mostDownloadedBytes: 1_000,
    });
    for (const [name, bytes] of what === "one object"
      ? [["a", 1_001] as const]
      : [["a", 600] as const, ["b", 600] as const]) {
      s3.objects.set(`logs/${name}`, Buffer.alloc(bytes));
    }
    await expect(limited.downloadPrefix("logs/", directory, { signal })).rejects.toThrow(
      /from the object store: What is in the object store below logs\/ has more than 1000 B, which is the most/,
    );
    expect(s3.requests.length).toBeLessThanOrEqual(3);
  });

  it("reads no list without an end, though its pages hold nothing", async () => {
    s3.isEndless = true;
    await expect(store.list("logs/", { signal })).rejects.toThrow(
      "Could not list logs/ in the object store: The object store's list has more than 100 pages, which are the most that are read",
    );
    s3.isEndless = false;
    expect(s3.requests).toHaveLength(104);
  });

  it("says at once that an object is not there", async () => {
    const refused = await store.readObject("none", { signal }).catch((error: Error) => error);
    expect(refused).toBeInstanceOf(InfrastructureError);
    expect(refused).toMatchObject({ message: "Could not read none from the object store: there is no such object" });
    expect(s3.requests).toHaveLength(1);
  });

  it.each(["logs/../../evil", "logs/a/../../../evil"])("writes no object %s outside the folder", async (key) => {
    s3.objects.set(key, "evil");
    const refused = await store
      .downloadPrefix("logs/", join(directory, "in"), { signal })
      .catch((error: Error) => error);
    expect(refused).toBeInstanceOf(InfrastructureError);
    expect(readdirSync(directory)).toEqual([]);
  });

  it("stops when it is told to", async () => {
    const aborting = new AbortController();
    s3.troubles = [
      () => {
        aborting.abort(new Error("enough"));
        return true;
      },
    ];
    await expect(store.readObject("logs/a", { signal: aborting.signal })).rejects.toThrow("enough");
  });
});
