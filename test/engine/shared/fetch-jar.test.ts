import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { withArtifacts } from "../../../src/cluster/tools/artifacts.ts";
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
  const { path, detail } = await fetchFrom("/mirror/");
  expect(detail).toBe("downloaded");
  expect(readFileSync(path, "utf8")).toBe(CONTENT);
  expect(asked).toEqual(["/mirror/org/example/spark/thing_2.13/1.2/thing_2.13-1.2.jar"]);
  expect(await fetchFrom("/nowhere")).toEqual({ path, detail: "in the cache" });
  expect(asked).toHaveLength(1);
});

it("is asked of no mirror that has no address", async () => {
  const context = { cacheDirectory, environment: { DEFAULT_ARTIFACT_REPOSITORY: "mirror" } };
  await expect(fetchJar(JAR, { ...context, signal: new AbortController().signal })).rejects.toThrow(
    new BadInputError("DEFAULT_ARTIFACT_REPOSITORY is no address of a Maven repository: mirror"),
  );
});

it("is believed where its checksum is not known", async () => {
  expect((await fetchFrom("", { ...JAR, sha256: null })).detail).toBe("downloaded");
});

it.each<[string, string, string | null, RegExp, RegExp]>([
  ["is not there", "/missing", JAR.sha256, /could not be had: .*thing_2\.13-1\.2\.jar answers HTTP 404/, /--exclude/],
  ["is another file", "", "0".repeat(64), /could not be had: .* is not the file whose checksum is known/, /network/],
])("that %s ends with what to do, and leaves nothing", async (_, path, sha256, message, advice) => {
  const error: unknown = await fetchFrom(path, { ...JAR, sha256 }).catch((failure: unknown) => failure);
  expect(error).toBeInstanceOf(InfrastructureError);
  expect((error as Error).message).toMatch(message);
  expect((error as InfrastructureError).hint).toMatch(/DEFAULT_ARTIFACT_REPOSITORY/);
  expect((error as InfrastructureError).hint).toMatch(advice);
  expect(existsSync(join(cacheDirectory, "jars")) ? readdirSync(join(cacheDirectory, "jars")) : []).toEqual([]);
});

describe("the folder of artifacts", () => {
  const FILE = "thing_2.13-1.2.jar";
  const SHA1 = createHash("sha1").update(CONTENT).digest("hex");
  const NOT_CHECKED = "not checked: no checksum of it is known here or lies beside it";
  const fetchWith = (files: Record<string, string>, sha256: string | null) => {
    const artifacts = join(cacheDirectory, "artifacts");
    mkdirSync(artifacts);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(artifacts, name), text);
    const environment = withArtifacts({ DEFAULT_ARTIFACT_REPOSITORY: "http://127.0.0.1:9" }, artifacts);
    return fetchJar({ ...JAR, sha256 }, { cacheDirectory, environment, signal: new AbortController().signal });
  };

  it.each<[string, string | null, Record<string, string>, string]>([
    ["has a jar whose checksum is known", JAR.sha256, {}, ""],
    ["has a checksum beside it", null, { [`${FILE}.sha256`]: `${JAR.sha256}  ${FILE}\n` }, ""],
    ["has one of Maven Central's", null, { [`${FILE}.sha1`]: SHA1 }, ""],
    ["has none", null, {}, `; ${NOT_CHECKED}`],
  ])("is asked first, and no network where it %s", async (_, sha256, beside, more) => {
    const { path, detail } = await fetchWith({ [FILE]: CONTENT, ...beside }, sha256);
    expect(readFileSync(path, "utf8")).toBe(CONTENT);
    expect(detail).toBe(`from ${join(cacheDirectory, "artifacts", FILE)}${more}`);
  });

  it.each<[string, string | null, Record<string, string>, RegExp]>([
    ["is known", JAR.sha256, {}, /artifacts\/thing_2\.13-1\.2\.jar is not the file whose checksum is known/],
    ["lies beside it", null, { [`${FILE}.sha1`]: SHA1 }, /\.jar does not have the checksum that .*\.jar\.sha1 says/],
  ])("ends a run whose jar has another checksum than %s", async (_, sha256, beside, message) => {
    await expect(fetchWith({ [FILE]: "another jar", ...beside }, sha256)).rejects.toMatchObject({
      message: expect.stringMatching(message),
      hint: expect.stringMatching(/^Put the file into the folder again/),
    });
    expect(readdirSync(join(cacheDirectory, "jars"))).toEqual([]);
  });
});
