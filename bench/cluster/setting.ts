import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
import { BUILTIN_ARGS } from "../../src/engine/shared/workload.ts";

const NODE_IMAGE = process.env.E2E_NODE_IMAGE;
const OPERATOR_CHART = process.env.E2E_SPARK_OPERATOR_CHART;
export const ARGO_CHART = process.env.E2E_ARGO_CHART;
export const IMAGE = process.env.E2E_IMAGE ?? "apache/spark:{sparkVersion}";
export const VERSION = process.env.E2E_SPARK_VERSION ?? "4.1.1";
export const SPARK_IMAGE = IMAGE.replace("{sparkVersion}", VERSION);
export const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 2);
export const NAMESPACE = "spark-loadtest";
export const CLI = resolve("dist/cli/index.js");

/** The bench's own folder, with a cache that is empty at first. */
export const PLACE = mkdtempSync(join(tmpdir(), "bench-cluster-"));
export const CACHE = join(PLACE, "cache");
export const NODE_IMAGE_ARGS = NODE_IMAGE === undefined ? [] : ["--image", NODE_IMAGE];
export const CLUSTER_ARGS = [
  ...["--cluster", "kind", "--cache-dir", CACHE],
  ...(NODE_IMAGE === undefined ? [] : ["--node-image", NODE_IMAGE]),
  ...(ARGO_CHART === undefined ? [] : ["--argo-chart", ARGO_CHART]),
];
export const OPERATOR_ARGS = OPERATOR_CHART === undefined ? [] : ["--spark-operator-chart", OPERATOR_CHART];
/** The smallest case there is, alone. */
export const WORK = ["--tiers-file", resolve("test/e2e/tiers.yaml"), "--image", IMAGE, "--max-parallel", "1"];
export const CASES = ["--only", `sparkVersion=${VERSION},orchestrator=submit,extensions=none,operation=aggregate`];

/** The cluster that all but the first part works on. */
export const BENCH = ["--cluster-name", "bench"];
export const KUBECONFIG = join(CACHE, "clusters", "kind-bench.kubeconfig");
export const NODE = "bench-control-plane";

export function run(command: string, args: readonly string[], input?: string): string {
  return execFileSync(command, args, { encoding: "utf8", stdio: ["pipe", "pipe", "pipe"], maxBuffer: 64e6, input });
}

export function kubectl(...args: readonly string[]): string {
  return run("kubectl", ["--kubeconfig", KUBECONFIG, ...args]);
}

export function apply(...items: readonly object[]): void {
  run(
    "kubectl",
    ["--kubeconfig", KUBECONFIG, "apply", "-f", "-"],
    JSON.stringify({ apiVersion: "v1", kind: "List", items }),
  );
}

interface Case {
  readonly name: string;
  readonly status: string;
  readonly reason: string | null;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly samples: readonly { readonly metrics: { readonly wallMs: number } }[];
  /** What the workload itself says of its repetitions, by its own clock. */
  readonly ownMs: number;
}

/** The built-in workload, which says at its end what it found. */
const WORKLOAD = `import atexit, sys
atexit.register(lambda: print("".join("own " + line for line in open(sys.argv[sys.argv.index("--result") + 1])), flush=True))
${readFileSync("workloads/builtin.py", "utf8")}`;

/** Runs a tier of its own on the cluster. Gives its cases, all of which passed. */
export function runTier(dimensions: object, more: readonly string[], settings: object = {}): readonly Case[] {
  const tiers = join(PLACE, "tiers.yaml");
  const script = join(PLACE, "workload.py");
  writeFileSync(script, WORKLOAD);
  const workload = { script, args: BUILTIN_ARGS };
  const tier = { ...SETTINGS, workload, dimensions: { ...DIMENSIONS, ...dimensions }, ...settings };
  writeFileSync(tiers, JSON.stringify({ schema: "spark-loadtest/tiers/v1", tiers: { bench: tier } }));
  const out = mkdtempSync(join(PLACE, "out-"));
  // A case that did not pass is said below.
  spawnSync(
    "node",
    [
      ...[CLI, "run", "--tiers-file", tiers, "--max-parallel", "1", ...CLUSTER_ARGS, ...OPERATOR_ARGS, ...BENCH],
      ...["--out", join(out, "run"), ...more],
    ],
    { stdio: "ignore" },
  );
  const results = JSON.parse(readFileSync(join(out, "run", "results.json"), "utf8"));
  const cases: readonly Omit<Case, "ownMs">[] = results.cases;
  const bad = cases.find(({ status }) => status !== "passed");
  if (bad !== undefined) throw new Error(`${bad.name}: ${bad.status}, ${bad.reason}`);
  return cases.map((one) => ({ ...one, ownMs: readOwnMs(join(out, "run", "logs", `${one.name}.log`)) }));
}

function readOwnMs(log: string): number {
  const lines = readFileSync(log, "utf8").match(/^own \{.*\}$/gm) ?? [];
  return lines.reduce((sum, line) => sum + JSON.parse(line.slice("own ".length)).wallMs, 0);
}

/** A case's milliseconds without its operation's, by Argo's clock of whole seconds. */
export function overheadMs({ startedAt, finishedAt, ownMs }: Case): number {
  return Date.parse(finishedAt) - Date.parse(startedAt) - ownMs;
}

const DIMENSIONS = {
  ...{ sparkVersion: VERSION, orchestrator: "submit", mode: "kubernetes", extensions: "none" },
  ...{ operation: "aggregate", dataSize: "tiny" },
};
const SETTINGS = { samples: 2, warmups: 0, cores: 1, memoryMb: 768, caseTimeoutSeconds: 600, timeoutSeconds: 3600 };

/** A kubeconfig's way to the API server; null while there is no such file yet. */
export function connect(kubeconfig: string): KubeConfig | null {
  const config = new KubeConfig();
  try {
    config.loadFromFile(kubeconfig);
    return config;
  } catch {
    return null;
  }
}

/** The upper one of the two in the middle. */
export const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
export const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
