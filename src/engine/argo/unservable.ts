import type { Case } from "../../model/documents.ts";
import { valuesOf } from "../../plan/matrix/dimensions.ts";
import type { Tier } from "../../plan/matrix/tier.ts";

const ORCHESTRATORS = ["submit", "connect"];

/** Why the engine on a cluster cannot serve a case, in one sentence; null where it can. */
export function findUnservable(testCase: Case, tier: Tier): string | null {
  const { orchestrator, mode, extensions } = testCase.dimensions;
  if (mode !== "kubernetes") return `The mode ${mode} needs no cluster; on one there is kubernetes.`;
  if (!ORCHESTRATORS.includes(orchestrator)) {
    return `The engine on a cluster does not serve the orchestrator ${orchestrator}; it has ${ORCHESTRATORS.join(" and ")}.`;
  }
  if (extensions.length === 0) return null;
  const name = valuesOf(testCase).extensions!;
  const conf = tier.sparkConf.byDimension.extensions?.[name] ?? {};
  if (Object.keys(conf).length > 0) return null;
  return `The tier has no Spark properties for the extensions ${name}; this engine adds none of its own.`;
}
