import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CoreV1Api } from "@kubernetes/client-node";
import { PINS } from "../../src/lib/pins.ts";
import {
  ARGO_CHART,
  CACHE,
  CASES,
  CLI,
  CLUSTER_ARGS,
  connect,
  median,
  NAMESPACE,
  NODE_IMAGE_ARGS,
  PLACE,
  ROUNDS,
  run,
  SPARK_IMAGE,
  seconds,
  WORK,
} from "./setting.ts";

const IMAGES = [
  `quay.io/argoproj/workflow-controller:v${PINS.tools.argo.version}`,
  `quay.io/argoproj/argoexec:v${PINS.tools.argo.version}`,
  PINS.images.objectStore.name,
  SPARK_IMAGE,
];

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
  const kubeconfig = join(PLACE, "by-hand.kubeconfig");
  const kube = ["--kubeconfig", kubeconfig];
  const name = ["--name", "bench-by-hand"];
  const manifests = join(PLACE, "manifests.yaml");
  writeFileSync(manifests, run("node", [CLI, "submit", ...WORK, ...CASES, "--dry-run"]));
  const startedAtMs = Date.now();
  try {
    run("kind", ["create", "cluster", ...name, ...kube, ...NODE_IMAGE_ARGS, "--wait", "120s"]);
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
    ...[CLI, "run", ...WORK, ...CASES, ...CLUSTER_ARGS, "--cluster-name", "bench-run"],
    ...["--out", join(PLACE, `run-${startedAtMs}`)],
  ]);
  const ended = new Promise((done) => child.once("close", done));
  const tookMs = await waitForCasePod(join(CACHE, "clusters", "kind-bench-run.kubeconfig"), startedAtMs);
  child.kill("SIGINT");
  await ended;
  return tookMs;
}

/** From nothing to the first case's pod. */
export async function benchFirstPod(): Promise<void> {
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
}
