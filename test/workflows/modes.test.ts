import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { refusal } from "../kube/api-server.ts";
import { CasePod, PASSES } from "./case-pod.ts";

let pod: CasePod;
beforeEach(async () => {
  pod = await new CasePod().start();
});
afterEach(() => pod.stop());

const argumentsOf = () => readFileSync(pod.path("arguments"), "utf8").trimEnd().split("\n");
const optionOf = (name: string) => argumentsOf()[argumentsOf().indexOf(name) + 1];
function confOf(): Record<string, string> {
  const all = argumentsOf();
  const pairs = all.filter((_, index) => all[index - 1] === "--conf");
  return Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]));
}
const ofKubernetes = () => Object.keys(confOf()).filter((name) => name.startsWith("spark.kubernetes."));

describe("a driver that is alone", () => {
  beforeEach(() => {
    pod.testCase.mode = "local";
  });

  it("has the cores and the memory of an executor, reads and writes files, and asks nothing of Kubernetes", async () => {
    const { code, result } = await pod.run(PASSES);
    expect(result).toMatchObject({ status: "passed", checksum: "c0ffee", namespace: null, eventLog: "a-case-1234" });
    expect(code).toBe(0);
    expect(optionOf("--master")).toBe("local[2]");
    expect(confOf()).toMatchObject({
      "spark.driver.memory": "1024m",
      "spark.driver.defaultJavaOptions": "-XX:ActiveProcessorCount=2",
      "spark.eventLog.dir": `file://${pod.path("case/eventlogs")}`,
    });
    expect(ofKubernetes()).toEqual([]);
    expect(argumentsOf().slice(-6)).toEqual([
      ...["--data", `file://${pod.path("case")}/data`, "--output", `file://${pod.path("case")}/output`],
      ...["--result", pod.path("case/result/result.jsonl")],
    ]);
    expect(pod.api.requests).toEqual([]);
  });

  it("has its event log called as the others are, whatever id Spark gave it", async () => {
    const folder = pod.path("case/eventlogs/eventlog_v2_local-1795907864818");
    await pod.run(`mkdir ${folder}; touch ${folder}/.x.crc ${folder}/events_1_local-1795907864818.zstd; ${PASSES}`);
    expect(readdirSync(pod.path("case/eventlogs"))).toEqual(["eventlog_v2_a-case-1234"]);
    expect(readdirSync(pod.path("case/eventlogs/eventlog_v2_a-case-1234"))).toEqual([
      "events_1_local-1795907864818.zstd",
    ]);
  });

  it("leaves nothing to keep where it failed", async () => {
    pod.settings.keepOnFailure = true;
    const { code, output } = await pod.run("exit 1");
    expect(code).toBe(3);
    expect(output).not.toContain("kubectl");
    expect(pod.api.requests).toEqual([]);
  });
});

describe("a master and a worker of its own", () => {
  // Of this test alone; the master's port is always the same.
  const ip = `127.${20 + (process.pid % 200)}.${Math.floor(process.pid / 200) % 250}.1`;
  let page: Server;
  let workers = 1;
  let statuses: Record<string, unknown>;

  const UNSCHEDULABLE = {
    conditions: [
      { type: "PodScheduled", status: "False", reason: "Unschedulable", message: "0/1 nodes: Insufficient memory." },
    ],
  };
  const running = (more: object = {}) => ({ containerStatuses: [{ state: { running: {} }, ...more }], podIP: ip });
  const made = () => pod.api.sent("POST", /\/pods$/).map(({ body }) => body);

  beforeEach(async () => {
    pod.testCase.mode = "standalone";
    workers = 1;
    statuses = { master: running(), "worker-1": running() };
    pod.api.handlers.unshift(({ method, path }) => {
      if (method !== "GET" || !path.endsWith("/pods")) return undefined;
      return { body: { items: made().map(({ metadata }) => ({ metadata, status: statuses[metadata.name] ?? {} })) } };
    });
    page = createServer((request, response) => {
      response.end(request.url === "/json/" ? JSON.stringify({ aliveworkers: workers }) : "<html>");
    });
    await new Promise<void>((resolve, reject) => page.once("error", reject).listen(7078, ip, resolve));
  });
  afterEach(() => new Promise((resolve) => page.close(resolve)));

  it("are pods of its namespace, of its image and size, and the driver's alone", async () => {
    const { code, result, output } = await pod.run(PASSES);
    expect(result).toMatchObject({ status: "passed", namespace: "a-case-1234", eventLog: "a-case-1234" });
    expect(code).toBe(0);
    const [quota] = pod.api.sent("POST", /resourcequotas$/);
    // An executor's 1024 MiB with 40 % beside them, and twice 640 MiB.
    expect(quota!.body.spec.hard).toEqual({
      pods: "2",
      "limits.memory": "2714Mi",
      "limits.ephemeral-storage": "65Gi",
    });
    const [master, worker, ...others] = made();
    expect(others).toEqual([]);
    const secret = confOf()["spark.authenticate.secret"]!;
    expect(secret).toMatch(/^[0-9a-f]{32}$/);
    expect(output).not.toContain(secret);
    const shown = JSON.parse(JSON.stringify([master, worker]).replaceAll(secret, "SECRET").replaceAll(ip, "IP"));
    expect(shown).toMatchSnapshot();
    expect(optionOf("--master")).toBe(`spark://${ip}:7077`);
    expect(confOf()).toMatchObject({
      "spark.cores.max": "2",
      "spark.executor.cores": "2",
      "spark.executor.memory": "1024m",
      "spark.authenticate": "true",
    });
    expect(ofKubernetes()).toEqual([]);
    expect(argumentsOf()).toContainEqual(expect.stringMatching(/^webhdfs:/));
    expect(pod.api.namespaces()).toEqual([]);
  });

  it.each<[string, number, Record<string, string>]>([
    ["the tier", 3, {}],
    ["the case's own properties", 1, { "spark.executor.instances": "3" }],
  ])("are a worker for each executor of %s, and the driver waits for all", async (_, executors, conf) => {
    workers = 3;
    for (const index of [1, 2, 3]) statuses[`worker-${index}`] = running();
    pod.settings.executors = executors;
    Object.assign(pod.testCase.sparkConf as object, { ...conf, "spark.executor.cores": "4" });
    const { result } = await pod.run(PASSES);
    expect(result.status).toBe("passed");
    expect(confOf()).toMatchObject({
      "spark.cores.max": "12",
      "spark.executor.instances": "3",
      "spark.scheduler.minRegisteredResourcesRatio": "1.0",
    });
    expect(made().map(({ metadata }) => metadata.name)).toEqual(["master", "worker-1", "worker-2", "worker-3"]);
    for (const { spec } of made().slice(1)) {
      expect(spec.containers[0].env).toContainEqual({ name: "CORES", value: "4" });
      expect(spec.containers[0].resources.limits.memory).toBe(`${1434 + 640}Mi`);
    }
    expect(pod.api.sent("POST", /resourcequotas$/)[0]!.body.spec.hard).toEqual({
      pods: "4",
      "limits.memory": `${3 * 1434 + 4 * 640}Mi`,
      "limits.ephemeral-storage": `${3 * 64 + 1}Gi`,
    });
  });

  it("say why the second worker does not start", async () => {
    pod.settings.executors = 2;
    statuses["worker-2"] = UNSCHEDULABLE;
    const { code, result } = await pod.run(PASSES);
    expect(result.reason).toBe("Unschedulable: 0/1 nodes: Insufficient memory.");
    expect(code).toBe(6);
  });

  it.each(["0", "two", ""])("are not made where Spark's cores are none: %j", async (cores) => {
    (pod.testCase.sparkConf as Record<string, string>)["spark.executor.cores"] = cores;
    const { code, result } = await pod.run(PASSES);
    expect(result).toMatchObject({
      status: "failed",
      reason: `spark.executor.cores is ${cores}, which is no number of cores`,
    });
    expect(code).toBe(3);
    expect(pod.api.requests).toEqual([]);
  });

  it("are waited for until the worker is registered", async () => {
    workers = 0;
    statuses.master = {};
    const attempt = await pod.launch(PASSES);
    await expect.poll(() => made().length).toBe(1);
    await expect.poll(() => pod.api.sent("GET", /\/pods$/).length).toBeGreaterThan(2);
    expect(made()).toHaveLength(1);
    statuses.master = running();
    await expect.poll(() => made().length).toBe(2);
    expect(made()[1].spec.containers[0].env).toContainEqual({ name: "MASTER_IP", value: ip });
    await expect.poll(() => pod.api.sent("GET", /\/pods$/).length).toBeGreaterThan(6);
    expect(attempt.output).not.toContain("spark-submit");
    workers = 1;
    expect((await attempt.end()).result.status).toBe("passed");
  });

  const PULL = { reason: "ErrImageNeverPull", message: "not present with pull policy of Never" };
  const ended = (exitCode: number, reason: string, message: string) => ({ terminated: { exitCode, reason, message } });
  const NO_CLASS = "Error: Could not find or load main class org.apache.spark.deploy.master.Master\nCaused by: x";

  it.each<[string, string, unknown, number, string]>([
    [
      "an image that is not there",
      "master",
      { containerStatuses: [{ state: { waiting: PULL } }] },
      6,
      "ErrImageNeverPull: not present with pull policy of Never",
    ],
    ["no room for the worker", "worker-1", UNSCHEDULABLE, 6, "Unschedulable: 0/1 nodes: Insufficient memory."],
    [
      "an image without Spark's master",
      "master",
      { containerStatuses: [{ state: ended(1, "Error", NO_CLASS) }] },
      6,
      "Spark's master did not start: Error: Could not find or load main class org.apache.spark.deploy.master.Master",
    ],
    [
      "an image without bash",
      "master",
      { containerStatuses: [{ state: ended(128, "StartError", 'exec: "bash": executable file not found in $PATH') }] },
      6,
      'Spark\'s master did not start: StartError: exec: "bash": executable file not found in $PATH',
    ],
    [
      "a worker that was started again",
      "worker-1",
      { containerStatuses: [{ state: { running: {} }, lastState: ended(1, "Error", "java.lang.Exception: x") }] },
      6,
      "Spark's worker did not start: Exception: x",
    ],
    [
      "a worker that the kernel killed",
      "worker-1",
      { containerStatuses: [{ state: { running: {} }, lastState: ended(137, "OOMKilled", "") }] },
      6,
      "Spark's worker did not start: OOMKilled",
    ],
    [
      "a machine that has no thread left",
      "worker-1",
      { containerStatuses: [{ state: ended(1, "Error", "OutOfMemoryError: unable to create native thread") }] },
      75,
      "Spark's worker did not start: no process or thread left",
    ],
  ])("say why they do not start: %s", async (_, name, status, exitCode, reason) => {
    workers = 0;
    statuses[name] = { podIP: ip, ...(status as object) };
    const { code, result } = await pod.run(PASSES);
    expect(result).toMatchObject({ status: "infrastructure", reason });
    expect(code).toBe(exitCode);
    expect(pod.api.namespaces()).toEqual([]);
  });

  it("say which quota or policy refuses them", async () => {
    const quota = 'pods "worker-1" is forbidden: exceeded quota: team, requested: limits.memory=2074Mi';
    pod.api.handlers.unshift(
      ({ method, path, body }) =>
        method === "POST" && path.endsWith("/pods") && body.metadata.name === "worker-1" && refusal(403, quota),
    );
    const { code, result } = await pod.run(PASSES);
    expect(result.reason).toBe(`Kubernetes did not create a Pod in a-case-1234: ${quota}`);
    expect(code).toBe(6);
    expect(pod.api.namespaces()).toEqual([]);
  });

  it("are asked for again where the namespace has no service account yet", async () => {
    const message = 'pods "master" is forbidden: error looking up service account a-case-1234/default: not found';
    pod.api.handlers.unshift(
      ({ method, path, count }) => method === "POST" && path.endsWith("/pods") && count < 3 && refusal(403, message),
    );
    expect((await pod.run(PASSES)).result.status).toBe("passed");
  });

  it("are given up where the worker does not find its master", async () => {
    workers = 0;
    pod.settings.caseTimeoutSeconds = 7200;
    // Python's clock, which jumps by an hour once the file is there.
    const clock = `
import os, time
real, late = time.monotonic, os.path.join(os.path.dirname(__file__), "late")
time.monotonic = lambda: real() + (3600 if os.path.exists(late) else 0)
`;
    await writeFile(pod.path("sitecustomize.py"), clock);
    pod.environment.PYTHONPATH = pod.path();
    const attempt = await pod.launch(PASSES);
    await expect.poll(() => made().length).toBe(2);
    await expect.poll(() => pod.api.sent("GET", /\/pods$/).length).toBeGreaterThan(8);
    await writeFile(pod.path("late"), "");
    const { code, result } = await attempt.end();
    expect(result.reason).toBe("0 of 1 workers registered with Spark's master within 300 s");
    expect(code).toBe(75);
  });

  it("go with an attempt that is interrupted while they start", async () => {
    workers = 0;
    const attempt = await pod.launch(PASSES);
    await expect.poll(() => made().length).toBe(2);
    attempt.child.kill("SIGTERM");
    const { code, result } = await attempt.end();
    expect(result.reason).toBe("interrupted by SIGTERM");
    expect(code).toBe(75);
    expect(pod.api.namespaces()).toEqual([]);
  });

  it("have the event log called by the namespace: two masters give the same id", async () => {
    const name = "eventlog_v2_app-20261128231840-0000";
    mkdirSync(pod.path("case/eventlogs", name), { recursive: true });
    await pod.run(PASSES);
    expect(readdirSync(pod.path("case/eventlogs"))).toEqual(["eventlog_v2_a-case-1234"]);
  });
});
