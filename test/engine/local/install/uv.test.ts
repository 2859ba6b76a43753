import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { listVersions } from "../../../../src/engine/local/install/package-index.ts";
import { ensureUv, type UvRelease } from "../../../../src/engine/local/install/uv.ts";

const PLATFORM = `${process.platform}-${process.arch}`;
const WHEEL = "uv-9.8.7-py3-none-any_tag.whl";
const MAKE_WHEEL = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as wheel:
    wheel.writestr("uv/__init__.py", "")
    wheel.writestr("uv-9.8.7.data/scripts/uv", "#!/bin/sh\\necho it runs\\n")
    wheel.writestr("uv-9.8.7.data/scripts/uvx", "")
`;
const USER = `Basic ${Buffer.from("me:p@ss").toString("base64")}`;

let folder: string;
let cache: string;
let server: Server;
let origin: string;
let release: UvRelease;
/** What the server answers by path; it wants the user. */
let files: Record<string, string | Buffer>;
let asked: string[];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "uv-"));
  cache = join(folder, "cache");
  mkdirSync(join(folder, "links"));
  execFileSync("python3", ["-c", MAKE_WHEEL, join(folder, "links", WHEEL)]);
  const wheel = readFileSync(join(folder, "links", WHEEL));
  const sha256 = createHash("sha256").update(wheel).digest("hex");
  release = { version: "9.8.7", maxBytes: 1_000_000, wheels: { [PLATFORM]: { tag: "any_tag", sha256 } } };
  files = {
    "/simple/uv/": `<html><body>\n<a href="../../files/uv-9.8.6-py3-none-any_tag.whl">old</a><br/>
      <a data-requires-python="&gt;=3.8" href="../../files/${WHEEL}?a=1&amp;b=2#sha256=${sha256}">${WHEEL}</a></body></html>`,
    [`/files/${WHEEL}?a=1&b=2`]: wheel,
  };
  asked = [];
  server = createServer((request, response) => {
    asked.push(request.url!);
    if (request.headers.authorization !== USER) return response.writeHead(401).end();
    const file = files[request.url!];
    return response.writeHead(file === undefined ? 404 : 200).end(file);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});
const index = () => `${origin.replace("//", "//me:p%40ss@")}/simple`;
const ensure = (environment: Record<string, string> = {}, signal = new AbortController().signal) =>
  ensureUv({ PATH: join(folder, "bin"), UV_DEFAULT_INDEX: index(), ...environment }, cache, signal, release);

describe("ensureUv", () => {
  it("takes the one on PATH", async () => {
    mkdirSync(join(folder, "bin"));
    writeFileSync(join(folder, "bin", "uv"), "", { mode: 0o755 });
    expect(await ensure()).toEqual([join(folder, "bin", "uv")]);
    expect(asked).toEqual([]);
  });

  it("gets its wheel from the index that uv would ask, once, as the user that the address names", async () => {
    const uv = join(cache, "uv-9.8.7", "uv");
    expect(await ensure()).toEqual([uv, "--no-cache"]);
    expect(asked).toEqual(["/simple/uv/", `/files/${WHEEL}?a=1&b=2`]);
    expect(readdirSync(join(cache, "uv-9.8.7"))).toEqual(["uv"]);
    expect(execFileSync(uv, { encoding: "utf8" })).toBe("it runs\n");
    expect(await ensure({ UV_OFFLINE: "1" })).toEqual([uv, "--no-cache"]);
    expect(asked).toHaveLength(2);
  });

  it.each([
    ["a name", () => ({ UV_DEFAULT_INDEX: `internal=${index()}/` })],
    ["the older variable", () => ({ UV_DEFAULT_INDEX: "", UV_INDEX_URL: index() })],
    ["a page of links first", () => ({ UV_FIND_LINKS: `${index()}/uv/`, UV_DEFAULT_INDEX: "http://127.0.0.1:9" })],
    [
      "a folder first",
      () => ({ UV_FIND_LINKS: `${folder},${join(folder, "links")}`, UV_DEFAULT_INDEX: "http://127.0.0.1:9" }),
    ],
  ])("understands %s", async (_, environment) => {
    await ensure(environment());
    expect(existsSync(join(cache, "uv-9.8.7", "uv"))).toBe(true);
  });

  it.each([
    ["UV_OFFLINE is set", () => ({ UV_OFFLINE: "true" })],
    [`the package index has no ${WHEEL}`, () => ({ UV_DEFAULT_INDEX: `${index()}/empty` })],
    ["ORIGIN/nowhere/uv/ answers HTTP 404", () => ({ UV_DEFAULT_INDEX: `${index()}/../nowhere` })],
    ["ORIGIN/simple/uv/ answers HTTP 401", () => ({ UV_DEFAULT_INDEX: `${origin}/simple` })],
    [/ENOENT.*'\/nowhere'/, () => ({ UV_FIND_LINKS: "/nowhere" })],
  ])("says what keeps it from it: %s", async (reason, environment) => {
    files["/simple/empty/uv/"] = "<html></html>";
    const error = await ensure(environment()).catch((caught) => caught);
    const [, what] = /^uv is not on the PATH, and uv 9\.8\.7 could not be downloaded: (.*)$/.exec(error.message) ?? [];
    if (typeof reason === "string") expect(what).toBe(reason.replace("ORIGIN", origin));
    else expect(what).toMatch(reason);
    expect(error).toMatchObject({ name: "InfrastructureError", exitCode: 6 });
    expect(error.hint).toMatch(/^Install uv .* for a mirror UV_DEFAULT_INDEX\./);
    expect(readdirSync(cache)).toEqual([]);
  });

  it("takes nothing that is not what was pinned", async () => {
    files[`/files/${WHEEL}?a=1&b=2`] = "something else";
    await expect(ensure()).rejects.toThrow(/has the SHA-256 [0-9a-f]{64}, and [0-9a-f]{64} is expected$/);
    expect(readdirSync(cache)).toEqual([]);
  });

  it("takes no more than it may have", async () => {
    files[`/files/${WHEEL}?a=1&b=2`] = Buffer.alloc(2_000_000);
    await expect(ensure()).rejects.toThrow(
      /\.whl\?a=1&b=2\S*: It has more than 977 KiB, which is the most that is read$/,
    );
    expect(readdirSync(cache)).toEqual([]);
  });

  it("knows the platforms that it has a wheel for", async () => {
    release = { ...release, wheels: {} };
    await expect(ensure()).rejects.toThrow(`no wheel is known for ${PLATFORM}`);
  });

  it("ends when it is aborted", async () => {
    await expect(ensure({}, AbortSignal.abort())).rejects.toThrow("was interrupted");
    expect(readdirSync(cache)).toEqual([]);
  });
});

describe("listVersions", () => {
  it("reads them off the files' names", async () => {
    const names = ["pyspark-3.5.9.tar.gz", "pyspark-2.2.0-py2.py3-none-any.whl", "pyspark-4.2.0.dev1.tar.gz"];
    const others = ["pyspark-3.5.9.tar.gz.asc", "pyspark_client-4.0.0.tar.gz"];
    files["/simple/pyspark/"] = [...names, ...others].map((name) => `<a href="/f/${name}">x</a>`).join("\n");
    const options = { environment: { UV_DEFAULT_INDEX: index() }, signal: new AbortController().signal };
    expect(await listVersions("pyspark", options)).toEqual(["3.5.9", "2.2.0", "4.2.0.dev1"]);
  });
});
