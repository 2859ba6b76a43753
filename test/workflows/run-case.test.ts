import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { attemptSpanId, formatTraceparent, type RunTrace } from "../../src/lib/trace-context.ts";
import { NAMESPACES, refusal } from "../kube/api-server.ts";
import { CasePod, PASSES, RESULT } from "./case-pod.ts";
import { PodStore, writeDataSet } from "./file-server.ts";

let pod: CasePod;
beforeEach(async () => {
  pod = await new CasePod().start();
});
afterEach(() => pod.stop());

const argumentsOf = () => readFileSync(pod.path("arguments"), "utf8").trimEnd().split("\n");
function confOf(): Record<string, string> {
  const all = argumentsOf();
  const pairs = all.filter((_, index) => all[index - 1] === "--conf");
  return Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]));
}

const waiting = (reason: string, message: string) => ({
  status: { containerStatuses: [{ state: { waiting: { reason, message } } }] },
});
const RUNNING = { status: { containerStatuses: [{ state: { running: {} } }] } };
const HANGS = "sleep 600";
const CLOCK = `
import os, time
real, late = time.monotonic, os.path.join(os.path.dirname(__file__), "late")
time.monotonic = lambda: real() + (3600 if os.path.exists(late) else 0)
`;

describe("a case that passes", () => {
  it("makes its namespace, runs the driver there, and removes it", async () => {
    pod.pods = [RUNNING];
    const { code, result, output } = await pod.run(`echo "26/11/24 12:00:00 INFO A line of Spark"; ${PASSES}`);
    expect(result).toMatchObject({ status: "passed", reason: null, checksum: "c0ffee", namespace: "a-case-1234" });
    expect(code).toBe(0);
    expect(output).toContain("26/11/24 12:00:00 INFO A line of Spark\n");
    expect(output).not.toContain("hush");
    expect(readFileSync(pod.path("progress"), "utf8")).toBe("3/3");

    const [namespace] = pod.api.sent("POST", /namespaces$/);
    expect(namespace!.authorization).toBe("Bearer first");
    expect(namespace!.body.metadata).toEqual({
      name: "a-case-1234",
      labels: {
        "app.kubernetes.io/managed-by": "spark-loadtest",
        "spark-loadtest/run": "run-1",
        "spark-loadtest/kind": "case",
        "pod-security.kubernetes.io/enforce": "restricted",
      },
      annotations: { "spark-loadtest/case": "a case", "spark-loadtest/pod": "pod-1" },
    });
    const [binding] = pod.api.sent("POST", /rolebindings$/);
    expect(binding!.body).toMatchObject({
      roleRef: { kind: "ClusterRole", name: "spark-loadtest-driver" },
      subjects: [{ kind: "ServiceAccount", name: "spark-loadtest-case-run-1", namespace: "runs" }],
    });
    const [quota] = pod.api.sent("POST", /resourcequotas$/);
    expect(quota!.body.spec.hard).toEqual({
      pods: "2",
      "limits.memory": "2868Mi",
      "limits.ephemeral-storage": "128Gi",
    });
    expect(pod.api.sent("DELETE", /namespaces\/a-case-1234$/)).toHaveLength(1);
  });

  it("has the quota counted before it copies the chart's NetworkPolicy, over all pods, and both before a driver starts", async () => {
    pod.networkPolicy = {
      spec: { podSelector: { matchLabels: { none: "none" } }, policyTypes: ["Egress"], egress: [] },
    };
    const { code } = await pod.run(PASSES);
    expect(code).toBe(0);
    const [quota] = pod.api.sent("POST", /resourcequotas$/);
    expect(quota!.body.spec.hard["count/networkpolicies.networking.k8s.io"]).toBe("1");
    const [policy] = pod.api.sent("POST", /networkpolicies$/);
    expect(policy!.body).toMatchObject({
      metadata: { name: "case" },
      spec: { podSelector: {}, policyTypes: ["Egress"], egress: [] },
    });
    const order = pod.api.received.map(({ method, path }) => `${method} ${path.replace(/^.*\//, "")}`);
    expect(order.slice(0, 6)).toEqual([
      ...["POST namespaces", "POST rolebindings", "GET spark-loadtest-executor"],
      ...["POST resourcequotas", "GET case", "POST networkpolicies"],
    ]);
  });

  it("gives Spark its properties: the run's, the case's over them, and over all what it cannot do without", async () => {
    await pod.run(PASSES);
    expect(confOf()).toMatchObject({
      "spark.sql.shuffle.partitions": "16",
      "spark.app.id": "a-case-1234",
      "spark.kubernetes.namespace": "a-case-1234",
      "spark.kubernetes.container.image": "spark:9",
      "spark.driver.host": "127.0.0.1",
      "spark.executor.memory": "1024m",
      "spark.executor.defaultJavaOptions": "-XX:ActiveProcessorCount=2",
      "spark.eventLog.dir": `file://${pod.path("case/eventlogs")}`,
      "spark.eventLog.rolling.enabled": "true",
      // The container's port and its NetworkPolicy are for this one.
      "spark.ui.port": "4040",
      "spark.ui.killEnabled": "false",
    });
    const template = JSON.parse(readFileSync(confOf()["spark.kubernetes.executor.podTemplateFile"]!, "utf8"));
    expect(template.spec).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
      containers: [{ securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } } }],
      // Hadoop asks for the name of the address that it writes to, and no name server need know it.
      hostAliases: [{ ip: "127.0.0.1" }],
    });
    expect(template.spec).not.toHaveProperty("tolerations");
    expect(argumentsOf().slice(-7)).toEqual([
      // Not the mounted file, whose real name changes with each pod and would stand in the stages' names.
      pod.path("tmp/workload.py"),
      "--data",
      expect.stringMatching(/^webhdfs:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{32}\/data$/),
      "--output",
      expect.stringMatching(/^webhdfs:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{32}\/output$/),
      "--result",
      pod.path("case/result/result.jsonl"),
    ]);
  });

  it("asks for as many executors as the tier says, with room for one that replaces another, and waits for all", async () => {
    pod.settings.executors = 3;
    await pod.run(PASSES);
    expect(confOf()).toMatchObject({
      "spark.executor.instances": "3",
      "spark.scheduler.minRegisteredResourcesRatio": "1.0",
      "spark.scheduler.maxRegisteredResourcesWaitingTime": "1d",
    });
    expect(pod.api.sent("POST", /resourcequotas$/)[0]!.body.spec.hard).toEqual({
      pods: "4",
      "limits.memory": `${4 * 1434}Mi`,
      "limits.ephemeral-storage": "256Gi",
    });
  });

  it.each<[string, number, Record<string, string>, Record<string, string | undefined>]>([
    ["one executor", 1, {}, { instances: "1", ratio: undefined }],
    ["fewer than the tier has", 3, { "spark.executor.instances": "1" }, { instances: "1", ratio: undefined }],
    ["more of them", 1, { "spark.executor.instances": "2" }, { instances: "2", ratio: "1.0" }],
    [
      "a ratio of the user's",
      3,
      { "spark.scheduler.minRegisteredResourcesRatio": "0.5" },
      { instances: "3", ratio: "0.5" },
    ],
    [
      "executors that come and go",
      3,
      { "spark.dynamicAllocation.enabled": "true", "spark.dynamicAllocation.maxExecutors": "5" },
      { instances: "3", ratio: undefined },
    ],
  ])("waits for executors as their number asks: %s", async (_, executors, sparkConf, { instances, ratio }) => {
    pod.settings.executors = executors;
    Object.assign(pod.testCase.sparkConf as object, sparkConf);
    await pod.run(PASSES);
    expect(confOf()["spark.executor.instances"]).toBe(instances);
    expect(confOf()["spark.scheduler.minRegisteredResourcesRatio"]).toBe(ratio);
  });

  it.each([
    ["without a Prometheus", undefined, {}, "false"],
    ["with one", "true", {}, "true"],
    ["as the user says", undefined, { "spark.ui.enabled": "true" }, "true"],
  ])("serves Spark's own page and metrics %s: %s, %o", async (_, told, sparkConf, enabled) => {
    if (told !== undefined) pod.environment.SPARK_UI_ENABLED = told;
    Object.assign(pod.testCase.sparkConf as object, sparkConf);
    await pod.run(PASSES);
    expect(confOf()["spark.ui.enabled"]).toBe(enabled);
  });

  it("gives Spark what is secret, and shows it to nobody", async () => {
    const secrets = { "spark.hadoop.fs.s3a.secret.key": "hush-hush", "spark.sql.shuffle.partitions": "32" };
    await writeFile(pod.path("config/secret-conf.json"), JSON.stringify(secrets));
    const { output, result } = await pod.run(PASSES);
    expect(result.status).toBe("passed");
    expect(confOf()).toMatchObject(secrets);
    expect(output).not.toContain("hush-hush");
  });

  it("gives the workload what is secret in its arguments, and shows it to nobody", async () => {
    const hidden = "*********(redacted)";
    pod.testCase.args = ["--token", hidden, `--url=jdbc:x://me:${hidden}@db`, "--out", "{output}"];
    await writeFile(pod.path("config/secret-args.json"), JSON.stringify({ 1: "-hush" }));
    const ofCase = { sparkConf: { "spark.my.team": "hush" }, args: { 2: "--url=jdbc:x://me:hush@db" } };
    await writeFile(pod.path("config/secret-cases.json"), JSON.stringify({ "a case": ofCase }));
    const { output, result } = await pod.run(
      `[ "$1 $2 $3" = "--token -hush --url=jdbc:x://me:hush@db" ] || exit 9; ${PASSES}`,
    );
    expect(result.status).toBe("passed");
    expect(confOf()["spark.my.team"]).toBe("hush");
    expect(output).not.toContain("hush");
  });

  it("gives a reason without what looks like a secret, as Argo keeps it", async () => {
    const { result } = await pod.run(
      "echo 'job.py: error: cannot reach https://me:hush@db with --password hush'; exit 1",
    );
    expect(result.reason).toBe(
      "job.py: error: cannot reach https://me:*********(redacted)@db with --password *********(redacted)",
    );
  });

  it.each([
    [0, true],
    [1, false],
  ])("tells the workload of attempt %d which span of the run's trace it is", async (attempt, sampled) => {
    const trace = { ...(pod.settings.trace as RunTrace), sampled };
    pod.settings.trace = trace;
    const { output } = await pod.run(`echo "said $TRACEPARENT"; ${PASSES}`, pod.caseMode(attempt));
    expect(output).toContain(`said ${formatTraceparent(trace, attemptSpanId(trace, "a case", attempt + 1))}\n`);
  });

  it("takes a namespace of its own for each attempt", async () => {
    const { result } = await pod.run(PASSES, pod.caseMode(2));
    expect(result.namespace).toBe("a-case-1234-3");
    expect(confOf()["spark.app.id"]).toBe("a-case-1234-3");
  });

  it("removes what an attempt that lost its pod left, and nothing else", async () => {
    pod.api.addNamespace("a-case-1234", pod.labels);
    pod.api.addNamespace("a-case-1234-2", { ...pod.labels, "spark-loadtest/keep": "true" });
    pod.api.addNamespace("a-case-1234-3", { ...pod.labels, "spark-loadtest/run": "another" });
    const { code } = await pod.run(PASSES, pod.caseMode(3));
    expect(code).toBe(0);
    expect(pod.api.namespaces()).toEqual(["a-case-1234-2", "a-case-1234-3"]);
  });
});

describe("a case that fails", () => {
  it.each([
    ["with Spark's words", `echo 'java.lang.IllegalStateException: no'; exit 1`, "IllegalStateException: no"],
    ["by an exit code alone", "exit 9", "exit code 9 without a word"],
    [
      "for want of a repetition",
      RESULT("warmup-1", "a"),
      "the workload ended without the result of repetition sample-1",
    ],
    [
      "with results that differ",
      RESULT("warmup-1", "a") + RESULT("sample-1", "a") + RESULT("sample-2", "b"),
      "wrong result: repetition sample-2 gave b, warmup-1 gave a",
    ],
  ])("%s", async (_, driver, reason) => {
    const { code, result } = await pod.run(driver);
    expect(result).toMatchObject({ status: "failed", reason, checksum: null });
    expect(code).toBe(3);
    expect(pod.api.namespaces()).toEqual([]);
  });

  it("when its time is up, with all that it started", async () => {
    pod.settings.caseTimeoutSeconds = 3600;
    pod.pods = [RUNNING];
    // Python's clock, which jumps once the file is there.
    await writeFile(pod.path("sitecustomize.py"), CLOCK);
    pod.environment.PYTHONPATH = pod.path();
    const running = await pod.launch("sleep 600 & echo child $!; wait");
    await running.says("child");
    await writeFile(pod.path("late"), "");
    const { code, result, output } = await running.end();
    expect(result).toMatchObject({ status: "failed", reason: "no end after 3600 s" });
    expect(code).toBe(3);
    expect(existsSync(`/proc/${/child (\d+)/.exec(output)![1]}/exe`)).toBe(false);
    expect(pod.api.namespaces()).toEqual([]);
  });

  it("and is kept, marked for the exit handler", async () => {
    pod.settings.keepOnFailure = true;
    const { code, output } = await pod.run("exit 1");
    expect(code).toBe(3);
    expect(pod.api.sent("PATCH", /a-case-1234$/)[0]!.body).toEqual({
      metadata: { labels: { "spark-loadtest/keep": "true" } },
    });
    expect(pod.api.sent("DELETE", /./)).toEqual([]);
    expect(output).toContain("kubectl -n a-case-1234 get pods,events");
    expect(confOf()["spark.kubernetes.executor.deleteOnTermination"]).toBe("false");
  });
});

describe("a case that cannot start", () => {
  it.each([
    ["ImagePullBackOff", 'Back-off pulling image "spark:9": not found'],
    ["InvalidImageName", "couldn't parse image name"],
    ["ErrImageNeverPull", "not present with pull policy of Never"],
    ["ErrImagePull", "dial tcp: i/o timeout"],
    ["CreateContainerConfigError", 'secret "x" not found'],
  ])("says %s with Kubernetes' words", async (reason, message) => {
    pod.pods = [waiting(reason, message)];
    const { code, result } = await pod.run(HANGS);
    expect(result).toMatchObject({ status: "infrastructure", reason: `${reason}: ${message}` });
    expect(code).toBe(6);
    expect(pod.api.namespaces()).toEqual([]);
  });

  it("says why no node takes it", async () => {
    const message = "0/1 nodes are available: 1 Insufficient memory.";
    const condition = { type: "PodScheduled", status: "False", reason: "Unschedulable", message };
    pod.pods = [{ status: { conditions: [condition] } }];
    const { code, result } = await pod.run(HANGS);
    expect(result).toMatchObject({ status: "infrastructure", reason: `Unschedulable: ${message}` });
    expect(code).toBe(6);
  });

  it("says why no node takes the second of its executors", async () => {
    pod.settings.executors = 2;
    const message = "0/1 nodes are available: 1 Insufficient memory.";
    const condition = { type: "PodScheduled", status: "False", reason: "Unschedulable", message };
    pod.pods = [RUNNING, { status: { conditions: [condition] } }];
    const { code, result } = await pod.run(HANGS);
    expect(result).toMatchObject({ status: "infrastructure", reason: `Unschedulable: ${message}` });
    expect(code).toBe(6);
  });

  it("names the quota, of which only the driver hears", async () => {
    const quota = "exceeded quota: case, requested: pods=1, used: pods=0, limited: pods=0";
    const line =
      "io.fabric8.kubernetes.client.KubernetesClientException: Failure executing: POST at: https://kubernetes.default.svc/" +
      `api/v1/namespaces/a-case-1234/pods. Message: pods "spark-exec-1" is forbidden: ${quota}. Received status: Status(...).`;
    const { code, result } = await pod.run(`echo '${line}'; ${HANGS}`);
    expect(result).toMatchObject({ status: "infrastructure", reason: quota });
    expect(code).toBe(6);
  });

  it("waits for an executor that is slow, and no longer looks once one has run", async () => {
    pod.pods = [waiting("ContainerCreating", "")];
    const running = await pod.launch(`until [ -e "$RESULT.go" ]; do sleep 0.1; done; ${PASSES}`);
    await running.says("warm-up 1/1");
    await expect.poll(() => pod.api.sent("GET", /pods$/).length).toBeGreaterThan(3);
    pod.pods = [RUNNING];
    await expect.poll(() => pod.api.sent("GET", /pods$/).length).toBeGreaterThan(4);
    pod.pods = [waiting("InvalidImageName", "of an executor that replaces it")];
    await writeFile(pod.path("case/result/result.jsonl.go"), "");
    expect((await running.end()).result.status).toBe("passed");
  });

  it.each([
    [403, 6, 'namespaces is forbidden: User "x" cannot create resource'],
    [422, 6, "is invalid"],
  ])("where Kubernetes refuses the namespace with %d", async (status, exitCode, message) => {
    pod.api.handlers.push(({ method }) => method === "POST" && refusal(status, message));
    const { code, result } = await pod.run(PASSES);
    expect(code).toBe(exitCode);
    expect(result.reason).toBe(`Kubernetes did not create the namespace a-case-1234: ${message}`);
    expect(pod.api.requests).toHaveLength(1);
  });
});

describe("an API server with troubles", () => {
  it.each([429, 500, 503])("is asked again after %d, with the token of that moment", async (status) => {
    pod.api.handlers.push(({ path, count }) => path === NAMESPACES && count < 3 && refusal(status, "later"));
    expect((await pod.run(PASSES)).result.status).toBe("passed");
    expect(pod.api.sent("POST", /namespaces$/)).toHaveLength(3);
  });

  it("may have made the namespace without saying so", async () => {
    pod.api.faults.push(({ method, path, body }) => {
      if (method !== "POST" || path !== NAMESPACES) return undefined;
      pod.api.put(NAMESPACES, body);
      return refusal(504, "timeout");
    });
    expect((await pod.run(PASSES)).result.status).toBe("passed");
  });

  it.each([
    ["is another's", {}],
    ["still ends", { deletionTimestamp: "2026-11-24T00:00:00Z", annotations: { "spark-loadtest/pod": "pod-1" } }],
  ])("has a namespace of that name which %s: another attempt, another name", async (_, metadata) => {
    pod.api.put(NAMESPACES, { metadata: { name: "a-case-1234", ...metadata }, status: { phase: "Terminating" } });
    const { code, result } = await pod.run(PASSES);
    expect(code).toBe(75);
    expect(result).toMatchObject({
      status: "infrastructure",
      reason: "the namespace a-case-1234 exists already (Terminating)",
    });
    expect(pod.api.sent("DELETE", /./)).toEqual([]);
  });

  it("does not have to remove the namespace; the exit handler does then", async () => {
    pod.api.handlers.push(({ method }) => method === "DELETE" && refusal(403, "no"));
    const { code, output } = await pod.run(PASSES);
    expect(code).toBe(0);
    expect(output).toContain("the namespace a-case-1234 could not be removed: no");
  });
});

it("ends with its driver and its namespace on SIGTERM", async () => {
  pod.pods = [RUNNING];
  const running = await pod.launch("echo at work; sleep 600");
  await running.says("at work");
  running.child.kill("SIGTERM");
  const { code, result } = await running.end();
  expect(code).toBe(75);
  expect(result).toMatchObject({ status: "infrastructure", reason: "interrupted by SIGTERM" });
  expect(pod.api.namespaces()).toEqual([]);
});

it("takes a driver that the same signal ends for interrupted", async () => {
  const running = await pod.launch("echo at work; until [ -e $RESULT.go ]; do sleep 0.05; done; exit 143");
  await running.says("at work");
  // Stopped, it sees the signal and the driver's end at once.
  running.child.kill("SIGSTOP");
  await writeFile(pod.path("case/result/result.jsonl.go"), "");
  running.child.kill("SIGTERM");
  running.child.kill("SIGCONT");
  const { code, result } = await running.end();
  expect(code).toBe(75);
  expect(result.reason).toBe("interrupted by SIGTERM");
});

it.each([
  ["ChecksumFileSystem: No space left on device", "no space left on device"],
  ["[JAVA_GATEWAY_EXITED] Java gateway process exited", "the JVM ended before Python could reach it"],
])("asks for another attempt where the machine failed: %s", async (line, reason) => {
  const { code, result } = await pod.run(`echo '${line}'; exit 1`);
  expect(code).toBe(75);
  expect(result).toMatchObject({ status: "infrastructure", reason });
});

it("leaves a result behind before anything else, for the case that it is killed", async () => {
  const running = await pod.launch("echo at work; sleep 600");
  await running.says("at work");
  running.child.kill("SIGKILL");
  expect((await running.end()).result).toMatchObject({
    status: "infrastructure",
    reason: "the pod ended before its case did",
  });
});

it("knows a case that the run's ConfigMap lacks", async () => {
  const mode = pod.caseMode().map((part) => (part === "a case" ? "another" : part));
  const { code, result } = await pod.run(PASSES, mode);
  expect(code).toBe(6);
  expect(result.reason).toBe("the run's ConfigMap has no case another");
});

describe("data", () => {
  const EMPTY_SHA256 = createHash("sha256").digest("hex");
  const mode = ["data", "--size", "tiny"];

  it("is made in the pod, without the checksums of Hadoop's local file system", async () => {
    await writeFile(pod.path("config/builtin.py"), "");
    const data = pod.path("case/data");
    const { code, result } = await pod.run(
      `touch ${data}/.part-0.crc ${data}/part-0; test "$*" = "--generate tiny --data ${data}"`,
      mode,
    );
    expect(code).toBe(0);
    expect(result).toMatchObject({ status: "passed", namespace: null });
    expect([existsSync(`${data}/part-0`), existsSync(`${data}/.part-0.crc`)]).toEqual([true, false]);
    expect(readFileSync(`${data}/_SHA256SUMS`, "utf8")).toBe(`${EMPTY_SHA256}  part-0\n`);
    expect(argumentsOf()).toContain(pod.path("tmp/builtin.py"));
    expect(pod.api.requests).toEqual([]);
  });

  it("says why it could not be made", async () => {
    const { code, result } = await pod.run("echo 'No space left on device'; exit 1", mode);
    expect(code).toBe(75);
    expect(result.reason).toBe("no space left on device");
  });
});

describe("what is in the object store", () => {
  let store: PodStore;
  beforeEach(async () => {
    store = await PodStore.start(pod);
  });
  afterEach(() => store.stop());

  it("is read in place, by the case's run and size", async () => {
    pod.settings.generatesData = true;
    writeDataSet(store.path("data/run-1/tiny"), { part: "1" });
    const { result } = await pod.run(PASSES);
    expect(result.status).toBe("passed");
    expect(argumentsOf()[argumentsOf().indexOf("--data") + 1]).toBe(`webhdfs://${pod.settings.files}/data/run-1/tiny`);
  });

  it.each([
    ["part is not as it was generated", () => writeFileSync(store.path("data/run-1/tiny/part"), "2")],
    ["there is no such data set", () => rmSync(store.path("data"), { recursive: true })],
  ])("keeps a case from beginning where %s", async (message, change) => {
    pod.settings.generatesData = true;
    writeDataSet(store.path("data/run-1/tiny"), { part: "1" });
    change();
    const { code, result } = await pod.run(PASSES);
    expect([code, result.reason]).toEqual([6, `the data set in the object store: ${message}`]);
    expect(pod.api.requests).toEqual([]);
  });

  it("gets the case its own jars", async () => {
    for (const name of ["others.jar", "iceberg.jar"]) store.placeJar(name);
    pod.testCase.parts = [1];
    const { result, output } = await pod.run(PASSES);
    expect(result.status).toBe("passed");
    expect(confOf()["spark.jars"]).toBe(pod.path("case/parts/jars/iceberg.jar"));
    expect(output).toMatch(/^spark-loadtest: iceberg\.jar: \d+\.\d s$/m);
    expect(existsSync(pod.path("case/parts/jars/others.jar"))).toBe(false);
  });

  it("says for which part the store has another file", async () => {
    store.placeJar("iceberg.jar");
    writeFileSync(store.path("parts/iceberg.jar"), "cut");
    pod.testCase.parts = [0];
    const { code, result } = await pod.run(PASSES);
    expect(code).toBe(75);
    expect(result.reason).toMatch(/^iceberg\.jar in the object store has the SHA-256 \w+, not \w+$/);
  });

  it("asks again for a part that was cut off on its way", async () => {
    store.placeJar("iceberg.jar");
    pod.testCase.parts = [0];
    const { host } = new URL(`http://${pod.settings.files}`);
    let asked = 0;
    const proxy = createHttpServer((request, response) => {
      asked += 1;
      void fetch(`http://${host}${request.url}`).then(async (answer) => {
        const body = Buffer.from(await answer.arrayBuffer());
        response.writeHead(200, { "content-length": body.length, connection: "close" });
        if (asked === 1) response.write(body.subarray(0, 3), () => response.socket!.end());
        else response.end(body);
      });
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    pod.settings.files = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const { result } = await pod.run(PASSES);
    proxy.close();
    expect([result.status, asked]).toEqual(["passed", 2]);
  });

  it("waits for a store that is started anew", async () => {
    store.placeJar("iceberg.jar");
    pod.testCase.parts = [0];
    store.stop();
    const running = await pod.launch(PASSES);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await store.startAgain();
    const { result } = await running.end();
    expect(result.status).toBe("passed");
  });
});

describe("Spark Connect", () => {
  let store: PodStore;
  const CLIENT = `
import os, sys
if not os.environ["SPARK_REMOTE"].startswith("sc://127.0.0.1:"): sys.exit("no remote")
for name in ("warmup-1", "sample-1", "sample-2"):
    with open(os.environ["RESULT"], "a") as file: file.write('{"repetition": "%s", "checksum": "c"}\\n' % name)
`;
  const listen = (more: string) => `exec python3 -u -c '
import signal, socket, sys, time
def end(*_): print("server: event log closed"); sys.exit(0)
signal.signal(signal.SIGTERM, end)
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
${more}' "$CONNECT_PORT"`;

  afterEach(() => store.stop());
  beforeEach(async () => {
    store = await PodStore.start(pod);
    pod.testCase.orchestrator = "connect";
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as { port: number };
    await new Promise((resolve) => server.close(resolve));
    (pod.testCase.sparkConf as Record<string, string>)["spark.connect.grpc.binding.port"] = String(port);
    pod.environment.CONNECT_PORT = String(port);
    await writeFile(pod.path("config/workload.py"), CLIENT);
  });

  const addServer = async (folder: string) => {
    await mkdir(pod.path("spark", folder), { recursive: true });
    await writeFile(pod.path("spark", folder, "spark-connect_2.12-9.jar"), "");
  };

  it.each(["jars", "connect"])("has a server from %s, its client, and ends the server gently", async (folder) => {
    await pod.addConnectClient();
    await addServer(folder);
    pod.environment.FAKE_SERVER = listen("while True: time.sleep(1)");
    const { code, result, output } = await pod.run("");
    expect(result).toMatchObject({ status: "passed", checksum: "c" });
    expect(code).toBe(0);
    expect(output).toContain("server: event log closed");
    expect(argumentsOf().slice(-3)).toEqual([
      "--class",
      "org.apache.spark.sql.connect.service.SparkConnectServer",
      "spark-internal",
    ]);
    const jar = pod.path("spark/connect/spark-connect_2.12-9.jar");
    expect(confOf()["spark.jars"]).toBe(folder === "connect" ? jar : undefined);
    expect(confOf()["spark.connect.grpc.binding.address"]).toBe("127.0.0.1");
  });

  it("has its client and jars from beside the image, too, and tables where executors reach them", async () => {
    const names = ["iceberg.jar", "spark-connect_2.12-9.jar"];
    for (const name of names) store.placeJar(name);
    await store.placeClient();
    pod.testCase.parts = [2, 0, 1];
    const jars = names.map((name) => pod.path("case/parts/jars", name));
    const conf = pod.testCase.sparkConf as Record<string, string>;
    conf["spark.jars"] = "/mine.jar";
    conf["spark.sql.catalog.loadtest.warehouse"] = "{warehouse}";
    pod.environment.PYTHONNOUSERSITE = "1";
    pod.environment.FAKE_SERVER = listen("while True: time.sleep(1)");
    const { result } = await pod.run("");
    expect(result).toMatchObject({ status: "passed", checksum: "c" });
    expect(confOf()["spark.jars"]).toBe(["/mine.jar", ...jars].join(","));
    expect(confOf()["spark.sql.catalog.loadtest.warehouse"]).toMatch(
      /^webhdfs:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{32}\/warehouse$/,
    );
  });

  it("imports its client while its server starts, and then runs the script as if it had been run itself", async () => {
    await pod.addConnectClient();
    await addServer("jars");
    await mkdir(pod.path("spark/python/pyspark/sql/connect"), { recursive: true });
    for (const name of ["pyspark", "pyspark/sql", "pyspark/sql/connect"])
      await writeFile(pod.path("spark/python", name, "__init__.py"), "");
    for (const name of ["dataframe", "functions"])
      await writeFile(pod.path(`spark/python/pyspark/sql/connect/${name}.py`), "");
    const imported = pod.path("imported");
    await writeFile(pod.path("spark/python/pyspark/sql/connect/session.py"), `open("${imported}", "w").close()\n`);
    const tells = `print("argv", sys.argv[0], "path", sys.path[0], "main", sys.modules["__main__"].__file__)`;
    await writeFile(pod.path("config/workload.py"), `${CLIENT}\n${tells}`);
    pod.environment.FAKE_SERVER = `until [ -e "${imported}" ]; do sleep 0.05; done; ${listen("while True: time.sleep(1)")}`;
    const { result, output } = await pod.run("");
    expect(result.status).toBe("passed");
    const script = pod.path("tmp/workload.py");
    expect(output).toContain(`argv ${script} path ${pod.path("tmp")} main ${script}\n`);
  });

  it("says why its client did not come, and does not wait for its server", async () => {
    await addServer("jars");
    await store.placeClient();
    writeFileSync(store.path("parts/client.tar"), "cut");
    pod.testCase.parts = [0];
    pod.environment.FAKE_SERVER = "exec sleep 600";
    const { code, result, output } = await pod.run("");
    expect(code).toBe(75);
    expect(result.reason).toMatch(/^client\.tar in the object store has the SHA-256 \w+, not \w+$/);
    expect(output).toContain("stopping the Connect server");
  });

  it("fails as its client does", async () => {
    await pod.addConnectClient();
    await addServer("jars");
    await writeFile(pod.path("config/workload.py"), "raise ValueError('no such table')\n");
    pod.environment.FAKE_SERVER = listen("while True: time.sleep(1)");
    const { code, result } = await pod.run("");
    expect(result).toMatchObject({ status: "failed", reason: "ValueError: no such table" });
    expect(code).toBe(3);
  });

  it("shows why the server did not start", async () => {
    await pod.addConnectClient();
    await addServer("jars");
    pod.environment.FAKE_SERVER = "echo 'java.lang.ClassNotFoundException: a.b.Plugin'; exit 101";
    const { code, result } = await pod.run("");
    expect(result).toMatchObject({ status: "failed", reason: "ClassNotFoundException: a.b.Plugin" });
    expect(code).toBe(3);
  });

  it("says what the image lacks", async () => {
    await pod.addConnectClient();
    const { code, result } = await pod.run("");
    expect(code).toBe(6);
    expect(result.reason).toMatch(/^the image has no Spark Connect server in .*docs\/images\.md/);
  });

  it("says what Python lacks", async () => {
    await addServer("jars");
    pod.environment.PYTHONNOUSERSITE = "1";
    const { code, result } = await pod.run("");
    expect(code).toBe(6);
    expect(result.reason).toMatch(/lacks Python packages of Spark Connect's client: .*; docs\/images\.md/);
  });
});
