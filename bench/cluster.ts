// What a run on a cluster costs beside the same steps done by hand, as ratios in one run: npm run bench:cluster.
// Needs what test/e2e needs (Docker, kind, helm, kubectl), the Argo CLI, and the same E2E_* variables.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { type KubeObject, watchResource } from "../src/kube/watch.ts";
import { PINS } from "../src/lib/pins.ts";

const NODE_IMAGE = process.env.E2E_NODE_IMAGE;
const ARGO_CHART = process.env.E2E_ARGO_CHART;
const IMAGE = process.env.E2E_IMAGE ?? "apache/spark:{sparkVersion}";
const VERSION = process.env.E2E_SPARK_VERSION ?? "4.1.1";
const SPARK_IMAGE = IMAGE.replace("{sparkVersion}", VERSION);
const IMAGES = [
  `quay.io/argoproj/workflow-controller:v${PINS.tools.argo.version}`,
  `quay.io/argoproj/argoexec:v${PINS.tools.argo.version}`,
  PINS.images.objectStore.name,
  SPARK_IMAGE,
];
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 2);
const NAMESPACE = "spark-loadtest";
const CLI = resolve("dist/cli/index.js");
const WORK = ["--tiers-file", resolve("test/e2e/tiers.yaml"), "--image", IMAGE, "--max-parallel", "1"];
const CASES = ["--only", `sparkVersion=${VERSION},orchestrator=submit,extensions=none,operation=aggregate`];
const place = mkdtempSync(join(tmpdir(), "bench-cluster-"));
const cache = join(place, "cache");
const CLOCK_TICKS_A_SECOND = 100;

function run(command: string, args: readonly string[]): string {
  return execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], maxBuffer: 64e6 });
}

/** A kubeconfig's way to the API server; null while there is no such file yet. */
function connect(kubeconfig: string): KubeConfig | null {
  const config = new KubeConfig();
  try {
    config.loadFromFile(kubeconfig);
    return config;
  } catch {
    return null;
  }
}

/** Asks in this process: a kubectl every time would take a good part of a core from what is measured. */
async function waitForCasePod(kubeconfig: string, startedAtMs: number): Promise<number> {
  for (;;) {
    try {
      const list = await connect(kubeconfig)?.makeApiClient(CoreV1Api).listNamespacedPod({
        namespace: NAMESPACE,
        labelSelector: "workflows.argoproj.io/workflow",
      });
      for (const { metadata, status } of list?.items ?? []) {
        if (metadata?.name?.includes("-case-") && status?.phase === "Running") return Date.now() - startedAtMs;
      }
    } catch {
      // No cluster yet, or no namespace.
    }
    await sleep(500);
  }
}

/** kind create, kind load, helm install, kubectl apply, each waiting for its end. */
async function byHand(): Promise<number> {
  const kubeconfig = join(place, "by-hand.kubeconfig");
  const kube = ["--kubeconfig", kubeconfig];
  const name = ["--name", "bench-by-hand"];
  const manifests = join(place, "manifests.yaml");
  writeFileSync(manifests, run("node", [CLI, "submit", ...WORK, ...CASES, "--dry-run"]));
  const startedAtMs = Date.now();
  try {
    const image = NODE_IMAGE === undefined ? [] : ["--image", NODE_IMAGE];
    run("kind", ["create", "cluster", ...name, ...kube, ...image, "--wait", "120s"]);
    for (const each of IMAGES) run("kind", ["load", "docker-image", ...name, each]);
    const chart =
      ARGO_CHART === undefined
        ? [
            "argo-workflows",
            "--repo",
            "https://argoproj.github.io/argo-helm",
            "--version",
            PINS.charts["argo-workflows"].version,
          ]
        : [ARGO_CHART];
    run("helm", [
      ...["install", "argo-workflows", ...chart, ...kube, "-n", "argo", "--create-namespace", "--wait"],
      ...["--set", "crds.full=false,images.pullPolicy=IfNotPresent,server.enabled=false"],
      ...["--set", "controller.workflowNamespaces={argo}"],
    ]);
    run("helm", [
      ...["install", "spark-loadtest", "charts/spark-loadtest", ...kube, "-n", "spark-loadtest", "--create-namespace"],
      ...["--wait", "--set", `historyServer.image=${SPARK_IMAGE},objectStore.image=${PINS.images.objectStore.name}`],
    ]);
    run("kubectl", [...kube, "apply", "-f", manifests]);
    return await waitForCasePod(kubeconfig, startedAtMs);
  } finally {
    run("kind", ["delete", "cluster", ...name, ...kube]);
  }
}

/** The same by `run`, which is ended once the first case's pod runs. */
async function byRun(): Promise<number> {
  const startedAtMs = Date.now();
  const child = spawn("node", [
    ...[CLI, "run", ...WORK, ...CASES, "--cluster", "kind", "--cluster-name", "bench-run", "--cache-dir", cache],
    ...(NODE_IMAGE === undefined ? [] : ["--node-image", NODE_IMAGE]),
    ...(ARGO_CHART === undefined ? [] : ["--argo-chart", ARGO_CHART]),
    ...["--out", join(place, `run-${startedAtMs}`)],
  ]);
  const ended = new Promise((done) => child.once("close", done));
  const tookMs = await waitForCasePod(join(cache, "clusters", "kind-bench-run.kubeconfig"), startedAtMs);
  child.kill("SIGINT");
  await ended;
  return tookMs;
}

/** Milliseconds of processor time that a process has used. */
function cpuMsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return ((Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS_A_SECOND) * 1000;
}

interface Followed {
  readonly workflowMs: number;
  readonly cpuShare: number;
  /** From the first attempt's begin to its line on the screen. */
  readonly delayMs: number;
}

interface Workflow {
  readonly status?: {
    readonly startedAt: string;
    readonly nodes?: Readonly<Record<string, WorkflowNode>>;
  };
}

interface WorkflowNode {
  readonly type: string;
  readonly templateName?: string;
  readonly startedAt: string;
  readonly finishedAt: string | null;
}

/** From the start of a workflow to the end of its last pod: `run` may remove it before the controller has put an end to it. */
function workflowMs({ status }: Workflow): number {
  const pods = Object.values(status?.nodes ?? {}).filter(({ type }) => type === "Pod");
  return Math.max(...pods.map(({ finishedAt }) => Date.parse(finishedAt ?? ""))) - Date.parse(status!.startedAt);
}

/** The last state of the workflow, kept up by a watch until `signal` aborts. */
function watchWorkflow(kubeconfig: string, signal: AbortSignal): () => Workflow | undefined {
  let last: Workflow | undefined;
  const events = watchResource<Workflow & KubeObject>({
    kubeConfig: connect(kubeconfig)!,
    path: `/apis/argoproj.io/v1alpha1/namespaces/${NAMESPACE}/workflows`,
    what: "follow the workflow",
    signal,
    onDisturbance: () => undefined,
  });
  void (async () => {
    for await (const event of events) if ("object" in event) last = event.object;
  })().catch((error) => {
    if (!signal.aborted) throw error;
  });
  return () => last;
}

/** A workflow on a cluster that is there, submitted and followed by `run`. */
async function follow(kubeconfig: string): Promise<Followed> {
  const watch = new AbortController();
  const lastState = watchWorkflow(kubeconfig, watch.signal);
  const child = spawn("node", [
    ...[CLI, "run", ...WORK, ...CASES, "--cluster", "kind", "--cluster-name", "bench", "--cache-dir", cache],
    ...(ARGO_CHART === undefined ? [] : ["--argo-chart", ARGO_CHART]),
    ...["--out", join(place, `follow-${Date.now()}`)],
  ]);
  const ended = new Promise((done) => child.once("close", done));
  let shownAtMs: number | undefined;
  let waiting: { atMs: number; cpuMs: number } | undefined;
  let lastWaiting: { atMs: number; cpuMs: number } | undefined;
  child.stderr.on("data", (chunk: Buffer) => {
    if (/^… \S*_submit_/m.test(chunk.toString())) shownAtMs ??= Date.now();
  });
  const sampler = setInterval(() => {
    if (shownAtMs === undefined || child.exitCode !== null) return;
    const sample = { atMs: Date.now(), cpuMs: cpuMsOf(child.pid!) };
    waiting ??= sample;
    lastWaiting = sample;
  }, 500);
  await ended;
  clearInterval(sampler);
  watch.abort();
  const workflow = lastState()!;
  // When the first attempt of the case began, by Kubernetes' clock.
  const pods = Object.values(workflow.status?.nodes ?? {}).filter(
    ({ type, templateName }) => type === "Pod" && templateName === "case",
  );
  const begunAtMs = Math.min(...pods.map((node) => Date.parse(node.startedAt)));
  const cpuMs = (lastWaiting?.cpuMs ?? Number.NaN) - (waiting?.cpuMs ?? 0);
  return {
    workflowMs: workflowMs(workflow),
    cpuShare: cpuMs / ((lastWaiting?.atMs ?? 0) - (waiting?.atMs ?? 0)),
    delayMs: shownAtMs! - begunAtMs,
  };
}

/** The same workflow under plain `argo submit`. */
function submitPlainly(kubeconfig: string): number {
  const manifests = run("node", [CLI, "submit", ...WORK, ...CASES, "--dry-run"])
    .split(/^---\n/m)
    .slice(1);
  // The account and the ConfigMap of its pods come before it.
  writeFileSync(join(place, "beside.yaml"), manifests.slice(0, -1).join("---\n"));
  writeFileSync(join(place, "workflow.yaml"), manifests.at(-1)!);
  const kube = ["--kubeconfig", kubeconfig, "-n", "spark-loadtest"];
  run("kubectl", [...kube, "apply", "-f", join(place, "beside.yaml")]);
  const name = run("argo", [...kube, "submit", "--wait", "-o", "name", join(place, "workflow.yaml")])
    .trim()
    .split("\n")[0]!;
  const ended = JSON.parse(run("kubectl", [...kube, "get", "workflow", name.replace(/^.*\//, ""), "-o", "json"]));
  run("kubectl", [...kube, "delete", "workflow", name.replace(/^.*\//, "")]);
  return workflowMs(ended);
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

try {
  const starts: { hand: number; run: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    // Alternating, so that what the machine does beside hits both.
    const hand = round % 2 === 0 ? await byHand() : 0;
    const ours = await byRun();
    starts.push({ hand: hand || (await byHand()), run: ours });
  }
  for (const { hand, run: ours } of starts) {
    console.log(
      `first case's pod running: by hand ${seconds(hand)}, run ${seconds(ours)}: ${(ours / hand).toFixed(2)} x`,
    );
  }
  console.log(`  median ${median(starts.map(({ hand, run: ours }) => ours / hand)).toFixed(2)} x (at most 0.8)`);

  const kubeconfig = join(cache, "clusters", "kind-bench.kubeconfig");
  run("node", [
    ...[CLI, "install", "--cluster", "kind", "--cluster-name", "bench", "--cache-dir", cache, "--image", SPARK_IMAGE],
    ...(NODE_IMAGE === undefined ? [] : ["--node-image", NODE_IMAGE]),
    ...(ARGO_CHART === undefined ? [] : ["--argo-chart", ARGO_CHART]),
  ]);
  const times: { plain: number; ours: Followed }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const plain = round % 2 === 0 ? submitPlainly(kubeconfig) : 0;
    const ours = await follow(kubeconfig);
    times.push({ plain: plain || submitPlainly(kubeconfig), ours });
  }
  for (const { plain, ours } of times) {
    console.log(
      `workflow: argo submit ${seconds(plain)}, run ${seconds(ours.workflowMs)}: ${(ours.workflowMs / plain).toFixed(2)} x; ` +
        `own CPU while waiting ${(ours.cpuShare * 100).toFixed(1)} % of a core; shown after ${seconds(ours.delayMs)}`,
    );
  }
  console.log(
    `  median ${median(times.map(({ plain, ours }) => ours.workflowMs / plain)).toFixed(2)} x (at most 1.1), ` +
      `${(median(times.map(({ ours }) => ours.cpuShare)) * 100).toFixed(1)} % (under 3), ` +
      `${seconds(median(times.map(({ ours }) => ours.delayMs)))} (within 2; Kubernetes' clock has whole seconds)`,
  );
} finally {
  try {
    run("node", [CLI, "cleanup", "--all", "--cluster-name", "bench", "--cache-dir", cache]);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
