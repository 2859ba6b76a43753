import type { V1Node } from "@kubernetes/client-node";
import type { Run } from "../../../model/documents.ts";
import type { Execution } from "../../../plan/execution.ts";
import { executorsOf } from "../../../plan/matrix/executors.ts";
import { givenConfOf } from "../../../plan/matrix/spark-conf.ts";
import type { RunSpec } from "../../../spec/spec.ts";
import { needsOperator } from "../install/operator.ts";

/** Memory of a case beside its executors: the driver with what it has beside its heap, and Python. */
const CASE_OVERHEAD_MB = 2_048;
/** Of a master or a worker in the mode standalone. */
const DAEMON_MB = 640;
/** An executor's memory by its heap: what it has beside that. */
const EXECUTOR_FACTOR = 1.5;
/** Of a SparkApplication's driver, which runs in a pod beside the case's own: at most its heap, and what is beside that. */
const DRIVER_POD_MB = 2_048;
/** More cases at a time than this are asked for with --max-parallel. */
const MOST_PARALLEL = 16;

const BINARY: Readonly<Record<string, number>> = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50 };
const DECIMAL: Readonly<Record<string, number>> = { m: 1e-3, "": 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15 };

/** A quantity of Kubernetes as a number: "3920m" is 3.92 cores, "16Gi" is bytes. NaN for what is none. */
export function parseQuantity(text: string): number {
  const [, number, unit = ""] = /^(\d+(?:\.\d+)?)([A-Za-z]*)$/.exec(text.trim()) ?? [];
  return Number(number) * (BINARY[unit] ?? DECIMAL[unit] ?? Number.NaN);
}

/** Nodes that pods may be scheduled to. */
function workersOf(nodes: readonly V1Node[]): V1Node[] {
  return nodes.filter(
    ({ spec }) =>
      spec?.unschedulable !== true &&
      !(spec?.taints ?? []).some(({ effect }) => effect === "NoSchedule" || effect === "NoExecute"),
  );
}

function allocatable(node: V1Node, resource: "cpu" | "memory"): number {
  const quantity = parseQuantity(node.status?.allocatable?.[resource] ?? "");
  return Number.isNaN(quantity) ? 0 : quantity;
}

/** What a pod takes of a node, or a node has left. */
interface Share {
  readonly cores: number;
  readonly memoryMb: number;
}

/**
 * How many cases fit on the nodes at once, 1 at least: each with all the cores that its executors may use, so that none measures another.
 * A case's executors may be on several nodes; its driver counts as a part of the first.
 */
export function maxParallelOnNodes(
  nodes: readonly V1Node[],
  executions: readonly Execution[],
  spec: Pick<RunSpec, "tier" | "settings">,
): number {
  const { tier } = spec;
  const cases = executions.map((execution) => execution.case);
  const isStandalone = cases.some(({ dimensions }) => dimensions.mode === "standalone");
  const daemonMb = isStandalone ? DAEMON_MB : 0;
  const executor = { cores: tier.cores, memoryMb: tier.memoryMb * EXECUTOR_FACTOR + daemonMb };
  const besidesMb = CASE_OVERHEAD_MB + Math.max(daemonMb, needsOperator(cases) ? DRIVER_POD_MB : 0);
  const first = { ...executor, memoryMb: executor.memoryMb + besidesMb };
  const executors = Math.max(1, ...cases.map((each) => executorsOf(each, tier, givenConfOf(each, spec))));
  const pods = [first, ...Array<Share>(executors - 1).fill(executor)];
  const room = workersOf(nodes).map((node) => ({
    cores: allocatable(node, "cpu"),
    memoryMb: allocatable(node, "memory") / 1024 / 1024,
  }));
  let fitting = 0;
  while (fitting < MOST_PARALLEL && pods.every((pod) => place(pod, room))) fitting += 1;
  return Math.max(1, fitting);
}

/** Puts a pod on the first node that has room for it, which is less from then on. Gives whether there is one. */
function place(pod: Share, room: Share[]): boolean {
  const at = room.findIndex(({ cores, memoryMb }) => cores >= pod.cores && memoryMb >= pod.memoryMb);
  const node = room[at];
  if (node === undefined) return false;
  room[at] = { cores: node.cores - pod.cores, memoryMb: node.memoryMb - pod.memoryMb };
  return true;
}

/** Whether a pod may get a GPU of NVIDIA's on one of the nodes. Those with GPUs are often kept by a taint for pods that ask for one. */
export function hasGpu(nodes: readonly V1Node[]): boolean {
  return nodes.some(
    ({ spec, status }) =>
      spec?.unschedulable !== true && parseQuantity(status?.allocatable?.["nvidia.com/gpu"] ?? "0") > 0,
  );
}

/** The machine that a run's results belong to, of a cluster whose nodes are not this machine. */
export function describeNodes(nodes: readonly V1Node[]): Run["host"] {
  const workers = workersOf(nodes);
  const { osImage = "unknown", kernelVersion = "" } = workers[0]?.status?.nodeInfo ?? {};
  const type = workers[0]?.metadata?.labels?.["node.kubernetes.io/instance-type"] ?? "unknown";
  const sum = (resource: "cpu" | "memory") => workers.reduce((total, node) => total + allocatable(node, resource), 0);
  return {
    cpus: Math.floor(sum("cpu")),
    memoryBytes: sum("memory"),
    os: `${osImage} ${kernelVersion}`.trim(),
    cpuModel: type,
  };
}
