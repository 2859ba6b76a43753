import type { Run, Workload } from "../model/documents.ts";

/** A part of a workload. `settings` are the Spark properties: they are how the work is done, the others are what is done. */
export type WorkloadPart = keyof Workload["digests"];

/** What a tier gives a case, as people read it. */
const RESOURCES = { executors: "executors", cores: "cores", memoryMb: "MB of memory" } as const;
/** Earlier versions knew no other. */
const ONE_EXECUTOR: Partial<NonNullable<Workload["resources"]>> = { executors: 1 };

/** Which parts of the workload are others than in an earlier run; none where either run does not say. */
export function changedParts(current: Pick<Run, "workload">, earlier: Pick<Run, "workload">): WorkloadPart[] {
  const [now, before] = [current.workload, earlier.workload];
  if (now === undefined || before === undefined) return [];
  const parts = Object.keys(now.digests) as WorkloadPart[];
  // Earlier versions looked at fewer parts.
  return parts.filter((part) => before.digests[part] !== undefined && now.digests[part] !== before.digests[part]);
}

/** What a case had otherwise in an earlier run: "executors 1 -> 2". Of cores and memory nothing where either run does not say. */
export function changedResources(current: Pick<Run, "workload">, earlier: Pick<Run, "workload">): string[] {
  const [now, before] = [current, earlier].map(({ workload }) => ({ ...ONE_EXECUTOR, ...workload?.resources }));
  const names = Object.keys(RESOURCES) as (keyof typeof RESOURCES)[];
  return names.flatMap((name) => {
    const [from, to] = [before?.[name], now?.[name]];
    return from === undefined || to === undefined || from === to ? [] : [`${RESOURCES[name]} ${from} -> ${to}`];
  });
}

/** Whether two runs are of other tier files or scripts, so that their tiers have no more in common than a name. */
export function isOtherWorkload(one: Workload | undefined, other: Workload | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  return one.tiersFile !== other.tiersFile || one.script !== other.script;
}

/** "services/a/tiers.yaml with services/a/job.py" */
export function describeWorkload({ tiersFile, script }: Workload): string {
  const tiers = tiersFile ?? "the built-in tiers";
  return script === null ? tiers : `${tiers} with ${script}`;
}
