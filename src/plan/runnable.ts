import { ownValue } from "../lib/own-value.ts";
import type { Case } from "../model/documents.ts";
import { valuesOf } from "./matrix/dimensions.ts";
import type { Tier } from "./matrix/tier.ts";

/** Where cases may run: with Spark on this machine, or on a Kubernetes cluster. */
export type Place = "machine" | "cluster";

const MODES: Readonly<Record<Place, readonly string[]>> = {
  machine: ["local", "standalone"],
  cluster: ["kubernetes"],
};
const ORCHESTRATORS: Readonly<Record<Place, readonly string[]>> = {
  machine: ["submit"],
  cluster: ["submit", "connect"],
};

/** Why a case cannot run in a place, in one sentence, as the `reason` of a skipped case; null where it can. */
export function whyNotRunnable(testCase: Case, tier: Pick<Tier, "sparkConf">, place: Place): string | null {
  const { orchestrator, mode, extensions } = testCase.dimensions;
  const reason = place === "machine" ? refuseOnMachine(testCase) : refuseOnCluster(orchestrator, mode);
  if (reason !== null || extensions.length === 0) return reason;
  const name = valuesOf(testCase).extensions!;
  const conf = ownValue(tier.sparkConf.byDimension.extensions ?? {}, name) ?? {};
  if (Object.keys(conf).length > 0) return null;
  const engine = place === "machine" ? "the local engine" : "this engine";
  return `The tier has no Spark properties for the extensions ${name}; ${engine} adds none of its own.`;
}

function refuseOnMachine({ dimensions: { orchestrator, mode, extensions } }: Case): string | null {
  const modes = MODES.machine;
  if (!ORCHESTRATORS.machine.includes(orchestrator)) {
    return `The orchestrator ${orchestrator} needs a cluster; the local engine has submit only.`;
  }
  if (mode === "kubernetes") return "The mode kubernetes needs a cluster; the local engine has local and standalone.";
  if (!modes.includes(mode)) return `The local engine does not know the mode ${mode}; it has ${modes.join(" and ")}.`;
  if (extensions.includes("rapids")) return "The extension rapids needs a GPU, which the local engine does not use.";
  return null;
}

function refuseOnCluster(orchestrator: string, mode: string): string | null {
  if (!MODES.cluster.includes(mode)) return `The mode ${mode} needs no cluster; on one there is kubernetes.`;
  const known = ORCHESTRATORS.cluster;
  if (known.includes(orchestrator)) return null;
  return `The engine on a cluster does not serve the orchestrator ${orchestrator}; it has ${known.join(" and ")}.`;
}
