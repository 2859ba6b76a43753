import { plural } from "../../lib/text/format.ts";
import { isPlumbing } from "../../model/plan-nodes.ts";
import { countNodes, type StagePair } from "../statistics/match-stages.ts";
import type { Comparison, Rule } from "./comparison.ts";
import { findPlanReason, type PlanReason } from "./plan-settings.ts";
import { hasEnvironment, type SettingChange, settingEvidence, withSettings } from "./settings.ts";

interface PlanChange extends PlanReason {
  readonly before: ReadonlyMap<string, number>;
  readonly now: ReadonlyMap<string, number>;
  readonly gained: readonly string[];
  readonly lost: readonly string[];
  readonly stagesDiffer: boolean;
}

/** Whether both sides of a stage run the same nodes. */
export function hasSameNodes(pair: StagePair): boolean {
  const [before, now] = [pair.baseline, pair.current].map(({ planNodes }) =>
    planNodes
      .filter((node) => !isPlumbing(node))
      .sort()
      .join("\n"),
  );
  return before === now;
}

/** Settings that differ, and those that another version's defaults make differ, as they are named here. */
function allSettings({ settings, defaults }: Comparison): SettingChange[] {
  return [
    ...settings,
    ...defaults.map(({ name, baseline, current }) => ({
      name,
      baseline: `${baseline} (default)`,
      current: `${current} (default)`,
    })),
  ];
}

function findPlanChange(comparison: Comparison): PlanChange | null {
  const { current, baseline } = comparison;
  const before = countNodes(baseline.stages);
  const now = countNodes(current.stages);
  const names = [...new Set([...before.keys(), ...now.keys()])].filter((name) => !isPlumbing(name)).sort();
  const gained = names.filter((name) => (now.get(name) ?? 0) > (before.get(name) ?? 0));
  const lost = names.filter((name) => (before.get(name) ?? 0) > (now.get(name) ?? 0));
  const counted = current.stages.length > 0 && baseline.stages.length > 0;
  const stagesDiffer = counted && current.stages.length !== baseline.stages.length;
  if (!counted || (gained.length === 0 && lost.length === 0 && !stagesDiffer)) return null;
  const reason = findPlanReason(allSettings(comparison), { gained, lost, all: names });
  return { before, now, gained, lost, stagesDiffer, ...reason };
}

const MOST_NODES = 6;

function listSome(names: readonly string[]): string {
  const more = names.length - MOST_NODES;
  return names.slice(0, MOST_NODES).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

/** Settings that have causes of their own, and may make an exchange needless. */
const PARTITION_SETTINGS = /^spark\.(sql\.shuffle\.partitions|default\.parallelism)$/;

/** What is known of the settings where none of them can have made the plan; empty where a log does not tell them. */
function describeNoReason(comparison: Comparison): string {
  const { current, baseline } = comparison;
  const told = [current, baseline].every(({ evidence }) => evidence !== null && hasEnvironment(evidence));
  const changed = allSettings(comparison);
  if (!told || changed.some(({ name }) => PARTITION_SETTINGS.test(name))) return "";
  return changed.length === 0 ? "; no setting changed" : "; no setting that changed is known to do this";
}

/** Spark runs another plan: other nodes, more or fewer stages. */
export const explainPlanChanged: Rule = (comparison) => {
  const change = findPlanChange(comparison);
  if (change === null) return null;
  const { before, now, gained, lost, stagesDiffer, settings } = change;
  const { current, baseline, stages } = comparison;
  const parts = [
    gained.length > 0 ? `more ${listSome(gained)}` : null,
    lost.length > 0 ? `less ${listSome(lost)}` : null,
    stagesDiffer ? `${plural(current.stages.length, "stage")} instead of ${baseline.stages.length}` : null,
  ].filter((part) => part !== null);
  const listNodes = (counts: ReadonlyMap<string, number>): string =>
    [...gained, ...lost].map((name) => `${counts.get(name) ?? 0} ${name}`).join(", ") || "the same nodes";
  const changed = stages.added[0] ?? stages.pairs.find((pair) => !hasSameNodes(pair))?.current;
  const versions = [baseline.evidence?.sparkVersion, current.evidence?.sparkVersion];
  const said = `the plan changed: ${parts.join("; ")}`;
  return {
    kind: "plan-changed",
    stage: changed?.key ?? null,
    sentence: settings.length === 0 ? said + describeNoReason(comparison) : withSettings(said, settings),
    evidence: [
      { what: "Plan nodes", baseline: listNodes(before), current: listNodes(now) },
      { what: "Stages", baseline: String(baseline.stages.length), current: String(current.stages.length) },
      ...(versions[0] !== versions[1]
        ? [{ what: "Spark version", baseline: versions[0] ?? "unknown", current: versions[1] ?? "unknown" }]
        : []),
      ...settingEvidence(settings),
    ],
  };
};

/** Another plan that changed settings account for: it comes before what another plan reads and costs. */
export const explainPlanOfSettings: Rule = (comparison) =>
  findPlanChange(comparison)?.explainsAll === true ? explainPlanChanged(comparison) : null;
