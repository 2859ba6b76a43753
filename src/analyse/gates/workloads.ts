import type { Baseline } from "../../documents/baseline.ts";
import { changedParts, changedResources, type WorkloadPart } from "../../documents/workload.ts";
import { plural } from "../../lib/text/format.ts";
import type { Results } from "../../model/documents.ts";
import type { CasePair } from "./hard-gate.ts";
import type { Limit } from "./limit.ts";

const WORK: Readonly<Partial<Record<WorkloadPart, string>>> = {
  script: "script",
  modules: "its modules and files",
  arguments: "arguments",
  data: "place of the data",
};

/**
 * What is different about the workload of earlier runs. Another script, other arguments or other data may be less work, unless the
 * checksums of all cases prove the same result; other Spark properties and resources are another way to do the same.
 */
export function noteOtherWorkloads(current: Results, { runs }: Baseline, pairs: readonly CasePair[]): Limit[] {
  const changes = runs.map(({ run }) => changedParts(current.run, run));
  const others = changes.filter((parts) => parts.some((part) => part in WORK));
  const withOtherSettings = changes.filter((parts) => parts.includes("settings"));
  const of = (count: number) => `${count} of ${plural(runs.length, "baseline run")}`;
  const limits: Limit[] = [];
  if (others.length > 0) {
    const parts = new Set(others.flat().flatMap((part) => WORK[part] ?? []));
    const isProved = pairs.length > 0 && pairs.every(hasSameResult);
    limits.push({
      note: `another workload in ${of(others.length)} (${[...parts].join(", ")})${isProved ? ", with the same results" : ""}`,
      blocking: !isProved,
    });
  }
  if (withOtherSettings.length > 0) {
    limits.push({ note: `other Spark properties of tier or run in ${of(withOtherSettings.length)}`, blocking: false });
  }
  const resources = runs.map(({ run }) => changedResources(current.run, run)).filter((changes) => changes.length > 0);
  if (resources.length > 0) {
    const changes = [...new Set(resources.flat())].join(", ");
    limits.push({ note: `a case had other resources in ${of(resources.length)} (${changes})`, blocking: false });
  }
  return limits;
}

function hasSameResult({ current, baseline }: CasePair): boolean {
  return current.checksum !== null && baseline.every(({ checksum }) => checksum === current.checksum);
}
