import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";

const SERVE = `
import sys
sys.path.insert(0, "workflows")
from webhdfs import WebHdfsServer
print(WebHdfsServer(sys.argv[1], "127.0.0.1", journals="eventlogs").uri, flush=True)
sys.stdin.read()
`;

let root: string;
let server: ChildProcess;
let base: URL;
let secret: string;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "webhdfs-"));
  server = spawn("python3", ["-B", "-c", SERVE, root], { stdio: ["pipe", "pipe", "inherit"] });
  const uri = await new Promise<string>((resolve) =>
    server.stdout!.once("data", (text) => resolve(String(text).trim())),
  );
  secret = new URL(uri).pathname.slice(1);
  base = new URL(uri.replace("webhdfs:", "http:"));
});
afterAll(() => {
  server.stdin!.end();
  rmSync(root, { recursive: true, force: true });
});
beforeEach(() => {
  for (const name of readdirSync(root)) rmSync(join(root, name), { recursive: true });
  mkdirSync(join(root, "data/day=1"), { recursive: true });
  writeFileSync(join(root, "data/numbers"), "0123456789");
});

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: as the protocol has it
  readonly json: any;
}

/** Sends as Hadoop's client does: bodies in chunks, no redirects followed. */
function send(method: string, path: string, query: string, body?: readonly string[]): Promise<Answer> {
  const address = `/webhdfs/v1${path}?op=${query}&user.name=spark`;
  return sendTo(method, new URL(address, base).href, body);
}

function sendTo(method: string, url: string, body: readonly string[] = []): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = body.length > 0 ? { "transfer-encoding": "chunked" } : {};
    const sent = request(url, { method, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part) => {
        text += part;
      });
      response.on("end", () => {
        // What the files' own bytes are is said; JSON is what is left.
        const json = response.headers["content-type"] === undefined && text !== "" ? JSON.parse(text) : null;
        resolve({ status: response.statusCode!, headers: response.headers, text, json });
      });
    });
    sent.on("error", reject);
    for (const part of body) sent.write(part);
    sent.end();
  });
}

const ask = (method: string, path: string, query: string, body?: readonly string[]) =>
  send(method, `/${secret}${path}`, query, body);

describe("an event log", () => {
  const path = "/eventlogs/eventlog_v2_a/events_1_a";

  it("is there before its first byte, as Spark sets its permissions then", async () => {
    const { status, headers } = await ask("PUT", path, "CREATE&overwrite=true");
    expect(status).toBe(307);
    expect((await ask("PUT", path, "SETPERMISSION&permission=660")).status).toBe(200);
    expect((await sendTo("PUT", headers.location as string, ["one\n", "two\n"])).status).toBe(201);
    expect(readFileSync(join(root, path), "utf8")).toBe("one\ntwo\n");
  });

  it("has what a driver wrote that died", async () => {
    const { headers } = await ask("PUT", path, "CREATE&overwrite=true");
    const sent = request(headers.location as string, { method: "PUT", headers: { "transfer-encoding": "chunked" } });
    sent.on("error", () => undefined);
    sent.write("one\n");
    await vi.waitFor(() => expect(readFileSync(join(root, path), "utf8")).toBe("one\n"));
    sent.write("two\n");
    await vi.waitFor(() => expect(readFileSync(join(root, path), "utf8")).toBe("one\ntwo\n"));
    sent.destroy();
    // The server goes on, and keeps it.
    expect((await ask("GET", path, "OPEN")).text).toBe("one\ntwo\n");
  });
});

describe("reading", () => {
  it.each([
    ["OPEN", "0123456789"],
    ["OPEN&offset=4", "456789"],
    ["OPEN&offset=4&length=3", "456"],
    ["OPEN&offset=8&length=100&buffersize=4096", "89"],
    ["OPEN&offset=10", ""],
  ])("%s", async (query, text) => {
    expect(await ask("GET", "/data/numbers", query)).toMatchObject({ status: 200, text });
  });

  it("needs no operation, for who knows no WebHDFS", async () => {
    const { href } = new URL(`/webhdfs/v1/${secret}/data/numbers`, base);
    expect(await sendTo("GET", href)).toMatchObject({ status: 200, text: "0123456789" });
    expect((await sendTo("PUT", href)).status).toBe(400);
  });

  it("refuses what is beyond the end, or no file", async () => {
    expect((await ask("GET", "/data/numbers", "OPEN&offset=11")).json.RemoteException.exception).toBe("IOException");
    expect((await ask("GET", "/data", "OPEN")).status).toBe(404);
  });

  it("tells what there is", async () => {
    const file = await ask("GET", "/data/numbers", "GETFILESTATUS");
    expect(file.json.FileStatus).toMatchObject({ type: "FILE", length: 10, pathSuffix: "", permission: "644" });
    const folder = await ask("GET", "/data", "GETFILESTATUS");
    expect(folder.json.FileStatus).toMatchObject({ type: "DIRECTORY", length: 0 });
    const names = ({ FileStatuses }: { FileStatuses: { FileStatus: { pathSuffix: string }[] } }) =>
      FileStatuses.FileStatus.map(({ pathSuffix }) => pathSuffix);
    expect(names((await ask("GET", "/data", "LISTSTATUS")).json)).toEqual(["day=1", "numbers"]);
    const { DirectoryListing } = (await ask("GET", "/data", "LISTSTATUS_BATCH")).json;
    expect(names(DirectoryListing.partialListing)).toEqual(["day=1", "numbers"]);
    expect(DirectoryListing.remainingEntries).toBe(0);
    expect((await ask("GET", "/data", "GETCONTENTSUMMARY")).json.ContentSummary).toMatchObject({
      directoryCount: 2,
      fileCount: 1,
      length: 10,
    });
  });

  it("tells where blocks are, to the clients of Hadoop 3.4 and of 3.3", async () => {
    const [block] = (await ask("GET", "/data/numbers", "GETFILEBLOCKLOCATIONS")).json.BlockLocations.BlockLocation;
    expect(block).toMatchObject({ offset: 0, length: 10, hosts: [] });
    const { LocatedBlocks } = (await ask("GET", "/data/numbers", "GET_BLOCK_LOCATIONS")).json;
    expect(LocatedBlocks).toMatchObject({ fileLength: 10, locatedBlocks: [] });
  });

  it("says that a file does not exist in the words that Hadoop turns into its exception", async () => {
    const { status, json } = await ask("GET", "/nope", "GETFILESTATUS");
    expect(status).toBe(404);
    expect(json.RemoteException).toMatchObject({
      exception: "FileNotFoundException",
      javaClassName: "java.io.FileNotFoundException",
    });
  });
});

describe("writing", () => {
  it("takes a file in two steps", async () => {
    const first = await ask("PUT", "/output/part%200", "CREATE&overwrite=false");
    expect(first.status).toBe(307);
    const second = await sendTo("PUT", String(first.headers.location), ["some ", "thing", "!"]);
    expect(second.status).toBe(201);
    expect(readFileSync(join(root, "output/part 0"), "utf8")).toBe("some thing!");
    expect((await ask("PUT", "/output/part%200", "CREATE&overwrite=false")).json.RemoteException.exception).toBe(
      "FileAlreadyExistsException",
    );
    expect((await ask("PUT", "/output/part%200", "CREATE&overwrite=true")).status).toBe(307);
  });

  it("leaves nothing of a file whose writer died", async () => {
    const { headers } = await ask("PUT", "/output/half", "CREATE");
    await new Promise<void>((resolve) => {
      const sent = request(String(headers.location), { method: "PUT", headers: { "transfer-encoding": "chunked" } });
      sent.on("error", () => resolve());
      sent.write("half", () => sent.destroy());
    });
    await expect.poll(() => readdirSync(join(root, "output")).length, { timeout: 5_000 }).toBe(0);
  });

  it("makes, renames and removes", async () => {
    const yes = { status: 200, json: { boolean: true } };
    const no = { status: 200, json: { boolean: false } };
    const moveTo = (path: string) => `RENAME&destination=${encodeURIComponent(`/${secret}${path}`)}`;
    expect(await ask("PUT", "/output/a/b", "MKDIRS&permission=755")).toMatchObject(yes);
    expect(await ask("PUT", "/data/numbers", moveTo("/output/a/b"))).toMatchObject(yes);
    expect(readFileSync(join(root, "output/a/b/numbers"), "utf8")).toBe("0123456789");
    expect(await ask("PUT", "/output/a/b/numbers", moveTo("/output/a/c"))).toMatchObject(yes);
    expect(await ask("PUT", "/output/a/nope", moveTo("/output/a/d"))).toMatchObject(no);
    expect(await ask("PUT", "/output/a/b", moveTo("/output/a/c"))).toMatchObject(no);
    expect((await ask("DELETE", "/output/a", "DELETE&recursive=false")).status).toBe(403);
    expect(await ask("DELETE", "/output/a", "DELETE&recursive=true")).toMatchObject(yes);
    expect(await ask("DELETE", "/output/a", "DELETE&recursive=true")).toMatchObject(no);
  });

  it.each(["SETPERMISSION&permission=644", "SETTIMES&modificationtime=1", "SETOWNER&owner=x"])(
    "answers %s",
    async (query) => {
      expect((await ask("PUT", "/data/numbers", query)).status).toBe(200);
    },
  );
});

describe("who may", () => {
  it.each(["", "/", "/data/numbers", `/${"0".repeat(32)}/data/numbers`])(
    "not read %s without the secret",
    async (path) => {
      expect(await send("GET", path, "OPEN")).toMatchObject({ status: 403 });
      expect(await send("DELETE", path, "DELETE&recursive=true")).toMatchObject({ status: 403 });
    },
  );

  it.each(["/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/data/..%2f..%2f..%2fetc/passwd", "/link/passwd"])(
    "not leave the folder by %s",
    async (path) => {
      symlinkSync("/etc", join(root, "link"));
      // Not through URL, which would tidy the path.
      const answer = await new Promise<number>((resolve, reject) => {
        const options = { host: base.hostname, port: base.port, path: `/webhdfs/v1/${secret}${path}?op=OPEN` };
        request(options, (response) => {
          response.resume();
          resolve(response.statusCode!);
        })
          .on("error", reject)
          .end();
      });
      expect(answer).toBe(403);
      const rename = `RENAME&destination=${encodeURIComponent(`/${secret}/../../tmp/x`)}`;
      expect((await ask("PUT", "/data/numbers", rename)).status).toBe(403);
    },
  );

  it("not do what the protocol has no name for here", async () => {
    expect((await ask("POST", "/data/numbers", "APPEND")).json.RemoteException.exception).toBe(
      "UnsupportedOperationException",
    );
  });
});
