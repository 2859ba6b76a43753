import { isWrapper } from "../../model/plan-nodes.ts";
import type { Accumulable, PlanNode, StageInfo } from "./spark-events.ts";

/** Accumulators that are kept at once. A query has some hundred; beyond this the oldest, of queries long over, are let go. */
const MAX_ACCUMULATORS = 200_000;

interface Node {
  readonly name: string;
  /** Place in the plan, leaves first: the way the rows flow. */
  readonly place: number;
}

/**
 * Which nodes of a SQL plan a stage ran: those whose metrics it updated.
 *
 * Timings are left out: whether a short task updates one (from 0) is chance, and the same stage must get the same nodes each time.
 */
export class PlanIndex {
  readonly #nodes = new Map<number, Node>();

  /** Takes in a plan, or what AQE has made of it in the meantime. */
  addPlan(root: PlanNode): void {
    const inOrder: PlanNode[] = [];
    // A list of its own in place of recursion: plans of a thousand unions are deep.
    const waiting: PlanNode[] = [root];
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      inOrder.push(node);
      for (const child of [...(node.children ?? [])].reverse()) waiting.push(child);
    }
    for (const [index, node] of inOrder.entries()) {
      const name = normalizeNodeName(node.nodeName ?? "");
      if (name === "") continue;
      const known = { name, place: inOrder.length - index };
      for (const { accumulatorId, metricType } of node.metrics ?? []) {
        if (accumulatorId === undefined || metricType === "timing" || metricType === "nsTiming") continue;
        this.#nodes.delete(accumulatorId);
        this.#nodes.set(accumulatorId, known);
      }
    }
    for (const oldest of this.#nodes.keys()) {
      if (this.#nodes.size <= MAX_ACCUMULATORS) break;
      this.#nodes.delete(oldest);
    }
  }

  /** Names of the nodes that these accumulators belong to, in the order in which the rows pass them. */
  nodesOf(accumulables: readonly Accumulable[]): string[] {
    const nodes = new Set<Node>();
    for (const { ID: id } of accumulables) {
      const node = id === undefined ? undefined : this.#nodes.get(id);
      if (node !== undefined) nodes.add(node);
    }
    return [...nodes].sort((a, b) => a.place - b.place).map(({ name }) => name);
  }
}

/** Names of the operations that made a stage's RDDs, first to last: what there is to tell a stage without a SQL plan. */
export function scopeNames(stage: StageInfo): string[] {
  const names = new Set<string>();
  for (const { Scope: scope } of [...(stage["RDD Info"] ?? [])].reverse()) {
    const name = normalizeNodeName(readScopeName(scope));
    if (name !== "") names.add(name);
  }
  return [...names];
}

function readScopeName(scope: string | undefined): string {
  if (scope === undefined) return "";
  try {
    const { name } = JSON.parse(scope) as { name?: unknown };
    return typeof name === "string" ? name : "";
  } catch {
    return "";
  }
}

/**
 * A node's name as it is in every Spark version and run: without the number of its code generation stage, the table, the path or
 * the relation that it reads. Empty for a node that only wraps others.
 */
export function normalizeNodeName(name: string): string {
  const trimmed = name.trim();
  if (isWrapper(trimmed)) return "";
  const scan = /^(\w*Scan)(?: (\w+))?/.exec(trimmed);
  // A v2 scan goes on with the table's name, a v1 scan with the format's.
  if (scan !== null) return scan[1] === "BatchScan" || scan[2] === undefined ? scan[1]! : `${scan[1]} ${scan[2]}`;
  return trimmed.replace(/ \(\d+\)$/, "");
}
