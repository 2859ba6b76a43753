import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TOOL_RELEASES, type ToolName, type ToolRelease, toPlatform } from "../../../src/cluster/tools/releases.ts";
import { ensureTool, type ToolOptions } from "../../../src/cluster/tools/tools.ts";
import { InfrastructureError } from "../../../src/lib/errors.ts";
import { ExecError } from "../../../src/lib/process/exec.ts";
import { formatBytes } from "../../../src/lib/text/format.ts";
import { until } from "../../wait.ts";
import { collectSteps } from "../providers/fakes.ts";

const platform = toPlatform(process.platform, process.arch);
const program = Buffer.from("#!/bin/sh\necho it runs\n");

let folder: string;
let server: Server;
let baseUrl: string;
let asked: string[];
/** What is pinned. */
let sha256: ToolRelease["sha256"];
/** What the server has; a function answers itself. */
let files: Record<string, Buffer | ((response: ServerResponse) => void)>;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "tools-"));
  asked = [];
  files = {};
  sha256 = pin("0".repeat(64));
  server = createServer((request, response) => {
    asked.push(request.url!);
    const file = files[request.url!.slice(1)];
    if (typeof file === "function") file(response);
    else response.writeHead(file === undefined ? 404 : 200).end(file);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

const PLATFORM = `${platform.os}-${platform.arch}` as const;
const pin = (checksum: string) => ({ ...TOOL_RELEASES.kind.sha256, [PLATFORM]: checksum });
const digest = (content: Buffer) => createHash("sha256").update(content).digest("hex");

/** Puts a release onto the server as its project publishes it, and pins it. */
function publish(tool: ToolName, packed: Buffer) {
  const { version, file } = TOOL_RELEASES[tool];
  const path = file(version, platform);
  files[path] = packed;
  sha256 = pin(digest(packed));
  return path;
}
function pack(tool: ToolName): Buffer {
  if (TOOL_RELEASES[tool].packing === "gzip") return gzipSync(program);
  if (TOOL_RELEASES[tool].packing === "none") return program;
  const inner = `${platform.os}-${platform.arch}`;
  mkdirSync(join(folder, inner));
  writeFileSync(join(folder, inner, tool), program);
  writeFileSync(join(folder, inner, "LICENSE"), "");
  return execFileSync("tar", ["-czf", "-", "-C", folder, inner]);
}
const ensure = (tool: ToolName, options: Partial<ToolOptions> = {}) =>
  ensureTool(tool, {
    cacheDirectory: join(folder, "cache"),
    environment: { PATH: `${join(folder, "bin")}:/usr/bin:/bin`, HOME: folder },
    signal: new AbortController().signal,
    firstDelayMs: 1,
    ...options,
    release: { baseUrl, sha256, ...options.release },
  });
const failureOf = (promise: Promise<unknown>): Promise<Error> =>
  promise.then(
    () => expect.fail("it did not fail"),
    (error) => error,
  );
function putOnPath(tool: ToolName, script: string): string {
  mkdirSync(join(folder, "bin"), { recursive: true });
  const path = join(folder, "bin", tool);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}
const cached = (tool: ToolName) => join(folder, "cache", "tools", tool, TOOL_RELEASES[tool].version);

describe("a tool", () => {
  it("is the PATH's, where that is new enough", async () => {
    const path = putOnPath("kind", "echo kind v0.25.0 go1.22 linux/amd64");
    expect(await ensure("kind")).toBe(path);
    expect(asked).toEqual([]);
  });

  it.each(["kind", "minikube", "helm", "argo"] as const)(
    "%s is downloaded when it is missing, and is in the cache the second time",
    async (tool) => {
      const path = publish(tool, pack(tool));
      const { onStep, steps } = collectSteps();
      const first = await ensure(tool, { onStep });
      expect(first).toBe(join(cached(tool), process.arch, tool));
      expect(execFileSync(first, { encoding: "utf8" })).toBe("it runs\n");
      expect(readdirSync(cached(tool)).sort()).toEqual([process.arch, `${process.arch}.complete`]);
      expect(readdirSync(join(cached(tool), process.arch))).toEqual([tool]);
      const { version } = TOOL_RELEASES[tool];
      expect(steps).toEqual([`Get ${tool} ${version}: running`, `Get ${tool} ${version}: done`]);
      expect(asked).toEqual([`/${path}`]);
      expect(await ensure(tool)).toBe(first);
      expect(asked).toHaveLength(1);
    },
  );

  it.each([
    ["too old", "echo kind v0.11.1 go1.16 linux/amd64"],
    ["broken", "exit 127"],
  ])("is downloaded when the PATH's is %s", async (_, script) => {
    putOnPath("kind", script);
    publish("kind", program);
    expect(await ensure("kind")).toBe(join(cached("kind"), process.arch, "kind"));
  });

  it("is kept where GitHub's runners keep theirs", async () => {
    publish("kind", program);
    const environment = { PATH: "/nowhere", RUNNER_TOOL_CACHE: join(folder, "hostedtoolcache") };
    const path = join(folder, "hostedtoolcache", "kind", TOOL_RELEASES.kind.version, process.arch, "kind");
    expect(await ensure("kind", { environment })).toBe(path);
  });

  it("is whole for all who get it at once", async () => {
    publish("kind", program);
    const paths = await Promise.all(Array.from({ length: 6 }, () => ensure("kind")));
    expect(new Set(paths).size).toBe(1);
    expect(readFileSync(paths[0]!)).toEqual(program);
    expect(readdirSync(cached("kind")).sort()).toEqual([process.arch, `${process.arch}.complete`]);
  });

  it("is got again where an earlier download was killed", async () => {
    publish("kind", program);
    mkdirSync(join(cached("kind"), process.arch), { recursive: true });
    writeFileSync(join(cached("kind"), process.arch, "kind"), "half");
    expect(readFileSync(await ensure("kind"))).toEqual(program);
  });

  it("is got after the server was overloaded, and after the line dropped", async () => {
    const path = publish("kind", program);
    let attempts = 0;
    files[path] = (response) => {
      attempts += 1;
      if (attempts === 1) response.writeHead(503).end();
      else if (attempts === 2) {
        response.writeHead(200, { "content-length": program.length });
        response.write(program.subarray(0, 4), () => response.destroy());
      } else response.writeHead(200).end(program);
    };
    expect(readFileSync(await ensure("kind"))).toEqual(program);
    expect(attempts).toBe(3);
  });
});

describe("a tool that cannot be had", () => {
  const HINT =
    "Install it yourself: https://kind.sigs.k8s.io/docs/user/quick-start/#installation\nBehind a proxy, set HTTPS_PROXY.";
  const leftovers = () => (existsSync(cached("kind")) ? readdirSync(cached("kind")) : []);

  it("has another checksum than is pinned, and nothing of it stays", async () => {
    const path = publish("kind", Buffer.from("#!/bin/sh\necho something else\n"));
    const error = await failureOf(ensure("kind", { release: { sha256: pin(digest(program)) } }));
    const checksum = digest(Buffer.from("#!/bin/sh\necho something else\n"));
    expect(error).toBeInstanceOf(InfrastructureError);
    expect(error).toMatchObject({
      message: `kind is not on the PATH, and kind 0.33.0 could not be downloaded: ${baseUrl}/${path} has the SHA-256 ${checksum}, and ${digest(program)} is pinned`,
      hint: HINT,
    });
    expect(leftovers()).toEqual([]);
  });

  it.each([
    ["kind", "is", Buffer.alloc(70_000_000)],
    ["argo", "unpacks to", gzipSync(Buffer.alloc(410_000_000), { level: 1 })],
  ] as const)("%s %s more than it may have, and is asked for once", async (tool, _, packed) => {
    const path = publish(tool, packed);
    const { maxBytes } = TOOL_RELEASES[tool];
    const { message } = await failureOf(ensure(tool));
    expect(message).toContain(
      `${baseUrl}/${path}: It has more than ${formatBytes(maxBytes)}, which is the most that is read`,
    );
    expect(asked).toEqual([`/${path}`]);
    expect(existsSync(cached(tool)) ? readdirSync(cached(tool)) : []).toEqual([]);
  });

  it("never ends", async () => {
    const path = publish("kind", program);
    let sent = 0;
    files[path] = (response) => {
      const send = () => {
        while (response.writable && sent < 1_000_000_000) {
          sent += 1_000_000;
          if (!response.write(Buffer.alloc(1_000_000))) return void response.once("drain", send);
        }
      };
      response.on("error", () => undefined);
      send();
    };
    const { message } = await failureOf(ensure("kind"));
    expect(message).toContain("It has more than 61 MiB, which is the most that is read");
    expect(sent).toBeLessThan(100_000_000);
    expect(leftovers()).toEqual([]);
  });

  it("is not there", async () => {
    const error = await failureOf(ensure("kind"));
    expect(error).toMatchObject({
      message: expect.stringMatching(/kind-\w+-\w+ answers HTTP 404$/),
      hint: HINT,
    });
    expect(asked).toHaveLength(1);
  });

  it("is old on the PATH", async () => {
    const path = putOnPath("kind", "echo kind v0.11.1");
    const { message } = await failureOf(ensure("kind"));
    expect(message).toContain(
      `kind on the PATH (${path}) is older than 0.20.0, and kind 0.33.0 could not be downloaded`,
    );
  });

  it("is behind a network that is not there", async () => {
    // A port that was free a moment ago.
    const gone = createServer();
    await new Promise<void>((resolve) => gone.listen(0, "127.0.0.1", resolve));
    const { port } = gone.address() as AddressInfo;
    await new Promise((resolve) => gone.close(resolve));
    const error = await failureOf(ensure("kind", { release: { baseUrl: `http://127.0.0.1:${port}` } }));
    expect(error.message).toContain("ECONNREFUSED");
    expect(error).toMatchObject({
      message: expect.stringContaining("kind 0.33.0 could not be downloaded"),
      hint: HINT,
    });
  });

  it("is not waited for after an interrupt", async () => {
    const path = publish("kind", program);
    files[path] = (response) => response.writeHead(200).write("#!/bin/sh\n");
    const abort = new AbortController();
    const failure = failureOf(ensure("kind", { signal: abort.signal }));
    await until(() => asked.includes(`/${path}`));
    abort.abort();
    const error = await failure;
    expect(error).toBeInstanceOf(ExecError);
    expect(error).toMatchObject({ failure: { kind: "aborted" } });
    expect(leftovers()).toEqual([]);
  });
});

describe("a download behind a proxy", () => {
  it("goes through it, but for hosts that are named", async () => {
    const tunnels: string[] = [];
    const proxy = createServer().on("connect", (request, socket) => {
      tunnels.push(request.url ?? "");
      socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const HTTPS_PROXY = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const environment = { PATH: "/nowhere", HTTPS_PROXY };
    const release = { baseUrl: "https://releases.invalid" };
    const { message } = await failureOf(ensure("kind", { environment, release }));
    expect(message).toContain("could not be downloaded");
    expect(new Set(tunnels)).toEqual(new Set(["releases.invalid:443"]));
    tunnels.length = 0;
    await failureOf(ensure("kind", { environment: { ...environment, NO_PROXY: ".invalid" }, release }));
    expect(tunnels).toEqual([]);
    proxy.closeAllConnections();
    await new Promise((resolve) => proxy.close(resolve));
  });
});
