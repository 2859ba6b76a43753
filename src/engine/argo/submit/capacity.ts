import type { V1Node } from "@kubernetes/client-node";
import type { Run } from "../../../model/documents.ts";
import type { Execution } from "../../../plan/execution.ts";
import type { Tier } from "../../../plan/matrix/tier.ts";
import { needsOperator } from "../install/operator.ts";

/** Memory of a case beside its executor's heap: the executor's overhead, the driver with its own, and Python. */
const CASE_OVERHEAD_MB = 2_048;
/** Of a case in the mode standalone besides: its master and its worker. */
const STANDALONE_OVERHEAD_MB = 1_280;
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

/** How many cases fit on the nodes at once, 1 at least: each with all the cores that its executor may use, so that none measures another. */
export function maxParallelOnNodes(nodes: readonly V1Node[], tier: Tier, executions: readonly Execution[]): number {
  const isStandalone = executions.some((execution) => execution.case.dimensions.mode === "standalone");
  const besidesMb = [
    isStandalone ? STANDALONE_OVERHEAD_MB : 0,
    needsOperator(executions.map((execution) => execution.case)) ? DRIVER_POD_MB : 0,
  ];
  const overheadMb = CASE_OVERHEAD_MB + Math.max(...besidesMb);
  const caseBytes = (tier.memoryMb * 1.5 + overheadMb) * 1024 * 1024;
  const fitting = workersOf(nodes).map((node) =>
    Math.min(Math.floor(allocatable(node, "cpu") / tier.cores), Math.floor(allocatable(node, "memory") / caseBytes)),
  );
  return Math.min(
    MOST_PARALLEL,
    Math.max(
      1,
      fitting.reduce((sum, count) => sum + count, 0),
    ),
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
