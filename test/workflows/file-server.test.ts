import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startFileServer, writeDataSet } from "./file-server.ts";

let root: string;
let server: ChildProcess;
let url: string;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "file-server-"));
  writeDataSet(join(root, "data/run-1/tiny"), { "parquet/part-0": "0123456789", "parquet/_SUCCESS": "" });
  mkdirSync(join(root, "parts"));
  writeFileSync(join(root, "parts/a.jar"), "a jar");
  mkdirSync(join(root, "eventlogs"));
  writeFileSync(join(root, "eventlogs/other"), "hush");
  symlinkSync("../eventlogs/other", join(root, "data/link"));
  ({ server, url } = await startFileServer(root));
});
afterEach(() => {
  server.kill();
  rmSync(root, { recursive: true });
});

async function ask(path: string, method = "GET") {
  const answer = await fetch(`${url}${path}`, { method, redirect: "manual" });
  return { status: answer.status, text: await answer.text() };
}

it("gives data sets to Spark and parts to cases", async () => {
  const open = await ask("/webhdfs/v1/data/run-1/tiny/parquet/part-0?op=OPEN&offset=8&user.name=spark");
  expect(open).toEqual({ status: 200, text: "89" });
  const { text } = await ask("/webhdfs/v1/data/run-1/tiny?op=LISTSTATUS");
  const names = JSON.parse(text).FileStatuses.FileStatus.map(({ pathSuffix }: { pathSuffix: string }) => pathSuffix);
  expect(names).toEqual(["_SHA256SUMS", "parquet"]);
  expect(await ask("/webhdfs/v1/parts/a.jar")).toEqual({ status: 200, text: "a jar" });
});

it.each([
  "/",
  "/eventlogs/other",
  "/eventlogs",
  "/data/../eventlogs/other",
  "/data/%2e%2e/eventlogs/other",
  "/data/link",
  "",
])("gives nothing else: %j", async (path) => {
  const { status, text } = await ask(`/webhdfs/v1${path}?op=OPEN`);
  expect(status).toBe(403);
  expect(text).not.toContain("hush");
  expect((await ask(`/check${path}`)).status).toBeGreaterThanOrEqual(403);
});

it.each([
  ["PUT", "CREATE&overwrite=true&step=data"],
  ["PUT", "MKDIRS"],
  ["PUT", "RENAME&destination=/parts/b.jar"],
  ["DELETE", "DELETE"],
])("takes nothing: %s %s", async (method, op) => {
  expect((await ask(`/webhdfs/v1/parts/a.jar?op=${op}`, method)).status).toBe(400);
  expect(await ask("/webhdfs/v1/parts/a.jar")).toEqual({ status: 200, text: "a jar" });
});

describe("the check of a data set", () => {
  const file = (name: string) => join(root, "data/run-1/tiny", name);

  it("says that it is what was generated, and keeps it from being removed as old", async () => {
    utimesSync(join(root, "data/run-1"), 0, 0);
    expect(await ask("/check/data/run-1/tiny")).toEqual({ status: 200, text: "{}" });
    expect(statSync(join(root, "data/run-1")).mtimeMs).toBeGreaterThan(Date.now() - 60_000);
  });

  it.each([
    ["parquet/part-0 is not as it was generated", () => writeFileSync(file("parquet/part-0"), "0123456780")],
    ["parquet/part-0 is missing", () => rmSync(file("parquet/part-0"))],
    ["parquet/part-1 was not generated", () => writeFileSync(file("parquet/part-1"), "")],
  ])("says what differs: %s", async (message, change) => {
    change();
    expect(await ask("/check/data/run-1/tiny")).toEqual({ status: 409, text: `{"message": "${message}"}` });
  });

  it.each(["/data/run-2/tiny", "/data/run-1", "/parts/a.jar"])("knows no data set %s", async (path) => {
    expect((await ask(`/check${path}`)).status).toBe(404);
  });

  it("reads a data set once, until it is made anew", async () => {
    const checks = await Promise.all(Array.from({ length: 8 }, () => ask("/check/data/run-1/tiny")));
    expect(new Set(checks.map(({ status }) => status))).toEqual(new Set([200]));
    writeFileSync(file("parquet/part-0"), "changed, and nobody looks");
    expect((await ask("/check/data/run-1/tiny")).status).toBe(200);
    writeDataSet(join(root, "data/run-1/tiny"), { "parquet/part-0": "made anew" });
    writeFileSync(file("parquet/part-0"), "changed since");
    expect((await ask("/check/data/run-1/tiny")).status).toBe(409);
  });
});

it("is reached by both protocols", async () => {
  const both = await startFileServer(root, []);
  try {
    expect((await fetch(`${both.url}/webhdfs/v1/parts/a.jar`)).status).toBe(200);
  } finally {
    both.server.kill();
  }
});

it("needs to be told where the files are", async () => {
  const child = spawn("python3", ["-B", "workflows/file_server.py"], { stdio: ["ignore", "ignore", "pipe"] });
  let text = "";
  child.stderr.on("data", (part) => {
    text += part;
  });
  await new Promise((resolve) => child.on("close", resolve));
  expect(text).toContain("--root");
});
