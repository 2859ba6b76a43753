import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  CLUSTER_OPTIONS,
  findMissing,
  HISTORY_SERVER_IMAGE,
  INSTALL_OPTIONS,
  OPERATOR_OPTIONS,
  SETTINGS,
  Workplace,
} from "./cli.ts";
import { readExecutors } from "./executors.ts";

const missing = await findMissing();
if (missing !== null) process.stderr.write(`e2e is skipped. ${missing}\n`);

const TIER = ["--tiers-file", resolve("test/e2e/tiers.yaml")];
const CLUSTER = ["--cluster", SETTINGS.provider, "--cluster-name", "e2e"];
const RUN = ["run", ...TIER, ...CLUSTER, ...CLUSTER_OPTIONS];
const ONE_CASE = ["--only", "sparkVersion=4.1.1,orchestrator=submit,extensions=none,operation=aggregate"];
const TWO_CASES = ["--only", "sparkVersion=4.1.1,orchestrator=submit,extensions=none"];
const CASE = "e2e_4.1.1_submit_kubernetes_none_aggregate_tiny";
const MODES = ["run", "--tiers-file", resolve("test/e2e/modes.yaml"), ...CLUSTER, ...CLUSTER_OPTIONS];
const STANDALONE = ["--only", "sparkVersion=4.1.1,orchestrator=submit,mode=standalone"];
const STANDALONE_CASE = "modes_4.1.1_submit_standalone_none_aggregate_tiny";

/** One that pods can mount, and one without a volume. */
const CLAIMS = `apiVersion: v1
kind: PersistentVolume
metadata: {name: trips}
spec:
  capacity: {storage: 1Gi}
  accessModes: [ReadOnlyMany]
  storageClassName: by-hand
  hostPath: {path: /e2e-trips}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: trips, namespace: spark-loadtest}
spec:
  accessModes: [ReadOnlyMany]
  storageClassName: by-hand
  volumeName: trips
  resources: {requests: {storage: 1Gi}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: unbound, namespace: spark-loadtest}
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: nobody
  resources: {requests: {storage: 1Gi}}
`;

const LARGE = `schema: spark-loadtest/tiers/v1
tiers:
  large:
    dimensions: {sparkVersion: 4.1.1, orchestrator: submit, mode: local, extensions: none, operation: read, dataSize: 1gb}
    samples: 1
    warmups: 0
    cores: 2
    memoryMb: 2048
    caseTimeoutSeconds: 900
    timeoutSeconds: 1800
`;

/** Names of the containers that are nodes of this test's cluster. */
function nodes(): string[] {
  const names = execFileSync("docker", ["ps", "--all", "--format", "{{.Names}}"], { encoding: "utf8" });
  return names.split("\n").filter((name) => name === "e2e" || name.startsWith("e2e-"));
}

describe.skipIf(missing !== null)("a run that brings up its own cluster", () => {
  const place = new Workplace();
  afterAll(() => place.remove());

  it("goes from nothing to a report and leaves nothing behind", async () => {
    const { code, stderr } = await place.run([...RUN, "--only", "operation=aggregate", "--out", "out"]);
    expect(code, stderr).toBe(0);
    const { cases, run } = place.results("out");
    // Both versions by spark-submit and by Connect, on files and on Iceberg's tables, with images that need not have either.
    expect(cases.map(({ status, reason }) => reason ?? status)).toEqual(Array(8).fill("passed"));
    expect(run).toMatchObject({ engine: "argo", tier: "e2e" });
    for (const { name, samples, evidence } of cases) {
      expect(samples, name).toHaveLength(2);
      expect(samples[0]!.metrics.cpuMs, name).toBeGreaterThan(0);
      expect(samples[0]!.metrics.shuffleWriteRecords, name).toBeGreaterThan(0);
      expect(evidence?.partial, name).toBe(false);
      expect(existsSync(join(place.path, "out", "logs", `${name}.log`)), name).toBe(true);
      expect(readdirSync(join(place.path, "out", "eventlogs", name)), name).toHaveLength(1);
    }
    expect(new Set(cases.map(({ checksum }) => checksum)).size).toBe(1);
    expect(readFileSync(join(place.path, "out", "report.html"), "utf8")).toContain("e2e");
    expect(nodes()).toEqual([]);
  });

  it("deletes the cluster on Ctrl-C, whenever it comes", async () => {
    for (const moment of [/./, /Argo Workflows/, new RegExp(`… ${CASE}`)]) {
      const running = place.start([...RUN, ...ONE_CASE, "--out", `out-${moment.source.length}`]);
      await running.until(moment);
      running.child.kill("SIGINT");
      const { code, stderr } = await running.ended;
      expect(code, stderr).toBe(130);
      expect(nodes()).toEqual([]);
    }
  });
});

describe.skipIf(missing !== null)("runs on a cluster that stays", () => {
  const place = new Workplace();
  let before: string[];

  beforeAll(async () => {
    const { code, stderr } = await place.run([
      "install",
      ...CLUSTER,
      ...INSTALL_OPTIONS,
      "--image",
      HISTORY_SERVER_IMAGE,
    ]);
    expect(code, stderr).toBe(0);
    expect(nodes()).toHaveLength(1);
    before = await place.namespaces();
  });
  afterAll(async () => {
    await place.run(["cleanup", ...CLUSTER, "--all"]);
    place.remove();
    expect(nodes()).toEqual([]);
  });
  const expectAsBefore = async () => expect(await place.namespaces()).toEqual(before);

  it("finds no regression where there is none", async () => {
    for (const out of ["base", "again"]) {
      const baseline = out === "base" ? [] : ["--baseline", "base"];
      const { code, stderr } = await place.run([...RUN, ...ONE_CASE, "--out", out, ...baseline]);
      expect(code, stderr).toBe(0);
    }
    expect(
      place.verdict("again").findings.filter(({ gate, direction }) => gate === "hard" && direction === "worse"),
    ).toEqual([]);
    await expectAsBefore();
  });

  it("keeps the data of a run once, and begins no case with others than were generated", async () => {
    const running = place.start([...RUN, ...TWO_CASES, "--max-parallel", "1", "--out", "others"]);
    await running.until(/warm-up|sample/);
    const [folder] = (await place.inStore("ls -dt /buckets/spark-loadtest/data/*/tiny")).split("\n");
    expect((await place.inStore(`ls ${folder}`)).match(/^part-/gm)).toHaveLength(4);
    // Spark, which reads there, passes over such a name. The time is that of a data set that was made anew.
    await place.inStore(`touch ${folder}/_others ${folder}/_SHA256SUMS`);
    const { code, stderr } = await running.ended;
    expect(code, stderr).toBe(6);
    expect(place.results("others").cases.map(({ status, reason }) => reason ?? status)).toEqual([
      "passed",
      "the data set in the object store: _others was not generated",
    ]);
    await expectAsBefore();
  });

  it("keeps files that Argo uploads in parts, as it does from 16 MiB on", async () => {
    writeFileSync(join(place.path, "large.yaml"), LARGE);
    const run = ["run", "--tiers-file", "large.yaml", ...CLUSTER, ...CLUSTER_OPTIONS, "--out", "large"];
    const { code, stderr } = await place.run(run);
    expect(code, stderr).toBe(0);
    const sizes = (await place.inStore("stat -c %s /buckets/spark-loadtest/data/*/1gb/part-*")).trim().split("\n");
    expect(sizes).toHaveLength(32);
    expect(Math.min(...sizes.map(Number))).toBeGreaterThan(16 * 1024 * 1024);
    await expectAsBefore();
  });

  it("reads data of the user's in a claim, and says which claim it cannot", async () => {
    const data = await place.inStore(
      "cd $(ls -d /buckets/spark-loadtest/data/*/tiny | head -1) && tar -c part-* | base64",
    );
    for (const node of nodes()) {
      execFileSync("docker", ["exec", node, "mkdir", "-p", "/e2e-trips/2024"]);
      execFileSync("docker", ["exec", "-i", node, "tar", "-x", "-C", "/e2e-trips/2024"], {
        input: Buffer.from(data, "base64"),
      });
    }
    await place.apply(CLAIMS);
    const { code, stderr } = await place.run([...RUN, ...ONE_CASE, "--data", "pvc://trips/2024", "--out", "claim"]);
    expect(code, stderr).toBe(0);
    expect(place.results("claim").cases[0]!.checksum).toBe(place.results("base").cases[0]!.checksum);
    for (const [claim, reason] of [
      ["unbound", "is not bound but Pending"],
      ["none", "has no PersistentVolumeClaim none"],
    ] as const) {
      const refused = await place.run([...RUN, ...ONE_CASE, "--data", `pvc://${claim}`, "--out", claim]);
      expect(refused.code, refused.stderr).toBe(2);
      expect(refused.stderr).toContain(reason);
    }
    await expectAsBefore();
  });

  it("compares two images in pairs, and finds the same image no worse than itself", async () => {
    const { code, stderr } = await place.run([
      ...[...RUN, ...ONE_CASE, "--baseline-image", SETTINGS.image, "--pairs", "3", "--out", "ab"],
      // Three pairs of one case on a busy machine show little, which is not what this is about.
      ...["--max-detectable-change", "100000"],
    ]);
    expect(code, stderr).toBe(0);
    expect(stderr).toContain(`${CASE} (baseline, pair 3)`);
    for (const folder of ["ab", "ab/baseline"]) {
      const { cases } = place.results(folder);
      expect(cases.map(({ name, status, attempts }) => [name, status, attempts])).toEqual([[CASE, "passed", 3]]);
      expect(cases[0]!.samples.map(({ pair }) => pair)).toEqual([1, 1, 2, 2, 3, 3]);
    }
    for (const arm of [CASE, `pair-3/${CASE}`, `baseline/${CASE}`, `baseline/pair-3/${CASE}`]) {
      expect(existsSync(join(place.path, "ab", "logs", `${arm}.log`)), arm).toBe(true);
      expect(readdirSync(join(place.path, "ab", "eventlogs", arm)), arm).toHaveLength(1);
    }
    expect(place.verdict("ab")).toMatchObject({ verdict: "no-change", baseline: { pairedImage: SETTINGS.image } });
    await expectAsBefore();
  });

  it("says which exception a case failed of", async () => {
    const { code } = await place.run([...RUN, ...ONE_CASE, "--workload-arg=--fault=fail", "--out", "failed"]);
    expect(code).toBe(3);
    expect(place.results("failed").cases[0]).toMatchObject({ status: "failed" });
    expect(place.results("failed").cases[0]!.reason).toContain("asked for by --fault fail");
    await expectAsBefore();
  });

  it("tells an executor that was killed for its memory", async () => {
    const { code, stderr } = await place.run([
      ...[...RUN, ...ONE_CASE, "--workload-arg=--fault=exceed-memory"],
      ...["--out", "oom", "--baseline", "base"],
    ]);
    expect(code, stderr).toBe(4);
    const finding = place.verdict("oom").findings.find(({ metric }) => metric === "oomKills");
    expect(finding).toMatchObject({ gate: "hard", direction: "worse", cause: { kind: "memory-kill" } });
    await expectAsBefore();
  });

  it("ends within 30 seconds where an image does not exist", async () => {
    const { code, stderr } = await place.run([
      ...["run", ...TIER, ...CLUSTER, ...CLUSTER_OPTIONS, ...ONE_CASE],
      ...["--image", "spark-loadtest.invalid/none:{sparkVersion}", "--out", "no-image"],
    ]);
    expect(code, stderr).toBe(6);
    const [testCase] = place.results("no-image").cases;
    expect(testCase).toMatchObject({ status: "infrastructure" });
    expect(testCase!.reason).toMatch(/ErrImagePull|ImagePullBackOff|ErrImageNeverPull/);
    const tookMs = Date.parse(testCase!.finishedAt!) - Date.parse(testCase!.startedAt!);
    expect(tookMs).toBeLessThan(30_000);
    // Which reads the store's event logs: there is none to wait for.
    expect(stderr).not.toContain("The History Server");
    await expectAsBefore();
  });

  it("runs a driver that is alone, and a master with its worker, by both orchestrators", async () => {
    const { code, stderr } = await place.run([...MODES, "--out", "modes"]);
    expect(code, stderr).toBe(0);
    const { cases, run } = place.results("modes");
    expect(cases).toHaveLength(8);
    for (const { name, dimensions, status, reason, namespace, samples, evidence } of cases) {
      expect(reason ?? status, name).toBe("passed");
      expect(namespace === null, name).toBe(dimensions.mode === "local");
      expect(samples, name).toHaveLength(2);
      expect(samples[0]!.metrics.cpuMs, name).toBeGreaterThan(0);
      expect(samples[0]!.metrics.shuffleWriteRecords, name).toBeGreaterThan(0);
      expect(evidence?.partial, name).toBe(false);
    }
    // The rows of an operation are the same wherever it runs.
    expect(new Set([...cases, ...place.results("base").cases].map(({ checksum }) => checksum)).size).toBe(1);
    await expectAsBefore();
    const versions = JSON.parse(await place.kubectl("version", "-o", "json")) as {
      serverVersion: { gitVersion: string };
    };
    process.stderr.write(
      `The modes local and standalone ran on ${SETTINGS.provider}, Kubernetes ${versions.serverVersion.gitVersion}, ` +
        `${run.host.os}, images ${SETTINGS.image}: ${cases.map(({ name }) => name).join(", ")}\n`,
    );
  });

  it("begins with all executors of the tier, and has each of them work", async () => {
    const tier = ["--tiers-file", resolve("test/e2e/executors.yaml")];
    const { code, stderr } = await place.run(["run", ...tier, ...CLUSTER, ...CLUSTER_OPTIONS, "--out", "executors"]);
    expect(code, stderr).toBe(0);
    const { cases, run } = place.results("executors");
    expect(run.workload?.resources).toEqual({ executors: 2, cores: 1, memoryMb: 768 });
    expect(cases.map(({ status, reason }) => reason ?? status)).toEqual(Array(4).fill("passed"));
    for (const { name } of cases) {
      const { addedAtMs, tasks, firstJobAtMs } = await readExecutors(join(place.path, "executors", "eventlogs", name));
      expect(Object.keys(tasks), name).toHaveLength(2);
      expect(Object.keys(addedAtMs).sort(), name).toEqual(Object.keys(tasks).sort());
      expect(Math.max(...Object.values(addedAtMs)), name).toBeLessThanOrEqual(firstJobAtMs);
    }
    expect(new Set([...cases, ...place.results("base").cases].map(({ checksum }) => checksum)).size).toBe(1);
    await expectAsBefore();
  });

  it.each([
    ["no room for the worker", ["--conf", "spark.executor.memory=500g"], /Unschedulable: .*memory/],
    ["a larger quota than a case may have", ["--conf", "spark.executor.memory=2000g"], /ResourceQuota .*only a quota/],
  ])("ends within 30 seconds where a worker cannot start: %s", async (_, options, reason) => {
    const { code, stderr } = await place.run([...MODES, ...STANDALONE, ...options, "--out", "no-worker"]);
    expect(code, stderr).toBe(6);
    const [testCase] = place.results("no-worker").cases;
    expect(testCase).toMatchObject({ name: STANDALONE_CASE, status: "infrastructure" });
    expect(testCase!.reason).toMatch(reason);
    expect(Date.parse(testCase!.finishedAt!) - Date.parse(testCase!.startedAt!)).toBeLessThan(30_000);
    await expectAsBefore();
  });

  it("removes master and worker on Ctrl-C", async () => {
    const running = place.start([...MODES, ...STANDALONE, "--samples", "50", "--out", "interrupted-standalone"]);
    await running.until(/sample/);
    running.child.kill("SIGINT");
    const { code, stderr } = await running.ended;
    expect(code, stderr).toBe(130);
    await expectAsBefore();
    expect(await place.kubectl("get", "pods", "-A", "-l", "spark-loadtest/run", "-o", "name")).toBe("");
  });

  it("removes the workflow and the namespaces on Ctrl-C", async () => {
    const running = place.start([...RUN, ...ONE_CASE, "--samples", "50", "--out", "interrupted"]);
    await running.until(/sample|executor|… e2e_4\.1\.1/);
    running.child.kill("SIGINT");
    const { code, stderr } = await running.ended;
    expect(code, stderr).toBe(130);
    await expectAsBefore();
    expect(await place.kubectl("get", "workflows", "-A", "-o", "name")).toBe("");
  });

  it("goes on when the controller's pod is deleted in the middle", async () => {
    const running = place.start([...RUN, ...ONE_CASE, "--out", "controller"]);
    await running.until(new RegExp(`… ${CASE}`));
    await place.kubectl("-n", "argo", "delete", "pod", "-l", "app.kubernetes.io/component=workflow-controller");
    const { code, stderr } = await running.ended;
    expect(code, stderr).toBe(0);
    await expectAsBefore();
  });

  it("goes on when the API server restarts in the middle", async () => {
    const running = place.start([...RUN, ...ONE_CASE, "--out", "api-server"]);
    await running.until(new RegExp(`… ${CASE}`));
    const node = SETTINGS.provider === "kind" ? "e2e-control-plane" : "e2e";
    execFileSync("docker", ["exec", node, "pkill", "-KILL", "kube-apiserver"]);
    const { code, stderr } = await running.ended;
    expect(code, stderr).toBe(0);
    await expectAsBefore();
  });

  it("is taken up again after a kill", async () => {
    const running = place.start([...RUN, ...ONE_CASE, "--out", "killed"]);
    await running.until(new RegExp(`… ${CASE}`));
    running.child.kill("SIGKILL");
    await running.ended;
    const [name] = (await place.kubectl("-n", "spark-loadtest", "get", "workflows", "-o", "name")).trim().split("\n");
    const id = name!.replace(/^.*\//, "");
    const watched = await place.run(["watch", id, ...CLUSTER]);
    expect(watched.code, watched.stderr).toBe(0);
    const collected = await place.run(["collect", id, ...CLUSTER, "--out", "collected"]);
    expect(collected.code, collected.stderr).toBe(0);
    expect(place.results("collected").cases[0]).toMatchObject({ name: CASE, status: "passed" });
    const logs = await place.run(["logs", id, ...CLUSTER]);
    expect(logs.stdout).toContain("SparkContext");
    const cleaned = await place.run(["cleanup", id, ...CLUSTER]);
    expect(cleaned.code, cleaned.stderr).toBe(0);
    await expectAsBefore();
  });

  it("prints the name of what it submits, and nothing else, on stdout", async () => {
    const { code, stdout } = await place.run([
      ...["submit", ...TIER, ...CLUSTER, ...ONE_CASE, "--image", SETTINGS.image],
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^e2e-\d{8}t\d{6}-[0-9a-f]{4}\n$/);
    expect((await place.run(["cleanup", stdout.trim(), ...CLUSTER])).code).toBe(0);
    await expectAsBefore();
  });
});

const noOperator =
  missing ??
  (SETTINGS.operatorChart === undefined ? "E2E_SPARK_OPERATOR_CHART names no chart of the Spark Operator." : null);
if (missing === null && noOperator !== null)
  process.stderr.write(`e2e of the Spark Operator is skipped. ${noOperator}\n`);

describe.skipIf(noOperator !== null)("cases of the Spark Operator", () => {
  const place = new Workplace();
  const OPERATOR = [
    ...["run", "--tiers-file", resolve("test/e2e/operator.yaml"), ...CLUSTER, ...CLUSTER_OPTIONS],
    ...OPERATOR_OPTIONS,
  ];
  const ONE = ["--only", "sparkVersion=4.1.1,orchestrator=operator,operation=aggregate"];
  const definitions = async () =>
    (await place.kubectl("get", "crd", "-o", "name")).split("\n").filter((name) => name.includes("sparkoperator"));
  let before: string[];

  beforeAll(async () => {
    const { code, stderr } = await place.run([
      ...["install", ...CLUSTER, ...INSTALL_OPTIONS, "--image", HISTORY_SERVER_IMAGE],
    ]);
    expect(code, stderr).toBe(0);
    before = await place.namespaces();
  });
  afterAll(async () => {
    await place.run(["cleanup", ...CLUSTER, "--all"]);
    place.remove();
  });

  it("give what submit gives, by an operator that comes with the run and goes with it", async () => {
    const { code, stderr } = await place.run([...OPERATOR, "--out", "operator"]);
    expect(code, stderr).toBe(0);
    const { cases } = place.results("operator");
    expect(cases.map(({ status, reason }) => reason ?? status)).toEqual(Array(8).fill("passed"));
    for (const operation of ["aggregate", "write"]) {
      const same = cases.filter(({ dimensions }) => dimensions.operation === operation);
      expect(new Set(same.map(({ checksum }) => checksum)).size, operation).toBe(1);
    }
    for (const { name, samples, evidence } of cases) {
      expect(samples[0]!.metrics.cpuMs, name).toBeGreaterThan(0);
      expect(evidence?.partial, name).toBe(false);
    }
    expect(await place.namespaces()).toEqual(before);
    expect(await definitions()).toEqual([]);
  });

  it("say which exception their driver failed of", async () => {
    const { code } = await place.run([...OPERATOR, ...ONE, "--workload-arg=--fault=fail", "--out", "operator-failed"]);
    expect(code).toBe(3);
    expect(place.results("operator-failed").cases[0]!.reason).toContain("asked for by --fault fail");
    expect(await place.namespaces()).toEqual(before);
  });

  it("are refused by an operator that watches other namespaces, within 30 seconds", async () => {
    const installed = await place.run([
      ...["install", ...CLUSTER, ...INSTALL_OPTIONS, "--image", HISTORY_SERVER_IMAGE],
      ...OPERATOR_OPTIONS,
    ]);
    expect(installed.code, installed.stderr).toBe(0);
    const patch = [{ op: "add", path: "/spec/template/spec/containers/0/args/-", value: "--namespaces=default" }];
    await place.kubectl(
      ...["-n", "spark-operator", "patch", "deployment", "spark-operator-controller"],
      ...["--type=json", "-p", JSON.stringify(patch)],
    );
    const { code, stderr, seconds } = await place.run([...OPERATOR, ...ONE, "--out", "operator-elsewhere"]);
    expect(code, stderr).toBe(6);
    expect(stderr).toContain("spark-operator/spark-operator-controller watches only default");
    expect(seconds).toBeLessThan(30);
  });
});
