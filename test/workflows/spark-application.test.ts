import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { refusedProperties } from "../chart/render.ts";
import { type Answer, refusal } from "../kube/api-server.ts";
import { CasePod } from "./case-pod.ts";

/** What a SparkApplication of a Spark Operator 2.5.2 said, and its driver's pod, as a cluster gave them. */
function recorded(name: string) {
  return JSON.parse(readFileSync(`test/fixtures/spark-operator/${name}.json`, "utf8"));
}

/** PySpark as far as the driver's script calls it. */
const PYSPARK = `
class SparkContext:
    _active_spark_context = None
    @classmethod
    def setSystemProperty(cls, name, value):
        print("property %s=%s" % (name, value), flush=True)
`;
const WORKLOAD = `
import json, sys
result = sys.argv[sys.argv.index("--result") + 1]
for name in ("warmup-1", "sample-1", "sample-2"):
    with open(result, "a") as file: file.write(json.dumps({"repetition": name, "wallMs": 1, "checksum": "c0ffee"}) + "\\n")
print("data at " + sys.argv[sys.argv.index("--data") + 1])
`;
const DRIVER = /\/pods\/case-driver$/;
const APPLICATION = /\/sparkapplications\/case$/;
const CLOCK = `
import os, time
real, late = time.monotonic, os.path.join(os.path.dirname(__file__), "late")
time.monotonic = lambda: real() + (3600 if os.path.exists(late) else 0)
`;

let pod: CasePod;
/** What the cluster answers about the application and its driver. */
let status: () => unknown;
let driver: () => unknown;
let onMade: () => Answer | undefined;
let child: ChildProcess | undefined;

beforeEach(async () => {
  pod = await new CasePod().start();
  Object.assign(pod.testCase, { orchestrator: "operator", sparkVersion: "4.1.1" });
  status = () => undefined;
  driver = () => null;
  onMade = () => undefined;
  pod.api.handlers.unshift(({ method, pathname, body }) => {
    if (method === "POST" && pathname.endsWith("/sparkapplications")) return onMade() ?? { status: 201, body };
    if (method === "GET" && APPLICATION.test(pathname)) return { body: { status: status() } };
    if (method === "GET" && DRIVER.test(pathname)) {
      const body = driver();
      return body === null ? refusal(404, "no pod") : { body };
    }
    return undefined;
  });
  // Where the driver has its files: a machine that runs tests has one /tmp for all of them.
  for (const name of ["spark_application", "application_driver"]) {
    const text = await readFile(join("workflows", `${name}.py`), "utf8");
    await writeFile(pod.path("config", `${name}.py`), text.replace('"/tmp', `"${pod.path("driver")}`));
  }
  await mkdir(pod.path("driver"));
});
afterEach(async () => {
  child?.kill("SIGKILL");
  await pod.stop();
});

const made = () => pod.api.sent("POST", /sparkapplications$/)[0]!.body;

/** Runs the driver as the operator has it run: the ConfigMap's script, beside what else is in that. */
async function runDriver(): Promise<number | null> {
  const folder = pod.path("driver", "opt");
  await mkdir(join(folder, "pyspark"), { recursive: true });
  await writeFile(join(folder, "pyspark", "__init__.py"), PYSPARK);
  for (const [name, text] of Object.entries(pod.api.sent("POST", /configmaps$/)[0]!.body.data)) {
    await writeFile(join(folder, name), text as string);
  }
  child = spawn("python3", [join(folder, "application_driver.py")], { stdio: ["ignore", "pipe", "pipe"] });
  let line = 0;
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      for (const each of text.split("\n").filter(Boolean)) say(line++, each);
    });
  }
  const code = await new Promise<number | null>((resolve) => child!.once("close", resolve));
  pod.api.endLog("case-driver");
  return code;
}

const stamp = (line: number) => `2026-11-28T23:45:${String(line).padStart(2, "0")}.000000000Z`;
const say = (line: number, text: string) => pod.api.writeLog("case-driver", `${stamp(line)} ${text}`);

const running = () => recorded("driver-running");
function ended(exitCode: number, reason = exitCode === 0 ? "Completed" : "Error") {
  const found = running();
  found.status.phase = exitCode === 0 ? "Succeeded" : "Failed";
  found.status.containerStatuses[0].state = { terminated: { exitCode, reason } };
  return found;
}
const waiting = (reason: string, message: string) => {
  const found = running();
  found.status.phase = "Pending";
  found.status.containerStatuses[0].state = { waiting: { reason, message } };
  return found;
};
const state = (name: string, errorMessage?: string) => ({ applicationState: { state: name, errorMessage } });

/** A driver that has said this and ended so. */
function driverEnds(exitCode: number, lines: readonly string[], reason?: string) {
  for (const [at, line] of lines.entries()) say(at, line);
  pod.api.endLog("case-driver");
  driver = () => ended(exitCode, reason);
  status = () => state(exitCode === 0 ? "COMPLETED" : "FAILED");
}

describe("a case of the Spark Operator", () => {
  it("has its driver run the workload, by files that only the driver gets, and takes the result back", async () => {
    await writeFile(pod.path("config/workload.py"), WORKLOAD);
    await writeFile(
      pod.path("config/secret-conf.json"),
      JSON.stringify({ "spark.hadoop.fs.s3a.secret.key": "whisper" }),
    );
    onMade = () => {
      driver = running;
      status = () => recorded("running");
      void runDriver().then((code) => {
        driver = () => ended(code ?? 1);
        status = () => recorded("completed");
      });
      return undefined;
    };
    const { code, result, output } = await pod.run("");
    expect(result, output).toMatchObject({ status: "passed", checksum: "c0ffee", namespace: "a-case-1234" });
    expect(code).toBe(0);
    expect(output).toMatch(/^data at webhdfs:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{32}\/data$/m);
    // The driver prints what it was given here; a property of Spark stands in no log of the case's own.
    expect(output).toContain("property spark.hadoop.fs.s3a.secret.key=whisper\n");
    expect(output).toContain("property spark.app.id=a-case-1234\n");
    expect(output).toMatch(/^property spark\.eventLog\.dir=webhdfs:\/\/.*\/eventlogs$/m);
    expect(readFileSync(pod.path("progress"), "utf8")).toBe("3/3");
    expect(JSON.stringify(pod.api.received.map(({ body }) => body))).not.toContain("whisper");
    expect(pod.api.sent("DELETE", /namespaces\/a-case-1234$/)).toHaveLength(1);
    expect(readdirSync(pod.path("driver"))).toContain("workload.py");
  });

  it.each([
    ["a driver that has ended well, whose pod takes its time", "raise SystemExit(None)", "passed"],
    ["no driver that has ended otherwise", "raise SystemExit(2)", "failed"],
    [
      "no driver whose SparkContext still has an event log open",
      "import pyspark\npyspark.SparkContext._active_spark_context = 1",
      "failed",
    ],
  ])("believes %s", async (_, end, expected) => {
    await writeFile(pod.path("config/workload.py"), `${WORKLOAD}\n${end}\n`);
    onMade = () => {
      driver = running;
      status = () => recorded("running");
      void runDriver().then(() => setTimeout(() => (driver = () => ended(2)), 3000));
      return undefined;
    };
    const { result, output } = await pod.run("");
    expect(result.status, output).toBe(expected);
    expect(output).toMatch(/^data at webhdfs:/m);
  });

  it("makes an application that Pod Security takes, with an account of its own that may make executors there", async () => {
    driverEnds(0, []);
    await pod.run("");
    const { metadata, spec } = made();
    expect(metadata).toEqual({ name: "case", labels: pod.labels });
    expect(spec).toMatchObject({
      ...{ type: "Python", mode: "cluster", sparkVersion: "4.1.1", image: "spark:9", restartPolicy: { type: "Never" } },
      mainApplicationFile: "local:///opt/spark-loadtest/application_driver.py",
    });
    expect(spec.sparkConf).toMatchObject({
      "spark.sql.shuffle.partitions": "16",
      "spark.driver.memory": "512m",
      "spark.driver.memoryOverhead": "1024m",
      "spark.executor.memory": "1024m",
    });
    for (const name of ["spark.driver.host", "spark.kubernetes.namespace", "spark.kubernetes.container.image"]) {
      expect(spec.sparkConf, name).not.toHaveProperty([name]);
    }
    expect(Object.keys(spec.sparkConf).filter((name) => refusedProperties().test(name))).toEqual([]);
    for (const [part, container] of [
      ["driver", "spark-kubernetes-driver"],
      ["executor", "spark-kubernetes-executor"],
    ]) {
      expect(spec[part!].template.spec).toMatchObject({
        securityContext: { runAsNonRoot: true, runAsUser: 185, seccompProfile: { type: "RuntimeDefault" } },
        hostAliases: [{ ip: "127.0.0.1" }],
        containers: [
          {
            name: container,
            resources: { limits: { "ephemeral-storage": "64Gi" } },
            securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
          },
        ],
      });
    }
    expect(spec.driver.serviceAccount).toBe("driver");
    expect(spec.executor.template.spec.automountServiceAccountToken).toBe(false);
    const bindings = pod.api.sent("POST", /rolebindings$/).map(({ body }) => [body.roleRef.name, body.subjects]);
    expect(bindings).toEqual([
      ["spark-loadtest-driver", [expect.objectContaining({ name: "spark-loadtest-case-run-1", namespace: "runs" })]],
      ["spark-loadtest-application", [{ kind: "ServiceAccount", name: "driver", namespace: "a-case-1234" }]],
    ]);
    // Its executors as of any case, and the driver: 512 MiB with 1024 MiB beside its heap.
    expect(pod.api.sent("POST", /resourcequotas$/)[0]!.body.spec.hard).toEqual({
      pods: "3",
      "limits.memory": "4404Mi",
      "limits.ephemeral-storage": "192Gi",
    });
  });

  it("lets executors that have a GPU onto nodes that are kept for such", async () => {
    pod.testCase.sparkConf = { "spark.executor.resource.gpu.vendor": "nvidia.com" };
    driverEnds(0, []);
    await pod.run("");
    const { driver, executor } = made().spec;
    expect(executor.template.spec.tolerations).toEqual([
      { key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" },
    ]);
    expect(driver.template.spec).not.toHaveProperty("tolerations");
  });

  it("has as many executors as the tier says, and a quota for them", async () => {
    pod.settings.executors = 2;
    driverEnds(0, []);
    await pod.run("");
    expect(made().spec.sparkConf).toMatchObject({
      "spark.executor.instances": "2",
      "spark.scheduler.minRegisteredResourcesRatio": "1.0",
    });
    // Two executors, one that replaces another, and the driver.
    expect(pod.api.sent("POST", /resourcequotas$/)[0]!.body.spec.hard).toEqual({
      pods: "4",
      "limits.memory": `${3 * 1434 + 512 + 1024}Mi`,
      "limits.ephemeral-storage": "256Gi",
    });
  });

  it("copies the NetworkPolicy by which its driver reaches the API server", async () => {
    pod.api.handlers.unshift(({ method, pathname }) =>
      method === "GET" && pathname.endsWith("/networkpolicies/spark-loadtest-application")
        ? { body: { spec: { podSelector: {}, policyTypes: ["Egress"], egress: [{}] } } }
        : undefined,
    );
    driverEnds(0, []);
    await pod.run("");
    expect(pod.api.sent("POST", /networkpolicies$/)[0]!.body.spec.egress).toEqual([{}]);
  });

  it("serves its jars by a server of their own, and gives the address of all files to its driver alone", async () => {
    await mkdir(pod.path("case/parts/jars"), { recursive: true });
    await writeFile(pod.path("case/parts/jars/iceberg.jar"), "a jar");
    Object.assign(pod.testCase.sparkConf as object, { "spark.sql.catalog.loadtest.warehouse": "{warehouse}" });
    let jar = "";
    let fetched = Promise.resolve("");
    onMade = () => {
      const { sparkConf } = made().spec;
      jar = sparkConf["spark.jars"];
      fetched = fetch(jar).then((answer) => answer.text());
      void fetched.then(() => driverEnds(0, []));
      return undefined;
    };
    await pod.run("");
    expect(await fetched).toBe("a jar");
    const [, secret] = /^http:\/\/[^/]+\/webhdfs\/v1\/([0-9a-f]{32})\/jars\/iceberg\.jar$/.exec(jar)!;
    const document = JSON.parse(readFileSync(pod.path("case/application/application.json"), "utf8"));
    expect(document.conf["spark.sql.catalog.loadtest.warehouse"]).toMatch(/^webhdfs:.*\/warehouse$/);
    expect(document.conf["spark.sql.catalog.loadtest.warehouse"]).not.toContain(secret);
    expect(made().spec.sparkConf).not.toHaveProperty(["spark.sql.catalog.loadtest.warehouse"]);
  });

  it("fails as its driver does, by its last words", async () => {
    driverEnds(1, [
      "26/11/28 23:45:00 INFO fine",
      "Traceback (most recent call last):",
      "  at",
      "ValueError: no such table",
    ]);
    const { code, result, output } = await pod.run("");
    expect(result).toMatchObject({ status: "failed", reason: "ValueError: no such table" });
    expect(code).toBe(3);
    expect(output).toContain("\n26/11/28 23:45:00 INFO fine\n");
  });

  it("takes a log that is cut off up again, each line once", async () => {
    const cuts = [70];
    pod.api.nextLogCut = () => cuts.shift();
    driverEnds(1, ["one", "two", "three", "ValueError: four"]);
    const { output, result } = await pod.run("");
    expect(result.reason).toBe("ValueError: four");
    expect(output.split("\n").filter((line) => /^(one|two|three|ValueError)/.test(line))).toEqual([
      ...["one", "two", "three", "ValueError: four"],
    ]);
  });

  it.each([
    ["out of memory", 137, "OOMKilled", 3, "the driver's pod ran out of memory"],
    ["killed from outside", 137, "Error", 75, "killed by SIGKILL from outside (the node may be out of memory)"],
  ])("tells a driver that was %s", async (_, exitCode, reason, expected, words) => {
    driverEnds(exitCode, [], reason);
    const { code, result } = await pod.run("");
    expect(result.reason).toBe(words);
    expect(code).toBe(expected);
  });

  it("is tried again where the driver's pod is lost", async () => {
    let seen = 0;
    driver = () => (seen++ === 0 ? running() : null);
    status = () => (seen < 2 ? state("RUNNING") : state("FAILED", "driver pod not found"));
    const { code, result } = await pod.run("");
    expect(result.reason).toBe("the driver's pod was lost: driver pod not found");
    expect(code).toBe(75);
  });

  it("goes by the driver's pod, whatever the operator says of it by then", async () => {
    driverEnds(1, ["ValueError: no"]);
    status = () => state("RUNNING");
    const { result } = await pod.run("");
    expect(result.reason).toBe("ValueError: no");
  });
});

describe("a SparkApplication that cannot start", () => {
  it("says why, where the operator's spark-submit was refused, in Kubernetes' words", async () => {
    status = () => recorded("submission-failed");
    const { code, result } = await pod.run("");
    expect(result.reason).toMatch(
      /^the Spark Operator could not submit the application: exceeded quota: tight, requested: pods=1, /,
    );
    expect(code).toBe(6);
  });

  it("is tried again where the operator's spark-submit did not reach the API server", async () => {
    const message =
      "io.fabric8.kubernetes.client.KubernetesClientException: The timeout of 60000 ms has been exceeded when getting a connection to 10.96.0.1:443";
    status = () => ({
      applicationState: { state: "SUBMISSION_FAILED", errorMessage: `failed to run spark-submit: ${message}` },
    });
    const { code, result } = await pod.run("");
    expect(result.reason).toMatch(
      /could not submit the application: KubernetesClientException: The timeout of 60000 ms/,
    );
    expect(code).toBe(75);
  });

  it("says which image the driver's pod waits for", async () => {
    driver = () => waiting("ImagePullBackOff", 'Back-off pulling image "x": manifest unknown: not found');
    status = () => state("SUBMITTED");
    const { code, result } = await pod.run("");
    expect(result.reason).toBe('ImagePullBackOff: Back-off pulling image "x": manifest unknown: not found');
    expect(code).toBe(6);
  });

  it("says which executor Kubernetes refuses, as the driver tells", async () => {
    driver = running;
    status = () => state("RUNNING");
    say(0, 'x Message: pods "e" is forbidden: exceeded quota: case, requested: pods=1. Received status: Status');
    const { code, result } = await pod.run("");
    expect(result.reason).toBe("exceeded quota: case, requested: pods=1");
    expect(code).toBe(6);
    // The driver is ended, and stays to be looked at by who keeps the namespace.
    expect(pod.api.sent("PATCH", DRIVER)[0]!.body).toEqual({ spec: { activeDeadlineSeconds: 1 } });
  }, 20_000);

  it("says that an operator says nothing", async () => {
    await writeFile(pod.path("config/sitecustomize.py"), CLOCK);
    pod.environment.PYTHONPATH = pod.path("config");
    pod.settings.caseTimeoutSeconds = 7200;
    const running = await pod.launch("");
    await running.says("SparkApplication case: new");
    await writeFile(pod.path("config/late"), "");
    const { code, result } = await running.end();
    expect(result.reason).toMatch(/^the Spark Operator has said nothing of the SparkApplication within 300 s: /);
    expect(code).toBe(6);
  });

  it.each([
    [
      "no such kind",
      refusal(404, "the server could not find the requested resource"),
      /^the cluster has no Spark Operator: /,
    ],
    [
      "a webhook that does not answer",
      refusal(500, 'Internal error occurred: failed calling webhook "mutate": connection refused'),
      /^the Spark Operator does not answer: Internal error occurred: failed calling webhook .*: connection refused$/,
    ],
    [
      "a policy",
      refusal(403, "denied request: only this"),
      /^Kubernetes did not create a SparkApplication .*: denied request: only this$/,
    ],
    ["an operator without pod templates", { status: 201, body: { spec: { driver: {} } } }, /is older than 2\.1$/],
  ])(
    "says so, for %s",
    async (_, answer, words) => {
      onMade = () => answer as Answer;
      const { code, result } = await pod.run("");
      expect(result.reason).toMatch(words);
      expect(code).toBe(6);
    },
    30_000,
  );

  it("ends its driver when its time is over", async () => {
    pod.settings.caseTimeoutSeconds = 3;
    driver = () => (pod.api.sent("PATCH", DRIVER).length > 0 ? ended(143) : running());
    status = () => state("RUNNING");
    say(0, "INFO working");
    const { code, result } = await pod.run("");
    expect(result.reason).toBe("no end after 3 s");
    expect(code).toBe(3);
    expect(pod.api.sent("PATCH", DRIVER)).toHaveLength(1);
  }, 20_000);
});
