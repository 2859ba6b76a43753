import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type KubeObject, watchResource } from "../../src/kube/watch.ts";
import {
  BENCH,
  CASES,
  CLI,
  CLUSTER_ARGS,
  connect,
  KUBECONFIG,
  median,
  NAMESPACE,
  PLACE,
  ROUNDS,
  run,
  seconds,
  WORK,
} from "./setting.ts";

const CLOCK_TICKS_A_SECOND = 100;

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
function watchWorkflow(signal: AbortSignal): () => Workflow | undefined {
  let last: Workflow | undefined;
  const events = watchResource<Workflow & KubeObject>({
    kubeConfig: connect(KUBECONFIG)!,
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
async function follow(): Promise<Followed> {
  const watch = new AbortController();
  const lastState = watchWorkflow(watch.signal);
  const child = spawn("node", [
    ...[CLI, "run", ...WORK, ...CASES, ...CLUSTER_ARGS, ...BENCH],
    ...["--out", join(PLACE, `follow-${Date.now()}`)],
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
function submitPlainly(): number {
  const manifests = run("node", [CLI, "submit", ...WORK, ...CASES, "--dry-run"])
    .split(/^---\n/m)
    .slice(1);
  // The account and the ConfigMap of its pods come before it.
  writeFileSync(join(PLACE, "beside.yaml"), manifests.slice(0, -1).join("---\n"));
  writeFileSync(join(PLACE, "workflow.yaml"), manifests.at(-1)!);
  const kube = ["--kubeconfig", KUBECONFIG, "-n", "spark-loadtest"];
  run("kubectl", [...kube, "apply", "-f", join(PLACE, "beside.yaml")]);
  const name = run("argo", [...kube, "submit", "--wait", "-o", "name", join(PLACE, "workflow.yaml")])
    .trim()
    .split("\n")[0]!;
  const ended = JSON.parse(run("kubectl", [...kube, "get", "workflow", name.replace(/^.*\//, ""), "-o", "json"]));
  run("kubectl", [...kube, "delete", "workflow", name.replace(/^.*\//, "")]);
  return workflowMs(ended);
}

/** A workflow under `run` against the same under `argo submit`. */
export async function benchFollow(): Promise<void> {
  const times: { plain: number; ours: Followed }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const plain = round % 2 === 0 ? submitPlainly() : 0;
    const ours = await follow();
    times.push({ plain: plain || submitPlainly(), ours });
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
}
