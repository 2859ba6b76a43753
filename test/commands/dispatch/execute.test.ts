import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { eventsSchema, explainSchema, planSchema } from "../../../src/model/documents.ts";
import { compileTiers } from "../../../src/plan/tiers/tiers-file.ts";
import { sleepThrough, useFakeTime, useRealTime } from "../../fake-time.ts";
import { traceFileSchema } from "../../trace/trace-format.ts";
import { type Called, call } from "../call.ts";

/** The commands in this process, in another folder, with the data files that a bundle has beside it. */
const root = mkdtempSync(join(tmpdir(), "cli-"));
const home = join(root, "home");
const work = join(root, "work");
const assets = join(root, "assets");
const project = process.cwd();
const logs = resolve("test/fixtures/eventlogs");

beforeAll(() => {
  for (const folder of [home, assets]) mkdirSync(folder);
  for (const name of ["workloads", "workflows", "charts"]) symlinkSync(resolve(name), join(assets, name));
  const tiers = "workflows/tiers/tiers.yaml";
  writeFileSync(join(assets, "tiers.json"), compileTiers(readFileSync(tiers, "utf8"), tiers));
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
  process.chdir(work);
});
afterAll(() => {
  process.chdir(project);
  rmSync(root, { recursive: true, force: true });
});
beforeEach(() => {
  vi.stubEnv("HOME", home);
  vi.stubEnv("GITHUB_ACTIONS", "");
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const run = (args: readonly string[]): Promise<Called> => call(args, assets);

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
    vi.stubEnv("PATH", join(work, "empty"));
    const { code, stderr } = await run(["run", "--out", "no-python"]);
    expect(stderr).toMatch(/Python/);
    expect(code).toBe(6);
    // What was begun can be continued once there is one.
    expect(existsSync(join(work, "no-python", "run.json"))).toBe(true);
  });
});

describe("the trace of a run that came to nothing", () => {
  const runWith = (out: string, environment: Readonly<Record<string, string>>) => {
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    return run(["run", "--out", out]);
  };
  beforeEach(() => {
    vi.stubEnv("PATH", join(work, "empty"));
  });

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
    useFakeTime();
    onTestFinished(useRealTime);
    const silent = createServer(() => void vi.advanceTimersByTimeAsync(5_000));
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const endpoint = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const headers = { OTEL_EXPORTER_OTLP_HEADERS: "api-key=hush" };
    const startMs = Date.now();
    const held = await sleepThrough(runWith("held", { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, ...headers }));
    silent.closeAllConnections();
    silent.close();
    expect(held.code).toBe(6);
    expect(held.stderr).toMatch(/! The trace of the run could not be sent to http\S+: no answer within 5 s\n/);
    expect(held.stderr).not.toContain("hush");
    expect(Date.now() - startMs).toBeLessThan(8_000);
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

  it("events reads what it can of a folder, and names the rest", async () => {
    const folder = join(work, "mixed");
    const event = (name: string, more: object) => JSON.stringify({ Event: `SparkListener${name}`, ...more });
    const start = [event("LogStart", { "Spark Version": "4.1.1" }), event("ApplicationStart", { "App ID": "a" })];
    mkdirSync(folder);
    writeFileSync(join(folder, "bad"), [...start, event("StageCompleted", { "Stage Info": 5 })].join("\n"));
    writeFileSync(join(folder, "good"), start.join("\n"));
    writeFileSync(join(folder, "notes.txt"), "hello");
    const { code, stdout } = await run(["events", "mixed", "--json"]);
    const { applications, passedOver } = eventsSchema.parse(JSON.parse(stdout));
    expect(code).toBe(0);
    expect(applications.map(({ id, problems }) => [id, problems.length])).toEqual([
      ["a", 2],
      ["a", 1],
    ]);
    expect(passedOver).toEqual([{ path: join(folder, "notes.txt"), reason: "begins like no event log" }]);
    expect((await run(["events", "mixed"])).stdout).toContain(
      `Passed over, since it begins like no event log: ${join(folder, "notes.txt")}`,
    );
  });

  it("explain --json names the skewed key that a log was recorded with", async () => {
    const [current, baseline] = [join(logs, "4.3.0-skew"), join(logs, "4.3.0-window")];
    const { stdout } = await run(["explain", "--current", current, "--baseline", baseline, "--json"]);
    expect(explainSchema.parse(JSON.parse(stdout)).causes[0]).toMatchObject({ kind: "skew" });
  });
});
