import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { fetchJar } from "../../../src/engine/shared/fetch-jar.ts";
import { BadInputError, InfrastructureError } from "../../../src/lib/errors.ts";

const CONTENT = "a jar";
const JAR = {
  group: "org.example.spark",
  artifact: "thing_2.13",
  version: "1.2",
  sha256: createHash("sha256").update(CONTENT).digest("hex"),
};

let server: Server;
let asked: string[];
let cacheDirectory: string;
beforeEach(async () => {
  asked = [];
  cacheDirectory = mkdtempSync(join(tmpdir(), "jars-"));
  server = createServer((request, response) => {
    asked.push(request.url ?? "");
    if (request.url?.startsWith("/missing/")) response.writeHead(404).end();
    else response.end(CONTENT);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  rmSync(cacheDirectory, { recursive: true });
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const fetchFrom = (path: string, jar: Parameters<typeof fetchJar>[0] = JAR) =>
  fetchJar(jar, {
    cacheDirectory,
    environment: { DEFAULT_ARTIFACT_REPOSITORY: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}` },
    signal: new AbortController().signal,
  });

it("comes from the repository that Spark's own variable names, and after that from the cache", async () => {
  const { path, isNew } = await fetchFrom("/mirror/");
  expect(isNew).toBe(true);
  expect(readFileSync(path, "utf8")).toBe(CONTENT);
  expect(asked).toEqual(["/mirror/org/example/spark/thing_2.13/1.2/thing_2.13-1.2.jar"]);
  expect(await fetchFrom("/nowhere")).toEqual({ path, isNew: false });
  expect(asked).toHaveLength(1);
});

it("is asked of no mirror that has no address", async () => {
  const context = { cacheDirectory, environment: { DEFAULT_ARTIFACT_REPOSITORY: "mirror" } };
  await expect(fetchJar(JAR, { ...context, signal: new AbortController().signal })).rejects.toThrow(
    new BadInputError("DEFAULT_ARTIFACT_REPOSITORY is no address of a Maven repository: mirror"),
  );
});

it("is believed where its checksum is not known", async () => {
  expect((await fetchFrom("", { ...JAR, sha256: null })).isNew).toBe(true);
});

it.each<[string, string, string | null, RegExp]>([
  ["is not there", "/missing", JAR.sha256, /could not be had: .*thing_2\.13-1\.2\.jar answers HTTP 404/],
  ["is another file", "", "0".repeat(64), /could not be had: .* is not the file whose checksum is known/],
])("that %s ends with what to do, and leaves nothing", async (_, path, sha256, message) => {
  const error: unknown = await fetchFrom(path, { ...JAR, sha256 }).catch((failure: unknown) => failure);
  expect(error).toBeInstanceOf(InfrastructureError);
  expect((error as Error).message).toMatch(message);
  expect((error as InfrastructureError).hint).toMatch(/DEFAULT_ARTIFACT_REPOSITORY/);
  expect(existsSync(join(cacheDirectory, "jars")) ? readdirSync(join(cacheDirectory, "jars")) : []).toEqual([]);
});
