import { isAtLeast } from "../lib/versions.ts";
import type { Case } from "../model/documents.ts";
import { asksForGpu, bringsItself, bringsRapids, whyNoJars } from "./jars.ts";
import { valuesOf } from "./matrix/dimensions.ts";
import type { Tier } from "./matrix/tier.ts";

/** Where cases may run: with Spark on this machine, or on a Kubernetes cluster. */
export type Place = "machine" | "cluster";

interface Served {
  readonly modes: readonly string[];
  readonly orchestrators: readonly string[];
  /** Those that the engine brings itself. */
  readonly extensions: readonly string[];
}

const SERVED: Readonly<Record<Place, Served>> = {
  machine: { modes: ["local", "standalone"], orchestrators: ["submit", "connect"], extensions: ["iceberg", "rapids"] },
  cluster: {
    modes: ["local", "standalone", "kubernetes"],
    orchestrators: ["submit", "connect", "operator"],
    extensions: ["iceberg", "rapids"],
  },
};

const CONNECT_SINCE = "3.4";

/** Why a case cannot run in a place, in one sentence, as the `reason` of a skipped case; null where it can. */
export function whyNotRunnable(testCase: Case, tier: Pick<Tier, "sparkConf">, place: Place): string | null {
  const { sparkVersion, orchestrator, mode, extensions } = testCase.dimensions;
  if (orchestrator === "connect" && !isAtLeast(sparkVersion, CONNECT_SINCE)) {
    return `Spark ${sparkVersion} has no Spark Connect, which came with ${CONNECT_SINCE}.`;
  }
  const reason = place === "machine" ? refuseOnMachine(testCase) : refuseOnCluster(orchestrator, mode);
  if (reason !== null || bringsItself(testCase, tier)) return reason;
  const { extensions: own } = SERVED[place];
  if (extensions.every((extension) => own.includes(extension))) return whyNoJars(testCase, tier);
  const engine = place === "machine" ? "the local engine" : "this engine";
  const has = own.length === 0 ? "none" : `none but ${own.join(" and ")}`;
  return `The tier has no Spark properties for the extensions ${valuesOf(testCase).extensions}; ${engine} adds ${has} of its own.`;
}

/**
 * Why a case that can run in a place measures nothing there, in one sentence; null where it does, or where only the place's nodes tell.
 */
export function whyExplained(testCase: Case, tier: Pick<Tier, "sparkConf">, place: Place): string | null {
  if (!bringsRapids(testCase, tier) || (place === "cluster" && asksForGpu(testCase, tier))) return null;
  const why = place === "machine" ? "The local engine uses no GPU" : "The mode kubernetes alone asks for a GPU";
  return `${why}: the RAPIDS Accelerator only says what would not run on one.`;
}

function refuseOnMachine({ dimensions: { orchestrator, mode } }: Case): string | null {
  const { modes, orchestrators } = SERVED.machine;
  if (!orchestrators.includes(orchestrator)) {
    return `The orchestrator ${orchestrator} needs a cluster; the local engine has ${orchestrators.join(" and ")}.`;
  }
  if (mode === "kubernetes") return "The mode kubernetes needs a cluster; the local engine has local and standalone.";
  if (!modes.includes(mode)) return `The local engine does not know the mode ${mode}; it has ${modes.join(" and ")}.`;
  return null;
}

function refuseOnCluster(orchestrator: string, mode: string): string | null {
  const { modes, orchestrators } = SERVED.cluster;
  if (!modes.includes(mode))
    return `The engine on a cluster does not know the mode ${mode}; it has ${modes.slice(0, -1).join(", ")} and ${modes.at(-1)}.`;
  if (orchestrator === "operator" && mode !== "kubernetes")
    return "The orchestrator operator has the mode kubernetes alone: the Spark Operator submits nowhere else.";
  if (orchestrators.includes(orchestrator)) return null;
  return `The engine on a cluster does not serve the orchestrator ${orchestrator}; it has ${orchestrators.join(" and ")}.`;
}
