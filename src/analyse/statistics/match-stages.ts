import { groupBy } from "../../lib/group-by.ts";
import { nameOfWork } from "../../lib/text/run-ids.ts";
import type { Stage } from "../../model/documents.ts";

/** The same stage in both summaries. */
export interface StagePair {
  readonly current: Stage;
  readonly baseline: Stage;
}

export interface StageMatch {
  readonly pairs: readonly StagePair[];
  /** Only in the current run, and only in the baseline. */
  readonly added: readonly Stage[];
  readonly removed: readonly Stage[];
}

/** Two stages are taken for the same when at least half of the plan's nodes that either has are in both. */
const SIMILAR_NODES = 0.5;

/** Line of a call site, which moves with every edit above it: "count at Job.scala:12". */
const CALL_SITE_LINE = /:\d+$/;

/**
 * What makes two stages alike, the strictest first: job group, plan nodes and call site; job group and plan nodes; then the same where
 * the group's name holds an id of the run or an address. The stages of a group are not in its order alone: those that do not wait for each other (the
 * two sides of a join) are submitted in either order.
 */
const IDENTITIES: readonly ((stage: Stage) => string)[] = [
  (stage) => JSON.stringify([stage.jobGroup, ...sortedNodes(stage), stage.name.replace(CALL_SITE_LINE, "")]),
  (stage) => JSON.stringify([stage.jobGroup, ...sortedNodes(stage)]),
  (stage) =>
    JSON.stringify([nameOfWork(stage.jobGroup), ...sortedNodes(stage), stage.name.replace(CALL_SITE_LINE, "")]),
  (stage) => JSON.stringify([nameOfWork(stage.jobGroup), ...sortedNodes(stage)]),
];

function sortedNodes({ planNodes }: Stage): string[] {
  return [...planNodes].sort();
}

/**
 * Pairs the stages of two summaries by what they do and how much they process, never by their keys alone: a stage put in before them
 * moves the ordinals of those that follow. First those with the same plan nodes, then those of similar nodes in the same place, then
 * elsewhere in the group.
 */
export function matchStages(current: readonly Stage[], baseline: readonly Stage[]): StageMatch {
  const alike = pairAlike(current, baseline);
  const pairs = [...alike.pairs];
  let { added, removed } = alike;
  const known = new Map(
    [...added, ...removed].map((stage) => [stage, { group: nameOfWork(stage.jobGroup), nodes: countNodes([stage]) }]),
  );
  const pairUp = (same: (a: Stage, b: Stage) => boolean): void => {
    const left: Stage[] = [];
    for (const stage of added) {
      const candidates = removed.filter((other) => same(stage, other));
      const nearest = candidates.sort(
        (a, b) => Math.abs(a.ordinal - stage.ordinal) - Math.abs(b.ordinal - stage.ordinal),
      )[0];
      if (nearest === undefined) {
        left.push(stage);
      } else {
        pairs.push({ current: stage, baseline: nearest });
        removed = removed.filter((other) => other !== nearest);
      }
    }
    added = left;
  };
  const similar = (a: Stage, b: Stage): boolean => {
    const [one, other] = [known.get(a)!, known.get(b)!];
    return one.group === other.group && similarity(one.nodes, other.nodes) >= SIMILAR_NODES;
  };
  pairUp((a, b) => a.ordinal === b.ordinal && similar(a, b));
  pairUp(similar);
  pairs.sort((a, b) => a.current.ordinal - b.current.ordinal);
  return { pairs, added, removed };
}

/** Pairs the stages with the same plan nodes; where several have them, in the order and by the records that fit best. */
export function pairAlike(current: readonly Stage[], baseline: readonly Stage[]): StageMatch {
  const pairs: StagePair[] = [];
  let added = [...current];
  let removed = [...baseline];
  for (const identify of IDENTITIES) {
    if (added.length === 0 || removed.length === 0) break;
    const others = groupBy(removed, identify);
    const paired = new Set<Stage>();
    for (const [identity, stages] of groupBy(added, identify)) {
      for (const pair of pairByRecords(stages, others.get(identity) ?? [])) {
        pairs.push(pair);
        paired.add(pair.current).add(pair.baseline);
      }
    }
    added = added.filter((stage) => !paired.has(stage));
    removed = removed.filter((stage) => !paired.has(stage));
  }
  return { pairs, added, removed };
}

/** Another order has to fit this much better than the one of submission to be taken. */
const BETTER_FIT = 0.5;

/**
 * As many pairs as the shorter of two lists of stages has: in the order of submission, or in that of their records where this
 * fits clearly better, because the stages were submitted in another order.
 */
function pairByRecords(current: readonly Stage[], baseline: readonly Stage[]): StagePair[] {
  const byOrdinal = (stages: readonly Stage[]) => stages.toSorted((a, b) => a.ordinal - b.ordinal);
  const inOrder = align(byOrdinal(current), byOrdinal(baseline));
  if (inOrder.distance === 0) return inOrder.pairs;
  const byRecords = (stages: readonly Stage[]) =>
    byOrdinal(stages).sort((a, b) => recordsIn(a) - recordsIn(b) || recordsOut(a) - recordsOut(b));
  const inSize = align(byRecords(current), byRecords(baseline));
  return inSize.distance < BETTER_FIT * inOrder.distance ? inSize.pairs : inOrder.pairs;
}

/** Steps of an alignment; beyond them the first are paired with the first. */
const MAX_STEPS = 4_000_000;

interface Alignment {
  readonly pairs: StagePair[];
  readonly distance: number;
}

/**
 * Pairs all of the shorter list with stages of the longer one without changing the order of either, so that the distances come to the
 * least: what is left over of the longer list was put in. Dynamic programming over how many have been left out so far.
 */
function align(current: readonly Stage[], baseline: readonly Stage[]): Alignment {
  const swapped = current.length > baseline.length;
  const [short, long] = swapped ? [baseline, current] : [current, baseline];
  if (short.length === 0) return { pairs: [], distance: 0 };
  const slack = long.length - short.length;
  const width = (slack + 1) * short.length > MAX_STEPS ? 1 : slack + 1;
  // From which number of left-out stages the step to this one came.
  const cameFrom = new Int32Array(short.length * width);
  let costs = new Float64Array(width);
  for (const [index, stage] of short.entries()) {
    const next = new Float64Array(width);
    let best = 0;
    for (let left = 0; left < width; left++) {
      if (costs[left]! < costs[best]!) best = left;
      cameFrom[index * width + left] = best;
      next[left] = (index === 0 ? 0 : costs[best]!) + distanceOf(stage, long[index + left]!);
    }
    costs = next;
  }
  const distance = costs.reduce((least, cost) => Math.min(least, cost));
  let left = costs.indexOf(distance);
  const pairs: StagePair[] = [];
  for (let index = short.length - 1; index >= 0; index--) {
    const [one, other] = [short[index]!, long[index + left]!];
    pairs.push(swapped ? { current: other, baseline: one } : { current: one, baseline: other });
    left = cameFrom[index * width + left]!;
  }
  return { pairs: pairs.reverse(), distance };
}

/** How far apart two stages are in what they take in and pass on: 0.7 for twice the records of one of both. */
function distanceOf(a: Stage, b: Stage): number {
  const apart = (one: number, other: number) => Math.abs(Math.log((one + 1) / (other + 1)));
  return apart(recordsIn(a), recordsIn(b)) + apart(recordsOut(a), recordsOut(b));
}

function recordsIn({ metrics }: Stage): number {
  return (metrics.inputRecords ?? 0) + (metrics.shuffleReadRecords ?? 0);
}

function recordsOut({ metrics }: Stage): number {
  return (metrics.outputRecords ?? 0) + (metrics.shuffleWriteRecords ?? 0);
}

/** Share of the plan nodes of two stages that both have, counted as often as they occur (Jaccard); 1 for two stages without any. */
function similarity(first: ReadonlyMap<string, number>, second: ReadonlyMap<string, number>): number {
  let shared = 0;
  let all = 0;
  for (const node of new Set([...first.keys(), ...second.keys()])) {
    shared += Math.min(first.get(node) ?? 0, second.get(node) ?? 0);
    all += Math.max(first.get(node) ?? 0, second.get(node) ?? 0);
  }
  return all === 0 ? 1 : shared / all;
}

/** How often each plan node occurs in some stages. */
export function countNodes(stages: readonly Stage[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const node of stages.flatMap((stage) => stage.planNodes)) counts.set(node, (counts.get(node) ?? 0) + 1);
  return counts;
}
