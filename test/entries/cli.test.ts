import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventsSchema, explainSchema, planSchema } from "../../src/model/documents.ts";
import { traceFileSchema } from "../trace/trace-format.ts";

/** The bundle as a user has it: dist/ alone, in another folder, with no node_modules near it. */
const root = mkdtempSync(join(tmpdir(), "cli-"));
const home = join(root, "home");
const work = join(root, "work");
const cli = join(root, "dist", "cli", "index.js");
const logs = resolve("test/fixtures/eventlogs");

beforeAll(() => {
  cpSync("dist", join(root, "dist"), { recursive: true });
  mkdirSync(home);
  mkdirSync(join(work, "empty"), { recursive: true });
  writeFileSync(join(work, "empty.log"), "");
  writeFileSync(
    join(work, "binary.log"),
    Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 7919) % 256)),
  );
  writeFileSync(
    join(work, "tiers.yaml"),
    "schema: spark-loadtest/tiers/v1\ntiers:\n  t:\n    dimensions: {}\n    samples: -3\n",
  );
  writeFileSync(join(work, "newer.json"), JSON.stringify({ schema: "spark-loadtest/results/v2", run: {}, cases: [] }));
  writeFileSync(join(work, "escape.json"), "\u001b]0;title\u0007{");
  writeFileSync(join(work, "file"), "");
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function run(
  args: readonly string[],
  path = process.env.PATH ?? "",
  more: Readonly<Record<string, string>> = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { HOME: home, PATH: path, ...more };
  return new Promise((done) => {
    execFile(process.execPath, [cli, ...args], { cwd: work, env, maxBuffer: 64e6 }, (error, stdout, stderr) => {
      done({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

it("has everything in it, and no link to what only the machine has that built it", () => {
  const entries = readdirSync("dist", { recursive: true, withFileTypes: true });
  expect(entries.filter((entry) => entry.isSymbolicLink()).map(({ name }) => name)).toEqual([]);
  expect(existsSync("dist/cli/charts/spark-loadtest/workflows/spark-loadtest.yaml")).toBe(true);
});

describe("bad input ends with 2, one message and nothing made", () => {
  it.each([
    ["run --tier quik", 'unknown tier "quik"; did you mean "quick"?'],
    ["run --only operatoin=read", 'did you mean "operation"?'],
    ["run --only operation=raed", 'did you mean "read"?'],
    ["run --tiers-file tiers.yaml", 'tiers.yaml:5:14: "samples" must be a whole number from 1 to 1000, but is "-3"'],
    ["run --tiers-file nowhere.yaml", "there is no such file"],
    ["run --samples -1", "whole number from 1 to 1000"],
    ["run --tier p0_smoke --out out", "No case of the plan can run here."],
    ["run --data nowhere --out out", "cannot be read"],
    ["run --data empty --out out", "holds no .parquet file"],
    ["run --baseline nowhere --out out", "does not exist"],
    ["run --baseline newer.json --out out", "is newer than this spark-loadtest"],
    ["run --out file", "Cannot write"],
    ["run --resume empty", "There is no run to continue"],
    ["events empty.log", "is empty"],
    ["events binary.log", "is not a Spark event log"],
    ["events empty", "No event log found"],
    ["events nowhere", "Cannot read the event log"],
    ["compare --current newer.json --baseline empty", "Update spark-loadtest"],
    ["compare --current escape.json --baseline empty", "is not JSON"],
    ["report --results nowhere --out out", "does not exist"],
  ])("%s", async (line, message) => {
    const before = readdirSync(work);
    const { code, stdout, stderr } = await run(line.split(" "));
    expect(stderr).toContain(message);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal would act on
    expect(stderr).not.toMatch(/[\u0000-\u0008\u000b-\u001f]/);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(readdirSync(work)).toEqual(before);
    expect(readFileSync(join(work, "file"), "utf8")).toBe("");
  });
});

describe("broken infrastructure ends with 6", () => {
  it("says what to install where there is no Python", async () => {
    const { code, stderr } = await run(["run", "--out", "no-python"], join(work, "empty"));
    expect(stderr).toMatch(/Python/);
    expect(code).toBe(6);
    // What was begun can be continued once there is one.
    expect(existsSync(join(work, "no-python", "run.json"))).toBe(true);
  });
});

describe("the trace of a run that came to nothing", () => {
  const runWith = async (out: string, environment: Readonly<Record<string, string>>) => {
    const startMs = performance.now();
    const { code, stderr } = await run(["run", "--out", out], join(work, "empty"), environment);
    return { code, stderr, seconds: (performance.now() - startMs) / 1000 };
  };

  it("is a file, in the trace that the environment names", async () => {
    const [traceId, parent] = ["0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"];
    await runWith("traced", { TRACEPARENT: `00-${traceId}-${parent}-01` });
    const file = traceFileSchema.parse(JSON.parse(readFileSync(join(work, "traced", "trace.json"), "utf8")));
    expect(file.traceEvents.flatMap(({ ph, name }) => (ph === "X" ? name : []))).toEqual(
      expect.arrayContaining(["run quick ✗", "check", "prepare ✗", "cleanup"]),
    );
    expect(JSON.parse(readFileSync(join(work, "traced", "run.json"), "utf8")).trace).toEqual({
      traceId,
      parentId: parent,
      sampled: true,
    });
  });

  it("keeps nobody waiting for a collector that does not answer, and changes no exit code", async () => {
    const plain = await runWith("unsent", {});
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const endpoint = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const headers = { OTEL_EXPORTER_OTLP_HEADERS: "api-key=hush" };
    const held = await runWith("held", { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, ...headers });
    silent.closeAllConnections();
    silent.close();
    expect(held.code).toBe(6);
    expect(held.stderr).toMatch(/! The trace of the run could not be sent to http\S+: no answer within 5 s\n/);
    expect(held.stderr).not.toContain("hush");
    expect(held.seconds - plain.seconds).toBeLessThan(8);
    const wrong = await runWith("wrong", { OTEL_EXPORTER_OTLP_ENDPOINT: "collector", ...headers });
    expect(wrong.code).toBe(6);
    expect(wrong.stderr).toContain("! The trace of the run will not be sent: OTEL_EXPORTER_OTLP_ENDPOINT is no URL");
  });
});

describe("documents on stdout", () => {
  it("plan --json gives the plan and nothing else", async () => {
    const { code, stdout, stderr } = await run(["plan", "--tier", "p2_full", "--coverage", "pairwise", "--json"]);
    expect(planSchema.parse(JSON.parse(stdout)).tier).toBe("p2_full");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });

  it("events --json gives the applications", async () => {
    const { code, stdout } = await run(["events", logs, "--json"]);
    const { applications } = eventsSchema.parse(JSON.parse(stdout));
    const versions = new Set(applications.map(({ sparkVersion }) => sparkVersion));
    expect([...versions].sort()).toEqual(["3.5.7", "3.5.9", "4.1.1", "4.1.4", "4.3.0"]);
    expect(code).toBe(0);
  });

  it("explain --json names the skewed key that a log was recorded with", async () => {
    const [current, baseline] = [join(logs, "4.3.0-skew"), join(logs, "4.3.0-window")];
    const { stdout } = await run(["explain", "--current", current, "--baseline", baseline, "--json"]);
    expect(explainSchema.parse(JSON.parse(stdout)).causes[0]).toMatchObject({ kind: "skew" });
  });
});
