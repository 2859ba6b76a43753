import type { SettingChange } from "./settings.ts";
import { sizeOf } from "./settings.ts";

/** Which nodes of the plans there are more and fewer of than in the baseline, and all that either has. */
export interface NodeChange {
  readonly gained: readonly string[];
  readonly lost: readonly string[];
  readonly all: readonly string[];
}

/** What one setting makes of a plan. */
interface PlanMaker {
  readonly setting: RegExp;
  /** One of these came or went: without it the setting had no hand in the change. */
  readonly nodes: RegExp;
  /** As the value rises (false to true, 10m to 1g) there are more of `nodes`, or fewer; either way where it is left out. */
  readonly rising?: "more" | "fewer";
  /** What may come and go with them. */
  readonly along?: RegExp;
  /** Whether all that changed came, or all of it went. */
  readonly oneWay?: true;
  /** What either plan has to hold for the setting to have a say. */
  readonly within?: RegExp;
}

const JOIN = /^(\w+Join(\(skew=true\))?|CartesianProduct)$/;
const HASH_OR_SORT = /^(Sort|Hash|ObjectHash)Aggregate$/;
const SHUFFLED = /^(Exchange|Sort)$/;
const ANY = /./;

/**
 * Which settings can make another plan of which nodes, as stages name them. What only changes an expression (ANSI), how a node runs
 * (code generation, vectorized readers) or how much of the input it reads (filter push-down, partition pruning) makes no other nodes.
 * Source: SQLConf of Spark 3.5 to 4.3, and the rules that read it (JoinSelection, EnsureRequirements, AdaptiveSparkPlanExec, AggUtils,
 * InjectRuntimeFilter, InsertWindowGroupLimit, V1Writes, ExtractPythonUDFs, DisableUnnecessaryBucketedScan, InMemoryFileIndex); of the
 * accelerators their own documentation.
 */
const PLAN_MAKERS: readonly PlanMaker[] = [
  {
    setting: /^spark\.sql\.(adaptive\.)?autoBroadcastJoinThreshold$/,
    nodes: /^Broadcast\w*Join$/,
    rising: "more",
    along: JOIN,
  },
  {
    setting:
      /^spark\.sql\.(adaptive\.(enabled|nonEmptyPartitionRatioForBroadcastJoin|maxShuffledHashJoinLocalMapThreshold)|shuffledHashJoinFactor|maxBroadcastTableSize|defaultSizeInBytes|statistics\.fallBackToHdfs|cbo\.\w[\w.]*)$/,
    nodes: JOIN,
  },
  { setting: /^spark\.sql\.join\.preferSortMergeJoin$/, nodes: /^SortMergeJoin/, rising: "more", along: JOIN },
  { setting: /^spark\.sql\.adaptive\.(skewJoin\.\w+|forceOptimizeSkewedJoin)$/, nodes: /\(skew=true\)$/, along: JOIN },
  { setting: /^spark\.sql\.adaptive\.enabled$/, nodes: /^(Exchange|Sort|BroadcastExchange|LocalTableScan)$/ },
  { setting: /^spark\.sql\.execution\.removeRedundantSorts$/, nodes: /^Sort$/, rising: "fewer" },
  { setting: /^spark\.sql\.optimizer\.plannedWrite\.enabled$/, nodes: /^(Sort|WriteFiles)$/, rising: "more" },
  { setting: /^spark\.sql\.requireAllClusterKeysFor(CoPartition|Distribution)$/, nodes: SHUFFLED, rising: "more" },
  { setting: /^spark\.sql\.sources\.bucketing\.enabled$/, nodes: SHUFFLED, rising: "fewer" },
  { setting: /^spark\.sql\.sources\.bucketing\.autoBucketedScan\.enabled$/, nodes: SHUFFLED },
  { setting: /^spark\.sql\.bucketing\.coalesceBucketsInJoin\.\w+$/, nodes: SHUFFLED, rising: "fewer" },
  { setting: /^spark\.sql\.sources\.v2\.bucketing\./, nodes: SHUFFLED, rising: "fewer", within: /^BatchScan$/ },
  {
    setting: /^spark\.sql\.exchange\.reuse$/,
    nodes: /^(Broadcast)?Exchange$/,
    rising: "fewer",
    along: ANY,
    oneWay: true,
  },
  {
    setting: /^spark\.sql\.execution\.useObjectHashAggregateExec$/,
    nodes: /^ObjectHashAggregate$/,
    rising: "more",
    along: HASH_OR_SORT,
  },
  {
    setting: /^spark\.sql\.execution\.useHashAggregateExec$/,
    nodes: /^HashAggregate$/,
    rising: "more",
    along: HASH_OR_SORT,
  },
  {
    setting: /^spark\.sql\.execution\.replaceHashWithSortAgg$/,
    nodes: /^SortAggregate$/,
    rising: "more",
    along: HASH_OR_SORT,
  },
  { setting: /^spark\.sql\.optimizer\.windowGroupLimitThreshold$/, nodes: /^WindowGroupLimit$/, rising: "more" },
  {
    setting: /^spark\.sql\.optimizer\.(runtime\.bloomFilter\.|runtimeFilter\.number\.threshold$)/,
    nodes: /^ObjectHashAggregate$/,
    along: /^(Filter|Scan \w+|BatchScan)$/,
  },
  {
    setting: /^spark\.sql\.execution\.topKSortFallbackThreshold$/,
    nodes: /^TakeOrderedAndProject$/,
    rising: "more",
    along: /^(CollectLimit|GlobalLimit|LocalLimit)$/,
  },
  {
    setting: /^spark\.sql\.execution\.pythonUDT?F\.arrow\.enabled$/,
    nodes: /^ArrowEvalPython/,
    rising: "more",
    along: /^BatchEvalPython/,
  },
  {
    setting: /^spark\.sql\.(sources\.useV1SourceList|catalog\.\w+(\.type)?)$/,
    nodes: /^BatchScan$/,
    along: /^Scan \w+$/,
  },
  {
    setting: /^spark\.sql\.hive\.convertMetastore/,
    nodes: /^Scan hive$/,
    rising: "fewer",
    along: /^(Scan (parquet|orc)|Filter)$/,
  },
  {
    setting: /^spark\.sql\.sources\.parallelPartitionDiscovery\.threshold$/,
    nodes: /^(parallelize|mapPartitions)$/,
    rising: "fewer",
  },
  { setting: /^spark\.sql\.(adaptive\.)?optimizer\.excludedRules$/, nodes: ANY },
  {
    setting:
      /^spark\.(plugins$|sql\.extensions$|shuffle\.manager$|memory\.offHeap\.enabled$|rapids\.sql\.|comet\.|gluten\.|databricks\.photon\.)/,
    nodes: /^(Gpu|Comet|Velox|RowToVelox|Photon)|Transformer$|^Columnar(Broadcast)?Exchange$/,
    along: ANY,
  },
];

/** Settings by which one and the same plan takes another number of stages: AQE, and how many partitions a limit tries at a time. */
const STAGE_MAKERS = /^spark\.sql\.(adaptive\.enabled|limit\.(initialNumPartitions|scaleUpFactor))$/;

/** What joins, aggregates and windows need before them, and what is no change of its own beside one of them. */
const COMPANIONS = /^(Exchange|Sort|BroadcastExchange)$/;

export interface PlanReason {
  readonly settings: readonly SettingChange[];
  /** Whether these settings account for all nodes that came or went. */
  readonly explainsAll: boolean;
}

/**
 * Of some changed settings those that can have made this change of the plan.
 * @param change no nodes where only the number of stages differs
 */
export function findPlanReason(changes: readonly SettingChange[], change: NodeChange): PlanReason {
  const changed = [...change.gained, ...change.lost];
  if (changed.length === 0) {
    const settings = changes.filter(({ name }) => STAGE_MAKERS.test(name));
    return { settings, explainsAll: settings.length > 0 };
  }
  const others = changed.filter((node) => !COMPANIONS.test(node));
  const nodes = others.length > 0 ? others : changed;
  const found = changes.flatMap((setting) => {
    const makers = PLAN_MAKERS.filter((maker) => hasHand(maker, setting, change, nodes));
    return makers.length === 0 ? [] : [{ setting, makers }];
  });
  const makers = found.flatMap((each) => each.makers);
  return {
    settings: found.map(({ setting }) => setting),
    explainsAll: nodes.every((node) => makers.some((maker) => maker.nodes.test(node) || maker.along?.test(node))),
  };
}

function hasHand(maker: PlanMaker, setting: SettingChange, change: NodeChange, nodes: readonly string[]): boolean {
  if (!maker.setting.test(setting.name)) return false;
  if (maker.within !== undefined && !change.all.some((node) => maker.within!.test(node))) return false;
  if (maker.oneWay === true && change.gained.length > 0 && change.lost.length > 0) return false;
  const rises = maker.rising === undefined ? null : isRising(setting);
  // The nodes that a plan without the reuse of exchanges repeats are of every kind, the exchange among them.
  const eligible = maker.along === ANY ? [...change.gained, ...change.lost] : nodes;
  return eligible.some((node) => {
    if (!maker.nodes.test(node)) return false;
    return rises === null || change.gained.includes(node) === (rises === (maker.rising === "more"));
  });
}

/** Whether a setting's value grew; null where nobody can tell. */
function isRising({ baseline, current }: SettingChange): boolean | null {
  const [before, now] = [rankOf(baseline), rankOf(current)];
  return before === null || now === null || before === now ? null : now > before;
}

function rankOf(value: string): number | null {
  const plain = value.replace(/ \(default\)$/, "").trim();
  if (/^(true|false)$/i.test(plain)) return plain.toLowerCase() === "true" ? 1 : 0;
  return sizeOf(plain);
}
